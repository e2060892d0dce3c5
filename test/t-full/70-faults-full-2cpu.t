#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Faults, see docs/faults.md, in full numbers: 100,000 writes to each debugfs
# file, hundreds of unloads. With KSTOP_KERNEL on a kernel that has KASAN and
# CONFIG_FAULT_INJECTION each allocation fails once, too, which takes a while.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest('faults-full-2cpu', modules => twin('-DKSTOP_FAULTS'), cpus => 2,
	cases => 'faults_load,faults_hotplug,faults_stopper,faults_files,faults_user,faults_fuzz',
	seconds => 60, limit => 1800, append => 'rcupdate.rcu_expedited=1');
