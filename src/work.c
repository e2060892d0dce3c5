// SPDX-License-Identifier: GPL-2.0-only
/* kstop_one_cpu(), kstop_one_cpu_nowait(), kstop_flush() */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mutex.h>

#include "callback.h"
#include "late.h"
#include "limit.h"
#include "queue.h"
#include "stats.h"
#include "work.h"

/* A client that was written for mainline passes a struct cpu_stop_work. */
static_assert(sizeof(struct kstop_work) <= sizeof(struct cpu_stop_work));

/**
 * struct one_cpu - a work somebody waits for
 * @work: in the queue; its fn is one_cpu_run()
 * @fn: the user's callback
 * @arg: its argument
 * @ret: what it returned
 * @done: it has returned
 */
struct one_cpu {
	struct kstop_work	work;
	cpu_stop_fn_t		fn;
	void			*arg;
	int			ret;
	struct completion	done;
};

static int one_cpu_run(void *arg)
{
	struct one_cpu *one = arg;

	one->ret = callback_run(one->fn, one->arg);
	callback_report();
	/* Its lock is what makes the waiter, and so @one, outlast this. */
	complete(&one->done);
	return 0;
}

static DEFINE_MUTEX(flush_mutex);		/* guards the three below */
static DEFINE_PER_CPU(struct kstop_work, flush_works);
static atomic_t flush_left;
static DECLARE_COMPLETION(flush_done);

static int flush_run(void *unused)
{
	if (atomic_dec_and_test(&flush_left))
		complete(&flush_done);
	return 0;
}

/* Whether nobody waits for it: what kstop_flush() is for. */
bool work_is_nowait(const struct kstop_work *work)
{
	return work->fn != one_cpu_run;
}

/**
 * work_fn() - the callback that a work is about
 * @work: in a queue whose lock is held, so that its owner is still there
 */
cpu_stop_fn_t work_fn(const struct kstop_work *work)
{
	const struct one_cpu *one = work->arg;

	return work->fn == one_cpu_run ? one->fn : work->fn;
}

/**
 * work_run() - what a stopper thread does with a work
 * @work: a copy of it
 *
 * Context: the stopper thread, preemption off.
 */
void work_run(struct kstop_work *work)
{
	if (work->fn == one_cpu_run || work->fn == flush_run) {
		work->fn(work->arg);
	} else {
		callback_run(work->fn, work->arg);
		callback_report();
	}
	count_event(EV_WORK);
}

/*
 * Wait for the end of a work, or for a chance to take it back when killed.
 * Once fn has begun there is none.
 */
static int one_cpu_wait(struct one_cpu *one, unsigned int cpu)
{
	struct limit limit = { };
	unsigned long jiffies_left;
	long left;

	do {
		jiffies_left = limit_warn_jiffies(&limit);
		if (limit.deaf)
			left = wait_for_completion_timeout(&one->done,
							   jiffies_left);
		else
			left = wait_for_completion_killable_timeout(&one->done,
							jiffies_left);
		if (!left)
			late_warn(&limit, one->fn, one->work.caller,
				  cpumask_of(cpu));
		if (left < 0) {
			limit.deaf = true;
			if (queue_cancel_work(cpu, &one->work))
				break;
		}
	} while (left <= 0);

	late_over(&limit, one->fn, one->work.caller, left > 0);
	if (left > 0)
		return 0;
	count_event(EV_KILL);
	return -EINTR;
}

int kstop_one_cpu(unsigned int cpu, cpu_stop_fn_t fn, void *arg)
{
	struct one_cpu one = {
		.work = {
			.fn = one_cpu_run,
			.arg = &one,
			.caller = _RET_IP_,
		},
		.fn = fn,
		.arg = arg,
	};
	int err;

	if (!fn || cpu >= nr_cpu_ids)
		return -EINVAL;
	err = may_wait("kstop_one_cpu", _RET_IP_);
	if (err)
		return err;

	init_completion(&one.done);
	if (!cpu_possible(cpu) || !queue_add_work(cpu, &one.work))
		return -ENOENT;
	err = one_cpu_wait(&one, cpu);
	return err ?: one.ret;
}
EXPORT_SYMBOL_GPL(kstop_one_cpu);

bool kstop_one_cpu_nowait(unsigned int cpu, cpu_stop_fn_t fn, void *arg,
			  struct kstop_work *work)
{
	if (!fn || cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return false;

	work->fn = fn;
	work->arg = arg;
	work->caller = _RET_IP_;
	return queue_add_work(cpu, work);
}
EXPORT_SYMBOL_GPL(kstop_one_cpu_nowait);

static void flush_wait(unsigned long caller)
{
	struct limit limit = { };

	while (!wait_for_completion_timeout(&flush_done,
					    limit_warn_jiffies(&limit)))
		late_warn(&limit, flush_run, caller, cpu_possible_mask);
	late_over(&limit, flush_run, caller, true);
}

void kstop_flush(void)
{
	unsigned int cpu;

	if (WARN_ONCE(in_callback(),
		      "kstop: a callback called %s(), which waits for nothing there: %pS\n",
		      __func__, (void *)_RET_IP_))
		return;
	if (may_wait("kstop_flush", _RET_IP_))
		return;

	mutex_lock(&flush_mutex);
	reinit_completion(&flush_done);
	/* One for ourselves, so that the count is not 0 half way through. */
	atomic_set(&flush_left, 1);
	for_each_possible_cpu(cpu) {
		struct kstop_work *work = per_cpu_ptr(&flush_works, cpu);

		work->fn = flush_run;
		work->caller = _RET_IP_;
		atomic_inc(&flush_left);
		if (!queue_add_work_behind(cpu, work))
			atomic_dec(&flush_left);
	}
	if (!atomic_dec_and_test(&flush_left))
		flush_wait(_RET_IP_);
	mutex_unlock(&flush_mutex);
}
EXPORT_SYMBOL_GPL(kstop_flush);
