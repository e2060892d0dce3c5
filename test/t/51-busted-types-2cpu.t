#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Can the torture fail? Two operations that are not what they pretend to be must be
# found out by it: fn is called locally only, or by interrupts with nobody stopped.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
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

# A run is not valid in which no CPU came or went, and one should have.
subtest 'no hotplug' => sub {
	guest('busted-onoff-2cpu', cpus => 2, limit => 90, cases => 'torture',
		torture => 'torture_type=mixed duration_s=2 onoff_interval_ms=60000',
		word => 'FAIL', reached => 'torture', why => qr/torture\.verdict/,
		said => qr/kstoptorture: End of test: HOTPLUG/);
};
done_testing();
