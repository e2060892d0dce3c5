#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Loading, every call, the trigger files, clients written for mainline; 4 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('api-4cpu', cpus => 4, thread => 'auto', cases => 'load,api,triggers,clients', limit => 420);
