#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Beside the kernel's own stops for 40 s, and again with the stoppers being
# woken all the time; 2 CPUs.
#
# QEMU 7.2 (TCG) now and then forgets a timer interrupt under this load: the local
# APIC has it in IRR, interrupts are on, and it is never delivered. A one-shot
# timer is then dead for good, and with it the guest's time and PID 1; a periodic
# one asks again with the next tick. So this guest has a periodic one.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;

guest('coexistence-2cpu', cpus => 2, seconds => 40, cases => 'coexistence,coexistence_spurious',
	append => 'highres=off nohz=off', limit => 150);
