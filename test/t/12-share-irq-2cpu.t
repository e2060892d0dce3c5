#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Callers that share a stop, CPUs that arrive by interrupt, aligned starts; 2 CPUs, the
# windows between the steps of the protocol open for longer (src/stretch.h), and with
# involuntary preemption. 4 CPUs, in the next test, have kstop as it is.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('share-irq-2cpu', modules => twin('-DKSTOP_STRETCH'), cpus => 2,
	cases => 'sharing,arrival,alignment', limit => 240,
	append => 'rcupdate.rcu_expedited=1 preempt=full');
