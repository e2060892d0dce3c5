/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scheduling policies, those that the C library has no call for included, and
 * who may run where.
 */
#ifndef SCHED_ATTR_H
#define SCHED_ATTR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE	6
#endif

/* What a task asks of the scheduler; the times are for SCHED_DEADLINE. */
struct policy {
	int		policy;
	int		priority;
	uint64_t	runtime_ns, deadline_ns, period_ns;
};

/* The caller's. Returns 0 or -errno. */
int policy_set(const struct policy *policy);

int bind_to_cpu(int cpu);		/* the caller; 0 or -errno */

/*
 * While the throttle is off a real-time task may keep a CPU for ever; and a
 * SCHED_DEADLINE one can be bound to one CPU, which is refused otherwise.
 * One at a time.
 */
bool rt_throttle_off(void);
void rt_throttle_restore(void);

/*
 * Every thread that may run on several CPUs, kernel threads too, keeps clear of
 * the CPUs from @first to @last, until they may run anywhere again. The
 * scheduler does not see a CPU as busy because of a real-time hog, it goes on
 * putting tasks there, and what they would have done is not done.
 */
void cpus_clear(int first, int last);
void cpus_unclear(void);

#endif
