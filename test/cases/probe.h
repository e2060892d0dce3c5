/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probe: a callback that writes down where, how often and how it was called.
 */
#ifndef _KSTOPTEST_PROBE_H
#define _KSTOPTEST_PROBE_H

#include <linux/atomic.h>
#include <linux/cpumask.h>

/* What the contract says about the callback's surroundings. */
enum surroundings {
	PREEMPTION_OFF,			/* and interrupts on */
	INTERRUPTS_OFF,
};

struct probe_cpu {
	atomic_t	runs;
	bool		irqs_off;
	bool		preemptible;
	bool		in_interrupt;
	int		preempt_count;
};

struct probe {
	int			ret;		/* what the callback returns, */
	unsigned int		odd_cpu;	/* but on this CPU */
	int			odd_ret;	/* that */
	struct probe_cpu	cpu[];
};

struct probe *probe_new(void);		/* scratch; NULL if there is none */
void probe_reset(struct probe *probe);	/* returns 0 on every CPU */
int probe_callback(void *arg);		/* arg is the probe */

unsigned int probe_runs(struct probe *probe);	/* on all CPUs together */

/* Ran once on each CPU of @where and nowhere else, in these surroundings. */
#define expect_ran(probe, where, how, what) \
	expect_ran_at(__FILE__, __LINE__, probe, where, how, what)
void expect_ran_at(const char *file, int line, struct probe *probe,
		   const struct cpumask *where, enum surroundings how,
		   const char *what);

/* Ran once, on one online CPU. */
#define expect_ran_somewhere(probe, how, what) \
	expect_ran_somewhere_at(__FILE__, __LINE__, probe, how, what)
void expect_ran_somewhere_at(const char *file, int line, struct probe *probe,
			     enum surroundings how, const char *what);

/* The case's own thread moves to that CPU. Undone when the case is over. */
void stand_on(unsigned int cpu);

#endif /* _KSTOPTEST_PROBE_H */
