#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Can the coexistence case fail? A kstop whose participants wait for the others
# without giving way to the scheduler must hang beside the kernel's own stops, and
# the harness must call it a hang. The sound module gets through the case in half
# of the limit, and the kernel's report makes sure that this is no guest that was
# merely slow. On two CPUs it can take longer to meet the moment.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('busted-r1-4cpu', modules => twin('-DKSTOP_BUSTED_R1'),
	cpus => 4, cases => 'coexistence', seconds => 14, limit => 42,
	append => 'watchdog_thresh=5 rcupdate.rcu_cpu_stall_timeout=10',
	tries => 3, word => 'HANG', reached => 'coexistence', why => qr/stall|lockup/);
