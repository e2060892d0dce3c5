/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking part in a request: what each participant does in each state, told in
 * rendezvous.h.
 */
#ifndef _KSTOP_PART_H
#define _KSTOP_PART_H

#include "budget.h"
#include "record.h"
#include "rendezvous.h"
#include "request.h"
#include "word.h"

/**
 * struct part - one CPU's taking part in a request
 * @req:	the request
 * @slot:	this CPU's slot
 * @role:	who takes part
 * @row:	where this CPU's doings are recorded, or NULL
 * @word:	the word as last seen
 * @patient:	->budget is the one for who waits for CPUs that come back
 * @spins:	since the last change of state
 * @budget:	how long this CPU waits
 * @start:	when the caller began to take part
 * @end:	when the caller's time limit runs out, 0 if there is none;
 *		sched_clock(), as @start
 * @began:	when this CPU saw RUN, if there are several calls; sched_clock()
 * @flags:	interrupt state outside COMMIT and RUN
 * @releases:	it made the word RELEASE, and tells the callers before it leaves
 */
struct part {
	struct request	*req;
	struct slot	*slot;
	enum role	role;
	struct record_row *row;
	u64		word;
	bool		patient;
	unsigned int	spins;
	struct budget	budget;
	u64		start;
	u64		end;
	u64		began;
	unsigned long	flags;
	bool		releases;
};

/* What became of taking part. */
enum outcome {
	ARRIVED,	/* all have; this CPU has IRQs off */
	OVER,		/* ABORTED; of part_take() also RELEASE, and left */
	RELAXED,	/* un-counted, until somebody wakes the stopper */
	/*
	 * Un-counted: the scheduler wants the CPU of the caller or the pauser, or
	 * an interrupt has lasted for long enough.
	 */
	WANTED,
};

void part_look(struct part *part);
enum outcome part_arrive(struct part *part);
void part_returned(struct part *part);
void part_leave(struct part *part);
enum outcome part_take(struct part *part);

/* Try to make @new of the word; says in ->word what it is now. */
bool part_change(struct part *part, u64 new);

#endif /* _KSTOP_PART_H */
