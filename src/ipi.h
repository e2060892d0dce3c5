/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts to other CPUs, one descriptor for each CPU and purpose.
 *
 * smp_call_function_single_async() refuses a descriptor that is on its way, but does
 * not mind two callers at the same moment, and what they leave behind has the CPU
 * loop for ever. So each has a flag of our own.
 */
#ifndef _KSTOP_IPI_H
#define _KSTOP_IPI_H

#include <linux/atomic.h>
#include <linux/smp.h>

/**
 * struct ipi - an interrupt to one CPU
 * @csd:	the kernel's descriptor
 * @sent:	it is on its way
 */
struct ipi {
	call_single_data_t	csd;
	atomic_t		sent;
};

static inline void ipi_init(struct ipi *ipi, smp_call_func_t func)
{
	ipi->csd.func = func;
	atomic_set(&ipi->sent, 0);
}

/**
 * ipi_send() - send it, unless it is on its way
 * @cpu: where to
 * @ipi: that CPU's
 *
 * Fully ordered: if it was on its way, its handler has yet to call ipi_arrived(),
 * and sees after that what was written before this call.
 *
 * Context: preemption off; any but hard interrupt and NMI.
 * Return: false if @cpu is not online, and no interrupt comes.
 */
static inline bool ipi_send(unsigned int cpu, struct ipi *ipi)
{
	if (atomic_xchg(&ipi->sent, 1))
		return true;
	if (!smp_call_function_single_async(cpu, &ipi->csd))
		return true;
	atomic_set(&ipi->sent, 0);
	return false;
}

/*
 * For its handler, first of all: the kernel is done with the descriptor, it may be sent
 * again. Fully ordered, pairs with ipi_send(): the handler sees what was written by who
 * found it on its way; who comes later sends another.
 */
static inline void ipi_arrived(struct ipi *ipi)
{
	atomic_xchg(&ipi->sent, 0);
}

static inline bool ipi_on_its_way(const struct ipi *ipi)
{
	return atomic_read_acquire(&ipi->sent);
}

#endif /* _KSTOP_IPI_H */
