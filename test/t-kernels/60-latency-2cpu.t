#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On a PREEMPT_RT kernel (make kernels): how late cyclictest's threads wake in a storm of stops,
# kstop's or the kernel's own, or in none; 2 CPUs. No figure is too slow for this.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;
use Test::More;

plan skip_all => 'not PREEMPT_RT' unless $ENV{KSTOP_ROW} =~ /-rt$/;
guest("$ENV{KSTOP_ROW}-latency-2cpu", cpus => 2, root => 'loads', seconds => $ENV{KSTOP_LATENCY_SECONDS} // 10,
	limit => 300, cases => 'rt_latency', append => 'rcupdate.rcu_expedited=1');
