/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The threads that make requests, and judge each of them.
 *
 * Callers make those of the chosen type, natives the kernel's stop_machine(), with
 * the same checks. Each has its own counters, which are only ever summed up.
 */
#ifndef _KSTOPTORTURE_CALLERS_H
#define _KSTOPTORTURE_CALLERS_H

#include <linux/types.h>

#include "types.h"

/**
 * struct tally - what became of requests
 * @requests:	calls that returned, or works that were queued
 * @completed:	those that gave 0 or what fn gave
 * @absent:	-ENOENT, for CPUs that were not there
 * @busy:	-EBUSY, as one was half way
 * @in_use:	-EAGAIN
 * @timed_out:	-ETIMEDOUT
 * @wrong:	any other error
 * @callbacks:	times that fn ran
 */
struct tally {
	u64	requests;
	u64	completed;
	u64	absent;
	u64	busy;
	u64	in_use;
	u64	timed_out;
	u64	wrong;
	u64	callbacks;
};

/* After an error, too, there is something to stop. */
int callers_start(void);

/*
 * Ask all to end and wait for them, for as long as anybody gets on. Returns how many
 * did not come back: they are in a call for good, and what they use stays.
 */
unsigned int callers_stop(void);

/* When the counters are no longer wanted; after a callers_stop() that gave 0. */
void callers_exit(void);

/* All pause, or go on. */
void callers_pause(bool pause);

/* Leave this CPU free of callers, where there is another. Context: process, may sleep. */
void callers_avoid(unsigned int cpu);

/* Of all threads together, for a type or for all of them (-1). */
void callers_sum(struct tally *sum, int type);

/* Say who has been in a call for so many seconds. */
void callers_complain(unsigned int seconds);

/* Who did not come back has violated the contract. */
void callers_accuse(void);

#endif /* _KSTOPTORTURE_CALLERS_H */
