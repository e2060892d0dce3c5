#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On another kernel (make kernels): every call, clients, requests that overlap, records,
# kstopscale, kstopctl; 2 CPUs, which one thread of QEMU's runs in turns, since no race is
# looked for.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_ROW}-calls-2cpu", cpus => 2, thread => 'single', seconds => 4, limit => 300,
	cases => 'load,api,triggers,clients,order,late,many,pauses,records,scale,tool',
	scale => 'samples=8 slices=2 slice_ms=20 limit_s=2 callers=1,3 crowd=3 batch=4',
	append => 'rcupdate.rcu_expedited=1');
