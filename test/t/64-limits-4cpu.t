#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Time limits that race with the last arrival, callers with limits and a hog that
# comes and goes; 4 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('limits-4cpu', cpus => 4, limit => 420, seconds => 10, cases => 'limit_race,limits_storm');
