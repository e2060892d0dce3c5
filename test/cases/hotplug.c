// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpu.h>
#include <linux/cpumask.h>

#include "expect.h"
#include "hotplug.h"

unsigned int hotplug_victim(unsigned int previous)
{
	unsigned int first = cpumask_first(cpu_online_mask);
	unsigned int cpu = nr_cpu_ids;

	if (previous < nr_cpu_ids)
		cpu = cpumask_next(previous, cpu_online_mask);
	if (cpu >= nr_cpu_ids)
		cpu = cpumask_next(first, cpu_online_mask);
	return cpu;
}

bool take_down(unsigned int cpu)
{
	int ret = remove_cpu(cpu);

	return expect(!ret, "cannot take CPU %u down: %d", cpu, ret);
}

bool bring_up(unsigned int cpu)
{
	int ret = add_cpu(cpu);

	return expect(!ret, "cannot bring CPU %u up: %d", cpu, ret);
}
