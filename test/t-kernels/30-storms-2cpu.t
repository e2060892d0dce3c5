#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On another kernel (make kernels): CPUs and modules that come and go, the kernel's own
# stops beside; 2 CPUs. Of the words, see test/t/20-coexistence-2cpu.t.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_ROW}-storms-2cpu", cpus => 2, seconds => 4, limit => 300,
	cases => 'hotplug,unload,coexistence,coexistence_spurious',
	append => 'rcupdate.rcu_expedited=1 highres=off nohz=off');
