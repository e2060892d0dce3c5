// SPDX-License-Identifier: GPL-2.0-only
/* RUN: all CPUs stand, and the calls of a request have their turns. */
#include <linux/bitops.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/nmi.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>
#include <linux/swait.h>

#include "align.h"
#include "callback.h"
#include "compat.h"
#include "run.h"
#include "share.h"
#include "stretch.h"

/* Touch watchdogs and tell RCU that often while stopped. */
#define TOUCH_EVERY	4096

/*
 * Note when something happens, if the caller wants to know. Only a CPU that
 * finds itself to be the last does so, before it says so in the word; if another
 * gets ahead of it, that one is the last and does so later.
 */
static void note_time(const struct request *req, u64 *when)
{
	if (READ_ONCE(req->timed))
		WRITE_ONCE(*when, ktime_get_mono_fast_ns());
}

/* What has to be so before the turn of @call. As note_time(). */
static void prepare_turn(struct request *req, unsigned int call)
{
	if (!req->calls[call].align)
		return;
	atomic_set(&req->ready, 0);
	atomic64_set(&req->start_at, 0);
}

/* The call that is to run next. One that runs fn nowhere has had its turn. */
static u64 next_turn(struct request *req, u64 word)
{
	unsigned int call, next, rest;

	for (;;) {
		rest = word_calls(word);
		if (!rest)
			return word_next(word, RELEASE);
		next = __ffs(rest);
		while (rest &= rest - 1) {
			call = __ffs(rest);
			if (req->calls[call].ticket < req->calls[next].ticket)
				next = call;
		}
		if (req->calls[next].nr_run)
			break;
		word -= BIT(next) * WORD_CALL;
	}
	prepare_turn(req, next);
	return word_run(word, next);
}

/**
 * run_first() - what the last commitment makes of the word
 * @req: the request
 * @word: with all committed
 *
 * Return: RUN, with the turn of the first call; RELEASE if there is nothing to run.
 */
u64 run_first(struct request *req, u64 word)
{
	note_time(req, &req->run_at);
	note_time(req, &req->release_at);
	return next_turn(req, word);
}

/* What comes after a call: the next one, unless the CPUs have stood for too long. */
static u64 after_turn(struct part *part, u64 word)
{
	struct request *req = part->req;

	word &= ~(BIT(word_turn(word)) * WORD_CALL);
	note_time(req, &req->release_at);
	if (unlikely(part->row))
		WRITE_ONCE(req->record->head.released, sched_clock());
	if (word_calls(word) && share_time_left(part->began))
		return next_turn(req, word);
	return word_next(word, RELEASE);
}

/**
 * part_returned() - fn has returned on this CPU
 * @part: its part in a request that is in RUN
 */
void part_returned(struct part *part)
{
	struct request *req = part->req;
	unsigned int turn;
	u64 new;

	part->word = atomic64_read(&req->word);
	turn = word_turn(part->word);
	WRITE_ONCE(part->slot->ran, turn + 1);
	do {
		new = part->word + WORD_HERE;
		if (word_here(new) == req->calls[turn].nr_run || BUSTED_RELEASE)
			new = after_turn(part, new);
	} while (!part_change(part, new));

	if (word_state(new) == RELEASE) {
		part->releases = true;
		if (unlikely(part->row))
			record_release(part);
	}
}

static void run_fn(struct part *part)
{
	struct call *call = &part->req->calls[word_turn(part->word)];
	int ret;

	WRITE_ONCE(part->slot->since, jiffies);
	if (call->align)
		align_wait(part->req, call->nr_run);
	if (unlikely(part->row))
		record_fn(part);
	ret = callback_run(call->fn, call->arg);
	if (unlikely(part->row))
		record_returned(part, ret);
	if (ret)
		WRITE_ONCE(call->ret, ret);
	if (call->results)
		call->results[smp_processor_id()] = ret;
	part_returned(part);
}

/* Whether it is this CPU's turn. */
static bool is_my_turn(const struct part *part)
{
	unsigned int turn = word_turn(part->word);

	return (word_state(part->word) == RUN || BUSTED_RELEASE) &&
	       part->slot->ran != turn + 1 &&
	       call_runs_on(part->req, turn, smp_processor_id());
}

/* Until RELEASE: nobody can be waiting for anything outside. */
static void run_all(struct part *part)
{
	part->spins = 0;
	if (!is_power_of_2(word_calls(part->word)))
		part->began = sched_clock();
	for (;;) {
		if (is_my_turn(part)) {
			run_fn(part);
			continue;
		}
		if (word_state(part->word) == RELEASE)
			break;
		part_look(part);
		if (part->spins % TOUCH_EVERY)
			continue;
		/* Whoever is stuck, it is not us. */
		touch_nmi_watchdog();
		if (part->role != ROLE_OFFLINE && part->role != ROLE_IRQ)
			rcu_momentary_eqs();
	}
	local_irq_restore(part->flags);
}

/* Its only call, with IRQs on; this CPU waits for no other. */
static void run_gang(struct part *part)
{
	local_irq_restore(part->flags);
	run_fn(part);
}

/**
 * run() - RUN, until this CPU may leave
 * @part: its part in a request of which all have committed
 *
 * Interrupts are as they were before COMMIT afterwards.
 */
void run(struct part *part)
{
	if (part->req->gang)
		run_gang(part);
	else
		run_all(part);
}

/**
 * run_tell() - the callers that sleep may go on
 * @req: the request, which is over and which this CPU still holds
 */
void run_tell(struct request *req)
{
	/* Pairs with join(): whoever is counted has been set up. */
	unsigned int i, nr = smp_load_acquire(&req->nr_calls);

	for (i = 0; i < nr; i++) {
		struct call *call = &req->calls[i];

		if (!READ_ONCE(call->notify))
			continue;
		stretch();
		/* Pairs with is_told(): the word says RELEASE or ABORTED. */
		smp_store_release(&call->told, true);
		stretch();
		swake_up_one(&call->wait);
	}
}
