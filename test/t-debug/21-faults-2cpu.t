#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On a debug kernel: faults, see docs/faults.md; 2 CPUs. The numbers are full where
# there is KASAN, kmemleak and fault injection: 100,000 writes to each debugfs file.
#
# Without tracepoints (NOTRACE is the kernel's word for that): their files are made and
# removed by the kernel at each of thousands of loads, which takes most of the time here
# and is no allocation of ours. With them, see t/70-faults-2cpu.t.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_DEBUG}-faults-2cpu", modules => twin('-DKSTOP_FAULTS -DNOTRACE'), cpus => 2,
	cases => 'faults_load,faults_hotplug,faults_stopper,faults_files,faults_user,faults_fuzz',
	seconds => $ENV{KSTOP_DEBUG} eq 'lockdep' ? 60 : 2, limit => 1800,
	append => 'rcupdate.rcu_expedited=1');
