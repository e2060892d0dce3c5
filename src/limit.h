/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a caller waits: its time limit, when it says who is late, and when
 * it looks whether it had better start over.
 *
 * A caller has one limit for the whole of its call, in which it may wait
 * several times. Only a time limit is kept to the microsecond, and only who has one
 * (or wants a report) reads the clock, which on some machines is slower than a
 * context switch; the rest is counted in jiffies, from when it first has to wait.
 */
#ifndef _KSTOP_LIMIT_H
#define _KSTOP_LIMIT_H

#include <linux/ktime.h>
#include <linux/swait.h>
#include <linux/types.h>

/**
 * struct limit - a caller's patience
 * @timeout_ns:	what it asked for; 0: no limit
 * @start:	when it began, for who has a limit or wants a report
 * @end:	when to give up
 * @began:	when it began to wait; this and the next four in jiffies
 * @stopped:	when it ended, once @warned
 * @warn:	when to say next who is late
 * @interval:	how long after that once more
 * @tick:	when to look whether to start over
 * @waits:	it has begun
 * @ticks:	@tick is set
 * @warned:	who is late has been said
 * @over:	@stopped is set
 * @deaf:	past the point of no return: only warnings are due any more
 */
struct limit {
	u64		timeout_ns;
	ktime_t		start;
	ktime_t		end;
	unsigned long	began;
	unsigned long	stopped;
	unsigned long	warn;
	unsigned long	interval;
	unsigned long	tick;
	bool		waits;
	bool		ticks;
	bool		warned;
	bool		over;
	bool		deaf;
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
enum wait_end limit_look(struct limit *limit);
enum wait_end limit_wait(struct limit *limit, struct swait_queue_head *queue,
			 bool (*done)(const void *arg), const void *arg);
unsigned long limit_warn_jiffies(struct limit *limit);
unsigned int limit_waited_ms(const struct limit *limit);
void limit_warn_later(struct limit *limit);
void limit_warn_soon(struct limit *limit);

/* Each try of a call has a tick and a point of no return of its own. */
static inline void limit_new_try(struct limit *limit)
{
	limit->ticks = false;
	limit->deaf = false;
}

void limit_tick_soon(struct limit *limit);

#endif /* _KSTOP_LIMIT_H */
