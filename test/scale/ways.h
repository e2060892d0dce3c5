/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ways to have a function run while all CPUs stand still, or at least on all of
 * them.
 *
 *	native	     the kernel's stop_machine()
 *	kstop	     kstop_machine()
 *	kstop_irq    kstop_machine_opts(), arrival by interrupt	(KSTOP_IRQ)
 *	kstop_align  the same, aligned start			(KSTOP_ALIGN)
 *	on_each_cpu  all CPUs meet in a call-function interrupt: the least it can cost.
 *		     It stops between any two instructions that have interrupts on, so
 *		     it is no stop in the sense of the others
 *	each_work    a work on each CPU, which nobody waits for but the caller
 */
#ifndef _KSTOPSCALE_WAYS_H
#define _KSTOPSCALE_WAYS_H

#include <linux/cpumask.h>
#include <linux/types.h>

#include <kstop.h>

#include "samples.h"

#define WAYS_MAX	8

/**
 * struct way - one of them
 * @name:	as above
 * @call:	run fn on each CPU of @cpus, NULL: on one; 0 or what went wrong
 * @meets:	all CPUs are there before fn begins
 * @stops:	and stand still, in process context
 */
struct way {
	const char	*name;
	int		(*call)(cpu_stop_fn_t fn, void *arg, const struct cpumask *cpus);
	bool		meets;
	bool		stops;
};

extern const struct way ways[];
extern const unsigned int nr_ways;	/* native is the first */

bool way_known(const char *name);

/* One call whose fn does next to nothing, and has to have run. 0, or an error and a line. */
int way_try(const struct way *way);

/* Samples of each way that was chosen. */
struct series {
	struct samples	of[WAYS_MAX];
};

int series_alloc(struct series *series, unsigned int max);
void series_free(struct series *series);

/* @n and those after it: the first that was chosen, or nr_ways. */
unsigned int way_next(unsigned int n);

#define for_each_way(n)							\
	for ((n) = way_next(0); (n) < nr_ways; (n) = way_next((n) + 1))

#endif /* _KSTOPSCALE_WAYS_H */
