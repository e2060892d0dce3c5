/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the cases want of a kernel that not every kernel gives to modules. Each
 * function says -EOPNOTSUPP where there is no way.
 */
#ifndef _KSTOPTEST_COMPAT_H
#define _KSTOPTEST_COMPAT_H

#include <linux/cpu.h>
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/stop_machine.h>
#include <linux/version.h>
#include <uapi/linux/sched/types.h>

/* Before 5.15 a module could not choose a real-time priority. */
#define COMPAT_HAVE_SETATTR	(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0))

/* Before 5.11 one could not sleep and be kept on a CPU; kstop_pause() says -EOPNOTSUPP. */
#define COMPAT_HAVE_PAUSE	(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0))

static inline int compat_setattr(struct task_struct *task,
				 const struct sched_attr *attr)
{
#if COMPAT_HAVE_SETATTR
	return sched_setattr_nocheck(task, attr);
#else
	return -EOPNOTSUPP;
#endif
}

static inline int compat_set_fifo(struct task_struct *task,
				  unsigned int priority)
{
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_FIFO,
		.sched_priority = priority,
	};

	return compat_setattr(task, &attr);
}

/*
 * Ahead of every SCHED_FIFO task: the flag that schedutil's threads have, see
 * SCHED_FLAG_SUGOV in the scheduler. Short work only, nothing bounds it.
 */
static inline int compat_set_first(struct task_struct *task)
{
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_DEADLINE,
		.sched_flags = 0x10000000,
		.sched_runtime = NSEC_PER_MSEC,
		.sched_deadline = 10 * NSEC_PER_MSEC,
		.sched_period = 10 * NSEC_PER_MSEC,
	};

	return compat_setattr(task, &attr);
}

#ifdef KSTOPTEST_HAVE_STOP_CORE
#define COMPAT_HAVE_STOP_CORE	1
#else
#define COMPAT_HAVE_STOP_CORE	0
#endif

/*
 * The kernel's own stopper of @cpu's core runs @fn with interrupts off. For
 * modules since 5.19.
 */
static inline int compat_stop_core(unsigned int cpu, cpu_stop_fn_t fn,
				   void *arg)
{
#if COMPAT_HAVE_STOP_CORE
	int ret;

	cpus_read_lock();
	ret = stop_core_cpuslocked(cpu, fn, arg);
	cpus_read_unlock();
	return ret;
#else
	return -EOPNOTSUPP;
#endif
}

/* hrtimer_init() was the way until 6.13, and is gone since 6.15. */
static inline void compat_hrtimer_setup(struct hrtimer *timer,
		enum hrtimer_restart (*function)(struct hrtimer *timer))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_PINNED_HARD);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	timer->function = function;
#endif
}

#endif /* _KSTOPTEST_COMPAT_H */
