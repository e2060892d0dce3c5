#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On another kernel (make kernels): callers that share a stop, CPUs that arrive by interrupt,
# time limits that run out as the last CPU comes, records, kstopscale, a short torture, and
# kstopctl, which has one of the two measure; 2 CPUs. With one thread of QEMU's for both a
# CPU has spun for the other in kstopscale for 21 s, with interrupts off and no tick on
# either (5.10; why is not known, QEMU's timers may not have got its lock).

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_ROW}-races-2cpu", cpus => 2, seconds => 4, limit => 300,
	cases => 'sharing,arrival,alignment,limit_race,limits_storm,records,scale,torture,tool',
	scale => 'samples=8 slices=2 slice_ms=20 limit_s=2 callers=1,3 crowd=3 batch=4',
	torture => 'torture_type=mixed duration_s=6 native=1 hogs=all onoff_interval_ms=400 shuffle_s=2',
	append => 'rcupdate.rcu_expedited=1');
