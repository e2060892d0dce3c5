/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kstop_compat.h - kstop for a client written for mainline
 *
 * Put this in place of <linux/stop_machine.h>, in every file of the client that
 * includes that:
 *
 *	-#include <linux/stop_machine.h>
 *	+#include <kstop_compat.h>
 *
 * and stop_machine(), stop_one_cpu() and their family are kstop_machine(),
 * kstop_one_cpu() and so on, with struct cpu_stop_work as the storage for
 * stop_one_cpu_nowait(). kstop.h comes along, for kstop_flush() and for the
 * contracts, which are mainline's with a few promises more.
 *
 * kstop_redirect.h does the work, says how, what it cannot reach, and how to
 * check it. docs/porting.md has the ways that need no edit at all.
 */
#ifndef _KSTOP_COMPAT_H
#define _KSTOP_COMPAT_H

#include "kstop_redirect.h"
#include <linux/build_bug.h>
#include <linux/stop_machine.h>
#include "kstop.h"

/* kstop keeps a struct kstop_work in the client's struct cpu_stop_work. */
static_assert(sizeof(struct kstop_work) <= sizeof(struct cpu_stop_work));
static_assert(__alignof__(struct kstop_work) <= __alignof__(struct cpu_stop_work));

#endif /* _KSTOP_COMPAT_H */
