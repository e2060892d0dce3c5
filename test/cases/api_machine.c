// SPDX-License-Identifier: GPL-2.0-only
/* The calls that stop with interrupts off: the machine, and one core. */
#include <linux/cpu.h>
#include <linux/topology.h>

#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"

struct call {
	const char	*name;
	int		(*fn)(cpu_stop_fn_t fn, void *data,
			      const struct cpumask *cpus);
};

static int locked_machine(cpu_stop_fn_t fn, void *data,
			  const struct cpumask *cpus)
{
	int ret;

	cpus_read_lock();
	ret = kstop_machine_cpuslocked(fn, data, cpus);
	cpus_read_unlock();
	return ret;
}

static void machine_on(const struct call *call, struct probe *probe,
		       const struct cpumask *mask, int want)
{
	int ret = call->fn(probe_callback, probe, mask);

	expect(ret == want, "%s on %*pbl: %d, not %d", call->name,
	       cpumask_pr_args(mask), ret, want);
	expect_ran(probe, mask, INTERRUPTS_OFF, call->name);
}

static void results_on(const struct call *call, struct probe *probe,
		       const struct cpumask *mask)
{
	unsigned int cpu;

	probe_reset(probe);
	machine_on(call, probe, mask, 0);
	if (cpumask_empty(mask))
		return;
	probe_reset(probe);
	probe->ret = -7;
	machine_on(call, probe, mask, -7);
	for_each_cpu(cpu, mask) {
		probe_reset(probe);
		probe->odd_cpu = cpu;
		probe->odd_ret = 7;
		machine_on(call, probe, mask, 7);
	}
}

/* What a client that passes a plain 0 passes, too. */
static void somewhere(const struct call *call, struct probe *probe, int want)
{
	int ret;

	probe_reset(probe);
	probe->ret = want;
	ret = call->fn(probe_callback, probe, NULL);
	expect(ret == want, "%s on NULL: %d, not %d", call->name, ret, want);
	expect_ran_somewhere(probe, INTERRUPTS_OFF, call->name);
}

static void each_mask(const struct call *call, struct probe *probe,
		      struct cpumask *mask)
{
	unsigned int cpu;

	somewhere(call, probe, 0);
	somewhere(call, probe, -7);
	results_on(call, probe, cpu_online_mask);
	results_on(call, probe, cpu_possible_mask);
	results_on(call, probe, cpu_none_mask);
	for_each_online_cpu(cpu) {
		results_on(call, probe, cpumask_of(cpu));
		cpumask_copy(mask, cpu_online_mask);
		cpumask_clear_cpu(cpu, mask);
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

static int machine(const struct params *params)
{
	static const struct call call = { "kstop_machine", kstop_machine };

	return each_cpu_calls(&call);
}

static int machine_cpuslocked(const struct params *params)
{
	static const struct call call = {
		"kstop_machine_cpuslocked", locked_machine
	};

	return each_cpu_calls(&call);
}

static void core_of(struct probe *probe, unsigned int cpu,
		    struct cpumask *siblings, int want)
{
	int ret;

	cpus_read_lock();
	cpumask_and(siblings, topology_sibling_cpumask(cpu), cpu_online_mask);
	ret = kstop_core_cpuslocked(cpu, probe_callback, probe);
	cpus_read_unlock();
	expect(ret == want, "kstop_core_cpuslocked(%u): %d, not %d", cpu, ret,
	       want);
	expect_ran(probe, siblings, INTERRUPTS_OFF, "kstop_core_cpuslocked");
}

static void core_results(struct probe *probe, unsigned int cpu,
			 struct cpumask *siblings)
{
	probe_reset(probe);
	core_of(probe, cpu, siblings, 0);
	probe_reset(probe);
	probe->ret = -7;
	core_of(probe, cpu, siblings, -7);
	probe_reset(probe);
	probe->odd_cpu = cpu;
	probe->odd_ret = 7;
	core_of(probe, cpu, siblings, 7);
}

static int core(const struct params *params)
{
	struct cpumask *siblings = scratch_mask();
	struct probe *probe = probe_new();
	unsigned int from, cpu;

	if (!siblings || !probe)
		return -ENOMEM;
	for_each_online_cpu(from) {
		stand_on(from);
		for_each_online_cpu(cpu)
			core_results(probe, cpu, siblings);
	}
	figure(cpumask_weight(siblings), "threads_in_core");
	return 0;
}

const struct testcase api_machine_cases[] = {
	{ "machine", machine },
	{ "machine_cpuslocked", machine_cpuslocked },
	{ "core", core },
	{ }
};
