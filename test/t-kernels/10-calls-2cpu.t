#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On another kernel (make kernels): every call, clients, requests that overlap; 2 CPUs,
# which one thread of QEMU's runs in turns, since no race is looked for.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest("$ENV{KSTOP_ROW}-calls-2cpu", cpus => 2, thread => 'single', seconds => 4, limit => 300,
	cases => 'load,api,triggers,clients,order,late,many',
	append => 'rcupdate.rcu_expedited=1');
