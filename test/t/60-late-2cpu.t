#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# A CPU that does not come: a user's hog under policy=fifo, culprits of every
# kind under both policies, callers that are killed; none at all on a machine that
# is merely busy. 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('late-2cpu', cpus => 2, limit => 180,
	cases => 'fifo_hog,fifo_killed,culprits,culprits_deadline,busy');
