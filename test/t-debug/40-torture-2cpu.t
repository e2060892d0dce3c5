#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On a debug kernel: a short torture with all that can disturb it; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_DEBUG}-torture-2cpu", cpus => 2, limit => 400, cases => 'torture',
	torture => 'torture_type=mixed duration_s=15 native=1 hogs=all onoff_interval_ms=400 ' .
		'shuffle_s=2 stutter_s=5');
