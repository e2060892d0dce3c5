// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "../compat.h"
#include "crew.h"
#include "marks.h"
#include "measure.h"
#include "params.h"
#include "results.h"
#include "samples.h"
#include "ticks.h"
#include "ways.h"

#define GAP_NS		2000	/* what is shorter took nothing away */
#define SETTLE_MIN_US	300	/* for the spinners to be back and to have seen it */
#define SETTLE_MAX_US	400

/*
 * One CPU's spinner: all that its gaps came to, in ticks. Where one thread runs all CPUs
 * in turn, what another CPU does in its turn is a gap, too; with a late CPU that is little.
 */
struct spinner {
	u64			gaps;
	struct task_struct	*task;
};

static DEFINE_PER_CPU_ALIGNED(struct spinner, spinners);

static int spinner_main(void *arg)
{
	struct spinner *spinner = arg;
	u64 limit = ticks_from_ns(GAP_NS), last = ticks_now();

	while (!kthread_should_stop()) {
		u64 now = ticks_now();

		/* Counters of two CPUs may differ a little; this one stays on its own. */
		if (now - last > limit)
			WRITE_ONCE(spinner->gaps, spinner->gaps + now - last);
		last = now;
		cpu_relax();	/* see hog_main() */
		cond_resched();
	}
	return 0;
}

static void spinners_stop(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct spinner *spinner = per_cpu_ptr(&spinners, cpu);

		if (spinner->task)
			kthread_stop(spinner->task);
		spinner->task = NULL;
	}
}

static int spinners_start(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct spinner *spinner = per_cpu_ptr(&spinners, cpu);
		struct task_struct *task;

		task = kthread_create(spinner_main, spinner, "kstop_spin/%u", cpu);
		if (IS_ERR(task)) {
			spinners_stop();
			return PTR_ERR(task);
		}
		kthread_bind(task, cpu);
		compat_set_fair(task, SCHED_IDLE, 0, false);
		spinner->task = task;
		wake_up_process(task);
	}
	return 0;
}

static u64 gaps(int but)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_online_cpu(cpu) {
		if (cpu != but)
			sum += READ_ONCE(per_cpu_ptr(&spinners, cpu)->gaps);
	}
	return sum;
}

/**
 * struct stolen - what is taken: of all CPUs together, but for a late one
 * @plain:	for each of several calls, back to back
 * @late:	for one, while a CPU does not come
 * @nothing:	for what goes on without a call; of plain and late
 * @culprit:	makes a CPU late
 * @cpu:	that one, -1: there is but one
 * @begun:	it is late now
 */
struct stolen {
	struct series	plain;
	struct series	late;
	struct samples	nothing[2];
	struct crew	culprit;
	int		cpu;
	bool		begun;
};

/* Neither our stopper gets it nor native's. */
static void be_late(struct member *member)
{
	struct stolen *stolen = member->crew->arg;
	u64 until;

	preempt_disable();
	until = ktime_get_ns() + params.late_us * NSEC_PER_USEC;
	WRITE_ONCE(stolen->begun, true);
	while (ktime_get_ns() < until)
		cpu_relax();
	preempt_enable();
}

static void make_late(struct stolen *stolen)
{
	WRITE_ONCE(stolen->begun, false);
	crew_go(&stolen->culprit);
	while (!READ_ONCE(stolen->begun)) {
		cpu_relax();
		cond_resched();
	}
}

static int sample_plain(const struct way *way, struct samples *samples)
{
	unsigned int i;
	u64 before;
	int ret = 0;

	measure_rest();
	before = gaps(-1);
	mark_begin(way);
	for (i = 0; way && i < params.batch && !ret; i++)
		ret = way_try(way);
	mark_end(way);
	usleep_range(SETTLE_MIN_US, SETTLE_MAX_US);
	samples_add(samples, measure_units(ticks_to_ns(div_u64(gaps(-1) - before, params.batch))));
	return ret;
}

static int sample_late(struct stolen *stolen, const struct way *way, struct samples *samples)
{
	u64 before;
	int ret = 0;

	measure_rest();
	before = gaps(stolen->cpu);
	make_late(stolen);
	if (way)
		ret = way_try(way);
	crew_wait(&stolen->culprit);
	usleep_range(SETTLE_MIN_US, SETTLE_MAX_US);
	samples_add(samples, measure_units(ticks_to_ns(gaps(stolen->cpu) - before)));
	return ret;
}

static int take_turns(struct stolen *stolen)
{
	unsigned int i, n;
	int ret;

	for (i = 0; measure_more(i, params.samples); i++) {
		for_each_way(n) {
			ret = sample_plain(&ways[n], &stolen->plain.of[n]);
			/* On a CPU that is late on_each_cpu() runs all the same. */
			if (!ret && ways[n].stops)
				ret = sample_late(stolen, &ways[n], &stolen->late.of[n]);
			if (ret)
				return ret;
		}
		sample_plain(NULL, &stolen->nothing[0]);
		sample_late(stolen, NULL, &stolen->nothing[1]);
	}
	return 0;
}

static int report(struct stolen *stolen)
{
	struct situation plain = {
		.measure	= "stolen",
		.variant	= "plain",
		.load		= "idle",
		.callers	= 1,
		.unit		= measure_unit(),
	};
	struct situation late = plain;
	unsigned int n;
	int ret;

	late.variant = "late";
	ret = results_add(&plain, "nothing", &stolen->nothing[0]) ?:
	      results_add(&late, "nothing", &stolen->nothing[1]);
	for_each_way(n) {
		if (!ret)
			ret = results_add(&plain, ways[n].name, &stolen->plain.of[n]);
		if (!ret && ways[n].stops)
			ret = results_add(&late, ways[n].name, &stolen->late.of[n]);
	}
	return ret;
}

/* The caller is not where the late one is; its CPU is one from which is stolen. */
static int run(struct stolen *stolen)
{
	int ret;

	stolen->cpu = cpumask_last(cpu_online_mask);
	ret = set_cpus_allowed_ptr(current, cpumask_of(cpumask_first(cpu_online_mask))) ?:
	      crew_start(&stolen->culprit, 1, stolen->cpu, be_late, stolen);
	ret = ret ?: spinners_start();
	if (!ret) {
		ret = take_turns(stolen);
		spinners_stop();
	}
	crew_stop(&stolen->culprit);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return ret;
}

int measure_stolen(void)
{
	struct stolen stolen;
	int ret;

	if (num_online_cpus() < 2)
		return 0;
	memset(&stolen, 0, sizeof(stolen));
	ret = ticks_calibrate() ?: series_alloc(&stolen.plain, params.samples) ?:
	      series_alloc(&stolen.late, params.samples) ?:
	      samples_alloc(&stolen.nothing[0], params.samples) ?:
	      samples_alloc(&stolen.nothing[1], params.samples);
	if (!ret)
		ret = run(&stolen);
	if (!ret && !measure_ending())
		ret = report(&stolen);
	series_free(&stolen.plain);
	series_free(&stolen.late);
	samples_free(&stolen.nothing[0]);
	samples_free(&stolen.nothing[1]);
	return ret;
}
