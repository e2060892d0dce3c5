#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Can the torture fail? Operations that are not what they pretend to be must be found out
# by it: fn is called locally only, or by interrupts with nobody stopped; and, one after the
# other in one guest, those that do stop CPUs and break one of the other promises.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Files;
use Guest;
use Test::More;

# Where fn should have run elsewhere, too, that may be what is seen first.
my %why = (
	busted_local => qr/!!! .*(CPU \d+ is held|where it should not|fn ran \d+ times)/,
	busted_ipi => qr/!!! .*CPU \d+ is held/,
);

for my $type (sort keys %why) {
	subtest $type => sub {
		guest("$type-2cpu", cpus => 2, limit => 90, cases => 'torture',
			torture => "torture_type=$type duration_s=4",
			tries => 3, word => 'SPLAT', reached => 'torture', why => $why{$type},
			said => qr/kstoptorture: End of test: FAILURE/);
	};
}

my %breach = (
	busted_swap => [qr/action still runs, teardown has begun/],
	busted_skip => [qr/action ran on 0 CPUs, setup on [12]/],
	busted_step => [qr/begins before all \w+ have ended|still runs, \w+ has begun/],
	busted_letter => [qr/finds word 3 of an old letter/, qr/the reply of CPU/],
	busted_reply => [qr/the reply of CPU \d is 0,/],
	busted_vain => [map { qr/gave $_, and the CPUs are there/ } -2, -11, -16, -110],
	busted_result => [qr/gave -5 after fn/, qr/gave 8, \d callbacks gave 7/,
		qr/gave 0, \d callbacks gave 7/],
	busted_state => [qr/interrupts are off after the call/, qr/preempt count [0-9a-f]+ after the call/],
	busted_some => [qr/fn ran 1 times, and for CPUs that are there 2 is right/],
);

my $dir;
subtest 'one promise each' => sub {
	$dir = guest('busted-promises-2cpu', cpus => 2, limit => 150, cases => 'torture',
		torture => join('|', map { "torture_type=$_ duration_s=1" } sort keys %breach),
		append => 'preempt=full', word => 'SPLAT', reached => 'torture',
		why => qr/!!! .*busted_/);
};
my $console = contents(($dir // '') . '/console');
is(scalar(() = $console =~ /End of test: FAILURE/g), scalar(keys %breach), 'a failure each');
for my $type (sort keys %breach) {
	like($console, qr/!!! .*$type by caller \d+:? .*$_/, $type) for @{$breach{$type}};
}

# A run is not valid in which no CPU came or went, and one should have.
subtest 'no hotplug' => sub {
	guest('busted-onoff-2cpu', cpus => 2, limit => 90, cases => 'torture',
		torture => 'torture_type=mixed duration_s=2 onoff_interval_ms=60000',
		word => 'FAIL', reached => 'torture', why => qr/torture\.verdict/,
		said => qr/kstoptorture: End of test: HOTPLUG/);
};
done_testing();
