// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/timekeeping.h>

#include <kstop.h>

#include "callers.h"
#include "hogs.h"
#include "onoff.h"
#include "params.h"
#include "settled.h"
#include "torture.h"
#include "types.h"
#include "witness.h"

#define TOLD_MAX	10		/* violations that get a line */
#define COMPLAIN_S	15		/* about a caller that does not return */
#define TRIES		200		/* to find all stoppers at rest */

static struct task_struct *task;
static atomic_t violations;
static u64 began;			/* ns, 0: no torture */
static const char *verdict;		/* NULL: it goes on */
static unsigned int stuck;		/* callers that never came back */
static bool exiting;			/* it is our exit that ends it */

static u64 elapsed_ms(void)
{
	return div_u64(ktime_get_ns() - began, NSEC_PER_MSEC);
}

static u64 elapsed_s(void)
{
	return div_u64(elapsed_ms(), MSEC_PER_SEC);
}

void torture_violation(const char *fmt, ...)
{
	struct va_format what;
	va_list args;

	if (atomic_inc_return(&violations) > TOLD_MAX)
		return;
	va_start(args, fmt);
	what.fmt = fmt;
	what.va = &args;
	pr_err("!!! after %llu ms: %pV\n", elapsed_ms(), &what);
	va_end(args);
}

static void hear_witnesses(void)
{
	int n = atomic_xchg(&witness_probe.violations, 0);

	if (!n)
		return;
	torture_violation("%s", witness_probe.first);
	atomic_add(n - 1, &violations);
}

static void print_stats(void)
{
	struct tally all, native;

	hear_witnesses();
	callers_sum(&all, -1);
	callers_sum(&native, type_native());
	pr_info("Stats: %llu s requests=%llu completed=%llu timed_out=%llu absent=%llu busy=%llu "
		"in_use=%llu wrong=%llu callbacks=%llu native=%llu witnessed=%llu offlines=%llu "
		"onlines=%llu refused=%llu violations=%d\n", elapsed_s(),
		all.requests - native.requests, all.completed - native.completed,
		all.timed_out, all.absent, all.busy, all.in_use, all.wrong, all.callbacks,
		native.requests, witness_sections(), READ_ONCE(onoff.offlines),
		READ_ONCE(onoff.onlines), READ_ONCE(onoff.refused), atomic_read(&violations));
}

static int nothing(void *unused)
{
	return 0;
}

/* Nobody has left anything in a queue. */
static void check_rest(void)
{
	unsigned int cpu, tries = 0;
	int ret;

	kstop_flush();
	/* Somebody else may be using kstop. */
	while ((ret = try_kstop_cpus(cpu_online_mask, nothing, NULL)) == -EAGAIN &&
	       tries++ < TRIES)
		msleep(10);
	if (ret)
		torture_violation("all is over, and a stop of all CPUs gives %d", ret);
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		ret = kstop_one_cpu(cpu, nothing, NULL);
		if (ret)
			torture_violation("all is over, and a work on CPU %u gives %d", cpu,
					  ret);
	}
	cpus_read_unlock();
}

/* That there was something to judge. */
static void check_enough(void)
{
	struct tally sum;

	callers_sum(&sum, -1);
	if (!sum.completed)
		torture_violation("not one of %llu requests was completed", sum.requests);
	if (!witness_sections())
		torture_violation("the witnesses did not run");
}

static const char *judge(void)
{
	if (atomic_read(&violations))
		return "FAILURE";
	/* CPUs that should have come and gone, and did not. */
	if (params.onoff_interval_ms && (onoff.failed || !onoff.offlines || !onoff.onlines))
		return "HOTPLUG";
	return "SUCCESS";
}

static void disturbers_stop(void)
{
	onoff_stop();
	hogs_stop();
	settled_stop();
	witness_stop();
}

/*
 * The end. A caller that does not come back may hold the hotplug lock, so nothing
 * that could need it is tried then; and the module stays.
 */
static void finish(void)
{
	stuck = callers_stop();
	if (stuck) {
		callers_accuse();
		if (!READ_ONCE(exiting))
			__module_get(THIS_MODULE);
	} else {
		disturbers_stop();
		check_rest();
		check_enough();
	}
	print_stats();
	params_print("at end");
	WRITE_ONCE(verdict, judge());
	pr_info("End of test: %s\n", verdict);
}

/* At each second: whose turn is it? */
static void direct(unsigned int second)
{
	if (params.stutter_s)
		callers_pause(second / params.stutter_s % 2);
	if (params.shuffle_s && second % params.shuffle_s == 0)
		callers_avoid(get_random_u32() % nr_cpu_ids);
	if (params.stat_interval_s && second % params.stat_interval_s == 0)
		print_stats();
	if (second % COMPLAIN_S == 0)
		callers_complain(COMPLAIN_S);
	hear_witnesses();
}

static int torture_main(void *unused)
{
	unsigned int second = 0;

	while (!kthread_should_stop() && (!params.duration_s || second < params.duration_s)) {
		schedule_timeout_interruptible(HZ);
		if (elapsed_s() <= second)
			continue;
		second = elapsed_s();
		direct(second);
	}
	finish();
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static int start_all(void)
{
	struct task_struct *new;
	int ret;

	ret = witness_start();
	if (ret)
		return ret;
	ret = settled_start();
	if (ret)
		return ret;
	ret = hogs_start(params.hogs);
	if (ret)
		return ret;
	ret = callers_start();
	if (ret)
		return ret;
	ret = onoff_start(params.onoff_interval_ms, params.seed);
	if (ret)
		return ret;
	new = kthread_run(torture_main, NULL, "kstop_torture");
	if (IS_ERR(new))
		return PTR_ERR(new);
	task = new;
	return 0;
}

int torture_start(void)
{
	int ret;

	if (!*params.torture_type)
		return 0;
	ret = params_check();
	if (ret)
		return ret;
	ret = types_choose(params.torture_type);
	if (ret)
		return ret;
	params_print("at start");
	WRITE_ONCE(began, ktime_get_ns());
	return start_all();
}

void torture_stop(void)
{
	if (!began)
		return;
	WRITE_ONCE(exiting, true);
	/* If it has never run it will not, and the others have long begun. */
	if (task && kthread_stop(task) == -EINTR)
		finish();
	if (!task)
		stuck = callers_stop();
	/* Their code and memory go away with us. */
	while (stuck) {
		pr_warn("unloading waits for %u callers\n", stuck);
		stuck = callers_stop();
	}
	disturbers_stop();
	callers_exit();
}

int torture_show(struct seq_file *m, void *unused)
{
	struct tally sum;
	unsigned int type;

	seq_printf(m, "state: %s\n",
		   !READ_ONCE(began) ? "none" : READ_ONCE(verdict) ? "ended" : "running");
	seq_printf(m, "verdict: %s\n", READ_ONCE(verdict) ?: "none");
	callers_sum(&sum, -1);
	seq_printf(m, "requests: %llu\ncompleted: %llu\ntimed_out: %llu\nabsent: %llu\n",
		   sum.requests, sum.completed, sum.timed_out, sum.absent);
	seq_printf(m, "busy: %llu\nin_use: %llu\nwrong: %llu\ncallbacks: %llu\n", sum.busy,
		   sum.in_use, sum.wrong, sum.callbacks);
	seq_printf(m, "witnessed: %llu\nofflines: %llu\nonlines: %llu\nrefused: %llu\n",
		   witness_sections(), READ_ONCE(onoff.offlines), READ_ONCE(onoff.onlines),
		   READ_ONCE(onoff.refused));
	seq_printf(m, "violations: %d\n", atomic_read(&violations));
	for (type = 0; type < types_count(); type++) {
		callers_sum(&sum, type);
		if (sum.requests)
			seq_printf(m, "%s_requests: %llu\n%s_completed: %llu\n",
				   type_name(type), sum.requests, type_name(type),
				   sum.completed);
	}
	return 0;
}
