#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Faults, see docs/faults.md: on the distribution's kernel, with kstop built so
# that the steps of its load can fail. Here are fewer of those that are many;
# test/t-debug has them all.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('faults-2cpu', modules => twin('-DKSTOP_FAULTS'), cpus => 2,
	cases => 'faults_load,faults_hotplug,faults_stopper,faults_files,faults_user,faults_fuzz',
	seconds => 5, limit => 300,
	append => 'rcupdate.rcu_expedited=1');
