#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# policy=deadline beside hogs of the highest priorities, hotplug, and suspend under
# both policies; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('deadline-2cpu', cpus => 2, limit => 180,
	cases => 'deadline,deadline_hotplug,suspend', append => 'rcupdate.rcu_expedited=1');
