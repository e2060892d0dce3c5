// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "kstoptest: " fmt

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "crew.h"
#include "expect.h"
#include "scratch.h"
#include "spin.h"

/* How long the longest round may last: each waits 10 s at most. */
#define ROUND_LIMIT	(15 * HZ)

static LIST_HEAD(crew);

static void tally(struct hand *hand, int ret)
{
	if (!ret) {
		WRITE_ONCE(hand->count, hand->count + 1);
	} else if (ret > 0) {
		WRITE_ONCE(hand->refused, hand->refused + 1);
	} else {
		WRITE_ONCE(hand->errors, hand->errors + 1);
		WRITE_ONCE(hand->last_error, ret);
	}
}

static int hand_main(void *arg)
{
	struct hand *hand = arg;

	allow_signal(SIGKILL);		/* kstop's waits are killable */
	while (!READ_ONCE(hand->stop)) {
		tally(hand, hand->round(hand->arg));
		cond_resched();
	}
	complete(&hand->done);
	return 0;
}

int hand_hire(struct hand *hand, const char *name, int cpu, round_fn_t round,
	      void *arg)
{
	struct task_struct *task;

	init_completion(&hand->done);
	strscpy(hand->name, name, sizeof(hand->name));
	hand->round = round;
	hand->arg = arg;
	task = kthread_create(hand_main, hand, "kstt/%s", name);
	if (IS_ERR(task))
		return PTR_ERR(task);
	if (cpu != ANY_CPU)
		kthread_bind(task, cpu);
	/* It may end before it is stopped. */
	get_task_struct(task);
	hand->task = task;
	wake_up_process(task);
	return 0;
}

static bool hand_comes_back(struct hand *hand)
{
	if (wait_for_completion_timeout(&hand->done, ROUND_LIMIT))
		return true;
	pr_err("thread %s does not come back: killing it\n", hand->name);
	send_sig(SIGKILL, hand->task, 1);
	return wait_for_completion_timeout(&hand->done, ROUND_LIMIT);
}

bool hand_dismiss(struct hand *hand)
{
	if (!hand->task)
		return true;
	WRITE_ONCE(hand->stop, true);
	if (!hand_comes_back(hand)) {
		scratch_lose(hand->name);
		return false;
	}
	kthread_stop(hand->task);
	put_task_struct(hand->task);
	hand->task = NULL;
	return true;
}

struct hand *crew_hire(const char *name, int cpu, round_fn_t round, void *arg)
{
	struct hand *hand = scratch_alloc(sizeof(*hand));
	int ret = hand ? hand_hire(hand, name, cpu, round, arg) : -ENOMEM;

	if (!expect(!ret, "cannot start thread %s: %d", name, ret))
		return NULL;
	list_add(&hand->node, &crew);
	return hand;
}

static bool all_came_through(void)
{
	struct hand *hand;

	list_for_each_entry(hand, &crew, node)
		if (!READ_ONCE(hand->count))
			return false;
	return true;
}

void crew_come_through(void)
{
	struct hand *hand;

	if (sleep_for(all_came_through(), jiffies_to_msecs(ROUND_LIMIT)))
		return;
	list_for_each_entry(hand, &crew, node)
		expect(READ_ONCE(hand->count), "thread %s never came through",
		       hand->name);
}

void crew_dismiss_one(struct hand *hand)
{
	list_del_init(&hand->node);
	expect(hand_dismiss(hand), "thread %s is stuck", hand->name);
}

void crew_dismiss(void)
{
	struct hand *hand, *next;

	/* All at once first: one may be held up by another. */
	list_for_each_entry(hand, &crew, node)
		WRITE_ONCE(hand->stop, true);
	list_for_each_entry_safe(hand, next, &crew, node)
		crew_dismiss_one(hand);
}
