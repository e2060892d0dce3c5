#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On a debug kernel: what more CPUs do differently, every call and the requests that
# have no CPU in common first of all, with involuntary preemption, and a caller whose CPU a
# real-time task takes while it sleeps, which PREEMPT_RT makes hard; 4 CPUs. All else
# runs on 2, which is as many as a small host has.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_DEBUG}-more-4cpu", cpus => 4, seconds => 4, limit => 900,
	cases => 'api,order,sharing,fifo_caller',
	append => 'rcupdate.rcu_expedited=1 preempt=full');
