/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records: when what happened in a request, for /sys/kernel/debug/kstop/history,
 * timeline and latency. docs/debugfs.md says what each time means.
 *
 * Not each request is recorded: reading clocks would be a noticeable part of a short
 * one. Who queues it decides (record_due()), and a CPU that takes part asks one
 * pointer, part->row. All memory is there from the load on. The tracepoints hang on
 * that pointer, too: while one of them is on each request is recorded, and when none is
 * they cost nothing.
 *
 * A record is taken by who queues the request, under order_lock, and belongs to it
 * until the last who holds the request lets go of it, who publishes it. In between,
 * each CPU writes the row that is its own; the CPU that makes the word RUN or RELEASE,
 * or whose ENTER makes it COMMIT, writes that time or its number; the caller writes
 * the rest, when it knows how it went. ->seq is odd meanwhile.
 *
 * Readers take no lock. They copy a record whose ->seq is even, and throw the copy away
 * if it has changed. Barriers, with their partners:
 *
 *  - Taking: ->seq, a full barrier, then what is written into the record; every other
 *    CPU that writes has seen the request in its queue and made a fully ordered
 *    exchange of its word, or found it over, before. Reading: the copy, smp_rmb(), then
 *    ->seq again. Forbidden: a copy with something of the next request in it.
 *  - Publishing: letting go of a request is fully ordered, so all that was written is;
 *    then ->seq (release). Reading: ->seq (acquire), then the copy. And so does who
 *    takes the record anew. Forbidden: a copy of a record half written; a late write
 *    into the next request's record.
 *
 * Times are sched_clock(), as it is the one that costs little everywhere, and may differ
 * between CPUs where the hardware's clocks do; 0 is "did not happen".
 */
#ifndef _KSTOP_RECORD_H
#define _KSTOP_RECORD_H

#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>

#include "kstop.h"

struct part;
struct request;
struct stop;

/**
 * struct record_row - what one CPU did, and when
 * @arrived:	ENTERed for the first time
 * @relaxed:	RELAXed, the last time
 * @entered:	ENTERed the last time
 * @committed:	committed, the last time
 * @began:	its first fn began
 * @returned:	its last fn returned
 * @left:	left the request
 * @seq:	the record's, when this CPU wrote its row for the first time; another:
 *		the row is of an older request
 * @relaxes:	how often it RELAXed,
 * @leaves:	LEFT,
 * @retreats:	and RETREATed, up to 255
 * @role:	who took part here, an enum role
 */
struct record_row {
	u64		arrived;
	u64		relaxed;
	u64		entered;
	u64		committed;
	u64		began;
	u64		returned;
	u64		left;
	unsigned int	seq;
	u8		relaxes;
	u8		leaves;
	u8		retreats;
	u8		role;
} ____cacheline_aligned;

/**
 * struct record_head - the request as a whole
 * @id:		its number
 * @queued:	when it was queued
 * @committed:	when the last CPU committed
 * @released:	when the last fn had returned
 * @ended:	when the caller went on
 * @clock:	CLOCK_MONOTONIC at @queued
 * @op:		the call that it was made for; this and what follows is about the caller
 *		that queued it
 * @caller:	who called that
 * @fn:		the callback
 * @comm:	the thread's name
 * @pid:	and number
 * @cpu:	where it was when it queued the request
 * @last_cpu:	whose ENTER made the word COMMIT
 * @calls:	that shared the request
 * @err:	the call's error,
 * @ret:	or what fn returned
 */
struct record_head {
	u64		id;
	u64		queued;
	u64		committed;
	u64		released;
	u64		ended;
	u64		clock;
	const char	*op;
	unsigned long	caller;
	cpu_stop_fn_t	fn;
	char		comm[TASK_COMM_LEN];
	pid_t		pid;
	unsigned int	cpu;
	unsigned int	last_cpu;
	unsigned int	calls;
	int		err;
	int		ret;
};

/**
 * struct record - all that is recorded of a request
 * @seq:	odd: belongs to a request; 0: has never
 * @head:	the request as a whole
 * @stopped:	the CPUs that take part
 * @run:	those that run fn
 * @rows:	one for each possible CPU
 */
struct record {
	unsigned int		seq;
	struct record_head	head;
	cpumask_var_t		stopped;
	cpumask_var_t		run;
	struct record_row	rows[];
};

enum record_mode {
	RECORD_NONE,
	RECORD_TICK,	/* the first of each tick on each calling CPU */
	RECORD_ALL,
};

/* What is to be done now: the parameter record; while somebody traces, all. */
extern unsigned int record_mode;

DECLARE_PER_CPU(unsigned long, recorded_at);

/* Whether the next request is to be recorded. */
static inline bool record_due(void)
{
	unsigned int mode = READ_ONCE(record_mode);
	unsigned long now = jiffies;

	if (likely(mode == RECORD_TICK && this_cpu_read(recorded_at) == now))
		return false;
	return mode != RECORD_NONE;
}

/* The time, if it is of interest. */
static inline u64 record_clock(const struct record_row *row)
{
	return unlikely(row) ? sched_clock() : 0;
}

void record_begin(struct request *req, const struct stop *stop);
void record_end(struct request *req, const struct stop *stop, int err, int ret);
void record_publish(struct record *record);

/* What a CPU does, whose part has a row. */
void record_enter(struct part *part, u64 now);
void record_relax(struct part *part);
void record_leave(struct part *part);
void record_commit(struct part *part, u64 now);
void record_retreat(struct part *part);
void record_fn(struct part *part);
void record_returned(struct part *part, int ret);
void record_release(struct part *part);
void record_left(struct part *part);
void record_pause(struct part *part, const struct stop *stop);
void record_resumed(struct part *part);

/* Somebody begins to use a tracepoint, or ends that. */
int record_trace_on(void);
void record_trace_off(void);

/* For readers. */
struct record *record_alloc(void);
void record_free(struct record *record);
bool record_next(struct record *copy, u64 after);
unsigned int records_max(void);

static inline bool record_has_row(const struct record *copy, unsigned int cpu)
{
	return copy->rows[cpu].seq == copy->seq - 1;
}

int records_init(void);
void records_exit(void);

#endif /* _KSTOP_RECORD_H */
