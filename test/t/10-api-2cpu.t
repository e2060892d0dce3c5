#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading, every call, the trigger files, clients written for mainline; 2 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('api-2cpu', cpus => 2, cases => 'load,api,triggers,clients', limit => 420);
