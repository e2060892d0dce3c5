#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Modules that come and go, under load; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('unload-2cpu', cpus => 2, seconds => 40, cases => 'unload', limit => 240,
	append => 'rcupdate.rcu_expedited=1');
