#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On a debug kernel: a CPU that does not come, hogs, CPUs and modules that come and
# go, the kernel's own stops beside, with involuntary preemption; 4 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_DEBUG}-late-4cpu", cpus => 4, seconds => 4, limit => 900,
	cases => 'fifo_hog,fifo_killed,culprits,deadline,hotplug,unload,coexistence,coexistence_spurious',
	append => 'rcupdate.rcu_expedited=1 preempt=full');
