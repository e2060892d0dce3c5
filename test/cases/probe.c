// SPDX-License-Identifier: GPL-2.0-only
#include <linux/irqflags.h>
#include <linux/overflow.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "expect.h"
#include "probe.h"
#include "scratch.h"

struct probe *probe_new(void)
{
	struct probe *probe;

	probe = scratch_alloc(struct_size(probe, cpu, nr_cpu_ids));
	if (probe)
		probe_reset(probe);
	return probe;
}

void probe_reset(struct probe *probe)
{
	memset(probe, 0, struct_size(probe, cpu, nr_cpu_ids));
	probe->odd_cpu = nr_cpu_ids;
}

int probe_callback(void *arg)
{
	struct probe *probe = arg;
	unsigned int cpu = raw_smp_processor_id();
	struct probe_cpu *here = &probe->cpu[cpu];

	here->irqs_off = irqs_disabled();
	/* Always 0 where preemption is not counted, and right there. */
	here->preemptible = preemptible();
	here->in_interrupt = in_nmi() || hardirq_count() || in_serving_softirq();
	here->preempt_count = preempt_count();
	atomic_inc(&here->runs);
	return cpu == probe->odd_cpu ? probe->odd_ret : probe->ret;
}

unsigned int probe_runs(struct probe *probe)
{
	unsigned int cpu, runs = 0;

	for_each_possible_cpu(cpu)
		runs += atomic_read(&probe->cpu[cpu].runs);
	return runs;
}

static void expect_surroundings(const char *file, int line,
				const struct probe_cpu *here, unsigned int cpu,
				enum surroundings how, const char *what)
{
	expect_at(here->irqs_off == (how == INTERRUPTS_OFF), file, line,
		  "%s: on CPU %u interrupts were %s", what, cpu,
		  here->irqs_off ? "off" : "on");
	expect_at(!here->preemptible, file, line,
		  "%s: on CPU %u the callback was preemptible", what, cpu);
	expect_at(!here->in_interrupt, file, line,
		  "%s: on CPU %u the callback ran in an interrupt", what, cpu);
}

void expect_ran_at(const char *file, int line, struct probe *probe,
		   const struct cpumask *where, enum surroundings how,
		   const char *what)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		int want = cpumask_test_cpu(cpu, where);
		int runs = atomic_read(&probe->cpu[cpu].runs);

		expect_at(runs == want, file, line,
			  "%s on %*pbl: ran %d times on CPU %u, not %d", what,
			  cpumask_pr_args(where), runs, cpu, want);
		if (runs)
			expect_surroundings(file, line, &probe->cpu[cpu], cpu,
					    how, what);
	}
}

void expect_ran_somewhere_at(const char *file, int line, struct probe *probe,
			     enum surroundings how, const char *what)
{
	unsigned int cpu, runs = probe_runs(probe);

	expect_at(runs == 1, file, line, "%s: ran %u times, not once", what,
		  runs);
	for_each_possible_cpu(cpu) {
		if (atomic_read(&probe->cpu[cpu].runs))
			expect_surroundings(file, line, &probe->cpu[cpu], cpu,
					    how, what);
	}
}

void stand_on(unsigned int cpu)
{
	int ret = set_cpus_allowed_ptr(current, cpumask_of(cpu));

	expect(!ret, "cannot move to CPU %u: %d", cpu, ret);
}
