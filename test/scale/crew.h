/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads that sleep until they are let go, all at once, to do a job each. */
#ifndef _KSTOPSCALE_CREW_H
#define _KSTOPSCALE_CREW_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/types.h>

struct crew;
struct task_struct;

/**
 * struct member - one thread
 * @crew:	its crew
 * @task:	the thread
 * @number:	among them, from 0
 * @done:	for the job: how much it did
 * @error:	for the job: its first error, stays until the crew is gone
 */
struct member {
	struct crew		*crew;
	struct task_struct	*task;
	unsigned int		number;
	u64			done;
	int			error;
};

/**
 * struct crew - some threads
 * @job:	what they do when they are let go
 * @arg:	for the job
 * @nr:		how many there are
 * @members:	they
 * @turn:	goes up when they are let go
 * @busy:	how many have not ended their job
 * @over:	the last has
 */
struct crew {
	void			(*job)(struct member *member);
	void			*arg;
	unsigned int		nr;
	struct member		*members;
	unsigned int		turn;
	atomic_t		busy;
	struct completion	over;
};

/* @cpu: where they stay; -1: where the scheduler likes. 0 or an error. */
int crew_start(struct crew *crew, unsigned int nr, int cpu, void (*job)(struct member *member),
	       void *arg);
void crew_stop(struct crew *crew);	/* of one that was started by half, too */

/* Does not sleep, and may be called with interrupts off. */
void crew_go(struct crew *crew);

/* Until all have ended their job. The sum of what they did, or the first error. */
s64 crew_wait(struct crew *crew);

#endif /* _KSTOPSCALE_CREW_H */
