// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timer.h>

#include "../compat.h"
#include "hogs.h"
#include "params.h"
#include "witness.h"

/* Has a lock that may sleep where the kernel is PREEMPT_RT. */
static u32 up_to(u32 most)
{
	return 1 + get_random_u32() % most;
}

static void spin_normally(void)
{
	udelay(500);
	cond_resched();
}

/* Leaves some time, or the kernel takes it. */
static void spin_urgently(void)
{
	mdelay(2);
	usleep_range(2000, 10000);
}

static void spin_without_preemption(void)
{
	u32 us = up_to(5000);

	preempt_disable();
	udelay(us);
	preempt_enable();
	usleep_range(1000, 5000);
}

static void spin_without_interrupts(void)
{
	u32 us = up_to(1000);

	local_irq_disable();
	udelay(us);
	local_irq_enable();
	usleep_range(1000, 5000);
}

static void send_interrupts(void)
{
	unsigned int cpu;

	/* Those that are not online get none. */
	for_each_present_cpu(cpu)
		smp_call_function_single(cpu, witness_interrupt, NULL, 1);
	usleep_range(50, 200);
}

static void timer_hog(struct timer_list *unused)
{
	witness_interrupt(NULL);
	udelay(500);
}

/* Ready from the start: it is deleted also if the hogs were never begun. */
static DEFINE_TIMER(timer, timer_hog);

static void start_timer(void)
{
	unsigned int cpu = get_random_u32() % nr_cpu_ids;

	/*
	 * It may go down now; then the timer moves, and comes all the same. That it has
	 * gone off the kernel notes plainly.
	 */
	if (cpu_online(cpu) && !data_race(timer_pending(&timer))) {
		timer.expires = jiffies + 1;
		add_timer_on(&timer, cpu);
	}
	usleep_range(1000, 3000);
}

static int be_idle(struct task_struct *task)
{
	compat_set_fair(task, SCHED_IDLE, 0, false);
	return 0;
}

static int be_fifo(struct task_struct *task)
{
	if (params.onoff_interval_ms && !COMPAT_HAVE_RT_HOTPLUG)
		return -EOPNOTSUPP;
	compat_set_fifo(task, MAX_RT_PRIO - 1);
	return 0;
}

static int be_deadline(struct task_struct *task)
{
	return compat_set_deadline_of(task, 2 * NSEC_PER_MSEC, 10 * NSEC_PER_MSEC);
}

static struct hog {
	const char		*name;
	void			(*spin)(void);
	int			(*prepare)(struct task_struct *task);
	struct task_struct	*task;
} hogs[] = {
	{ "normal",	spin_normally },
	{ "idle",	spin_normally,		be_idle },
	{ "fifo",	spin_urgently,		be_fifo },
	{ "deadline",	spin_urgently,		be_deadline },
	{ "preempt",	spin_without_preemption },
	{ "irqsoff",	spin_without_interrupts },
	{ "irq",	send_interrupts },
	{ "softirq",	start_timer },
};

static int hog_main(void *arg)
{
	struct hog *hog = arg;

	while (!kthread_should_stop())
		hog->spin();
	return 0;
}

static int hog_start(struct hog *hog)
{
	struct task_struct *task;
	int ret;

	if (hog->task)
		return 0;
	task = kthread_create(hog_main, hog, "kstop_hog/%s", hog->name);
	if (IS_ERR(task))
		return PTR_ERR(task);
	hog->task = task;
	ret = hog->prepare ? hog->prepare(task) : 0;
	if (ret)
		pr_warn("the hog %s has an ordinary policy, error %d\n", hog->name, ret);
	wake_up_process(task);
	return 0;
}

static int start_named(const char *name)
{
	bool all = !strcmp(name, "all"), known = false;
	size_t i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(hogs) && !ret; i++) {
		if (!all && strcmp(name, hogs[i].name))
			continue;
		known = true;
		ret = hog_start(&hogs[i]);
	}
	if (known)
		return ret;
	pr_err("hogs: there is no \"%s\", only " HOG_NAMES "\n", name);
	return -EINVAL;
}

int hogs_start(const char *list)
{
	char *copy = kstrdup(list, GFP_KERNEL), *rest = copy, *name;
	int ret = 0;

	if (!copy)
		return -ENOMEM;
	while (!ret && (name = strsep(&rest, ","))) {
		if (*name)
			ret = start_named(name);
	}
	kfree(copy);
	if (ret)
		hogs_stop();
	return ret;
}

void hogs_stop(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hogs); i++) {
		if (hogs[i].task)
			kthread_stop(hogs[i].task);
		hogs[i].task = NULL;
	}
	compat_timer_delete_sync(&timer);
}
