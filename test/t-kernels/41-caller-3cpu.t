#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On a PREEMPT_RT kernel (make kernels): a caller with a time limit, whose CPU a real-time task takes
# while it sleeps; 3 CPUs, which one thread of QEMU's runs in turns. Others have no such thread
# between a timer and who waits for it.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;
use Test::More;

plan skip_all => 'not PREEMPT_RT' unless $ENV{KSTOP_ROW} =~ /-rt$/;
guest("$ENV{KSTOP_ROW}-caller-3cpu", cpus => 3, thread => 'single', limit => 300, cases => 'fifo_caller',
	append => 'rcupdate.rcu_expedited=1');
