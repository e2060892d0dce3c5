/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels, in one place. The rest of src/ is written for
 * the newest one. Each entry says which release made the difference; where a
 * header tells (a macro, or what Kbuild greps for) the version is not asked.
 */
#ifndef _KSTOP_COMPAT_KERNEL_H
#define _KSTOP_COMPAT_KERNEL_H

#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/time64.h>
#include <linux/version.h>
#include <uapi/linux/sched/types.h>

/* The oldest kernel that is supported: test/t/09-range.t holds all else against it. */
#define COMPAT_OLDEST	KERNEL_VERSION(5, 10, 0)

#if LINUX_VERSION_CODE < COMPAT_OLDEST
#error "kstop does not support this kernel, it is older than COMPAT_OLDEST"
#endif

#ifndef CONFIG_SMP
#error "kstop needs CONFIG_SMP"
#endif

/* rcu_momentary_dyntick_idle() until 6.12 */
#ifndef KSTOP_HAVE_RCU_MOMENTARY_EQS
#define rcu_momentary_eqs()	rcu_momentary_dyntick_idle()
#endif

/* in_irq() until 5.11 */
#ifndef in_hardirq
#define in_hardirq()	in_irq()
#endif

/* Modules cannot choose a policy's parameters before 5.15. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0)
#define COMPAT_HAVE_SETATTR	1
#else
#define COMPAT_HAVE_SETATTR	0
static inline int compat_setattr_nocheck(struct task_struct *task,
					 const struct sched_attr *attr)
{
	return -EOPNOTSUPP;
}

#define sched_setattr_nocheck	compat_setattr_nocheck
#endif

/*
 * The scheduler's flag for its own deadline threads (schedutil's): no bandwidth,
 * always first. It is in a header of its own; without schedutil it says nothing.
 */
#define COMPAT_DEADLINE_SPECIAL	0x10000000

#if !COMPAT_HAVE_SETATTR
#define COMPAT_HAVE_DEADLINE	0
#define COMPAT_NO_DEADLINE	"does not let modules choose a policy (before 5.15)"
#elif !IS_ENABLED(CONFIG_CPU_FREQ_GOV_SCHEDUTIL)
#define COMPAT_HAVE_DEADLINE	0
#define COMPAT_NO_DEADLINE	"has no CONFIG_CPU_FREQ_GOV_SCHEDUTIL"
#else
#define COMPAT_HAVE_DEADLINE	1
#define COMPAT_NO_DEADLINE	"has it"
#endif

/*
 * Give @task SCHED_FIFO @priority and return the priority it got. Before 5.15
 * sched_set_fifo() gives one in the middle.
 */
static inline unsigned int compat_set_fifo(struct task_struct *task,
					   unsigned int priority)
{
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_FIFO,
		.sched_priority = priority,
	};

	if (!sched_setattr_nocheck(task, &attr))
		return priority;
	sched_set_fifo(task);
	return task->rt_priority;
}

/*
 * Put @task before all others. The flag wins the check at wake-up, but the run
 * queue sorts by deadline, and a user's deadline task that is charged at ticks only
 * may have one that is past. So this one's is an hour past at each wake-up:
 * the scheduler compares deadlines by signed difference and checks no parameter
 * of such a task. Nothing is charged, and the bandwidth that is counted when
 * scheduling domains are rebuilt (6.1), runtime by period, comes to 0.
 */
static inline int compat_set_deadline(struct task_struct *task)
{
	const s64 past = -3600LL * NSEC_PER_SEC;
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_DEADLINE,
		.sched_flags = COMPAT_DEADLINE_SPECIAL,
		.sched_runtime = 1,
		.sched_deadline = past,
		.sched_period = past,
	};

	return sched_setattr_nocheck(task, &attr);
}

/* Give @task one of the ordinary policies. */
static inline void compat_set_fair(struct task_struct *task,
				   unsigned int policy, int nice, bool reset)
{
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = policy,
		.sched_flags = reset ? SCHED_FLAG_RESET_ON_FORK : 0,
		.sched_nice = nice,
	};

	sched_setattr_nocheck(task, &attr);
}

/* task_is_realtime() until 6.11, rt_or_dl_task_policy() since 6.12 */
static inline bool compat_is_realtime(const struct task_struct *task)
{
	return task->policy == SCHED_FIFO || task->policy == SCHED_RR ||
	       task->policy == SCHED_DEADLINE;
}

/*
 * Before 6.12 (214e01ad4ed7, "unpark only parked kthread") kthread_stop() binds a thread to
 * its CPU again as if it was parked, and warns if it is not: seen on Debian's 5.10. Stable
 * releases took that over; it is in the source of 6.1.192. Others that have it park in vain.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0) && \
	!(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 192) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0))
#define COMPAT_STOPS_PARKED_ONLY	1
#else
#define COMPAT_STOPS_PARKED_ONLY	0
#endif

/* Before 5.11 migrate_disable() turned preemption off, so one could not sleep. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
#define COMPAT_CAN_PIN	1
#else
#define COMPAT_CAN_PIN	0
#endif

#endif /* _KSTOP_COMPAT_KERNEL_H */
