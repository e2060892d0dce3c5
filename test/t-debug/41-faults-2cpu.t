#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On a debug kernel: faults, see docs/faults.md; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_DEBUG}-faults-2cpu", modules => twin('-DKSTOP_FAULTS'), cpus => 2,
	cases => 'faults_load,faults_hotplug,faults_stopper,faults_files,faults_user,faults_fuzz',
	seconds => 2, limit => 900, append => 'rcupdate.rcu_expedited=1');
