/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a caller waits: its time limit, when it says who is late, and when
 * it looks whether it had better start over.
 *
 * A caller has one limit for the whole of its call, in which it may wait
 * several times. The clock is first read when it has to wait, or at once if it
 * has a limit, so that a stop which nobody delays reads none.
 */
#ifndef _KSTOP_LIMIT_H
#define _KSTOP_LIMIT_H

#include <linux/ktime.h>
#include <linux/swait.h>
#include <linux/types.h>

/**
 * struct limit - a caller's patience
 * @timeout_ns:	what it asked for; 0: no limit
 * @start:	when it began; 0: not yet
 * @stopped:	when it ended; 0: not yet
 * @end:	when to give up
 * @warn:	when to say next who is late
 * @interval:	how long after that once more
 * @tick:	when to look whether to start over; 0: not set
 * @warned:	who is late has been said
 * @deaf:	past the point of no return: only warnings are due any more
 */
struct limit {
	u64	timeout_ns;
	ktime_t	start;
	ktime_t	stopped;
	ktime_t	end;
	ktime_t	warn;
	u64	interval;
	ktime_t	tick;
	bool	warned;
	bool	deaf;
};

/* Why a wait has ended. */
enum wait_end {
	WAIT_DONE,	/* what was waited for is there */
	WAIT_KILLED,	/* a fatal signal */
	WAIT_OVER,	/* the limit has run out */
	WAIT_TICK,	/* time to look whether to start over */
	WAIT_WARN,	/* time to say who is late */
};

extern unsigned int warn_ms;

void limit_start(struct limit *limit);
void limit_stop(struct limit *limit);
u64 limit_left_ns(const struct limit *limit);
enum wait_end limit_due(struct limit *limit);
enum wait_end limit_wait(struct limit *limit, struct swait_queue_head *queue,
			 bool (*done)(const void *arg), const void *arg);
unsigned long limit_warn_jiffies(struct limit *limit);
u64 limit_waited_ms(const struct limit *limit);
void limit_warn_later(struct limit *limit);
void limit_warn_soon(struct limit *limit);

/* Each try of a call has a tick and a point of no return of its own. */
static inline void limit_new_try(struct limit *limit)
{
	limit->tick = 0;
	limit->deaf = false;
}

void limit_tick_soon(struct limit *limit);

#endif /* _KSTOP_LIMIT_H */
