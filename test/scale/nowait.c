// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include <kstop.h>

#include "../compat.h"
#include "measure.h"
#include "params.h"
#include "results.h"
#include "samples.h"

/* The same work for all who can carry it out. */
struct job {
	struct kstop_work	kstop;
	struct kthread_work	kthread;
	struct work_struct	work;
	call_single_data_t	csd;
};

/**
 * struct target - where works go
 * @cpu:	the CPU
 * @worker:	a kthread_worker there
 * @jobs:	as many as may be on their way at a time
 * @left:	how many have not run
 * @all:	the last has
 */
static struct target {
	unsigned int		cpu;
	struct kthread_worker	*worker;
	struct job		*jobs;
	atomic_t		left;
	struct completion	all;
} target;

static void job_done(void)
{
	if (atomic_dec_and_test(&target.left))
		complete(&target.all);
}

static int run_kstop(void *unused)
{
	job_done();
	return 0;
}

static void run_kthread(struct kthread_work *unused)
{
	job_done();
}

static void run_work(struct work_struct *unused)
{
	job_done();
}

static void run_csd(void *unused)
{
	job_done();
}

static void run_nothing(void *unused)
{
}

static bool send_kstop(struct job *job)
{
	return kstop_one_cpu_nowait(target.cpu, run_kstop, job, &job->kstop);
}

static bool send_kthread(struct job *job)
{
	return kthread_queue_work(target.worker, &job->kthread);
}

static bool send_work(struct job *job)
{
	return schedule_work_on(target.cpu, &job->work);
}

static bool send_csd(struct job *job)
{
	return !smp_call_function_single_async(target.cpu, &job->csd);
}

static const struct sender {
	const char	*name;
	bool		(*send)(struct job *job);
} senders[] = {
	{ "kthread_worker",	send_kthread },
	{ "schedule_work_on",	send_work },
	{ "kstop_nowait",	send_kstop },
	{ "smp_call_async",	send_csd },
};

#define SENDERS		ARRAY_SIZE(senders)

/*
 * What carries a work out forgets it before it runs it, so all can be sent again. If
 * one is refused, those before it may still be under way.
 */
static int send_all(const struct sender *sender, unsigned int nr)
{
	unsigned int i;

	atomic_set(&target.left, nr);
	reinit_completion(&target.all);
	for (i = 0; i < nr; i++) {
		if (!sender->send(&target.jobs[i])) {
			pr_err("!!! %s did not take a work\n", sender->name);
			return -EPROTO;
		}
	}
	wait_for_completion(&target.all);
	return 0;
}

/**
 * struct nowait - what is taken
 * @stream:	works per second, many on their way at a time
 * @alone:	how long one takes until its sender has heard of it
 */
struct nowait {
	struct samples	stream[SENDERS];
	struct samples	alone[SENDERS];
};

static int one_slice(const struct sender *sender, struct samples *samples)
{
	u64 began, until, works = 0;
	int ret;

	measure_rest();
	began = ktime_get_ns();
	until = began + params.slice_ms * NSEC_PER_MSEC;
	do {
		ret = send_all(sender, params.depth);
		if (ret)
			return ret;
		works += params.depth;
		cond_resched();
	} while (ktime_get_ns() < until);
	samples_add(samples, div64_u64(works * NSEC_PER_SEC, ktime_get_ns() - began));
	return 0;
}

static int one_alone(const struct sender *sender, struct samples *samples)
{
	u64 began;
	int ret;

	measure_rest();
	began = ktime_get_ns();
	ret = send_all(sender, 1);
	samples_add(samples, measure_units(ktime_get_ns() - began));
	return ret;
}

static int report(struct nowait *nowait)
{
	const struct situation stream = {
		.measure	= "nowait",
		.variant	= "stream",
		.load		= "idle",
		.callers	= 1,
		.unit		= "works/s",
		.more		= true,
	};
	const struct situation alone = {
		.measure	= "nowait",
		.variant	= "alone",
		.load		= "idle",
		.callers	= 1,
		.unit		= measure_unit(),
	};
	size_t n;
	int ret = 0;

	for (n = 0; n < SENDERS && !ret; n++)
		ret = results_add(&stream, senders[n].name, &nowait->stream[n]) ?:
		      results_add(&alone, senders[n].name, &nowait->alone[n]);
	return ret;
}

static int take_turns(struct nowait *nowait)
{
	unsigned int i;
	size_t n;
	int ret = 0;

	for (i = 0; !ret && measure_more(i, params.slices); i++) {
		for (n = 0; n < SENDERS && !ret; n++)
			ret = one_slice(&senders[n], &nowait->stream[n]);
	}
	for (i = 0; !ret && measure_more(i, params.samples); i++) {
		for (n = 0; n < SENDERS && !ret; n++)
			ret = one_alone(&senders[n], &nowait->alone[n]);
	}
	return ret;
}

static int target_init(void)
{
	struct kthread_worker *worker;
	unsigned int i;

	init_completion(&target.all);
	target.cpu = cpumask_last(cpu_online_mask);
	target.jobs = kvcalloc(params.depth, sizeof(*target.jobs), GFP_KERNEL);
	if (!target.jobs)
		return -ENOMEM;
	for (i = 0; i < params.depth; i++) {
		kthread_init_work(&target.jobs[i].kthread, run_kthread);
		INIT_WORK(&target.jobs[i].work, run_work);
		target.jobs[i].csd.func = run_csd;
	}
	worker = compat_run_worker_on_cpu(target.cpu);
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	target.worker = worker;
	return set_cpus_allowed_ptr(current, cpumask_of(cpumask_first(cpu_online_mask)));
}

/* The last of a work's code is run after the work has been counted. */
static void target_exit(void)
{
	unsigned int i;

	set_cpus_allowed_ptr(current, cpu_possible_mask);
	kstop_flush();
	for (i = 0; target.jobs && i < params.depth; i++)
		flush_work(&target.jobs[i].work);
	smp_call_function_single(target.cpu, run_nothing, NULL, 1);
	if (target.worker)
		kthread_destroy_worker(target.worker);
	target.worker = NULL;
	kvfree(target.jobs);
	target.jobs = NULL;
}

int measure_nowait(void)
{
	struct nowait nowait;
	size_t n;
	int ret = 0;

	memset(&nowait, 0, sizeof(nowait));
	for (n = 0; n < SENDERS && !ret; n++)
		ret = samples_alloc(&nowait.stream[n], params.slices) ?:
		      samples_alloc(&nowait.alone[n], params.samples);
	ret = ret ?: target_init();
	if (!ret)
		ret = take_turns(&nowait);
	target_exit();
	if (!ret && !measure_ending())
		ret = report(&nowait);
	for (n = 0; n < SENDERS; n++) {
		samples_free(&nowait.stream[n]);
		samples_free(&nowait.alone[n]);
	}
	return ret;
}
