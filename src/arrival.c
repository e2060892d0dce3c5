// SPDX-License-Identifier: GPL-2.0-only
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

#include <asm/irq_regs.h>

#include "arrival.h"
#include "compat.h"
#include "ipi.h"
#include "queue.h"
#include "rendezvous.h"
#include "stats.h"
#include "stopper.h"

static DEFINE_PER_CPU_SHARED_ALIGNED(struct ipi, arrivals);

/* Not all architectures say which registers this kind of interrupt saved. */
static bool came_from_user(void)
{
	struct pt_regs *regs = get_irq_regs();

	return in_hardirq() && regs && user_mode(regs);
}

/*
 * Whether the interrupt came where preemption was allowed: nobody holds a spinlock
 * here or is inside a section that had it off. That is what stoppers promise.
 *
 * The idle task has preemption off all the time, once; what it does with IRQs on at
 * that count it could do after a stop as well. It may also look for interrupts
 * itself, on its way out of a poll, and then there is no interrupt at all.
 *
 * Without CONFIG_PREEMPT_COUNT the count knows of interrupts only.
 */
static bool could_be_preempted(void)
{
	unsigned int interrupt = in_hardirq() ? HARDIRQ_OFFSET : 0;

	if (BUSTED_IRQ)
		return true;
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		return came_from_user();
	if (is_idle_task(current))
		return preempt_count() == interrupt + PREEMPT_OFFSET;
	return interrupt && preempt_count() == interrupt;
}

/* On the CPU that was asked, IRQs off. */
static void arrive(void *unused)
{
	struct slot *slot;

	/* First: who asks after this sends an interrupt of its own. */
	ipi_arrived(this_cpu_ptr(&arrivals));
	slot = queue_arrive(smp_processor_id(), could_be_preempted());
	if (slot)
		rendezvous_interrupt(slot);
}

/**
 * arrival_ask() - ask a CPU to take part in what is at the head of its queue
 * @cpu: the CPU
 *
 * Its stopper does if there is no interrupt to be had.
 *
 * Context: preemption off, not in a hard interrupt.
 */
void arrival_ask(unsigned int cpu)
{
	if (!ipi_send(cpu, per_cpu_ptr(&arrivals, cpu)))
		queue_arrive(cpu, false);
}

bool arrival_pending(unsigned int cpu)
{
	return ipi_on_its_way(per_cpu_ptr(&arrivals, cpu));
}

void arrivals_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		ipi_init(per_cpu_ptr(&arrivals, cpu), arrive);
}
