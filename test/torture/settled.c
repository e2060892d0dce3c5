// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>

#include "settled.h"

static struct cpumask settled;
static atomic_long_t changes;
static int state = -1;

static int settled_up(unsigned int cpu)
{
	cpumask_set_cpu(cpu, &settled);
	atomic_long_inc(&changes);
	return 0;
}

static int settled_down(unsigned int cpu)
{
	cpumask_clear_cpu(cpu, &settled);
	smp_mb__before_atomic();	/* pairs with settled_all()'s */
	atomic_long_inc(&changes);
	return 0;
}

int settled_start(void)
{
	state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "kstop/torture:settled", settled_up,
				  settled_down);
	return min(state, 0);
}

void settled_stop(void)
{
	if (state >= 0)
		cpuhp_remove_state_nocalls(state);
	state = -1;
}

unsigned long settled_changes(void)
{
	return atomic_long_read(&changes);
}

/*
 * Who sees a CPU settled here that is just going down did so before it was cleared;
 * if the changes were read before that, they will have gone up by the time at which
 * a stopper refuses anything.
 */
bool settled_all(const struct cpumask *cpus)
{
	unsigned int cpu;

	smp_mb();	/* pairs with settled_down()'s */
	/* Not cpumask_subset(), whose accesses are plain. */
	for_each_cpu(cpu, cpus ?: cpu_present_mask)
		if (!cpumask_test_cpu(cpu, &settled))
			return false;
	return true;
}
