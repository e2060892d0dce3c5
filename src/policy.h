/* SPDX-License-Identifier: GPL-2.0-only */
/* Scheduling policies: the stoppers', and that of a caller that pauses. */
#ifndef _KSTOP_POLICY_H
#define _KSTOP_POLICY_H

#include <linux/types.h>

/**
 * struct policy_saved - what a task had before policy_raise()
 * @raised:	there is something to give back
 * @policy:	its policy
 * @nice:	its nice value
 * @reset:	its children do not inherit these
 * @slack:	its timer slack, which a real-time task has none of
 */
struct policy_saved {
	bool		raised;
	unsigned int	policy;
	int		nice;
	bool		reset;
	u64		slack;
};

int policy_check(void);
void policy_apply(unsigned int cpu);
int policy_error(void);

void policy_raise(struct policy_saved *saved);
void policy_restore(const struct policy_saved *saved);

#endif /* _KSTOP_POLICY_H */
