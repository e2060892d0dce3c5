// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "../compat.h"
#include "load.h"

#define SOFTIRQ_BUSY_US		200
#define SOFTIRQ_REST_NS		(300 * NSEC_PER_USEC)
#define HOG_STEPS		20	/* between two looks whether to go on */

const char * const loads[] = { "idle", "cfs", "softirq" };
const unsigned int nr_loads = ARRAY_SIZE(loads);

static DEFINE_PER_CPU(struct task_struct *, hogs);
static DEFINE_PER_CPU(struct hrtimer, timers);
static bool timers_on;

/*
 * As a user's program would: it computes, and preemption is never off. Where one thread
 * runs all CPUs in turn, a pause is where the next one has its turn.
 */
static int hog_main(void *unused)
{
	while (!kthread_should_stop()) {
		unsigned int i;

		for (i = 0; i < HOG_STEPS; i++)
			barrier();
		cpu_relax();
		cond_resched();
	}
	return 0;
}

static void stop_hogs(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct task_struct **hog = per_cpu_ptr(&hogs, cpu);

		if (*hog)
			kthread_stop(*hog);
		*hog = NULL;
	}
}

static int start_hogs(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct task_struct *hog = kthread_create(hog_main, NULL, "kstop_hog/%u", cpu);

		if (IS_ERR(hog)) {
			stop_hogs();
			return PTR_ERR(hog);
		}
		kthread_bind(hog, cpu);
		per_cpu(hogs, cpu) = hog;
		wake_up_process(hog);
	}
	return 0;
}

/* However slow the machine is, there is time between two. */
static enum hrtimer_restart be_busy(struct hrtimer *timer)
{
	udelay(SOFTIRQ_BUSY_US);
	hrtimer_set_expires(timer, ktime_add_ns(ktime_get(), SOFTIRQ_REST_NS));
	return HRTIMER_RESTART;
}

static void start_timer(void *unused)
{
	struct hrtimer *timer = this_cpu_ptr(&timers);

	compat_hrtimer_setup(timer, be_busy, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_SOFT);
	hrtimer_start(timer, ns_to_ktime(SOFTIRQ_REST_NS), HRTIMER_MODE_REL_PINNED_SOFT);
}

static void stop_timers(void)
{
	unsigned int cpu;

	if (!timers_on)
		return;
	for_each_online_cpu(cpu)
		hrtimer_cancel(per_cpu_ptr(&timers, cpu));
	timers_on = false;
}

bool load_known(const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_loads; i++) {
		if (!strcmp(name, loads[i]))
			return true;
	}
	return false;
}

int load_start(const char *name)
{
	if (!strcmp(name, "cfs"))
		return start_hogs();
	if (!strcmp(name, "softirq")) {
		on_each_cpu(start_timer, NULL, 1);
		timers_on = true;
	}
	return 0;
}

void load_stop(void)
{
	stop_hogs();
	stop_timers();
}
