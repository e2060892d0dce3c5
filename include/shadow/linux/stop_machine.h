/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's linux/stop_machine.h, then kstop's redirection of its names: for
 * clients that nobody wants to edit. This directory must come before the
 * kernel's own on the include path. In the client's Kbuild that takes
 *
 *	NOSTDINC_FLAGS += -I<kstop>/include/shadow
 *
 * (ccflags-y comes too late, behind the kernel's directories); docs/porting.md
 * has the ways from the command line.
 *
 * No guard here: both of the files below have theirs, and kstop.h itself
 * includes <linux/stop_machine.h>.
 */
#include_next <linux/stop_machine.h>
#include "../../kstop_redirect.h"
