/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels, in one place. The rest of src/ is written for
 * the newest one. Supported: 5.10 and later.
 */
#ifndef _KSTOP_COMPAT_KERNEL_H
#define _KSTOP_COMPAT_KERNEL_H

#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/version.h>
#include <uapi/linux/sched/types.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#error "kstop supports Linux 5.10 and later"
#endif

#ifndef CONFIG_SMP
#error "kstop needs CONFIG_SMP"
#endif

/* rcu_momentary_dyntick_idle() until 6.12 */
#ifndef KSTOP_HAVE_RCU_MOMENTARY_EQS
#define rcu_momentary_eqs()	rcu_momentary_dyntick_idle()
#endif

/*
 * Give @task SCHED_FIFO @priority and return the priority it got. Before 5.15
 * modules could not choose: sched_set_fifo() gives one in the middle.
 */
static inline unsigned int compat_set_fifo(struct task_struct *task,
					   unsigned int priority)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0)
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_FIFO,
		.sched_priority = priority,
	};

	if (!sched_setattr_nocheck(task, &attr))
		return priority;
#endif
	sched_set_fifo(task);
	return task->rt_priority;
}

#endif /* _KSTOP_COMPAT_KERNEL_H */
