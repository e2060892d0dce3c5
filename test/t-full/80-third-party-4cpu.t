#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Programs of others load the machine while kstoptorture runs: stress-ng, rt-tests
# and others in a small Debian; 4 CPUs on 2 NUMA nodes.
#
# Only where the vendor is Intel does the kernel let CPU 0 go, if it is asked to:
# so CPU 0 comes and goes, too, and any CPU may be the last, which must stay.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest('third-party-4cpu', cpus => 4, cpu => 'max,vendor=GenuineIntel', nodes => 2, root => 'loads',
	cases => 'third_party', seconds => 40, append => 'cpu0_hotplug', limit => 420);
