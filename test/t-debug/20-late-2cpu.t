#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On a debug kernel: a CPU that does not come, hogs, suspend; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_DEBUG}-late-2cpu", cpus => 2, seconds => 4, limit => 900,
	cases => 'fifo_hog,fifo_killed,culprits,culprits_deadline,busy,deadline,deadline_hotplug,suspend',
	append => 'rcupdate.rcu_expedited=1');
