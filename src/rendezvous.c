// SPDX-License-Identifier: GPL-2.0-only
/* Taking part in a rendezvous; the protocol is told in rendezvous.h. */
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/nmi.h>
#include <linux/sched/clock.h>

#include "budget.h"
#include "callback.h"
#include "compat.h"
#include "queue.h"
#include "rendezvous.h"
#include "stats.h"
#include "word.h"

/* Look at the word at least that often, whatever the hint says. */
#define LOOK_EVERY	8
/* Touch watchdogs and tell RCU that often while stopped. */
#define TOUCH_EVERY	4096

/**
 * struct part - one CPU's taking part in a request
 * @req:	the request
 * @slot:	this CPU's slot
 * @role:	who takes part
 * @word:	the word as last seen
 * @counted:	in ->here, unless the round is over
 * @patient:	->budget is the one for who waits for CPUs that come back
 * @spins:	since the last change of state
 * @budget:	how long this CPU waits
 * @start:	when the caller began to take part
 * @flags:	interrupt state outside COMMIT and RUN
 */
struct part {
	struct request	*req;
	struct slot	*slot;
	enum role	role;
	u64		word;
	bool		counted;
	bool		patient;
	unsigned int	spins;
	struct budget	budget;
	u64		start;
	unsigned long	flags;
};

/* Try to make @new of the word; says in ->word what it is now. */
static bool change(struct part *part, u64 new)
{
	struct request *req = part->req;
	s64 old = part->word;

	if (!atomic64_try_cmpxchg(&req->word, &old, new)) {
		part->word = old;
		return false;
	}
	if (word_hint(new) != word_hint(part->word))
		WRITE_ONCE(req->hint, word_hint(new));
	part->word = new;
	return true;
}

/* Spin once; take a look at the word when something may have changed. */
static void look(struct part *part)
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
		if (READ_ONCE(slot->server) == SLOT_RELAXED &&
		    cmpxchg(&slot->server, SLOT_RELAXED,
			    SLOT_STOPPER) == SLOT_RELAXED)
			stopper_wake(stopper_of(cpu));
	}
}

/* ENTER. Leaves things alone if the request is no longer in GATHER. */
static void enter(struct part *part)
{
	struct slot *slot = part->slot;
	struct request *req = part->req;
	u64 new;

	do {
		if (word_state(part->word) != GATHER)
			return;
		new = part->word + WORD_HERE;
		if (!slot->seen)
			new += WORD_SEEN;
		if (slot->relaxed)
			new -= WORD_RELAXED;
		if (word_here(new) == req->nr)
			new = word_next(new, COMMIT);
	} while (!change(part, new));

	slot->seen = true;
	slot->relaxed = false;
	slot->round = word_round(new);
	part->counted = true;
	if (word_relaxed(new) && word_seen(new) == req->nr)
		wake_relaxed(req);
}

static bool is_counted(const struct part *part)
{
	return part->counted && word_round(part->word) == part->slot->round;
}

/*
 * Un-count this CPU. False if there is nothing to un-count: the request has
 * left GATHER, or the round is over.
 */
static bool uncount(struct part *part, u64 difference)
{
	while (word_state(part->word) == GATHER && is_counted(part)) {
		if (change(part, part->word + difference)) {
			part->counted = false;
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
	if (uncount(part, WORD_RELAXED - WORD_HERE)) {
		slot->relaxed = true;
		if (word_seen(part->word) == part->req->nr &&
		    slot->tries < U8_MAX)
			slot->tries++;
		count_event(EV_RELAX);
		return true;
	}
	WRITE_ONCE(slot->server, server);
	return false;
}

static bool can_schedule(const struct part *part)
{
	return part->role != ROLE_OFFLINE && !BUSTED_R1;
}

static bool can_relax(const struct part *part)
{
	return (part->role == ROLE_STOPPER || part->role == ROLE_CALLER) &&
		!BUSTED_R1;
}

/*
 * Who waits for a CPU that has not been here yet waits for one plain budget. If
 * all have been, they are on their way back: that may deserve a longer one.
 */
static bool out_of_patience(struct part *part)
{
	unsigned int nr = part->req->nr;

	if (!budget_gone(&part->budget, part->spins))
		return false;
	if (part->patient || word_seen(part->word) != nr)
		return true;
	part->patient = true;
	budget_start(&part->budget,
		     budget_return_ns(nr, part->slot->tries));
	return false;
}

static bool stays_counted(const struct part *part)
{
	return BUSTED_COMMIT && part->role == ROLE_STOPPER;
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

/* What became of taking part. */
enum outcome {
	ARRIVED,	/* it is COMMIT, and this CPU is counted */
	OVER,		/* RELEASE or ABORTED */
	RELAXED,	/* un-counted, until somebody wakes the stopper */
	WANTED,		/* un-counted, the scheduler wants the caller's CPU */
};

/*
 * GATHER. Preemption is off: who is counted is really there, on any kernel, and
 * what the scheduler wants is found out by asking it, as R1 demands.
 */
static enum outcome gather(struct part *part)
{
	part->spins = 0;
	part->patient = false;
	budget_start(&part->budget, budget_gather_ns(part->req->nr));
	for (;;) {
		if (word_state(part->word) == ABORTED)
			return OVER;
		if (word_state(part->word) != GATHER)
			return ARRIVED;
		if (can_schedule(part) && need_resched()) {
			if (!stays_counted(part) && is_counted(part) &&
			    !uncount(part, -WORD_HERE))
				continue;
			if (part->role == ROLE_CALLER)
				return WANTED;
			give_way(part);
			part->patient = false;
			budget_start(&part->budget,
				     budget_gather_ns(part->req->nr));
		} else if (!is_counted(part)) {
			enter(part);
		} else if (can_relax(part) && out_of_patience(part) &&
			   relax(part)) {
			return RELAXED;
		} else {
			look(part);
		}
	}
}

/* The caller, if it sleeps, may go on. */
static void released(struct request *req)
{
	if (req->notify)
		complete(&req->done);
}

/* Count this CPU as committed; IRQs are off. */
static bool enter_commit(struct part *part)
{
	struct request *req = part->req;
	u64 new;

	do {
		if (word_state(part->word) != COMMIT || !is_counted(part))
			return false;
		new = part->word + WORD_HERE;
		if (word_here(new) == req->nr)
			new = word_next(new, req->nr_run ? RUN : RELEASE);
	} while (!change(part, new));

	if (word_state(new) == COMMIT)
		return true;
	/* The last one. */
	budget_learn_tries(max_t(unsigned int, part->slot->tries,
				 part->slot->round));
	if (word_state(new) == RELEASE)
		released(req);
	return true;
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
	budget_start(&part->budget, budget_commit_ns(part->slot->round));
	while (word_state(part->word) == COMMIT && is_counted(part)) {
		if (revocable && budget_gone(&part->budget, part->spins) &&
		    change(part, word_retreat(part->word)))
			count_event(EV_RETREAT);
		else
			look(part);
	}
	if (word_state(part->word) == RUN || word_state(part->word) == RELEASE)
		return true;
failed:
	local_irq_restore(part->flags);
	/* What waited for IRQs to come on gets its chance here. */
	cpu_relax();
	return false;
}

static void run_fn(struct part *part)
{
	struct request *req = part->req;
	u64 new;
	int ret;

	ret = callback_run(req->fn, req->arg);
	if (ret)
		WRITE_ONCE(req->ret, ret);

	part->word = atomic64_read(&req->word);
	do {
		new = part->word + WORD_HERE;
		if (word_here(new) == req->nr_run)
			new = word_next(new, RELEASE);
	} while (!change(part, new));

	if (word_state(new) == RELEASE)
		released(req);
}

/* RUN, until RELEASE: nobody can be waiting for anything outside. */
static void run(struct part *part)
{
	struct request *req = part->req;

	if (req->gang) {
		local_irq_restore(part->flags);
		run_fn(part);
		return;
	}

	if (part->slot->run)
		run_fn(part);
	part->spins = 0;
	while (word_state(part->word) != RELEASE) {
		look(part);
		if (part->spins % TOUCH_EVERY)
			continue;
		/* Whoever is stuck, it is not us. */
		touch_nmi_watchdog();
		if (part->role != ROLE_OFFLINE)
			rcu_momentary_eqs();
	}
	local_irq_restore(part->flags);
}

/* Take part until it is over, or this role can do no more. */
static enum outcome take_part(struct part *part)
{
	struct slot *slot = part->slot;
	struct request *req = part->req;
	enum outcome outcome;

	part->word = atomic64_read_acquire(&req->word);
	do {
		outcome = gather(part);
		if (outcome == RELAXED || outcome == WANTED)
			return outcome;
		if (outcome == ARRIVED && part->role == ROLE_CALLER)
			budget_learn(req->nr, local_clock() - part->start);
	} while (outcome == ARRIVED && !commit(part));

	if (outcome == ARRIVED) {
		run(part);
		callback_report();
	}
	if (slot->queued) {
		queue_unlink(slot, part->role);
		/* The last access. */
		request_put(req);
	}
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

	take_part(&part);
}

/* The caller takes part on its own CPU. True if it was there to the end. */
static bool caller_join(struct request *req, struct slot *slot)
{
	struct part part = {
		.req = req,
		.slot = slot,
		.role = ROLE_CALLER,
	};

	/* A caller that stays to the end of a stop sees that end itself. */
	req->notify = req->gang;
	part.start = local_clock();
	switch (take_part(&part)) {
	case WANTED:
		req->notify = true;
		WRITE_ONCE(slot->server, SLOT_STOPPER);
		stopper_wake(this_cpu_ptr(&stoppers));
		break;
	case RELAXED:
		/* Our stopper comes when it is woken. */
		req->notify = true;
		budget_learn(req->nr, 2 * part.budget.ns);
		break;
	default:
		count_event(EV_CALLER);
		return true;
	}
	count_event(EV_HAND_OVER);
	return false;
}

/* Give up, if fn cannot have begun. */
static bool request_abort(struct request *req)
{
	struct part part = {
		.req = req,
		.word = atomic64_read(&req->word),
	};

	do {
		if (word_state(part.word) != GATHER &&
		    word_state(part.word) != COMMIT)
			return false;
	} while (!change(&part, word_next(part.word, ABORTED)));

	count_event(EV_ABORT);
	if (word_seen(part.word) == req->nr)
		budget_learn_tries(1);
	queue_withdraw(req);
	return true;
}

/* Sleep until all is over. */
static int caller_wait(struct request *req, long timeout)
{
	long left = wait_for_completion_killable_timeout(&req->done, timeout);

	if (left > 0)
		return 0;
	if (request_abort(req))
		return left ? -EINTR : -ETIMEDOUT;
	/* fn has begun or is about to; that has no limit but its own. */
	wait_for_completion(&req->done);
	return 0;
}

static void request_setup(struct request *req, const struct stop *stop)
{
	atomic64_set(&req->word, 0);
	atomic_set(&req->refs, 1);
	req->hint = 0;
	req->ret = 0;
	req->gang = stop->gang;
	req->fn = stop->fn;
	req->arg = stop->arg;
	req->caller = stop->caller;
	reinit_completion(&req->done);
}

/**
 * rendezvous() - stop CPUs as asked
 * @stop: what is wanted
 * @ret: what the callbacks returned, if 0 is returned
 *
 * Context: process, may sleep.
 * Return: 0; or fn has run nowhere and never will: -ENOENT, -EAGAIN,
 * @stop->missing, -EINTR after a fatal signal, -ETIMEDOUT.
 */
int rendezvous(const struct stop *stop, int *ret)
{
	long timeout = stop->timeout;
	struct request *req;
	bool joined = false;
	struct slot *slot;
	int err;

	if (stop->try)
		req = request_try_get() ?: ERR_PTR(-EAGAIN);
	else
		req = request_get(&timeout);
	if (IS_ERR(req))
		return PTR_ERR(req);
	request_setup(req, stop);

	preempt_disable();
	slot = &req->slots[smp_processor_id()];
	slot->server = SLOT_STOPPER;
	/* Who does not take part itself is told by the last. */
	req->notify = true;
	err = queue_add_request(req, stop, -1);
	if (!err && slot->server == SLOT_CALLER)
		joined = caller_join(req, slot);
	preempt_enable();

	if (!err && (!joined || req->gang))
		err = caller_wait(req, timeout);
	*ret = READ_ONCE(req->ret);
	request_put(req);
	return err;
}

/* For a CPU that cannot sleep: those who hold requests do not wait for it. */
static struct request *request_spin(void)
{
	struct request *req;

	while (!(req = request_try_get()))
		cpu_relax();
	return req;
}

/**
 * rendezvous_inactive() - the same, from a CPU without an enabled stopper
 * @stop: what is wanted; all of the mask is stopped, and the calling CPU
 * @ret: what the callbacks returned, if 0 is returned
 *
 * Context: hotplug callback on the CPU it is about; no CPU comes or goes. Does
 * not sleep if that CPU is not online.
 * Return: as rendezvous().
 */
int rendezvous_inactive(const struct stop *stop, int *ret)
{
	unsigned int cpu = raw_smp_processor_id();
	struct part part = {
		.role = cpu_online(cpu) ? ROLE_NO_STOPPER : ROLE_OFFLINE,
	};
	long timeout = stop->timeout;
	int err;

	if (part.role == ROLE_OFFLINE)
		part.req = request_spin();
	else
		part.req = request_get(&timeout);
	if (IS_ERR(part.req))
		return PTR_ERR(part.req);
	request_setup(part.req, stop);
	part.req->notify = false;

	preempt_disable();
	part.slot = &part.req->slots[cpu];
	err = queue_add_request(part.req, stop, cpu);
	if (!err)
		take_part(&part);
	preempt_enable();

	*ret = READ_ONCE(part.req->ret);
	request_put(part.req);
	return err;
}
