/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rendezvous: how several CPUs come to stand still together.
 *
 * A *participant* is a CPU of the request's target mask, served by its stopper
 * thread, or by the caller itself on the caller's own CPU. Two rules carry
 * everything:
 *
 *  R1. Nobody waits without bound for a CPU that is not committed, unless the
 *	waiter can be preempted (it calls the scheduler when asked) and has its
 *	interrupts on.
 *  R2. Nobody runs fn until every participant is committed; and where fn runs
 *	with IRQs off, nobody leaves before every fn has returned.
 *
 * R1 is what lets kstop run beside the kernel's own stop_machine(): its
 * stoppers may take any of our CPUs at any time and will not give it back
 * before they have all of theirs. One exception: a CPU that is not online yet
 * may wait with IRQs off, since nobody depends on it.
 *
 * The word. All that is decided about a request is decided by one
 * compare-and-exchange on one 64-bit word,
 *
 *	state | round | calls | seen | relaxed | here
 *
 *	here	participants counted in the present state and round
 *	relaxed	participants that have gone back to sleep in GATHER
 *	seen	participants that have arrived at least once
 *	calls	a bit for each call that is wanted and has not had its turn
 *	round	goes up when a COMMIT fails; a participant is counted only if
 *		it was counted in this round. In RUN: whose turn it is
 *
 * and n is the number of participants, fixed when the request is queued.
 *
 * That CPUs first gather, then turn IRQs off, then run fn, in steps that all
 * take together, is mainline's idea (kernel/stop_machine.c, multi_cpu_stop()).
 * That each step can be taken back until the last one is kstop's.
 *
 * State	what participants do			left when
 * -----------	--------------------------------------	-----------------------
 * GATHER	ENTER: here+1 (first time: seen+1, after here == n: COMMIT,
 *		RELAX: relaxed-1). IRQs on, preemption	here = 0
 *		off, spin for a budget. Scheduler wants	abort: ABORTED
 *		the CPU: LEAVE (here-1), schedule,
 *		ENTER. Budget gone: RELAX (here-1,
 *		relaxed+1), sleep.
 * COMMIT	IRQs off, here+1. Spin for a budget.	here == n: RUN, here = 0,
 *		Budget gone: RETREAT.			the oldest call's turn,
 *							or RELEASE
 *							RETREAT: GATHER, round+1,
 *							here = 0
 *							abort: ABORTED
 * RUN		those of the run mask call fn, then	here == number of CPUs in
 *		here+1. The point of no return.		the run mask: this call
 *							is done, here = 0: the
 *							next one's turn, or RELEASE
 * RELEASE	everybody leaves.			-
 * ABORTED	everybody leaves; fn ran nowhere.	-
 *
 * (A request is QUEUED while here, relaxed and seen are all 0 in GATHER. A
 * gang request, kstop_cpus(), turns IRQs on again in RUN, and each of its
 * participants leaves after its own fn without waiting for RELEASE.)
 *
 * Calls. A request serves the one call that it was made for, or several: stops of
 * the whole machine that wait at the same time (share.h).
 *
 *	JOIN	in GATHER or COMMIT: a call's bit is set, by its caller
 *	CANCEL	in GATHER or COMMIT: it is cleared, by its caller, who gives up;
 *		with the last one the request is ABORTED (and so it is, with all
 *		of its calls, if it cannot be queued)
 *
 * So the last commitment closes the list, and is each call's point of no return. A
 * call whose run mask is empty has had its turn then; if all have, it is RELEASE.
 * What is not done at RELEASE, as the CPUs stood still for too long, is *left
 * over*: its caller starts over, and being older goes first in the next stop.
 *
 * Slots. A request has a slot for each participant, in that CPU's stopper's
 * queue, see stopper.h. It stays at the head until its CPU has left. Its server:
 *
 *	SLOT_STOPPER	the stopper thread has to see to it
 *	SLOT_CALLER	the caller takes part here, with preemption off
 *	SLOT_RELAXED	nobody, until a waker makes it SLOT_STOPPER
 *	SLOT_IRQ	an interrupt that was asked for, or is at it
 *
 * The caller goes ahead on its own CPU only if its slot was first in the queue, and
 * if nobody else wants the CPU. When the scheduler wants it it LEAVEs, when its budget
 * is gone it RELAXes, and in both cases it hands the slot to its stopper and sleeps
 * till the end. It never queues anything late: that would be a second queue order.
 *
 * An interrupt (KSTOP_IRQ, arrival.c) joins only where its CPU could have been
 * preempted as well. It has IRQs off and cannot schedule, so R1 leaves it one budget
 * in GATHER, no longer than COMMIT's, and COMMIT's own: when one is gone, or a round
 * has failed, it LEAVEs, makes the slot SLOT_STOPPER and wakes the stopper; and so it
 * does, without taking part, where it cannot join.
 *
 * The pauser (kstop_pause()) cannot do that: its own code is what runs in RUN. It
 * is bound to its CPU and serves its slot in person, in every state. Queued behind
 * another, or relaxed and woken, the slot goes to SLOT_STOPPER as any other; the
 * stopper then *makes way*: it turns the slot to SLOT_CALLER and wakes the caller,
 * both under its queue's lock, so that the caller cannot have withdrawn the slot
 * and be gone; and it leaves the slot's taken unset, so that the caller may
 * withdraw it. In GATHER the pauser LEAVEs and RELAXes like a stopper, and looks
 * each time whether it is to give up. It RUNs until kstop_resume().
 *
 * kstop_rendezvous() is one fn in RUN with barriers of its own inside.
 *
 * Giving up. A caller whose time limit has run out, or that is killed, CANCELs its
 * call: one compare-and-exchange decides between that and RUN. If it was the last one
 * it withdraws the slots that nobody has begun with, and goes; the others see ABORTED
 * and leave. While it takes part itself its budgets end where its limit does.
 *
 * Waking the relaxed. Whoever ENTERs and finds that all have been seen
 * (seen == n, itself included) and relaxed != 0 wakes every relaxed slot, at
 * each ENTER, not just at the first. Why no wake-up is lost:
 *
 *  - The sleeper writes SLOT_RELAXED, then un-counts itself in the word (a full
 *    barrier), then prepares to sleep, looks at its slot again, sleeps. The
 *    waker counts itself in the word (a full barrier), then reads the slot. If
 *    the sleeper's update of the word came first, the waker sees SLOT_RELAXED.
 *    If it came second, the sleeper was counted when the waker entered, and was
 *    not asleep then.
 *  - The waker writes SLOT_STOPPER, then reads the task's state in
 *    wake_up_process(); the sleeper writes its state, then reads the slot.
 *    Both have a full barrier between, so one of them sees the other.
 *  - Consider the last ENTER of all. All the relaxed were woken by it, and a
 *    woken one ENTERs again, which would be later. So none was relaxed; those
 *    not counted (LEAVE, a new round) are awake and ENTER again, too. So all
 *    were counted, and that is COMMIT.
 *
 * Barriers, each with its partner (those of a caller that sleeps: limit.c):
 *
 *  - Each change of the word is a fully ordered cmpxchg. What the caller wrote
 *    before queueing is ordered before its slots (queue lock) or its ENTER (the
 *    word); what any participant did before it committed is ordered before its
 *    cmpxchg, and those who see RUN read the word with acquire. Forbidden: fn
 *    does not see what the caller wrote; fn sees a CPU's work half done.
 *  - The same for RUN to RELEASE: fn's writes, then its cmpxchg; acquire by who
 *    leaves, or the lock of ->wait for a caller that sleeps. Forbidden: the caller
 *    does not see what fn wrote.
 *  - And for a call: what its caller wrote, its bit in the word (JOIN); acquire by
 *    who has the turn. What its fn did, the turn of the next. Forbidden: half a
 *    call is run, the next fn does not see what the one before did.
 *  - The word says RELEASE or ABORTED, then ->told of a call (release); its caller
 *    reads ->told (acquire), then the word. Forbidden: a call that had its turn is
 *    taken for one that was left over.
 *  - An interrupt clears ->sent (a full barrier), then looks at its queue; who asks
 *    for one adds the slot, then exchanges ->sent (a full barrier). Forbidden: the
 *    slot waits for an interrupt that has looked before it was there.
 *  - Who came too late to JOIN lets go of the request, then makes another the open
 *    one (release); a caller of the first reads which is open, then lets go (a full
 *    barrier). Forbidden: it was the last and does not know.
 *  - A participant's last access to a request is dropping its reference, one
 *    fully ordered decrement-and-test, with preemption off. Forbidden: a
 *    request is used again while an old participant still reads it.
 *  - ->hint repeats (round, state) on a cache line of its own, for those who
 *    poll. It is written without order and may be stale or even go backwards;
 *    it says when to look at the word, never what is in there, and the word is
 *    looked at every few spins anyway.
 */
#ifndef _KSTOP_RENDEZVOUS_H
#define _KSTOP_RENDEZVOUS_H

#include "limit.h"
#include "request.h"
#include "stopper.h"

/*
 * Twins of the protocol that must fail, so that a test which should catch them
 * is seen to. Set when building, never in a module for use.
 *
 *	KSTOP_BUSTED_R1		GATHER neither calls the scheduler nor relaxes
 *	KSTOP_BUSTED_COMMIT	COMMIT never retreats, and a stopper stays
 *				counted when the scheduler takes its CPU
 *	KSTOP_BUSTED_ORDER	a slot goes in front of those that wait, on every
 *				other CPU
 *	KSTOP_BUSTED_RELEASE	RELEASE follows when the first fn has returned
 *	KSTOP_BUSTED_DROP	a work for a CPU that goes down, or is gone, is
 *				accepted and forgotten
 *	KSTOP_BUSTED_IRQ	an interrupt takes part whatever it came upon
 *	KSTOP_BUSTED_SHARE	a call whose turn did not come is said to be over
 *	KSTOP_BUSTED_CANCEL	a call is given up even after the point of no return
 */
#define BUSTED_R1	IS_ENABLED(KSTOP_BUSTED_R1)
#define BUSTED_COMMIT	IS_ENABLED(KSTOP_BUSTED_COMMIT)
#define BUSTED_ORDER	IS_ENABLED(KSTOP_BUSTED_ORDER)
#define BUSTED_RELEASE	IS_ENABLED(KSTOP_BUSTED_RELEASE)
#define BUSTED_DROP	IS_ENABLED(KSTOP_BUSTED_DROP)
#define BUSTED_IRQ	IS_ENABLED(KSTOP_BUSTED_IRQ)
#define BUSTED_SHARE	IS_ENABLED(KSTOP_BUSTED_SHARE)
#define BUSTED_CANCEL	IS_ENABLED(KSTOP_BUSTED_CANCEL)

/**
 * enum role - who takes part, and what it can do when it has to wait
 * @ROLE_STOPPER: a stopper thread: schedules, relaxes
 * @ROLE_CALLER: the caller in its stopper's place, preemption off: hands over
 * @ROLE_NO_STOPPER: the caller on an online CPU that has no stopper enabled:
 *	schedules
 * @ROLE_PAUSER: the caller in its stopper's place, bound to its CPU, for good:
 *	schedules, relaxes
 * @ROLE_IRQ: an interrupt in the stopper's place: hands over
 * @ROLE_OFFLINE: the caller on a CPU that is not online: spins
 */
enum role {
	ROLE_STOPPER,
	ROLE_CALLER,
	ROLE_NO_STOPPER,
	ROLE_PAUSER,
	ROLE_IRQ,
	ROLE_OFFLINE,
};

/* What a caller does that has waited for a second, to let others have their turn. */
enum restart {
	RESTART_NEVER,
	RESTART_IF_LEAVING,	/* starts over if one of its CPUs is to go down */
	RESTART_ALWAYS,		/* starts over: it holds the hotplug lock */
};

/**
 * struct stop - what a caller wants
 * @what:	the name of the call
 * @fn:		the callback
 * @arg:	its argument
 * @caller:	return address of the call
 * @mask:	CPUs to stop
 * @pair:	two CPUs to stop, instead of @mask
 * @missing:	the error if one of them has no enabled stopper; 0: leave it out
 * @nowhere:	the error if none of @run is among them; 0: fn runs nowhere then
 * @run:	CPUs to run @fn on, or NULL for one of kstop's choice
 * @nr_run:	where to store how many those are, before any of them runs, or
 *		NULL
 * @gang:	kstop_cpus() rather than kstop_machine()
 * @try:	-EAGAIN if a target has a slot queued whose request is not over
 * @pauser:	kstop_pause(): the caller serves its own slot
 * @share:	others may have their turn in the same stop, as @mask is all CPUs
 *		and the hotplug lock is held
 * @irq:	KSTOP_IRQ
 * @align:	KSTOP_ALIGN
 * @company:	others have called lately
 * @ticket:	when it came, among those that share
 * @call:	which of the request's calls it is
 * @restart:	when rendezvous() gives up with -ERESTART
 * @report:	where to say how it went, or NULL
 * @limit:	how long to wait
 */
struct stop {
	const char		*what;
	cpu_stop_fn_t		fn;
	void			*arg;
	unsigned long		caller;
	const struct cpumask	*mask;
	const unsigned int	*pair;
	int			missing;
	int			nowhere;
	const struct cpumask	*run;
	unsigned int		*nr_run;
	bool			gang;
	bool			try;
	bool			pauser;
	bool			share;
	bool			irq;
	bool			align;
	bool			company;
	u64			ticket;
	unsigned int		call;
	enum restart		restart;
	struct kstop_report	*report;
	struct limit		limit;
};

struct part;

void call_setup(struct request *req, unsigned int call, const struct stop *stop);

int rendezvous(struct stop *stop, int *ret);
int rendezvous_inactive(struct stop *stop, int *ret);
int rendezvous_pause(struct stop *stop, struct part *part);
void rendezvous_resume(struct part *part);

/* For a stopper thread, about a slot at the head of its queue. */
void rendezvous_join(struct slot *slot);

/* For an interrupt, about a slot that queue_arrive() gave it. */
void rendezvous_interrupt(struct slot *slot);

#endif /* _KSTOP_RENDEZVOUS_H */
