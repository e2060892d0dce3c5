#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On another kernel (make kernels): callers that share a stop, CPUs that arrive by interrupt,
# time limits that run out as the last CPU comes, pauses beside other callers (each of
# whom must have had a turn), records, kstopscale, a short torture, and kstopctl, which has
# one of the two measure; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_ROW}-races-2cpu", cpus => 2, seconds => 4, limit => 300,
	cases => 'sharing,arrival,alignment,limit_race,limits_storm,pauses,records,scale,torture,tool',
	scale => 'samples=8 slices=2 slice_ms=20 limit_s=2 callers=1,3 crowd=3 batch=4',
	torture => 'torture_type=mixed duration_s=6 native=1 hogs=all onoff_interval_ms=400 shuffle_s=2',
	append => 'rcupdate.rcu_expedited=1');
