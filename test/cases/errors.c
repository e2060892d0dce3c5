// SPDX-License-Identifier: GPL-2.0-only
/* Calls that must be refused, and fn must run nowhere. */
#include <linux/cpu.h>

#include "expect.h"
#include "hotplug.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"

/* A refused call: its result, and that nothing ran. */
#define refused(probe, call, want) do {					\
	int ret__ = (call);						\
									\
	expect(ret__ == (want), "%s: %d, not %d", #call, ret__, want);	\
	expect(!probe_runs(probe), "%s: fn ran", #call);		\
} while (0)

/* With the hotplug lock held; ends as an expression. */
#define locked(call) ({							\
	int ret___;							\
									\
	cpus_read_lock();						\
	ret___ = (call);						\
	cpus_read_unlock();						\
	ret___;								\
})

static void without_callback(struct probe *probe, struct kstop_work *work)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);
	unsigned int other = cpumask_last(cpu_online_mask);

	refused(probe, kstop_one_cpu(cpu, NULL, probe), -EINVAL);
	refused(probe, kstop_two_cpus(cpu, other, NULL, probe), -EINVAL);
	refused(probe, kstop_one_cpu_nowait(cpu, NULL, probe, work), false);
	refused(probe, kstop_cpus(cpu_online_mask, NULL, probe), -EINVAL);
	refused(probe, try_kstop_cpus(cpu_online_mask, NULL, probe), -EINVAL);
	refused(probe, kstop_machine(NULL, probe, NULL), -EINVAL);
	refused(probe, kstop_machine(NULL, probe, cpu_online_mask), -EINVAL);
	refused(probe, locked(kstop_machine_cpuslocked(NULL, probe, NULL)),
		-EINVAL);
	refused(probe, locked(kstop_core_cpuslocked(cpu, NULL, probe)),
		-EINVAL);
	refused(probe, kstop_machine_from_inactive_cpu(NULL, probe, NULL),
		-EINVAL);
}

static void out_of_range(struct probe *probe, struct kstop_work *work,
			 unsigned int bad)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);

	refused(probe, kstop_one_cpu(bad, probe_callback, probe), -EINVAL);
	refused(probe, kstop_two_cpus(cpu, bad, probe_callback, probe),
		-EINVAL);
	refused(probe, kstop_two_cpus(bad, cpu, probe_callback, probe),
		-EINVAL);
	refused(probe, kstop_two_cpus(bad, bad, probe_callback, probe),
		-EINVAL);
	refused(probe, kstop_one_cpu_nowait(bad, probe_callback, probe, work),
		false);
	refused(probe, locked(kstop_core_cpuslocked(bad, probe_callback, probe)),
		-EINVAL);
}

static void bad_targets(struct probe *probe)
{
	unsigned int cpu;

	refused(probe, kstop_cpus(NULL, probe_callback, probe), -EINVAL);
	refused(probe, try_kstop_cpus(NULL, probe_callback, probe), -EINVAL);
	refused(probe, kstop_cpus(cpu_none_mask, probe_callback, probe),
		-ENOENT);
	refused(probe, try_kstop_cpus(cpu_none_mask, probe_callback, probe),
		-ENOENT);
	for_each_online_cpu(cpu)
		refused(probe, kstop_two_cpus(cpu, cpu, probe_callback, probe),
			-EINVAL);
}

static void from_active_cpu(struct probe *probe)
{
	expect_splat("kstop_machine_from_inactive_cpu on an active CPU");
	refused(probe,
		kstop_machine_from_inactive_cpu(probe_callback, probe, NULL),
		-EINVAL);
	refused(probe,
		kstop_machine_from_inactive_cpu(probe_callback, probe,
						cpu_online_mask),
		-EINVAL);
}

static void on_offline_cpu(struct probe *probe, struct kstop_work *work,
			   unsigned int gone)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);

	refused(probe, kstop_one_cpu(gone, probe_callback, probe), -ENOENT);
	refused(probe, kstop_two_cpus(cpu, gone, probe_callback, probe),
		-ENOENT);
	refused(probe, kstop_two_cpus(gone, cpu, probe_callback, probe),
		-ENOENT);
	refused(probe, kstop_one_cpu_nowait(gone, probe_callback, probe, work),
		false);
	refused(probe, kstop_cpus(cpumask_of(gone), probe_callback, probe),
		-ENOENT);
	refused(probe, try_kstop_cpus(cpumask_of(gone), probe_callback, probe),
		-ENOENT);
	refused(probe,
		locked(kstop_core_cpuslocked(gone, probe_callback, probe)),
		-ENOENT);
	/* The machine stops, for nothing. */
	refused(probe,
		kstop_machine(probe_callback, probe, cpumask_of(gone)), 0);
}

/* A mask that names the CPU that is gone, too: the others serve. */
static void beside_offline_cpu(struct probe *probe)
{
	int ret;

	probe_reset(probe);
	ret = kstop_cpus(cpu_possible_mask, probe_callback, probe);
	expect(!ret, "kstop_cpus on possible CPUs: %d", ret);
	expect_ran(probe, cpu_online_mask, PREEMPTION_OFF, "kstop_cpus");

	probe_reset(probe);
	ret = try_kstop_cpus(cpu_possible_mask, probe_callback, probe);
	expect(!ret, "try_kstop_cpus on possible CPUs: %d", ret);
	expect_ran(probe, cpu_online_mask, PREEMPTION_OFF, "try_kstop_cpus");

	probe_reset(probe);
	ret = kstop_machine(probe_callback, probe, cpu_possible_mask);
	expect(!ret, "kstop_machine on possible CPUs: %d", ret);
	expect_ran(probe, cpu_online_mask, INTERRUPTS_OFF, "kstop_machine");
}

/* Refusals leave nothing behind that keeps a good call from working. */
static void still_usable(struct probe *probe)
{
	int ret;

	probe_reset(probe);
	ret = kstop_cpus(cpu_online_mask, probe_callback, probe);
	expect(!ret, "kstop_cpus after refusals: %d", ret);
	expect_ran(probe, cpu_online_mask, PREEMPTION_OFF, "kstop_cpus");
}

static int errors(const struct params *params)
{
	struct kstop_work *work = scratch_alloc(sizeof(*work));
	struct probe *probe = probe_new();
	unsigned int gone;

	if (!work || !probe)
		return -ENOMEM;
	without_callback(probe, work);
	out_of_range(probe, work, nr_cpu_ids);
	out_of_range(probe, work, UINT_MAX);
	out_of_range(probe, work, INT_MAX);
	bad_targets(probe);
	from_active_cpu(probe);
	still_usable(probe);

	gone = hotplug_victim(nr_cpu_ids);
	for (; gone < nr_cpu_ids; gone = cpumask_next(gone, cpu_online_mask)) {
		if (!take_down(gone))
			break;
		probe_reset(probe);
		on_offline_cpu(probe, work, gone);
		beside_offline_cpu(probe);
		if (!bring_up(gone))
			break;
		still_usable(probe);
	}
	return 0;
}

const struct testcase errors_cases[] = {
	{ "errors", errors },
	{ }
};
