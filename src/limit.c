// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched/signal.h>

#include "limit.h"

unsigned int warn_ms = 1000;
module_param(warn_ms, uint, 0444);
MODULE_PARM_DESC(warn_ms,
	"how long a stop waits for a CPU before the log says for which and why, in ms (default 1000; 0: never)");

/* Warnings come at 1, 3, 7 ... times warn_ms; in the end each so often. */
#define INTERVAL_MAX	(600 * NSEC_PER_SEC)

#define TICK		NSEC_PER_SEC
#define TICK_SOON	(2 * NSEC_PER_MSEC)

/**
 * limit_start() - begin to count the time, unless that was done before
 * @limit: the limit
 */
void limit_start(struct limit *limit)
{
	if (limit->start)
		return;
	limit->start = ktime_get();
	limit->end = KTIME_MAX;
	if (limit->timeout_ns)
		limit->end = ktime_add_safe(limit->start,
				min_t(u64, limit->timeout_ns, KTIME_MAX));
	limit->interval = (u64)warn_ms * NSEC_PER_MSEC;
	limit->warn = warn_ms ? ktime_add_ns(limit->start, limit->interval) :
		      KTIME_MAX;
}

/* The wait is over; what comes now does not count. */
void limit_stop(struct limit *limit)
{
	if (limit->warned)
		limit->stopped = ktime_get();
}

/* What is left of a limit, for who has one and has started it. */
u64 limit_left_ns(const struct limit *limit)
{
	s64 left = ktime_to_ns(ktime_sub(limit->end, ktime_get()));

	return max_t(s64, left, 0);
}

u64 limit_waited_ms(const struct limit *limit)
{
	return ktime_ms_delta(limit->stopped ?: ktime_get(), limit->start);
}

/* It has been said who is late; the next time is further off. */
void limit_warn_later(struct limit *limit)
{
	limit->warned = true;
	limit->interval = min_t(u64, 2 * limit->interval, INTERVAL_MAX);
	limit->warn = ktime_add_ns(ktime_get(), limit->interval);
}

/* Somebody else is just saying who is late; try again soon. */
void limit_warn_soon(struct limit *limit)
{
	limit->warn = ktime_add_ns(ktime_get(), 20 * NSEC_PER_MSEC);
}

/* The next tick is due very soon. */
void limit_tick_soon(struct limit *limit)
{
	limit->tick = ktime_add_ns(ktime_get(), TICK_SOON);
}

/* For who waits in jiffies and for nothing but the next warning. */
unsigned long limit_warn_jiffies(struct limit *limit)
{
	s64 left;

	limit_start(limit);
	if (limit->warn == KTIME_MAX)
		return MAX_SCHEDULE_TIMEOUT;
	left = ktime_to_ns(ktime_sub(limit->warn, ktime_get()));
	return nsecs_to_jiffies(max_t(s64, left, 0)) + 1;
}

/* When the next thing is due. */
static ktime_t next_due(const struct limit *limit)
{
	if (limit->deaf)
		return limit->warn;
	return min3(limit->end, limit->tick, limit->warn);
}

/**
 * limit_due() - what is to be done now
 * @limit: the limit
 *
 * Return: WAIT_DONE if nothing is.
 */
enum wait_end limit_due(struct limit *limit)
{
	ktime_t now = ktime_get();

	if (!limit->deaf && now >= limit->end)
		return WAIT_OVER;
	if (now >= limit->warn)
		return WAIT_WARN;
	if (!limit->deaf && now >= limit->tick) {
		limit->tick = ktime_add_ns(now, TICK);
		return WAIT_TICK;
	}
	return WAIT_DONE;
}

static bool killed(const struct limit *limit)
{
	return !limit->deaf && fatal_signal_pending(current);
}

/*
 * Sleep until the next thing is due. Only a limit needs to be kept to the
 * microsecond; for the rest the timer wheel will do, which leaves the hardware's
 * timer alone: most sleeps are over long before.
 */
static void sleep_until_due(const struct limit *limit)
{
	ktime_t due = next_due(limit);
	s64 left;

	if (due == KTIME_MAX) {
		schedule();
	} else if (!limit->deaf && limit->end != KTIME_MAX) {
		schedule_hrtimeout_range(&due, 0, HRTIMER_MODE_ABS);
	} else {
		left = ktime_to_ns(ktime_sub(due, ktime_get()));
		schedule_timeout(nsecs_to_jiffies(max_t(s64, left, 0)) + 1);
	}
}

/**
 * limit_wait() - sleep until something is there or something is due
 * @limit: the limit
 * @queue: where those wake us who bring what is waited for
 * @done: whether it is there
 * @arg: its argument
 *
 * A limit is kept by an hrtimer without slack. @queue may not go away before those who
 * wake it have come back; see finish_swait().
 *
 * Context: process, may sleep.
 */
enum wait_end limit_wait(struct limit *limit, struct swait_queue_head *queue,
			 bool (*done)(const void *arg), const void *arg)
{
	unsigned int state = limit->deaf ? TASK_UNINTERRUPTIBLE : TASK_KILLABLE;
	enum wait_end end = WAIT_DONE;
	DECLARE_SWAITQUEUE(wait);

	limit_start(limit);
	if (!limit->tick)
		limit->tick = ktime_add_ns(ktime_get(), TICK);
	for (;;) {
		/* Full barrier; pairs with the lock in swake_up_one(). */
		prepare_to_swait_exclusive(queue, &wait, state);
		if (done(arg))
			break;
		if (killed(limit)) {
			end = WAIT_KILLED;
			break;
		}
		end = limit_due(limit);
		if (end != WAIT_DONE)
			break;
		sleep_until_due(limit);
	}
	finish_swait(queue, &wait);
	return end;
}
