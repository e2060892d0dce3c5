#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Callers that share a stop, CPUs that arrive by interrupt, aligned starts; 4 CPUs.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('share-irq-4cpu', cpus => 4, seconds => 30, cases => 'sharing,arrival,alignment', limit => 240,
	append => 'rcupdate.rcu_expedited=1');
