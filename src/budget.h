/* SPDX-License-Identifier: GPL-2.0-only */
/* How long a CPU spins before it does something better. */
#ifndef _KSTOP_BUDGET_H
#define _KSTOP_BUDGET_H

#include <linux/sched/clock.h>
#include <linux/types.h>

/* Reading the clock costs more than spinning once. */
#define CLOCK_EVERY	16

/**
 * struct budget - a time to spin
 * @ns:		how long
 * @end:	when it is over; 0 until the clock was first read
 */
struct budget {
	u64	ns;
	u64	end;
};

static inline void budget_start(struct budget *budget, u64 ns)
{
	budget->ns = ns;
	budget->end = 0;
}

/**
 * budget_gone() - whether it is used up
 * @budget: the budget
 * @spins: how often its owner has spun; the clock is read now and then only
 *
 * Context: on the CPU that started it.
 */
static inline bool budget_gone(struct budget *budget, unsigned int spins)
{
	u64 now;

	if (!spins || spins % CLOCK_EVERY)
		return false;
	now = local_clock();
	if (!budget->end)
		budget->end = now + budget->ns;
	return (s64)(now - budget->end) > 0;
}

u64 budget_typical_ns(void);
u64 budget_gather_ns(unsigned int nr);
u64 budget_return_ns(unsigned int nr, unsigned int tries);
u64 budget_commit_ns(unsigned int round);
bool budget_wants_to_learn(void);
void budget_learn(unsigned int nr, u64 gather_ns);
void budget_learn_tries(unsigned int tries);
int budgets_check(void);

#endif /* _KSTOP_BUDGET_H */
