// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "callers.h"
#include "ops.h"
#include "params.h"
#include "parse.h"
#include "settled.h"
#include "torture.h"

#define REST_US		300		/* between two requests, now and then */
#define PATIENCE_S	30		/* with a caller, when nobody gets on */

/**
 * struct caller - one thread
 * @number:	among all, natives last
 * @native:	it calls the kernel's stop_machine()
 * @task:	the thread, NULL: there is none
 * @gone:	it has ended
 * @rnd:	its choices
 * @cmd:	its present command
 * @run:	what it is carried out with
 * @type:	of that command
 * @since:	when it was begun, in jiffies; 0: there is none
 * @tally:	of each type
 */
struct caller {
	unsigned int		number;
	bool			native;
	struct task_struct	*task;
	struct completion	gone;
	struct rnd_state	rnd;
	struct command		*cmd;
	struct run		*run;
	unsigned int		type;
	unsigned long		since;
	struct tally		tally[TYPES_MAX];
};

static struct caller *callers;
static unsigned int nr_callers;

static bool paused, ending;
static DECLARE_WAIT_QUEUE_HEAD(go_on);

/* What of CPU hotplug there was at a request. */
struct calm {
	bool		named;		/* the CPUs that it names were settled */
	bool		all;		/* all were */
	unsigned long	changes;
};

static void calm_before(struct calm *calm, const struct command *cmd)
{
	enum command_key key = command_has(cmd, KEY_CPU) ? KEY_CPU : KEY_STOP;

	calm->changes = settled_changes();
	calm->all = settled_all(NULL);
	calm->named = settled_all(command_cpus(cmd, key));
}

static void calm_after(struct calm *calm)
{
	bool quiet = calm->changes == settled_changes();

	calm->all &= quiet;
	calm->named &= quiet;
}

/*
 * Whether fn ran wherever it should: if all CPUs of the mask were there from before the call
 * until after it, the most that can be is what must be.
 */
static bool is_everywhere(const struct run *run, const struct calm *calm)
{
	const struct result *result = &run->result;

	return !run->cmd->op->each || !calm->named || result->error || !result->completed ||
	       result->callbacks == run->visit.max;
}

/* Whether an error is one that kstop may give here. */
static bool is_right(const struct command *cmd, int error, const struct calm *calm)
{
	if (!strcmp(cmd->op->name, "inactive"))
		return error == -ENOENT || error == -EBUSY || error == -EAGAIN;
	switch (error) {
	case -ENOENT:
		return !calm->named;
	case -EBUSY:
		return !calm->all;
	case -EAGAIN:
		return !strcmp(cmd->op->name, "try");
	case -ETIMEDOUT:
		return command_has(cmd, KEY_TIMEOUT_US);
	default:
		return false;
	}
}

/* Who sums up reads at any time. */
static void count(u64 *counter, u64 n)
{
	WRITE_ONCE(*counter, *counter + n);
}

static void count_error(struct tally *tally, int error)
{
	switch (error) {
	case -ENOENT:
		count(&tally->absent, 1);
		break;
	case -EBUSY:
		count(&tally->busy, 1);
		break;
	case -EAGAIN:
		count(&tally->in_use, 1);
		break;
	case -ETIMEDOUT:
		count(&tally->timed_out, 1);
		break;
	default:
		count(&tally->wrong, 1);
	}
}

/* -EPROTO is a violation that the probe knows more about. */
static void judge(struct caller *caller, const struct calm *calm)
{
	struct result *result = &caller->run->result;
	struct tally *tally = &caller->tally[caller->type];
	int violations = atomic_xchg(&caller->run->probe.violations, 0);

	count(&tally->requests, result->requests);
	count(&tally->completed, result->completed);
	count(&tally->callbacks, result->callbacks);
	if (result->error)
		count_error(tally, result->error);
	if (violations)
		torture_violation("%s by caller %u: %s", type_name(caller->type),
				  caller->number, caller->run->probe.first);
	else if (result->error && !is_right(caller->cmd, result->error, calm))
		torture_violation("%s by caller %u gave %d%s", type_name(caller->type),
				  caller->number, result->error,
				  calm->named ? ", and the CPUs are there" : "");
	else if (!is_everywhere(caller->run, calm))
		torture_violation("%s by caller %u: fn ran %llu times, and for CPUs that are there %u is right",
				  type_name(caller->type), caller->number, result->callbacks,
				  caller->run->visit.max);
	if (caller->run->lost)
		torture_violation("nowait by caller %u: a work was accepted and did not run",
				  caller->number);
	result->requests = 0;
	result->completed = 0;
	result->failed = 0;
	result->callbacks = 0;
	result->nr_samples = 0;
	result->error = 0;
}

static void one_command(struct caller *caller)
{
	struct calm calm;

	WRITE_ONCE(caller->type, types_draw(caller->cmd, caller->run, &caller->rnd,
					    caller->native));
	calm_before(&calm, caller->cmd);
	WRITE_ONCE(caller->since, jiffies ?: 1);
	run_perform(caller->run);
	WRITE_ONCE(caller->since, 0);
	calm_after(&calm);
	judge(caller, &calm);
}

static int caller_main(void *arg)
{
	struct caller *caller = arg;

	while (!READ_ONCE(ending) && !caller->run->lost) {
		wait_event(go_on, !READ_ONCE(paused) || READ_ONCE(ending));
		one_command(caller);
		cond_resched();
		if (caller->native || prandom_u32_state(&caller->rnd) % 4 == 0)
			usleep_range(1, REST_US);
	}
	complete(&caller->gone);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ / 10);
	return 0;
}

static int caller_start(struct caller *caller, unsigned int number)
{
	struct task_struct *task;

	caller->number = number;
	caller->native = number >= params.callers;
	init_completion(&caller->gone);
	prandom_seed_state(&caller->rnd, params.seed + number);
	caller->cmd = kzalloc(sizeof(*caller->cmd), GFP_KERNEL);
	if (!caller->cmd)
		return -ENOMEM;
	caller->run = run_create(caller->cmd, "torture", 1);
	if (!caller->run)
		return -ENOMEM;
	task = kthread_run(caller_main, caller, "kstop_%s/%u",
			   caller->native ? "native" : "caller", number);
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	caller->task = task;
	return 0;
}

int callers_start(void)
{
	unsigned int i;
	int ret = 0;

	callers = kvcalloc(params.callers + params.native, sizeof(*callers), GFP_KERNEL);
	if (!callers)
		return -ENOMEM;
	for (i = 0; i < params.callers + params.native && !ret; i++) {
		/* Pairs with callers_sum(), in which a reader may be already. */
		smp_store_release(&nr_callers, nr_callers + 1);
		ret = caller_start(&callers[i], i);
	}
	return ret;
}

/* Wait until it has left its last call, for as long as anybody gets on, and then some. */
static bool caller_gone(struct caller *caller, unsigned int *idle)
{
	struct tally before, now;

	callers_sum(&before, -1);
	while (!wait_for_completion_timeout(&caller->gone, *idle < PATIENCE_S ? HZ : 1)) {
		if (*idle >= PATIENCE_S)
			return false;
		callers_sum(&now, -1);
		*idle = now.requests == before.requests ? *idle + 1 : 0;
		before = now;
	}
	return true;
}

/* Also of one that was started by half. False if its thread is still in a call. */
static bool caller_stop(struct caller *caller, unsigned int *idle)
{
	if (caller->task) {
		if (!caller_gone(caller, idle))
			return false;
		kthread_stop(caller->task);
		put_task_struct(caller->task);
		caller->task = NULL;
	}
	if (caller->run)
		run_destroy(caller->run);
	kfree(caller->cmd);
	caller->run = NULL;
	caller->cmd = NULL;
	return true;
}

unsigned int callers_stop(void)
{
	unsigned int i, idle = 0, stuck = 0;

	WRITE_ONCE(ending, true);
	wake_up_all(&go_on);
	for (i = 0; i < nr_callers; i++)
		stuck += !caller_stop(&callers[i], &idle);
	return stuck;
}

void callers_exit(void)
{
	kvfree(callers);
	callers = NULL;
	nr_callers = 0;
}

void callers_pause(bool pause)
{
	WRITE_ONCE(paused, pause);
	wake_up_all(&go_on);
}

void callers_avoid(unsigned int cpu)
{
	struct cpumask *mask = kzalloc(sizeof(*mask), GFP_KERNEL);
	unsigned int i;

	if (!mask)
		return;
	/*
	 * Not while a CPU goes down: a kernel thread that is queued elsewhere is put on
	 * such a CPU by a mask that has it (seen on 6.1: "Dying CPU not properly
	 * vacated"). rcutorture's shuffle takes the lock, too.
	 */
	cpus_read_lock();
	cpumask_copy(mask, cpu_online_mask);
	if (cpumask_weight(mask) > 1)
		cpumask_clear_cpu(cpu, mask);
	for (i = 0; i < nr_callers; i++)
		set_cpus_allowed_ptr(callers[i].task, mask);
	cpus_read_unlock();
	kfree(mask);
}

static void add(struct tally *sum, const struct tally *tally)
{
	sum->requests += READ_ONCE(tally->requests);
	sum->completed += READ_ONCE(tally->completed);
	sum->absent += READ_ONCE(tally->absent);
	sum->busy += READ_ONCE(tally->busy);
	sum->in_use += READ_ONCE(tally->in_use);
	sum->timed_out += READ_ONCE(tally->timed_out);
	sum->wrong += READ_ONCE(tally->wrong);
	sum->callbacks += READ_ONCE(tally->callbacks);
}

void callers_sum(struct tally *sum, int type)
{
	unsigned int i, t, nr;

	memset(sum, 0, sizeof(*sum));
	/* Pairs with callers_start(). */
	nr = smp_load_acquire(&nr_callers);
	for (i = 0; i < nr; i++)
		for (t = 0; t < types_count(); t++)
			if (type < 0 || t == type)
				add(sum, &callers[i].tally[t]);
}

void callers_complain(unsigned int seconds)
{
	unsigned int i;

	for (i = 0; i < nr_callers; i++) {
		unsigned long since = READ_ONCE(callers[i].since);
		unsigned long age = since ? (jiffies - since) / HZ : 0;

		if (since && age >= seconds)
			pr_warn("??? caller %u has been in %s for %lu s\n", callers[i].number,
				type_name(READ_ONCE(callers[i].type)), age);
	}
}

void callers_accuse(void)
{
	unsigned int i;

	for (i = 0; i < nr_callers; i++) {
		if (callers[i].task)
			torture_violation("%s by caller %u does not return, after %lu s",
					  type_name(READ_ONCE(callers[i].type)), callers[i].number,
					  (jiffies - READ_ONCE(callers[i].since)) / HZ);
	}
}
