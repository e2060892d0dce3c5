#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# What nobody runs shows nothing: is each case of the guest's in some test of make check or
# make check-full, each twin that kstop can be built as, and each type of the torture that
# must fail? Boots nothing.

use strict;
use warnings;
use Cwd 'abs_path';
use FindBin;
use lib "$FindBin::Bin/lib";
use Cases;
use Files;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");

# And why.
my %nowhere = (
	hostages => 'figures for docs/hostages.md, of minutes; nothing in it can fail',
	rt_throttle => 'figures for docs/policies.md, of two minutes',
	rt_latency => 'of PREEMPT_RT kernels, with programs of others: test/t-kernels/60',
	debug_kernel => 'what the guest itself adds where there are detectors',
);

my %there = map { $_ => 1 } contents("$top/test/guest/checks.c") =~ /^\t\{ "(\w+)",\s+check_/mg;
$there{debug_kernel} = 1;	# by its macro
my %run = (%{cases("$top/test/t")}, %{cases("$top/test/t-full")});
is(join(' ', grep { !$run{$_} } sort keys %there), join(' ', sort keys %nowhere),
	'each case is run, but for those with a reason');
is(join(' ', grep { !$there{$_} } sort keys %run), '', 'each case that is run is there');

my $twins = join('', map { contents($_) } "$top/test/t/50-busted-r1-4cpu.t",
	"$top/test/t/51-busted-types-2cpu.t", "$top/test/t-full/52-busted-builds-4cpu.t");
my @built = contents("$top/src/rendezvous.h") =~ /^#define BUSTED_(\w+)\s/mg;
cmp_ok(scalar(@built), '>', 5, 'there are twins');
ok($twins =~ /-DKSTOP_BUSTED_$_\b|'busted_\L$_\E'/, "BUSTED_$_ is built and run") for @built;

my @types = contents("$top/test/torture/types.c") =~ /^\t\{ "busted_(\w+)",\s+NULL,/mg;
my $doc = contents("$top/docs/torture.md");
cmp_ok(scalar(@types), '>', 5, 'there are types');
for my $type (@types) {
	ok($twins =~ /^\tbusted_$type => /m, "busted_$type is run");
	ok($doc =~ /^\| .*\b(?:busted)?_$type\b/m, "docs/torture.md has busted_$type");
}
done_testing();
