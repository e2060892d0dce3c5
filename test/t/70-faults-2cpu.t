#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Faults: every step of a load that fails; on the distribution's kernel, with
# kstop built so that its steps can fail.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('faults-2cpu', modules => twin('-DKSTOP_FAULTS'), cpus => 2,
	cases => 'faults_load', seconds => 6, limit => 200,
	append => 'rcupdate.rcu_expedited=1');
