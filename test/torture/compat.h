/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between kernels for the companion modules, beyond src/compat.h. */
#ifndef _KSTOPTORTURE_COMPAT_H
#define _KSTOPTORTURE_COMPAT_H

#include <linux/timer.h>

#include "../../src/compat.h"

/* del_timer_sync() until 6.2 */
static inline void compat_timer_delete_sync(struct timer_list *timer)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	timer_delete_sync(timer);
#else
	del_timer_sync(timer);
#endif
}

/* SCHED_DEADLINE as user space can have it, and subject to the same rules. */
static inline int compat_set_deadline_of(struct task_struct *task, u64 runtime_ns,
					 u64 period_ns)
{
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_DEADLINE,
		.sched_runtime = runtime_ns,
		.sched_deadline = period_ns,
		.sched_period = period_ns,
	};

	return sched_setattr_nocheck(task, &attr);
}

#endif /* _KSTOPTORTURE_COMPAT_H */
