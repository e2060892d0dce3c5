// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched/signal.h>

#include "limit.h"
#include "stretch.h"

unsigned int warn_ms = 1000;
module_param(warn_ms, uint, 0444);
MODULE_PARM_DESC(warn_ms,
	"how long a stop waits for a CPU before the log says for which and why, in ms (default 1000; 0: never)");

/* Warnings come at 1, 3, 7 ... times warn_ms; in the end each so often. */
#define INTERVAL_MAX	(600UL * HZ)

/* To find out who is late, and to print it, takes up to so long. */
#define WARN_MS		60

/* To look whether to start over, and whether what one waits for has begun at all. */
#define TICK		HZ
#define TICK_SOON	1

/**
 * limit_start() - begin to count the time, for a caller with a limit or a report
 * @limit: the limit
 */
void limit_start(struct limit *limit)
{
	if (limit->start)
		return;
	limit->start = ktime_get();
	limit->end = ktime_add_safe(limit->start,
				    min_t(u64, limit->timeout_ns, KTIME_MAX));
}

/* It begins to wait, unless it does already. */
static void begin_to_wait(struct limit *limit)
{
	if (limit->waits)
		return;
	limit->waits = true;
	limit->began = jiffies;
	limit->interval = msecs_to_jiffies(warn_ms);
	limit->warn = limit->began + limit->interval;
	if (limit->timeout_ns)
		limit_start(limit);
}

/* The wait is over; what comes now does not count. */
void limit_stop(struct limit *limit)
{
	limit->over = true;
	limit->stopped = jiffies;
}

/* What is left of a limit, for who has one and has started it. */
u64 limit_left_ns(const struct limit *limit)
{
	s64 left = ktime_to_ns(ktime_sub(limit->end, ktime_get()));

	return max_t(s64, left, 0);
}

unsigned int limit_waited_ms(const struct limit *limit)
{
	return jiffies_to_msecs((limit->over ? limit->stopped : jiffies) -
				limit->began);
}

/* It has been said who is late; the next time is further off. */
void limit_warn_later(struct limit *limit)
{
	limit->warned = true;
	limit->interval = min(2 * limit->interval, INTERVAL_MAX);
	limit->warn = jiffies + limit->interval;
}

/* Somebody else is just saying who is late; try again soon. */
void limit_warn_soon(struct limit *limit)
{
	limit->warn = jiffies + max(HZ / 50, 1);
}

/* The next tick is due very soon. */
void limit_tick_soon(struct limit *limit)
{
	limit->ticks = true;
	limit->tick = jiffies + TICK_SOON;
}

static unsigned long jiffies_until(unsigned long when)
{
	return max_t(long, when - jiffies, 0);
}

/* For who waits for nothing but the next warning. */
unsigned long limit_warn_jiffies(struct limit *limit)
{
	begin_to_wait(limit);
	return warn_ms ? jiffies_until(limit->warn) + 1 : MAX_SCHEDULE_TIMEOUT;
}

/* When the next thing is due, but for the limit itself. */
static unsigned long next_due(const struct limit *limit)
{
	unsigned long due = MAX_SCHEDULE_TIMEOUT;

	if (warn_ms)
		due = jiffies_until(limit->warn);
	if (!limit->deaf && limit->ticks)
		due = min(due, jiffies_until(limit->tick));
	return due;
}

/* Not so shortly before a limit runs out that it would delay that. */
static bool warning_due(struct limit *limit)
{
	if (!warn_ms || time_before(jiffies, limit->warn))
		return false;
	if (limit->deaf || !limit->timeout_ns ||
	    limit_left_ns(limit) > WARN_MS * NSEC_PER_MSEC)
		return true;
	limit->warn = jiffies + msecs_to_jiffies(WARN_MS) + 1;
	return false;
}

/**
 * limit_due() - what is to be done now
 * @limit: the limit
 *
 * Return: WAIT_DONE if nothing is.
 */
enum wait_end limit_due(struct limit *limit)
{
	begin_to_wait(limit);
	if (!limit->deaf && limit->timeout_ns && ktime_get() >= limit->end)
		return WAIT_OVER;
	if (warning_due(limit))
		return WAIT_WARN;
	if (!limit->deaf && limit->ticks &&
	    time_after_eq(jiffies, limit->tick)) {
		limit->tick = jiffies + TICK;
		return WAIT_TICK;
	}
	return WAIT_DONE;
}

static bool killed(const struct limit *limit)
{
	return !limit->deaf && fatal_signal_pending(current);
}

static void begin_ticks(struct limit *limit)
{
	if (limit->ticks)
		return;
	limit->ticks = true;
	limit->tick = jiffies + TICK;
}

/**
 * limit_look() - what is to be done now, for who has no time to sleep
 * @limit: the limit
 *
 * Return: as limit_wait(); WAIT_DONE if nothing is.
 */
enum wait_end limit_look(struct limit *limit)
{
	begin_ticks(limit);
	return killed(limit) ? WAIT_KILLED : limit_due(limit);
}

/*
 * Sleep until the next thing is due. The timer wheel leaves the hardware's timer
 * alone: most sleeps are over long before. A limit is kept from the interrupt itself, on PREEMPT_RT
 * too, where a thread that any real-time task keeps away would do it otherwise.
 */
static void sleep_until_due(const struct limit *limit)
{
	unsigned long due = next_due(limit);
	ktime_t end = limit->end;

	if (limit->deaf || !limit->timeout_ns) {
		schedule_timeout(due);
		return;
	}
	if (due != MAX_SCHEDULE_TIMEOUT)
		end = min(end, ktime_add_safe(ktime_get(),
					      jiffies_to_nsecs(due)));
	schedule_hrtimeout_range(&end, 0, HRTIMER_MODE_ABS_HARD);
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

	begin_to_wait(limit);
	begin_ticks(limit);
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
		stretch();
		sleep_until_due(limit);
	}
	finish_swait(queue, &wait);
	return end;
}
