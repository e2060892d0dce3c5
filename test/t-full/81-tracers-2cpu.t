#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# trace-cmd, perf and bpftrace on kstop's tracepoints, in a small Debian: the examples of
# docs/tracing.md, and whether each saw all stops; 2 CPUs. One thread for both, as it is
# compilers and the like that take the time.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;

guest('tracers-2cpu', cpus => 2, mem => '2G', root => 'tracers', thread => 'single',
	cases => 'tracers', limit => 420);
