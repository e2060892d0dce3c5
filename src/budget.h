/* SPDX-License-Identifier: GPL-2.0-only */
/* How long a CPU spins before it does something better. */
#ifndef _KSTOP_BUDGET_H
#define _KSTOP_BUDGET_H

#include <linux/sched/clock.h>
#include <linux/types.h>

/* Reading the clock costs more than spinning once. */
#define CLOCK_EVERY	16

/* A clock that shows the same so many times stands still. */
#define CLOCK_STILL	64

/**
 * struct budget - a time to spin
 * @ns:		how long; 0 until that was first of interest
 * @end:	when it is over; 0 until the clock was first read
 * @last:	what the clock has shown last
 * @still:	how often it has shown that
 */
struct budget {
	u64		ns;
	u64		end;
	u64		last;
	unsigned int	still;
};

/* Most waits end before any budget is looked at. */
static inline bool budget_looks(unsigned int spins)
{
	return spins && !(spins % CLOCK_EVERY);
}

static inline void budget_start(struct budget *budget, u64 ns)
{
	*budget = (struct budget){ .ns = ns };
}

/**
 * budget_gone() - whether it is used up
 * @budget: the budget
 * @spins: how often its owner has spun; the clock is read now and then only
 *
 * By sched_clock(). local_clock() would not do: where the TSC is unstable it goes no
 * further than a tick beyond the CPU's last tick, and with IRQs off, or on a CPU
 * that has just come up, there is none. A budget that never ends while somebody else
 * waits for this CPU is a deadlock, so R1 hangs on it, and no clock is trusted to go on.
 *
 * Context: on the CPU that started it.
 */
static inline bool budget_gone(struct budget *budget, unsigned int spins)
{
	u64 now;

	if (!budget_looks(spins))
		return false;
	now = sched_clock();
	if (!budget->end)
		budget->end = now + budget->ns;
	budget->still = now == budget->last ? budget->still + 1 : 0;
	budget->last = now;
	return (s64)(now - budget->end) > 0 || budget->still > CLOCK_STILL;
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
