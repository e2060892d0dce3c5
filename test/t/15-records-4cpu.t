#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# What kstop says of its stops: latency, history, timeline, tracepoints; 4 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('records-4cpu', cpus => 4, cases => 'records', limit => 180);
