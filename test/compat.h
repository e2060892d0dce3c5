/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels for the modules below, beyond src/compat.h. Each entry
 * says which release made the difference; HAS_... are of compat.mk, which asks the headers.
 * What no way leads to is -EOPNOTSUPP.
 */
#ifndef _KSTOP_TEST_COMPAT_H
#define _KSTOP_TEST_COMPAT_H

#include <linux/cpu.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/stop_machine.h>
#include <linux/timer.h>
#include <uapi/linux/sched/types.h>

#include "../src/compat.h"

/*
 * Before 5.11 (120455c514f7, "Fix hotplug vs CPU bandwidth control") the scheduler may take a
 * SCHED_FIFO task to a CPU that is going down, which hangs then: seen on Debian's 5.10.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
#define COMPAT_HAVE_RT_HOTPLUG	1
#else
#define COMPAT_HAVE_RT_HOTPLUG	0
#endif

/* As compat_set_fifo(), but that priority or, before 5.15, none. */
static inline int compat_set_exact_fifo(struct task_struct *task,
					unsigned int priority)
{
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_FIFO,
		.sched_priority = priority,
	};

	return sched_setattr_nocheck(task, &attr);
}

static inline int compat_set_deadline_flags(struct task_struct *task, u64 runtime_ns,
					    u64 period_ns, u64 flags)
{
	const struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_DEADLINE,
		.sched_flags = flags,
		.sched_runtime = runtime_ns,
		.sched_deadline = period_ns,
		.sched_period = period_ns,
	};

	return sched_setattr_nocheck(task, &attr);
}

/* SCHED_DEADLINE as user space can have it, and subject to the same rules. */
static inline int compat_set_deadline_of(struct task_struct *task, u64 runtime_ns,
					 u64 period_ns)
{
	return compat_set_deadline_flags(task, runtime_ns, period_ns, 0);
}

/* Ahead of every SCHED_FIFO task. Short work only, nothing bounds it. */
static inline int compat_set_first(struct task_struct *task)
{
	return compat_set_deadline_flags(task, NSEC_PER_MSEC, 10 * NSEC_PER_MSEC,
					 COMPAT_DEADLINE_SPECIAL);
}

/* For modules since 5.19, on architectures with threads of a core; it is declared on all. */
#if defined(HAS_stop_core_cpuslocked) && defined(CONFIG_SCHED_SMT)
#define COMPAT_HAVE_STOP_CORE	1
#else
#define COMPAT_HAVE_STOP_CORE	0
#endif

/* The kernel's own stopper of @cpu's core runs @fn with interrupts off. */
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

/* del_timer_sync() until 6.2 */
static inline void compat_timer_delete_sync(struct timer_list *timer)
{
#ifdef HAS_timer_delete_sync
	timer_delete_sync(timer);
#else
	del_timer_sync(timer);
#endif
}

/* hrtimer_init() and an assignment until 6.13; hrtimer_init() is gone since 6.15. */
static inline void compat_hrtimer_setup(struct hrtimer *timer,
					enum hrtimer_restart (*fn)(struct hrtimer *),
					clockid_t clock, enum hrtimer_mode mode)
{
#ifdef HAS_hrtimer_setup
	hrtimer_setup(timer, fn, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = fn;
#endif
}

/* kthread_create_worker_on_cpu() until 6.14, where that one does not start it any more. */
static inline struct kthread_worker *compat_run_worker_on_cpu(unsigned int cpu)
{
#ifdef HAS_kthread_run_worker_on_cpu
	return kthread_run_worker_on_cpu(cpu, 0, "kstop_scale/%u");
#else
	return kthread_create_worker_on_cpu(cpu, 0, "kstop_scale/%u", cpu);
#endif
}

#endif /* _KSTOP_TEST_COMPAT_H */
