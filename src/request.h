/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests: descriptors of stops that involve several CPUs.
 *
 * They come from a pool made at load, so a call allocates nothing, and no
 * stopper ever looks at the stack of a caller that may have returned. A request
 * is held by its caller and by each of its slots that is in a queue; the last
 * to let go returns it to the pool. An aborted request may so outlive its call
 * for as long as a stopper is kept away in the middle of it.
 */
#ifndef _KSTOP_REQUEST_H
#define _KSTOP_REQUEST_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/swait.h>

#include "kstop.h"
#include "limit.h"
#include "word.h"

static_assert(NR_CPUS <= WORD_COUNT_MASK);

struct record;
struct request;

/* Who sees to a slot; see rendezvous.h. */
enum server {
	SLOT_STOPPER,
	SLOT_CALLER,
	SLOT_RELAXED,
	SLOT_IRQ,
};

/**
 * struct call - what one caller wants of a request
 * @fn:		the callback
 * @arg:	its argument
 * @caller:	who called, for reports
 * @ticket:	when it came: the lowest goes first
 * @nr_run:	CPUs that run @fn; if 0, it runs nowhere
 * @one:	that is one CPU, ->one of the request
 * @align:	@fn begins at the same moment everywhere
 * @run:	those CPUs, unless @one
 * @ret:	0 or what some callback returned
 * @results:	what fn returned on each CPU, or NULL; the caller's, who waits
 *		for RELEASE before it goes away
 * @notify:	the caller sleeps until it is told
 * @told:	it is over, for a caller that sleeps
 * @wait:	where it sleeps
 *
 * Written by its caller before its bit is in the word, and not used for another call
 * before the request has been back in the pool: a CPU that is behind and looks at a
 * call that is over finds nothing wrong.
 */
struct call {
	cpu_stop_fn_t		fn;
	void			*arg;
	unsigned long		caller;
	u64			ticket;
	unsigned int		nr_run;
	bool			one;
	bool			align;
	cpumask_var_t		run;
	int			ret;
	int			*results;
	bool			notify;
	bool			told;
	struct swait_queue_head	wait;
};

/**
 * struct slot - one CPU's part in a request
 * @work:	place in the stopper's queue; work.fn is NULL, which no work's is
 * @request:	what it is a slot of
 * @round:	the round it was last counted in
 * @server:	an enum server; set to SLOT_RELAXED by its own CPU, from that to
 *		SLOT_STOPPER by whoever wakes it
 * @tries:	how often it has relaxed though all had been seen
 * @rounds:	how many rounds it has seen fail
 * @ran:	the call whose fn was the last to return here, + 1
 * @queued:	is in a queue
 * @taken:	its stopper or an interrupt has begun with it; guarded by the
 *		stopper's lock
 * @seen:	has arrived before
 * @relaxed:	is counted in the word's relaxed
 * @wake:	the one who queued it wakes the stopper, or sends an interrupt
 * @pauser:	the caller serves it in person, always
 * @counted:	in the word's here, unless the round is over
 * @committed:	it has committed in that round
 * @since:	when fn began here, in jiffies
 *
 * Except where noted, used by the CPU it belongs to once it is queued. Who wants
 * to know what keeps that CPU reads some of it and may find that a moment old.
 */
struct slot {
	struct kstop_work	work;
	struct request		*request;
	unsigned int		round;
	unsigned int		server;
	u8			tries;
	u8			rounds;
	u8			ran;
	bool			queued;
	bool			taken;
	bool			seen;
	bool			relaxed;
	bool			wake;
	bool			pauser;
	bool			counted;
	bool			committed;
	unsigned long		since;
} ____cacheline_aligned;

/**
 * struct request - a stop of several CPUs
 * @word:	all that is decided about it; rendezvous.h
 * @refs:	the callers and the queued slots
 * @hint:	(round, state) for those who poll
 * @nr:		participants
 * @one:	the CPU that runs what is to run on any one
 * @gang:	fn with interrupts on, each leaves after its own
 * @irq:	CPUs are asked to come by an interrupt
 * @timed:	some caller wants @run_at and @release_at
 * @task:	who queued it, and takes part in person; to be compared only
 * @id:		its number, in the order of queueing
 * @record:	where it is recorded, or NULL
 * @targets:	the CPUs that have a slot in a queue
 * @run_at:	when the last CPU committed
 * @release_at:	when the last fn returned
 * @ready:	CPUs that are ready to begin an aligned fn; align.h
 * @start_at:	when it begins; 0: when all are ready
 * @nr_calls:	calls that were ever made of it
 * @claimed:	somebody has seen to it that it is queued; see share.h
 * @err:	why that failed
 * @next:	in the pool
 * @calls:	what is wanted of it; the word says which are still to run
 * @slots:	one for each possible CPU
 *
 * What all write (first line), what all poll (second) and the slots lie on
 * cache lines of their own.
 */
struct request {
	atomic64_t		word;
	atomic_t		refs;

	u32			hint ____cacheline_aligned;
	unsigned int		nr;
	unsigned int		one;
	bool			gang;
	bool			irq;
	bool			timed;
	const void		*task;
	cpumask_var_t		targets;
	u64			id;
	struct record		*record;

	u64			run_at ____cacheline_aligned;
	u64			release_at;
	unsigned int		nr_calls;
	bool			claimed;
	int			err;
	struct request		*next;

	atomic_t		ready ____cacheline_aligned;
	atomic64_t		start_at ____cacheline_aligned;

	struct call		calls[CALLS_MAX];
	struct slot		slots[];
};

/**
 * struct waiter - a caller in line for a request
 * @list:	place in the line
 * @wait:	where it sleeps
 * @req:	what it was handed, set when it is taken off the line
 * @queued:	it has come into the line
 */
struct waiter {
	struct list_head	list;
	struct swait_queue_head	wait;
	struct request		*req;
	bool			queued;
};

int requests_init(void);
void requests_exit(void);

struct request *request_try_get(void);
struct request *request_get(struct waiter *waiter, struct limit *limit,
			    enum wait_end *end);
struct request *request_give_up(struct waiter *waiter);
void request_put(struct request *req);

/* Whether the fn of @call runs on @cpu. */
static inline bool call_runs_on(const struct request *req, unsigned int call,
				unsigned int cpu)
{
	const struct call *what = &req->calls[call];

	return what->one ? cpu == req->one : cpumask_test_cpu(cpu, what->run);
}

static inline struct slot *slot_of(struct kstop_work *work)
{
	return work->fn ? NULL : container_of(work, struct slot, work);
}

#endif /* _KSTOP_REQUEST_H */
