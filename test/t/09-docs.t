#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# The manual pages that scripts/build-docs makes of include/kstop.h: has each function that
# src/ exports one, with all its parts, and does mandoc accept it? Boots nothing.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Files;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $dir = tempdir(CLEANUP => 1);

# What a command said, on both of its outputs, and its exit status.
sub said
{
	my $text = qx(@_ 2>&1);

	return ($text, $? >> 8);
}

my $exported = qr/^EXPORT_SYMBOL(?:_GPL)?\((\w+)\)/m;
my @exported = map { contents($_) =~ /$exported/g } glob("$top/src/*.c");

plan skip_all => 'no mandoc: scripts/setup check' if !grep { -x "$_/mandoc" } split(/:/, $ENV{PATH});
cmp_ok(scalar(@exported), '>', 10, 'src/ exports functions');

my ($text, $status) = said("$top/scripts/build-docs", '--man', $dir);
is($status, 0, 'kernel-doc and scripts/doc-pages are content') or do { diag($text); done_testing(); exit 1 };

for my $name (sort(@exported)) {
	subtest "$name(9)" => sub {
		my $page = "$dir/man/$name.9";

		ok(-s $page, 'is there') or return;
		my ($shown) = said("mandoc -T ascii -O width=200 $page");
		$shown =~ s/.\x08//g;
		like($shown, qr/^NAME\n +\Q$name\E - \w/m, 'name, and what it is');
		like($shown, qr/^SYNOPSIS\n.*\n.*\n +(\w+ )+\Q$name\E \(.*\);$/m, 'synopsis');
		like($shown, qr/^(DESCRIPTION|ARGUMENTS)\n +\w/m, 'description');
		like($shown, qr/^CONTEXT\n +\w/m, 'context');
		like($shown, qr/^RETURN\n +\w/m, 'return') if $shown !~ / void \Q$name\E /;
	};
}
for my $page (glob("$dir/man/*.9")) {
	my ($complaints) = said("mandoc -T lint -W warning $page");
	my ($name) = $page =~ m{([^/]*)\.9$};
	is($complaints, '', "mandoc accepts $name.9");
	like(contents($page), qr/^\.SH NAME\n$name \\- \w/m, "whatis finds $name");
}
like(contents("$dir/man/kstop.9"), qr/^\.SH ERRORS.*^\\-EDEADLK.*^\.BR kstop_machine \(9\),/ms,
	'kstop(9) is the opening comment, and names the others');
done_testing();
