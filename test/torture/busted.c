// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations that are not what they pretend to be: each must be found out.
 */
#include <linux/cpu.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#include "ops.h"
#include "parse.h"
#include "types.h"

/* kstop_machine(), but the callback is just called, here, in the context it may expect. */
static int call_locally(struct run *run)
{
	int ret;

	cpus_read_lock();
	run_open(run);
	preempt_disable();
	local_irq_disable();
	ret = probe_fn(&run->visit);
	local_irq_enable();
	preempt_enable();
	ret = run_close(run, ret);
	cpus_read_unlock();
	return ret;
}

static void interrupt(void *visit)
{
	probe_fn(visit);
}

/*
 * kstop_machine(), but the callbacks are called by interrupts, and nobody is stopped.
 * All is as it should be, except that the others go on meanwhile.
 */
static int call_by_interrupt(struct run *run)
{
	int ret = 0;
	unsigned int cpu;

	cpus_read_lock();
	run_open(run);
	run->visit.interrupt = true;
	for_each_cpu_and(cpu, run_where(run), cpu_online_mask) {
		ret = run->answer;
		smp_call_function_single(cpu, interrupt, &run->visit, 1);
	}
	ret = run_close(run, ret);
	cpus_read_unlock();
	return ret;
}

const struct operation busted_local_op = {
	.name = "busted_local", .irqs_off = true, .standstill = true, .call = call_locally,
};

const struct operation busted_ipi_op = {
	.name = "busted_ipi", .irqs_off = true, .standstill = true, .call = call_by_interrupt,
};
