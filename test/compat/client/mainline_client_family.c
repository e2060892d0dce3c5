// SPDX-License-Identifier: GPL-2.0-only
/*
 * mainline_client_family - the rest of the family, under mainline's names
 *
 * No module can link to these in mainline, so mainline_client_plain goes
 * without this file.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/stop_machine.h>
#include <linux/string.h>
#include <kstop.h>		/* kstop_flush(), which mainline has not */

#include "mainline_client.h"

#define NAME(name, target) { #name, target, (void *)(name) }

/* Whom a pointer to each function really points to. */
static const struct {
	const char	*name;
	const char	*target;
	void		*fn;
} family[] = {
	NAME(stop_one_cpu,		"kstop_one_cpu"),
	NAME(stop_two_cpus,		"kstop_two_cpus"),
	NAME(stop_one_cpu_nowait,	"kstop_one_cpu_nowait"),
	NAME(stop_cpus,			"kstop_cpus"),
	NAME(try_stop_cpus,		"try_kstop_cpus"),
	NAME(stop_machine,		"kstop_machine"),
	NAME(stop_machine_cpuslocked,	"kstop_machine_cpuslocked"),
	NAME(stop_core_cpuslocked,	"kstop_core_cpuslocked"),
	NAME(stop_machine_from_inactive_cpu, "kstop_machine_from_inactive_cpu"),
};

static int names_test(void)
{
	char want[64], symbol[128];
	int i;

	for (i = 0; i < ARRAY_SIZE(family); i++) {
		snprintf(want, sizeof(want), "%s [kstop]", family[i].target);
		snprintf(symbol, sizeof(symbol), "%ps", family[i].fn);
		if (!strcmp(symbol, want))
			continue;
		pr_err("%s is %s, not %s\n", family[i].name, symbol, want);
		return -EPROTO;
	}
	return 0;
}

static int count(void *data)
{
	struct sightings *seen = data;

	sighted(seen);
	if (preemptible())
		atomic_inc(&seen->strange);
	return 0;
}

static struct cpu_stop_work work;
static DECLARE_COMPLETION(work_done);

static int count_and_complete(void *data)
{
	count(data);
	complete(&work_done);
	return 0;
}

static int nowait_test(unsigned int cpu, struct sightings *seen)
{
	reinit_completion(&work_done);
	/* Since 7.x mainline's does not say whether the CPU was there. */
	stop_one_cpu_nowait(cpu, count_and_complete, seen, &work);
	return wait_for_completion_timeout(&work_done, 60 * HZ) ? 0 : -ENOENT;
}

static int single_test(void)
{
	struct sightings seen = SIGHTINGS();
	unsigned int cpu, want = 0;
	int ret = 0;

	for_each_online_cpu(cpu) {
		ret = stop_one_cpu(cpu, count, &seen) ?: nowait_test(cpu, &seen);
		if (ret)
			break;
		want += 2;
	}
	return sightings_check(&seen, "one CPU", ret, want);
}

static int two_test(void)
{
	struct sightings seen = SIGHTINGS();
	unsigned int first = cpumask_first(cpu_online_mask);
	unsigned int second = cpumask_next(first, cpu_online_mask);
	int ret;

	if (second >= nr_cpu_ids)
		return 0;
	ret = stop_two_cpus(first, second, count, &seen) ?:
	      stop_two_cpus(second, first, count, &seen);
	return sightings_check(&seen, "two CPUs", ret, 2);
}

static int several_test(void)
{
	struct sightings seen = SIGHTINGS();
	unsigned int online = num_online_cpus();
	int ret;

	ret = stop_cpus(cpu_online_mask, count, &seen);
	while (!ret) {
		ret = try_stop_cpus(cpu_online_mask, count, &seen);
		if (ret != -EAGAIN)
			break;
		ret = 0;		/* somebody else is at it */
		msleep(20);
	}
	return sightings_check(&seen, "several CPUs", ret, 2 * online);
}

static int cpuslocked_test(void)
{
	struct sightings all = SIGHTINGS(), core = SIGHTINGS();
	unsigned int cpu = cpumask_first(cpu_online_mask);
	int ret;

	cpus_read_lock();
	ret = stop_machine_cpuslocked(count, &all, NULL);
	if (!ret)
		ret = stop_core_cpuslocked(cpu, count, &core);
	cpus_read_unlock();
	return sightings_check(&all, "hotplug lock held", ret, 1) ?:
	       sightings_check(&core, "one core", ret,
			       cpumask_weight(topology_sibling_cpumask(cpu)));
}

int family_test(void)
{
	return names_test() ?: single_test() ?: two_test() ?: several_test() ?:
	       cpuslocked_test();
}

void family_exit(void)
{
	kstop_flush();		/* complete() was not the callback's last word */
}
