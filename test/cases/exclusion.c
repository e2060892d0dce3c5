// SPDX-License-Identifier: GPL-2.0-only
/*
 * While fn runs nothing else does: the stopped CPUs execute no thread, take no
 * interrupt, and none was caught inside a section with preemption off.
 */
#include <linux/cpu.h>
#include <linux/topology.h>

#include "bystander.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"

#define LOOKS	8		/* at each CPU and call */

static void machine_from(struct watch *watch, const struct cpumask *others,
			 unsigned int cpu)
{
	int ret;

	watch_set(watch, others);
	ret = kstop_machine(watch_callback, watch, cpumask_of(cpu));
	expect(!ret, "kstop_machine on CPU %u: %d", cpu, ret);
	expect_still(watch, "kstop_machine");

	watch_set(watch, others);
	cpus_read_lock();
	ret = kstop_machine_cpuslocked(watch_callback, watch, cpumask_of(cpu));
	cpus_read_unlock();
	expect(!ret, "kstop_machine_cpuslocked on CPU %u: %d", cpu, ret);
	expect_still(watch, "kstop_machine_cpuslocked");
}

static void two_from(struct watch *watch, unsigned int cpu)
{
	unsigned int other;
	int ret;

	for_each_online_cpu(other) {
		if (other == cpu)
			continue;
		watch_set(watch, cpumask_of(other));
		ret = kstop_two_cpus(cpu, other, watch_callback, watch);
		expect(!ret, "kstop_two_cpus(%u, %u): %d", cpu, other, ret);
		expect_still(watch, "kstop_two_cpus");
	}
}

struct core_look {
	struct watch	*watch;
	unsigned int	cpu;		/* who looks at its siblings */
};

static int core_callback(void *arg)
{
	struct core_look *look = arg;

	if (raw_smp_processor_id() == look->cpu)
		watch_callback(look->watch);
	/* A sibling that has returned must stand still all the same. */
	return 0;
}

static void core_from(struct watch *watch, struct cpumask *siblings,
		      unsigned int cpu)
{
	struct core_look look = { .watch = watch, .cpu = cpu };
	int ret;

	cpumask_and(siblings, topology_sibling_cpumask(cpu), cpu_online_mask);
	cpumask_clear_cpu(cpu, siblings);
	if (cpumask_empty(siblings))
		return;
	watch_set(watch, siblings);
	cpus_read_lock();
	ret = kstop_core_cpuslocked(cpu, core_callback, &look);
	cpus_read_unlock();
	expect(!ret, "kstop_core_cpuslocked(%u): %d", cpu, ret);
	expect_still(watch, "kstop_core_cpuslocked");
}

static int exclusion(const struct params *params)
{
	unsigned int cycles = params->cycles ?: LOOKS;
	struct cpumask *others = scratch_mask(), *siblings = scratch_mask();
	struct watch *watch;
	unsigned int i, cpu;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	watch = watch_start();
	if (!watch || !others || !siblings)
		return -ENOMEM;
	for_each_online_cpu(cpu) {
		/* The control stands where the looking is done. */
		stand_on(cpu);
		cpumask_copy(others, cpu_online_mask);
		cpumask_clear_cpu(cpu, others);
		watch_set(watch, others);
		expect_sees_movement(watch);
		for (i = 0; i < cycles && expect_go_on(); i++) {
			/* fn is run by the caller, then by a stopper. */
			stand_on(i % 2 ? cpumask_any(others) : cpu);
			machine_from(watch, others, cpu);
			two_from(watch, cpu);
			core_from(watch, siblings, cpu);
		}
	}
	watch_settle(watch);
	return 0;
}

const struct testcase exclusion_cases[] = {
	{ "exclusion", exclusion },
	{ }
};
