#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# A CPU that does not come, as on 2 CPUs, and hotplug of another one meanwhile; a caller whose
# own CPU is taken while it sleeps; and policy=deadline beside hogs on all CPUs but one; 4 CPUs.
#
# A hog of this kind stops RCU's grace periods when it likes, with or without
# kstop: once its CPU's ksoftirqd has been woken, that CPU's softirqs wait for it.
# Hotplug waits for grace periods; expedited ones do not need softirqs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('late-4cpu', cpus => 4, limit => 180,
	cases => 'fifo_hog,fifo_killed,fifo_caller,culprits,deadline',
	append => 'rcupdate.rcu_expedited=1');
