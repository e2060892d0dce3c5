// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that would wait, from where one must not: inside a callback, and in
 * atomic context. Mainline hangs; kstop says -EDEADLK.
 */
#include <linux/cpu.h>
#include <linux/irqflags.h>
#include <linux/overflow.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"

enum waiting_call {
	ONE, ONE_SELF, TWO, CPUS, TRY, MACHINE, MACHINE_CPUSLOCKED, CORE,
	INACTIVE, WAITING_CALLS
};

static const char *const names[WAITING_CALLS] = {
	[ONE]			= "kstop_one_cpu on another CPU",
	[ONE_SELF]		= "kstop_one_cpu",
	[TWO]			= "kstop_two_cpus",
	[CPUS]			= "kstop_cpus",
	[TRY]			= "try_kstop_cpus",
	[MACHINE]		= "kstop_machine",
	[MACHINE_CPUSLOCKED]	= "kstop_machine_cpuslocked",
	[CORE]			= "kstop_core_cpuslocked",
	[INACTIVE]		= "kstop_machine_from_inactive_cpu",
};

struct attempt {
	int	results[WAITING_CALLS];
	bool	flush_returned;
};

struct nest {
	atomic_t	ran;		/* what the inner calls asked for */
	struct attempt	attempts[];	/* one for each CPU */
};

static int must_not_run_callback(void *arg)
{
	struct nest *nest = arg;

	atomic_inc(&nest->ran);
	return 0;
}

static void attempt_all(struct nest *nest, struct attempt *attempt)
{
	unsigned int me = raw_smp_processor_id();
	unsigned int other = cpumask_any_but(cpu_online_mask, me);
	cpu_stop_fn_t fn = must_not_run_callback;
	int *results = attempt->results;

	if (other >= nr_cpu_ids)
		other = me;
	results[ONE] = kstop_one_cpu(other, fn, nest);
	results[ONE_SELF] = kstop_one_cpu(me, fn, nest);
	/* With one CPU the other mistake is found first. */
	results[TWO] = other == me ? -EDEADLK :
				     kstop_two_cpus(me, other, fn, nest);
	results[CPUS] = kstop_cpus(cpu_online_mask, fn, nest);
	results[TRY] = try_kstop_cpus(cpu_online_mask, fn, nest);
	results[MACHINE] = kstop_machine(fn, nest, NULL);
	results[MACHINE_CPUSLOCKED] =
		kstop_machine_cpuslocked(fn, nest, cpu_online_mask);
	results[CORE] = kstop_core_cpuslocked(me, fn, nest);
	results[INACTIVE] =
		kstop_machine_from_inactive_cpu(fn, nest, cpu_online_mask);
	kstop_flush();
	attempt->flush_returned = true;
}

static int nesting_callback(void *arg)
{
	struct nest *nest = arg;

	attempt_all(nest, &nest->attempts[raw_smp_processor_id()]);
	return 0;
}

static void expect_refused(struct nest *nest, unsigned int cpu, int inactive,
			   const char *where)
{
	struct attempt *attempt = &nest->attempts[cpu];
	int i, want;

	for (i = 0; i < WAITING_CALLS; i++) {
		want = i == INACTIVE ? inactive : -EDEADLK;
		expect(attempt->results[i] == want, "%s inside %s: %d",
		       names[i], where, attempt->results[i]);
	}
	expect(attempt->flush_returned, "%s: no attempt was made on CPU %u",
	       where, cpu);
	expect(!atomic_read(&nest->ran), "%s: an inner callback ran", where);
	memset(attempt, 0, sizeof(*attempt));
}

static void nest_each(struct nest *nest, int ret, const struct cpumask *where,
		      const char *call)
{
	unsigned int cpu;

	expect(!ret, "%s: %d", call, ret);
	for_each_cpu(cpu, where)
		expect_refused(nest, cpu, -EDEADLK, call);
}

static void nest_on(struct nest *nest, unsigned int cpu)
{
	unsigned int other = cpumask_any_but(cpu_online_mask, cpu);
	int ret;

	nest_each(nest, kstop_one_cpu(cpu, nesting_callback, nest),
		  cpumask_of(cpu), "kstop_one_cpu");
	nest_each(nest, kstop_machine(nesting_callback, nest, cpumask_of(cpu)),
		  cpumask_of(cpu), "kstop_machine");
	cpus_read_lock();
	ret = kstop_machine_cpuslocked(nesting_callback, nest, cpumask_of(cpu));
	cpus_read_unlock();
	nest_each(nest, ret, cpumask_of(cpu), "kstop_machine_cpuslocked");
	if (other < nr_cpu_ids)
		nest_each(nest, kstop_two_cpus(cpu, other, nesting_callback,
					       nest),
			  cpumask_of(cpu), "kstop_two_cpus");
}

static int nested(const struct params *params)
{
	unsigned int from, cpu;
	struct nest *nest;

	nest = scratch_alloc(struct_size(nest, attempts, nr_cpu_ids));
	if (!nest)
		return -ENOMEM;
	expect_splat("flush from a callback");
	for_each_online_cpu(from) {
		stand_on(from);
		for_each_online_cpu(cpu)
			nest_on(nest, cpu);
		nest_each(nest, kstop_cpus(cpu_online_mask, nesting_callback,
					   nest),
			  cpu_online_mask, "kstop_cpus");
		nest_each(nest, kstop_machine(nesting_callback, nest,
					      cpu_online_mask),
			  cpu_online_mask, "kstop_machine on all");
	}
	return 0;
}

/* There the one call that may be made with interrupts off finds another fault. */

static void attempt_with_preemption_off(struct nest *nest)
{
	unsigned int cpu;

	preempt_disable();
	cpu = smp_processor_id();
	attempt_all(nest, &nest->attempts[cpu]);
	preempt_enable();
	expect_refused(nest, cpu, -EINVAL, "a preempt-disabled section");
}

static void attempt_with_interrupts_off(struct nest *nest)
{
	unsigned int cpu;

	local_irq_disable();
	cpu = smp_processor_id();
	attempt_all(nest, &nest->attempts[cpu]);
	local_irq_enable();
	expect_refused(nest, cpu, -EINVAL, "an interrupts-off section");
}

static int atomic_context(const struct params *params)
{
	unsigned int from;
	struct nest *nest;

	nest = scratch_alloc(struct_size(nest, attempts, nr_cpu_ids));
	if (!nest)
		return -ENOMEM;
	expect_splat("a call that waits, in atomic context");
	expect_splat("flush in atomic context");
	expect_splat("kstop_machine_from_inactive_cpu on an active CPU");
	for_each_online_cpu(from) {
		stand_on(from);
		attempt_with_interrupts_off(nest);
		/* Elsewhere nobody can know. */
		if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
			attempt_with_preemption_off(nest);
	}
	return 0;
}

const struct testcase nested_cases[] = {
	{ "nested", nested },
	{ "atomic_context", atomic_context },
	{ }
};
