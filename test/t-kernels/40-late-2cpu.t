#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On another kernel (make kernels): a CPU that does not come, under both policies, and
# suspend; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_ROW}-late-2cpu", cpus => 2, seconds => 4, limit => 300,
	cases => 'fifo_hog,fifo_killed,culprits,culprits_deadline,busy,deadline,deadline_hotplug,suspend',
	append => 'rcupdate.rcu_expedited=1');
