#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# CONTRIBUTING.md says that every script that one calls has --help: it goes to standard output, says
# how the script is called, and that is all that happens.

use strict;
use warnings;
use FindBin;
use Test::More;

my $top = "$FindBin::Bin/../..";
my @scripts = grep { -f && -x } glob("$top/scripts/*");
push @scripts, map { "$top/$_" } '.ci/run', 'test/model/run', 'test/litmus/run';
push @scripts, glob("$top/test/compat/check-*");
push @scripts, grep { -x && !/mok-init$/ } glob("$top/test/packages/*");	# PID 1 of a guest

cmp_ok(scalar(@scripts), '>', 30, 'there are scripts');
for my $script (@scripts) {
	my ($name) = $script =~ m{.*?\.\./\.\./(.*)};
	my $text = qx('$script' --help 2>&1 </dev/null);

	is($?, 0, "$name: exit status") or diag($text);
	like($text, qr/^usage: [^\n]*\Q${\($name =~ s{.*\/}{}r)}\E/mi, "$name: its usage");
	unlike($text, qr/: line \d+: /, "$name: no complaint of the shell's");
}
done_testing();
