// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks that return with another preempt count or interrupt state than
 * they were called with. kstop says whose fault it is (the log's reader checks
 * the names below) and puts it right: what runs there next finds all as it was.
 */
#include <linux/irqflags.h>
#include <linux/preempt.h>

#include "bystander.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

static noinline int leaky_preempt_callback(void *arg)
{
	preempt_disable();
	return 3;
}

static noinline int leaky_irqs_on_callback(void *arg)
{
	local_irq_enable();
	return 3;
}

static noinline int leaky_irqs_off_callback(void *arg)
{
	local_irq_disable();
	return 3;
}

/* One CPU returns with interrupts on, another looks whether they stay so. */
struct lookout {
	struct watch	*watch;
	unsigned int	leaker;
	bool		leaked;
};

#define LOOKS		5
#define LEAK_MS		2000

/*
 * The leaker may need a while from here to kstop's repair; an interrupt that
 * it takes in between does not count, so the last look decides.
 */
static noinline int leaky_watched_callback(void *arg)
{
	struct lookout *lookout = arg;
	int i;

	if (raw_smp_processor_id() == lookout->leaker) {
		local_irq_enable();
		WRITE_ONCE(lookout->leaked, true);
		return 3;
	}
	spin_for(READ_ONCE(lookout->leaked), LEAK_MS);
	for (i = 0; i < LOOKS; i++) {
		mdelay(1);
		cpumask_clear(lookout->watch->interrupted);
		watch_callback(lookout->watch);
	}
	return 3;
}

struct leak {
	struct probe	*before;
	struct probe	*after;
	int		own_count;	/* the case thread's preempt count */
};

/* What a callback finds on each CPU, in both kinds of call. */
static void look_around(struct probe *probe, const char *when)
{
	int ret;

	probe_reset(probe);
	ret = kstop_machine(probe_callback, probe, cpu_online_mask);
	expect(!ret, "kstop_machine %s: %d", when, ret);
	expect_ran(probe, cpu_online_mask, INTERRUPTS_OFF, when);
	probe_reset(probe);
	ret = kstop_cpus(cpu_online_mask, probe_callback, probe);
	expect(!ret, "kstop_cpus %s: %d", when, ret);
	expect_ran(probe, cpu_online_mask, PREEMPTION_OFF, when);
}

static void expect_repaired(struct leak *leak, int ret, const char *leaker)
{
	unsigned int cpu;

	/* First of all, so that a failure cannot spread. */
	if (!expect(!irqs_disabled(), "%s: interrupts stayed off", leaker))
		local_irq_enable();
	if (!expect(preempt_count() == leak->own_count,
		    "%s: preempt count %#x, was %#x", leaker, preempt_count(),
		    leak->own_count))
		preempt_count_set(leak->own_count);

	expect(ret == 3, "%s: the result was %d, not 3", leaker, ret);
	look_around(leak->after, leaker);
	for_each_online_cpu(cpu)
		expect(leak->after->cpu[cpu].preempt_count ==
		       leak->before->cpu[cpu].preempt_count,
		       "%s: on CPU %u preempt count %#x, was %#x", leaker, cpu,
		       leak->after->cpu[cpu].preempt_count,
		       leak->before->cpu[cpu].preempt_count);
}

static void leak_preemption(struct leak *leak, unsigned int cpu)
{
	int ret;

	ret = kstop_one_cpu(cpu, leaky_preempt_callback, NULL);
	expect_repaired(leak, ret, "leaky_preempt_callback by one");
	ret = kstop_machine(leaky_preempt_callback, NULL, cpumask_of(cpu));
	expect_repaired(leak, ret, "leaky_preempt_callback by machine");
	ret = kstop_cpus(cpu_online_mask, leaky_preempt_callback, NULL);
	expect_repaired(leak, ret, "leaky_preempt_callback by cpus");
}

static void leak_interrupts(struct leak *leak, unsigned int cpu)
{
	int ret;

	ret = kstop_machine(leaky_irqs_on_callback, NULL, cpumask_of(cpu));
	expect_repaired(leak, ret, "leaky_irqs_on_callback by machine");
	ret = kstop_machine(leaky_irqs_on_callback, NULL, cpu_online_mask);
	expect_repaired(leak, ret, "leaky_irqs_on_callback by machine on all");
	ret = kstop_one_cpu(cpu, leaky_irqs_off_callback, NULL);
	expect_repaired(leak, ret, "leaky_irqs_off_callback by one");
	ret = kstop_cpus(cpu_online_mask, leaky_irqs_off_callback, NULL);
	expect_repaired(leak, ret, "leaky_irqs_off_callback by cpus");
}

static void leak_watched(struct leak *leak, struct watch *watch,
			 unsigned int cpu)
{
	struct lookout lookout = { .watch = watch, .leaker = cpu };
	unsigned int other = cpumask_any_but(cpu_online_mask, cpu);
	struct cpumask *both = scratch_mask();
	int ret;

	if (!expect(both, "no memory"))
		return;
	cpumask_set_cpu(cpu, both);
	cpumask_set_cpu(other, both);
	watch_set(watch, cpumask_of(cpu));
	ret = kstop_machine(leaky_watched_callback, &lookout, both);
	expect_repaired(leak, ret, "leaky_watched_callback by machine");
	expect_still(watch, "after an interrupts-on leak");
}

static int leak(const struct params *params)
{
	struct leak leak = {
		.before		= probe_new(),
		.after		= probe_new(),
		.own_count	= preempt_count(),
	};
	struct watch *watch = watch_start();
	unsigned int from, cpu;

	if (!leak.before || !leak.after || !watch)
		return -ENOMEM;
	expect_splat("leaky callbacks");
	for_each_online_cpu(from) {
		stand_on(from);
		look_around(leak.before, "before");
		for_each_online_cpu(cpu) {
			/* Where it is not counted nothing leaks. */
			if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
				leak_preemption(&leak, cpu);
			leak_interrupts(&leak, cpu);
			if (num_online_cpus() > 1)
				leak_watched(&leak, watch, cpu);
		}
	}
	watch_settle(watch);
	return 0;
}

const struct testcase leak_cases[] = {
	{ "leak", leak },
	{ }
};
