/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Culprit: a thread that keeps its CPU from the stoppers for as long as the
 * case wants, and never longer than it said.
 */
#ifndef _KSTOPTEST_CULPRIT_H
#define _KSTOPTEST_CULPRIT_H

#include <linux/types.h>
#include <linux/wait.h>

#include "kstop.h"

/**
 * enum culprit_kind - how it does it
 * @CULPRIT_FIFO: SCHED_FIFO 99; preemptible, calls the scheduler when asked
 * @CULPRIT_PREEMPT: preemption off
 * @CULPRIT_IRQS: interrupts off
 */
enum culprit_kind {
	CULPRIT_FIFO,
	CULPRIT_PREEMPT,
	CULPRIT_IRQS,
};

struct culprit {
	enum culprit_kind	kind;
	unsigned int		cpu;
	struct task_struct	*task;
	wait_queue_head_t	wait;
	u64			hold_ns;	/* at most */
	bool			wanted;
	bool			holds;		/* the CPU, now */
	unsigned int		holds_begun;
};

/* The running case's, gone with its crew. NULL, with an expectation. */
struct culprit *culprit_hire(enum culprit_kind kind, unsigned int cpu);

/* When this returns true the CPU is held, for @ms at most. */
bool culprit_begin(struct culprit *culprit, unsigned int ms);
void culprit_end(struct culprit *culprit);
bool culprit_holds(const struct culprit *culprit);

/*
 * A CULPRIT_FIFO needs a kernel that lets it have the CPU for good, that is
 * kernel.sched_rt_runtime_us=-1, which user space has to set: 0 or -EOPNOTSUPP.
 */
int culprit_fifo_possible(void);

/* The policy of kstop's stoppers: SCHED_FIFO or SCHED_DEADLINE. */
int stoppers_policy(void);

/* The kind that keeps stoppers away whose policy is this one. */
enum culprit_kind culprit_that_works(void);

/*
 * Late is @culprit's CPU and no other, because of the culprit. False without an
 * expectation only if its CPU did not answer, as one does that the hypervisor
 * does not run for a while: worth asking again.
 */
bool expect_culprit(const struct culprit *culprit,
		    const struct kstop_report *report, const char *what);

/* Storage for what a call can report. NULL if there is none. */
struct kstop_report *report_new(void);
/* All that a call has to overwrite is as it should not be. */
void report_spoil(struct kstop_report *report);

#endif /* _KSTOPTEST_CULPRIT_H */
