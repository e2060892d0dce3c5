#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Time limits that race with the last arrival, callers with limits and a hog that
# comes and goes, pauses under load; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('limits-2cpu', cpus => 2, seconds => 30, limit => 420, cases => 'limit_race,limits_storm,pauses');
