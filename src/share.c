// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>

#include "budget.h"
#include "compat.h"
#include "rendezvous.h"
#include "request.h"
#include "share.h"
#include "stats.h"
#include "stretch.h"
#include "trace.h"
#include "word.h"

static unsigned int share_us = 1000;
module_param(share_us, uint, 0444);
MODULE_PARM_DESC(share_us,
	"how long a stop that several callers of kstop_machine() share may last before the rest of them has to wait for the next, in us (up to 1000000, default 1000; 0: none is shared)");

#define US_MAX		1000000

/* Callers that come within that time of each other keep company. */
#define COMPANY_JIFFIES	2

/* So many times a caller lets others go first, and so long may one take. */
#define YIELDS		CALLS_MAX
#define PATIENCE_NS	(500 * NSEC_PER_USEC)

/* Where that was wrong, so many calls pass before one tries it once more. */
#define GUEST		64

static DEFINE_RAW_SPINLOCK(share_lock);	/* guards all of these */
static struct request *open;		/* or NULL; looked at without it, too */
static u64 last_ticket;
static const void *last_task;		/* who came last, to be compared only */
static unsigned long last_time;		/* and when, in jiffies */
static unsigned int guests = YIELDS * GUEST; /* that are worth waiting for */

bool share_allowed(void)
{
	return share_us;
}

int share_check(void)
{
	if (share_us <= US_MAX)
		return 0;
	pr_err("share_us=%u is out of range, 0 to %u\n", share_us, US_MAX);
	return -EINVAL;
}

/**
 * share_time_left() - whether one more call may have its turn
 * @began: when this CPU saw the first one's, as sched_clock() here
 */
bool share_time_left(u64 began)
{
	return sched_clock() - began < (u64)share_us * NSEC_PER_USEC;
}

static bool is_open(u64 word)
{
	return word_state(word) == GATHER || word_state(word) == COMMIT;
}

/*
 * JOIN: make a call of @req. Its bit in the word is what decides whether it was in
 * time; before it all of the call must be written, and it must be held. Who was not
 * in time opens a request of its own, in which it is the first: @stop is as it was.
 */
static bool join(struct request *req, struct stop *stop)
{
	s64 word = atomic64_read(&req->word);
	unsigned int call = req->nr_calls;

	if (call == CALLS_MAX || !is_open(word))
		return false;
	call_setup(req, call, stop);
	/* Pairs with run_tell(), which may come in between if we are too late. */
	smp_store_release(&req->nr_calls, call + 1);
	if (stop->report)
		WRITE_ONCE(req->timed, true);
	atomic_inc(&req->refs);
	stretch();
	do {
		if (!is_open(word)) {
			/* Its other callers have not left it: see share_leave(). */
			WRITE_ONCE(req->nr_calls, call);
			atomic_dec(&req->refs);
			return false;
		}
	} while (!atomic64_try_cmpxchg(&req->word, &word,
				       word + BIT(call) * WORD_CALL));
	stop->call = call;
	trace_kstop_join(req, call);
	return true;
}

/* Who comes first goes first, in however many stops it takes. */
static void take_ticket(struct stop *stop)
{
	lockdep_assert_held(&share_lock);
	if (!stop->ticket)
		stop->ticket = ++last_ticket;
	stop->company |= last_task != current &&
			 time_before(jiffies, last_time + COMPANY_JIFFIES);
	last_task = current;
	last_time = jiffies;
}

static struct request *join_open(struct stop *stop)
{
	lockdep_assert_held(&share_lock);
	take_ticket(stop);
	if (!open || !join(open, stop))
		return NULL;
	count_event(EV_SHARE);
	return open;
}

/**
 * share_join() - join the open request, if there is one
 * @stop: what is wanted; ->call is set
 *
 * Return: the request, which the caller holds; or NULL.
 */
struct request *share_join(struct stop *stop)
{
	struct request *req;
	unsigned long flags;

	if (!READ_ONCE(open))
		return NULL;
	raw_spin_lock_irqsave(&share_lock, flags);
	req = join_open(stop);
	raw_spin_unlock_irqrestore(&share_lock, flags);
	return req;
}

/**
 * share_open() - let others join a request, unless there is one to join
 * @req: the request, whose only call is the caller's
 * @stop: what is wanted; ->call is set
 *
 * Return: @req; or another, which the caller has joined and holds.
 */
struct request *share_open(struct request *req, struct stop *stop)
{
	struct request *other;
	unsigned long flags;

	raw_spin_lock_irqsave(&share_lock, flags);
	other = join_open(stop);
	if (!other) {
		req->calls[0].ticket = stop->ticket;
		/*
		 * Release: we are done with the one that we came too late to join.
		 * Pairs with share_leave() and request_put(), fully ordered: who
		 * sees that another is open, and lets go of it as the last.
		 */
		smp_store_release(&open, req);
	}
	raw_spin_unlock_irqrestore(&share_lock, flags);
	return other ?: req;
}

/*
 * Let those run who want this CPU: they may be callers, and join. The scheduler takes
 * those first who have run least, which callers have; when it comes to one that keeps
 * the CPU and does not join, we were wrong to wait, and next time we do not go so far.
 */
static void let_others_join(const struct request *req)
{
	unsigned int calls, i, most = READ_ONCE(guests);
	u64 start;

	for (i = 0; i < most / GUEST && !single_task_running() &&
		    !fatal_signal_pending(current); i++) {
		calls = READ_ONCE(req->nr_calls);
		start = sched_clock();
		yield();
		if (READ_ONCE(req->nr_calls) != calls)
			continue;
		if (sched_clock() - start > PATIENCE_NS)
			most = i * GUEST;
		break;
	}
	/* Who is alone in the end has let nobody go first but callers. */
	if (single_task_running())
		most = YIELDS * GUEST;
	WRITE_ONCE(guests, min(most + 1, YIELDS * GUEST));
}

/* As long as callers on other CPUs keep coming, wait for the next. */
static void wait_for_stragglers(const struct request *req)
{
	u64 patience = budget_typical_ns() / 2;
	u64 now = sched_clock(), last = now;
	unsigned int calls = 0;

	while (now - last < patience && !need_resched()) {
		if (READ_ONCE(req->nr_calls) != calls) {
			calls = READ_ONCE(req->nr_calls);
			last = now;
		}
		if (calls == CALLS_MAX)
			break;
		cpu_relax();
		now = sched_clock();
	}
}

/**
 * share_wait_for_company() - let others join before we go ahead
 * @req: the request that we have opened
 * @stop: our call
 *
 * If several tasks have called lately, those who are ready to run here may be such
 * callers. Each that joins goes to sleep; when nobody joins any more, or we are
 * alone, we go. yield() is what it is for: it is no loss if it does nothing.
 *
 * A real-time task does not: its yield() gives away its budget (SCHED_DEADLINE), or
 * lets another of its priority run for as long as that likes. Nor does who has a limit.
 *
 * Context: process.
 */
void share_wait_for_company(const struct request *req, const struct stop *stop)
{
	if (!stop->company || stop->limit.timeout_ns ||
	    compat_is_realtime(current))
		return;
	if (!single_task_running())
		let_others_join(req);
	wait_for_stragglers(req);
}

/* Whether somebody sees, or has seen, to it that @req is queued. */
bool share_claimed(const struct request *req)
{
	return READ_ONCE(req->claimed);
}

/* Return: true for one of those who call it. */
bool share_claim(struct request *req)
{
	return !share_claimed(req) && !xchg(&req->claimed, true);
}

/**
 * share_leave() - the caller is about to let go of a request
 * @req: the request, which the caller holds
 *
 * If it is over, nobody can join it any more. So a request is not open any more when
 * the last of its callers lets go of it, since the last call that is taken out
 * (CANCEL) makes it over.
 */
void share_leave(struct request *req)
{
	unsigned long flags;

	if (READ_ONCE(open) != req || is_open(atomic64_read(&req->word)))
		return;
	raw_spin_lock_irqsave(&share_lock, flags);
	if (open == req)
		WRITE_ONCE(open, NULL);
	raw_spin_unlock_irqrestore(&share_lock, flags);
}
