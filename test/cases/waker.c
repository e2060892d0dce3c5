// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "waker.h"

void waker_exit(struct waker *waker)
{
	while (waker->nr)
		put_task_struct(waker->tasks[--waker->nr]);
}

static bool is_stopper(const struct task_struct *task)
{
	/* Others of its flags may be changing, and a new thread is given its name. */
	return data_race(task->flags & PF_KTHREAD &&
			 !strncmp(task->comm, "kstop/", 6));
}

/* A CPU that comes up for the first time brings a new one. */
static void find_stoppers(struct waker *waker)
{
	struct task_struct *task;

	waker_exit(waker);
	rcu_read_lock();
	for_each_process(task) {
		if (!is_stopper(task) || waker->nr == WAKER_TASKS)
			continue;
		get_task_struct(task);
		waker->tasks[waker->nr++] = task;
	}
	rcu_read_unlock();
	waker->found_at = jiffies;
}

int waker_round(void *arg)
{
	struct waker *waker = arg;
	unsigned int i;

	if (!waker->nr || time_after(jiffies, waker->found_at + HZ))
		find_stoppers(waker);
	for (i = 0; i < waker->nr; i++)
		wake_up_process(waker->tasks[i]);
	usleep_range(20, 50);
	return waker->nr ? 0 : 1;
}
