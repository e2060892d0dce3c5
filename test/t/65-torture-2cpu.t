#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# A short torture with all that can disturb it: hotplug, hogs of every kind, the
# kernel's own stops beside; under both policies, and with the windows between the steps of
# the protocol open for longer (src/stretch.h); 2 CPUs. The long ones are make torture.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;
use Test::More;

my $load = 'torture_type=mixed duration_s=15 native=1 hogs=all onoff_interval_ms=400 ' .
	'shuffle_s=2 stutter_s=5';

subtest 'policy=fifo' => sub {
	guest('torture-2cpu', cpus => 2, limit => 150, cases => 'torture', torture => $load);
};
subtest 'policy=deadline' => sub {
	guest('torture-deadline-2cpu', cpus => 2, limit => 150, cases => 'torture',
		torture => "$load kstop.policy=deadline");
};
subtest 'windows open for longer' => sub {
	guest('torture-stretched-2cpu', cpus => 2, limit => 150, cases => 'torture',
		modules => twin('-DKSTOP_STRETCH'), torture => $load);
};
done_testing();
