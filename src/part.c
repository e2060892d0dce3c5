// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/sched/clock.h>
#include <linux/sched/signal.h>

#include "callback.h"
#include "part.h"
#include "queue.h"
#include "run.h"
#include "stats.h"
#include "stretch.h"

/* Look at the word at least that often, whatever the hint says. */
#define LOOK_EVERY	8

bool part_change(struct part *part, u64 new)
{
	struct request *req = part->req;
	s64 old = part->word;

	stretch();
	if (!atomic64_try_cmpxchg(&req->word, &old, new)) {
		/* What was written before it became that is seen. */
		smp_acquire__after_ctrl_dep();
		part->word = old;
		return false;
	}
	if (word_hint(new) != word_hint(part->word))
		WRITE_ONCE(req->hint, word_hint(new));
	part->word = new;
	return true;
}

/* Spin once; take a look at the word when something may have changed. */
void part_look(struct part *part)
{
	struct request *req = part->req;

	cpu_relax();
	if (++part->spins % LOOK_EVERY &&
	    READ_ONCE(req->hint) == word_hint(part->word))
		return;
	/* Acquire: fn sees all that was done before the last commitment. */
	part->word = atomic64_read_acquire(&req->word);
}

/* Make the relaxed come back: everybody has been here once. */
static void wake_relaxed(struct request *req)
{
	unsigned int cpu;

	for_each_cpu(cpu, req->targets) {
		struct slot *slot = &req->slots[cpu];

		/*
		 * Pairs with relax(): the word was updated in between. Exchanged,
		 * so as not to run over one who has just taken that back.
		 */
		if (READ_ONCE(slot->server) != SLOT_RELAXED)
			continue;
		stretch();
		if (cmpxchg(&slot->server, SLOT_RELAXED,
			    SLOT_STOPPER) == SLOT_RELAXED)
			stopper_wake(stopper_of(cpu));
	}
}

/* ENTER. Leaves things alone if the request is no longer in GATHER. */
static void enter(struct part *part)
{
	struct slot *slot = part->slot;
	struct request *req = part->req;
	u64 new, now;

	do {
		if (word_state(part->word) != GATHER)
			return;
		now = record_clock(part->row);
		new = part->word + WORD_HERE;
		if (!slot->seen)
			new += WORD_SEEN;
		if (slot->relaxed)
			new -= WORD_RELAXED;
		if (word_here(new) == req->nr)
			new = word_next(new, COMMIT);
	} while (!part_change(part, new));

	if (slot->seen && slot->round != word_round(part->word) &&
	    slot->rounds < U8_MAX)
		slot->rounds++;
	slot->seen = true;
	slot->relaxed = false;
	slot->round = word_round(part->word);
	slot->committed = false;
	slot->counted = true;
	stopper_gets_on();
	if (unlikely(part->row))
		record_enter(part, now);
	if (word_relaxed(new) && word_seen(new) == req->nr)
		wake_relaxed(req);
}

static bool is_counted(const struct part *part)
{
	return part->slot->counted &&
	       word_round(part->word) == part->slot->round;
}

/*
 * Un-count this CPU. False if there is nothing to un-count: the request has
 * left GATHER, or the round is over.
 */
static bool uncount(struct part *part, u64 difference)
{
	while (word_state(part->word) == GATHER && is_counted(part)) {
		if (part_change(part, part->word + difference)) {
			part->slot->counted = false;
			return true;
		}
	}
	return false;
}

/* RELAX. The order is the point: the slot, the word, then the thread's state. */
static bool relax(struct part *part)
{
	struct slot *slot = part->slot;
	unsigned int server = READ_ONCE(slot->server);

	WRITE_ONCE(slot->server, SLOT_RELAXED);
	stretch();
	if (uncount(part, WORD_RELAXED - WORD_HERE)) {
		slot->relaxed = true;
		if (word_seen(part->word) == part->req->nr &&
		    slot->tries < U8_MAX)
			slot->tries++;
		count_event(EV_RELAX);
		if (part->row)
			record_relax(part);
		return true;
	}
	WRITE_ONCE(slot->server, server);
	return false;
}

static bool can_schedule(const struct part *part)
{
	return part->role != ROLE_OFFLINE && part->role != ROLE_IRQ &&
	       !BUSTED_R1;
}

/* Or, in an interrupt, leave the slot to the stopper. */
static bool can_relax(const struct part *part)
{
	return part->role != ROLE_OFFLINE && part->role != ROLE_NO_STOPPER &&
	       !BUSTED_R1;
}

/* A budget ends where the caller's own time limit does. */
static u64 capped(const struct part *part, u64 ns)
{
	s64 left;

	if (!part->end)
		return ns;
	left = part->end - sched_clock();
	return min_t(u64, ns, max_t(s64, left, 1));
}

/* GATHER's, for a CPU that has not been seen yet. */
static u64 gather_ns(const struct part *part)
{
	u64 ns = budget_gather_ns(part->req->nr);

	/* Nor does an interrupt keep IRQs off for longer than COMMIT does. */
	if (part->role == ROLE_IRQ)
		ns = min(ns, budget_commit_ns(0));
	return capped(part, ns);
}

/*
 * Who waits for a CPU that has not been here yet waits for one plain budget. If
 * all have been, they are on their way back: that may deserve a longer one.
 */
static bool has_patience(struct part *part)
{
	unsigned int nr = part->req->nr;

	if (!can_relax(part) || !budget_looks(part->spins))
		return true;
	if (!part->budget.ns)
		budget_start(&part->budget, gather_ns(part));
	if (!budget_gone(&part->budget, part->spins))
		return true;
	if (part->patient || part->role == ROLE_IRQ ||
	    word_seen(part->word) != nr)
		return false;
	part->patient = true;
	budget_start(&part->budget,
		     capped(part, budget_return_ns(nr, part->slot->tries)));
	return true;
}

static bool stays_counted(const struct part *part)
{
	return BUSTED_COMMIT && part->role == ROLE_STOPPER;
}

static void note_leave(struct part *part)
{
	if (part->row)
		record_leave(part);
}

/* Give way to whom the scheduler wants here; this CPU is not counted. */
static void give_way(struct part *part)
{
	count_event(EV_LEAVE);
	preempt_enable();
	schedule();
	preempt_disable();
	part->word = atomic64_read_acquire(&part->req->word);
}

static void begin_gather(struct part *part)
{
	part->patient = false;
	budget_start(&part->budget, 0);
}

/*
 * GATHER. Preemption is off: who is counted is really there, on any kernel, and
 * what the scheduler wants is found out by asking it, as R1 demands.
 */
static enum outcome gather(struct part *part)
{
	part->spins = 0;
	begin_gather(part);
	for (;;) {
		if (word_state(part->word) == ABORTED)
			return OVER;
		if (word_state(part->word) != GATHER)
			return ARRIVED;
		if (can_schedule(part) && need_resched()) {
			if (!stays_counted(part) && is_counted(part) &&
			    !uncount(part, -WORD_HERE))
				continue;
			note_leave(part);
			if (part->role == ROLE_CALLER ||
			    part->role == ROLE_PAUSER)
				return WANTED;
			give_way(part);
			begin_gather(part);
		} else if (!is_counted(part)) {
			enter(part);
		} else if (has_patience(part)) {
			part_look(part);
		} else if (part->role == ROLE_IRQ) {
			if (uncount(part, -WORD_HERE)) {
				note_leave(part);
				return WANTED;
			}
		} else if (relax(part)) {
			return RELAXED;
		}
	}
}

/* Count this CPU as committed; IRQs are off. */
static bool enter_commit(struct part *part)
{
	struct request *req = part->req;
	u64 new, now;

	do {
		if (word_state(part->word) != COMMIT || !is_counted(part)) {
			/* Perhaps noted below; without us nobody is the last. */
			if (unlikely(part->row))
				WRITE_ONCE(req->record->head.committed, 0);
			return false;
		}
		now = record_clock(part->row);
		new = part->word + WORD_HERE;
		if (word_here(new) == req->nr) {
			/* Before others see RUN, as note_time(). */
			if (unlikely(part->row))
				WRITE_ONCE(req->record->head.committed, now);
			new = run_first(req, new);
		}
	} while (!part_change(part, new));

	part->slot->committed = true;
	if (unlikely(part->row))
		record_commit(part, now);
	if (word_state(new) == COMMIT)
		return true;
	/* The last one. */
	count_event(EV_STOP);
	budget_learn_tries(max(part->slot->tries, part->slot->rounds));
	part->releases = word_state(new) == RELEASE;
	if (part->releases && part->row)
		record_release(part);
	return true;
}

/* Whether it takes too long for a CPU that has IRQs off. */
static bool commit_takes_long(struct part *part)
{
	if (!budget_looks(part->spins))
		return false;
	if (!part->budget.ns)
		budget_start(&part->budget,
			     capped(part, budget_commit_ns(part->slot->rounds)));
	return budget_gone(&part->budget, part->spins);
}

static void note_retreat(struct part *part)
{
	count_event(EV_RETREAT);
	if (part->row)
		record_retreat(part);
}

/*
 * COMMIT. True with IRQs off if all have committed; false with IRQs as before
 * if the round failed, or the request was aborted.
 */
static bool commit(struct part *part)
{
	bool revocable = part->role != ROLE_OFFLINE && !BUSTED_COMMIT;

	local_irq_save(part->flags);
	if (!enter_commit(part))
		goto failed;

	part->spins = 0;
	budget_start(&part->budget, 0);
	while (word_state(part->word) == COMMIT && is_counted(part)) {
		if (revocable && commit_takes_long(part) &&
		    part_change(part, word_retreat(part->word)))
			note_retreat(part);
		else
			part_look(part);
	}
	if (word_state(part->word) == RUN || word_state(part->word) == RELEASE)
		return true;
failed:
	local_irq_restore(part->flags);
	/* What waited for IRQs to come on gets its chance here. */
	cpu_relax();
	return false;
}

/**
 * part_arrive() - take part up to the point of no return
 * @part: the part
 *
 * Context: preemption off.
 * Return: ARRIVED, with IRQs off; or what else became of it.
 */
enum outcome part_arrive(struct part *part)
{
	struct record *record = part->req->record;
	enum outcome outcome;

	part->row = record ? &record->rows[smp_processor_id()] : NULL;
	part->word = atomic64_read_acquire(&part->req->word);
	for (;;) {
		outcome = gather(part);
		if (outcome != ARRIVED)
			return outcome;
		if (part->start)
			budget_learn(part->req->nr,
				     sched_clock() - part->start);
		if (commit(part))
			return ARRIVED;
		/* Nobody stays in an interrupt for another round. */
		if (part->role == ROLE_IRQ &&
		    word_state(part->word) != ABORTED)
			return WANTED;
	}
}

/**
 * part_leave() - this CPU is done with the request
 * @part: the part; its request may be gone afterwards
 */
void part_leave(struct part *part)
{
	struct slot *slot = part->slot;

	if (unlikely(part->row))
		record_left(part);
	if (part->releases)
		run_tell(part->req);
	if (!slot->queued)
		return;
	queue_unlink(slot, part->role);
	/* The last access. */
	request_put(part->req);
}

/**
 * part_take() - take part until it is over, or this role can do no more
 * @part: the part
 *
 * Context: preemption off.
 * Return: OVER, RELAXED or WANTED.
 */
enum outcome part_take(struct part *part)
{
	enum outcome outcome = part_arrive(part);

	if (outcome == RELAXED || outcome == WANTED)
		return outcome;
	if (outcome == ARRIVED) {
		run(part);
		callback_report();
	}
	part_leave(part);
	return OVER;
}

/**
 * rendezvous_join() - a stopper thread takes part
 * @slot: this CPU's slot, at the head of the queue
 *
 * Context: preemption off (once).
 * Returns when this CPU has left the request or has relaxed; @slot may be gone.
 */
void rendezvous_join(struct slot *slot)
{
	struct part part = {
		.req = slot->request,
		.slot = slot,
		.role = ROLE_STOPPER,
	};

	part_take(&part);
}

/**
 * rendezvous_interrupt() - an interrupt takes part, if that does not take long
 * @slot: this CPU's slot, at the head of the queue, ->taken
 *
 * Context: IRQs off.
 */
void rendezvous_interrupt(struct slot *slot)
{
	struct part part = {
		.req = slot->request,
		.slot = slot,
		.role = ROLE_IRQ,
	};

	if (part_take(&part) != WANTED) {
		count_event(EV_IRQ);
		return;
	}
	/* It is ours until this is written. */
	WRITE_ONCE(slot->server, SLOT_STOPPER);
	stopper_wake(this_cpu_ptr(&stoppers));
	count_event(EV_IRQ_OVER);
}
