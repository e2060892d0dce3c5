#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On another kernel (make kernels): every call, clients, sharing, interrupts, alignment,
# order, time limits; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_ROW}-calls-2cpu", cpus => 2, seconds => 4, limit => 300,
	cases => 'load,api,triggers,clients,sharing,arrival,alignment,order,limit_race',
	append => 'rcupdate.rcu_expedited=1');
