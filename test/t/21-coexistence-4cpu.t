#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Beside the kernel's own stops for 60 s, and again with the stoppers being
# woken all the time; 4 CPUs, and a kernel with involuntary preemption.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('coexistence-4cpu', cpus => 4, seconds => 30, cases => 'coexistence,coexistence_spurious', limit => 150,
	append => 'preempt=full');
