// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/prandom.h>
#include <linux/printk.h>

#include "onoff.h"

struct onoff onoff;

#ifdef CONFIG_HOTPLUG_CPU
static struct task_struct *task;
static struct rnd_state rnd;
static struct cpumask at_first;
static unsigned int interval;

static void take_down(unsigned int cpu)
{
	int ret = remove_cpu(cpu);

	if (!ret)
		WRITE_ONCE(onoff.offlines, onoff.offlines + 1);
	else if (ret == -EBUSY)
		WRITE_ONCE(onoff.refused, onoff.refused + 1);
	else if (ret < 0)
		WRITE_ONCE(onoff.failed, onoff.failed + 1);
	/* 1: somebody else has done it. */
	if (ret < 0 && ret != -EBUSY)
		pr_warn("??? CPU %u does not go down, error %d\n", cpu, ret);
}

static void bring_up(unsigned int cpu)
{
	int ret = add_cpu(cpu);

	if (!ret)
		WRITE_ONCE(onoff.onlines, onoff.onlines + 1);
	else if (ret < 0)
		WRITE_ONCE(onoff.failed, onoff.failed + 1);
	if (ret < 0)
		pr_warn("??? CPU %u does not come up, error %d\n", cpu, ret);
}

/* One that may go, and not the last. */
static void one_step(void)
{
	unsigned int cpu = prandom_u32_state(&rnd) % nr_cpu_ids;

	if (!cpumask_test_cpu(cpu, &at_first) || !cpu_is_hotpluggable(cpu))
		return;
	if (!cpu_online(cpu))
		bring_up(cpu);
	else if (num_online_cpus() > 1)
		take_down(cpu);
}

static int onoff_main(void *unused)
{
	while (!kthread_should_stop()) {
		msleep_interruptible(interval);
		/* Who stops this ends the sleep, and then nobody makes requests any more. */
		if (!kthread_should_stop())
			one_step();
	}
	return 0;
}

int onoff_start(unsigned int interval_ms, u32 seed)
{
	struct task_struct *new;

	if (!interval_ms)
		return 0;
	interval = interval_ms;
	prandom_seed_state(&rnd, seed);
	cpumask_copy(&at_first, cpu_online_mask);
	new = kthread_run(onoff_main, NULL, "kstop_onoff");
	if (IS_ERR(new))
		return PTR_ERR(new);
	task = new;
	return 0;
}

void onoff_stop(void)
{
	unsigned int cpu;

	if (!task)
		return;
	kthread_stop(task);
	task = NULL;
	for_each_cpu(cpu, &at_first) {
		if (!cpu_online(cpu))
			bring_up(cpu);
	}
}
#else
int onoff_start(unsigned int interval_ms, u32 seed)
{
	if (!interval_ms)
		return 0;
	pr_err("onoff_interval_ms: this kernel has no CPU hotplug\n");
	return -EINVAL;
}

void onoff_stop(void)
{
}
#endif
