#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Are the modules instrumented as their debug kernel is, and does each case that
# "make check" runs in a guest run here, too?

use strict;
use warnings;
use Cwd 'abs_path';
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Cases;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");

# What functions a module of that kernel must call, and those of no other; for rt it
# is another word in the module's version.
my %calls = (lockdep => qr/^__asan_report_(load|store)/, kcsan => qr/^__tsan_(read|write)/);

sub undefined_symbols
{
	my ($module) = @_;

	open(my $nm, '-|', 'nm', '-u', $module) or die "nm: $!\n";
	return map { /U (\S+)/ ? $1 : () } <$nm>;
}

my $name = $ENV{KSTOP_DEBUG} // die "run this by scripts/check-kernel\n";
my $modules = $ENV{KSTOP_MODULES} // die "KSTOP_MODULES is not set\n";
for my $module ('src/kstop.ko', 'test/torture/kstoptorture.ko', 'test/cases/kstoptest.ko') {
	if ($calls{$name}) {
		my @symbols = grep { $_ =~ $calls{$name} } undefined_symbols("$modules/$module");
		ok(scalar(@symbols), "$module is instrumented for $name");
	} elsif ($name eq 'rt') {
		like(scalar(qx(/sbin/modinfo -F vermagic '$modules/$module')), qr/ preempt_rt /,
			"$module is built for $name");
	}
}
my ($usual, $here) = (cases("$top/test/t"), cases($FindBin::Bin));
delete $usual->{tool};	# a program, and it loads what others here have loaded
ok($here->{$_}, "$_ runs on debug kernels, too") for sort keys %$usual;
done_testing();
