#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On another kernel (make kernels): faults, see docs/faults.md, with a kstop.ko whose steps
# of load can fail; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_ROW}-faults-2cpu", modules => $ENV{KSTOP_FAULTS}, cpus => 2,
	thread => 'single', seconds => 2, limit => 300,
	cases => 'faults_load,faults_hotplug,faults_stopper,faults_files,faults_user,faults_fuzz',
	append => 'rcupdate.rcu_expedited=1');
