#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# CPUs that come and go under a storm of all calls; 4 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('hotplug-4cpu', cpus => 4, thread => 'single', seconds => 40, cases => 'hotplug', limit => 240,
	append => 'rcupdate.rcu_expedited=1');
