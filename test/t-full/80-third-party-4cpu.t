#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Programs of others load the machine while kstoptorture runs: stress-ng, rt-tests
# and others in a small Debian; 4 CPUs on 2 NUMA nodes.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest('third-party-4cpu', cpus => 4, nodes => 2, root => 1, cases => 'third_party',
	limit => 420);
