#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On a debug kernel: every call, requests that overlap, limits, pauses, kstopscale;
# 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_DEBUG}-calls-2cpu", cpus => 2, seconds => 4, limit => 900,
	cases => 'load,api,triggers,clients,order,late,many,limit_race,limits_storm,pauses,' .
		'sharing,arrival,alignment,records,scale',
	scale => 'samples=8 slices=2 slice_ms=20 limit_s=2 callers=1,3 crowd=3 batch=4');
