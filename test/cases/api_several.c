// SPDX-License-Identifier: GPL-2.0-only
/* kstop_two_cpus(), kstop_cpus(), try_kstop_cpus(). */
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"

static void two_on(struct probe *probe, unsigned int cpu1, unsigned int cpu2,
		   int want)
{
	int ret;

	probe_reset(probe);
	probe->ret = want;
	ret = kstop_two_cpus(cpu1, cpu2, probe_callback, probe);
	expect(ret == want, "kstop_two_cpus(%u, %u): %d, not %d", cpu1, cpu2,
	       ret, want);
	expect_ran(probe, cpumask_of(cpu1), INTERRUPTS_OFF, "kstop_two_cpus");
}

static void each_two(struct probe *probe)
{
	unsigned int cpu1, cpu2;

	for_each_online_cpu(cpu1) {
		for_each_online_cpu(cpu2) {
			if (cpu1 == cpu2)
				continue;
			two_on(probe, cpu1, cpu2, 0);
			two_on(probe, cpu1, cpu2, 7);
			two_on(probe, cpu1, cpu2, -7);
		}
	}
}

static int two(const struct params *params)
{
	struct probe *probe = probe_new();
	unsigned int from;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!probe)
		return -ENOMEM;
	for_each_online_cpu(from) {
		stand_on(from);
		each_two(probe);
	}
	return 0;
}

struct call {
	const char	*name;
	int		(*fn)(const struct cpumask *mask, cpu_stop_fn_t fn,
			      void *arg);
};

static void cpus_on(const struct call *call, struct probe *probe,
		    const struct cpumask *mask, int want)
{
	int ret = call->fn(mask, probe_callback, probe);

	expect(ret == want, "%s on %*pbl: %d, not %d", call->name,
	       cpumask_pr_args(mask), ret, want);
	expect_ran(probe, mask, PREEMPTION_OFF, call->name);
}

static void results_on(const struct call *call, struct probe *probe,
		       const struct cpumask *mask)
{
	unsigned int cpu;

	probe_reset(probe);
	cpus_on(call, probe, mask, 0);
	probe_reset(probe);
	probe->ret = -7;
	cpus_on(call, probe, mask, -7);
	for_each_cpu(cpu, mask) {
		probe_reset(probe);
		probe->odd_cpu = cpu;
		probe->odd_ret = 7;
		cpus_on(call, probe, mask, 7);
	}
}

static void each_mask(const struct call *call, struct probe *probe,
		      struct cpumask *mask)
{
	unsigned int cpu;

	results_on(call, probe, cpu_online_mask);
	for_each_online_cpu(cpu) {
		results_on(call, probe, cpumask_of(cpu));
		cpumask_copy(mask, cpu_online_mask);
		cpumask_clear_cpu(cpu, mask);
		if (!cpumask_empty(mask))
			results_on(call, probe, mask);
	}
}

static int each_cpu_calls(const struct call *call)
{
	struct cpumask *mask = scratch_mask();
	struct probe *probe = probe_new();
	unsigned int from;

	if (!mask || !probe)
		return -ENOMEM;
	for_each_online_cpu(from) {
		stand_on(from);
		each_mask(call, probe, mask);
	}
	return 0;
}

static int cpus(const struct params *params)
{
	static const struct call call = { "kstop_cpus", kstop_cpus };

	return each_cpu_calls(&call);
}

static int try(const struct params *params)
{
	static const struct call call = { "try_kstop_cpus", try_kstop_cpus };

	return each_cpu_calls(&call);
}

const struct testcase api_several_cases[] = {
	{ "two", two },
	{ "cpus", cpus },
	{ "try", try },
	{ }
};
