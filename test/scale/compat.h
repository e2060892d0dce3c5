/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between kernels for kstopscale, beyond src/compat.h. */
#ifndef _KSTOPSCALE_COMPAT_H
#define _KSTOPSCALE_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/kthread.h>

#include "../../src/compat.h"

/* hrtimer_init() and an assignment until 6.13 */
static inline void compat_hrtimer_setup(struct hrtimer *timer,
					enum hrtimer_restart (*fn)(struct hrtimer *),
					clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, fn, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = fn;
#endif
}

/* kthread_create_worker_on_cpu() until 6.14, where that one does not start it any more. */
static inline struct kthread_worker *compat_run_worker_on_cpu(unsigned int cpu)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
	return kthread_run_worker_on_cpu(cpu, 0, "kstop_scale/%u");
#else
	return kthread_create_worker_on_cpu(cpu, 0, "kstop_scale/%u", cpu);
#endif
}

#endif /* _KSTOPSCALE_COMPAT_H */
