// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "crew.h"

/* False: it is over. */
static bool wait_for_turn(struct member *member, unsigned int *turn)
{
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop() || READ_ONCE(member->crew->turn) != *turn)
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	/* Pairs with crew_go(). */
	*turn = smp_load_acquire(&member->crew->turn);
	return !kthread_should_stop();
}

static int member_main(void *arg)
{
	struct member *member = arg;
	struct crew *crew = member->crew;
	unsigned int turn = 0;

	while (wait_for_turn(member, &turn)) {
		crew->job(member);
		if (atomic_dec_and_test(&crew->busy))
			complete(&crew->over);
	}
	return 0;
}

static int member_start(struct member *member, int cpu)
{
	struct task_struct *task;

	task = kthread_create(member_main, member, "kstop_scale/%u", member->number);
	if (IS_ERR(task))
		return PTR_ERR(task);
	if (cpu >= 0)
		kthread_bind(task, cpu);
	member->task = get_task_struct(task);
	wake_up_process(task);
	return 0;
}

int crew_start(struct crew *crew, unsigned int nr, int cpu, void (*job)(struct member *member),
	       void *arg)
{
	unsigned int i;
	int ret;

	memset(crew, 0, sizeof(*crew));
	crew->job = job;
	crew->arg = arg;
	init_completion(&crew->over);
	crew->members = kcalloc(nr, sizeof(*crew->members), GFP_KERNEL);
	if (!crew->members)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		crew->members[i].crew = crew;
		crew->members[i].number = i;
		ret = member_start(&crew->members[i], cpu);
		if (ret)
			return ret;
		crew->nr++;
	}
	return 0;
}

void crew_stop(struct crew *crew)
{
	unsigned int i;

	for (i = 0; i < crew->nr; i++) {
		kthread_stop(crew->members[i].task);
		put_task_struct(crew->members[i].task);
	}
	kfree(crew->members);
	crew->members = NULL;
	crew->nr = 0;
}

void crew_go(struct crew *crew)
{
	unsigned int i;

	for (i = 0; i < crew->nr; i++)
		crew->members[i].done = 0;
	atomic_set(&crew->busy, crew->nr);
	reinit_completion(&crew->over);
	/* Who sees the new turn, in wait_for_turn(), sees what it is about. */
	smp_store_release(&crew->turn, crew->turn + 1);
	for (i = 0; i < crew->nr; i++)
		wake_up_process(crew->members[i].task);
}

s64 crew_wait(struct crew *crew)
{
	unsigned int i;
	s64 sum = 0;

	wait_for_completion(&crew->over);
	for (i = 0; i < crew->nr; i++) {
		if (crew->members[i].error)
			return crew->members[i].error;
		sum += crew->members[i].done;
	}
	return sum;
}
