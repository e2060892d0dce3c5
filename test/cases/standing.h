/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Standing: how the scheduler treats the running task, to compare what it was
 * before a call with what it is after.
 */
#ifndef _KSTOPTEST_STANDING_H
#define _KSTOPTEST_STANDING_H

#include <linux/cpumask.h>

struct standing {
	unsigned int	policy;
	unsigned int	priority;
	int		nice;
	bool		reset_on_fork;
	bool		may_move;	/* not held on its CPU */
	bool		irqs_off;
	int		preempt_count;
	struct cpumask	cpus;
};

void standing_take(struct standing *standing);

/* As before, apart from the CPU. */
bool standing_same(const struct standing *before);
void expect_same_standing(const struct standing *before, const char *what);

#endif /* _KSTOPTEST_STANDING_H */
