#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Requests that overlap, a CPU that is late, many threads; 4 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('order-4cpu', cpus => 4, thread => 'auto', cases => 'order,late,many', limit => 150);
