/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stake: the argument of one call that may fail, which tells afterwards, and
 * much later, too, where fn ran. It outlives the call.
 */
#ifndef _KSTOPTEST_STAKE_H
#define _KSTOPTEST_STAKE_H

#include <linux/atomic.h>
#include <linux/cpumask.h>

struct stake {
	atomic_t	runs;
	atomic_t	after;		/* of these, after the call was over */
	bool		over;
	unsigned long	ran;		/* on these of the first CPUs */
	int		at_return;	/* runs then */
};

void stake_open(struct stake *stake);
int stake_callback(void *arg);		/* arg is the stake */

/*
 * The call is over. @ret 0: it ran once on each of @run, or for NULL on one CPU
 * of @stop; any other: nowhere.
 */
bool stake_close(struct stake *stake, int ret, const struct cpumask *stop,
		 const struct cpumask *run);

/* Nothing happened since then. */
bool stake_settled(struct stake *stake);

#endif /* _KSTOPTEST_STAKE_H */
