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
#include <linux/swait.h>

#include "kstop.h"
#include "limit.h"

struct request;

/* Who sees to a slot; see rendezvous.h. */
enum server {
	SLOT_STOPPER,
	SLOT_CALLER,
	SLOT_RELAXED,
};

/**
 * struct slot - one CPU's part in a request
 * @work:	place in the stopper's queue; work.fn is NULL, which no work's is
 * @request:	what it is a slot of
 * @round:	the round it was last counted in
 * @server:	an enum server; set to SLOT_RELAXED by its own CPU, from that to
 *		SLOT_STOPPER by whoever wakes it
 * @tries:	how often it has relaxed though all had been seen
 * @queued:	is in a queue
 * @taken:	the stopper has begun with it; guarded by the stopper's lock
 * @seen:	has arrived before
 * @relaxed:	is counted in the word's relaxed
 * @run:	fn runs here
 * @wake:	the one who queued it wakes the stopper
 * @pauser:	the caller serves it in person, always
 * @counted:	in the word's here, unless the round is over
 * @committed:	it has committed in that round
 * @ran:	fn has returned here
 * @since:	when fn began here, in jiffies
 *
 * Except where noted, used by the CPU it belongs to once it is queued. Who wants
 * to know what keeps that CPU reads the last four and may find them a moment old.
 */
struct slot {
	struct kstop_work	work;
	struct request		*request;
	unsigned int		round;
	unsigned int		server;
	u8			tries;
	bool			queued;
	bool			taken;
	bool			seen;
	bool			relaxed;
	bool			run;
	bool			wake;
	bool			pauser;
	bool			counted;
	bool			committed;
	bool			ran;
	unsigned long		since;
} ____cacheline_aligned;

/**
 * struct request - a stop of several CPUs
 * @word:	all that is decided about it; rendezvous.h
 * @ret:	0 or what some callback returned
 * @refs:	the caller and the queued slots
 * @hint:	(round, state) for those who poll
 * @fn:		the callback
 * @arg:	its argument
 * @caller:	who called, for reports
 * @task:	and which task that was, to be compared only
 * @nr:		participants
 * @nr_run:	those of them that run @fn
 * @gang:	@fn with interrupts on, each leaves after its own
 * @notify:	the caller sleeps until it is told
 * @timed:	the caller wants @run_at and @release_at
 * @results:	what fn returned on each CPU, or NULL; the caller's, who waits
 *		for RELEASE before it goes away
 * @targets:	the CPUs that have a slot in a queue
 * @released:	it is RELEASE, for a caller that sleeps
 * @wait:	where it sleeps
 * @run_at:	when the last CPU committed
 * @release_at:	when the last fn returned
 * @free:	link in the pool
 * @slots:	one for each possible CPU
 *
 * What all write (first line), what all poll (second) and the slots lie on
 * cache lines of their own.
 */
struct request {
	atomic64_t		word;
	int			ret;
	atomic_t		refs;

	u32			hint ____cacheline_aligned;
	unsigned int		nr;
	unsigned int		nr_run;
	bool			gang;
	bool			notify;
	bool			timed;
	int			*results;
	cpu_stop_fn_t		fn;
	void			*arg;
	unsigned long		caller;
	const void		*task;
	cpumask_var_t		targets;

	bool			released ____cacheline_aligned;
	struct swait_queue_head	wait;
	u64			run_at;
	u64			release_at;
	struct list_head	free;

	struct slot		slots[];
};

int requests_init(void);
void requests_exit(void);

struct request *request_try_get(void);
struct request *request_get(struct limit *limit, enum wait_end *end);
void request_put(struct request *req);

static inline struct slot *slot_of(struct kstop_work *work)
{
	return work->fn ? NULL : container_of(work, struct slot, work);
}

#endif /* _KSTOP_REQUEST_H */
