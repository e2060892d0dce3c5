/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of what the protocol does, per CPU, summed when
 * /sys/kernel/debug/kstop/stats is read.
 */
#ifndef _KSTOP_STATS_H
#define _KSTOP_STATS_H

#include <linux/percpu.h>

struct seq_file;

enum event {
	EV_REQUEST,	/* a request was queued */
	EV_STOP,	/* all CPUs of a request stood still */
	EV_WORK,	/* a work for one CPU was run */
	EV_POOL_WAIT,	/* a caller waited for a request */
	EV_CALLER,	/* a caller took part from beginning to end */
	EV_HAND_OVER,	/* a caller left its slot to the stopper */
	EV_SHARE,	/* a caller found a stop to share */
	EV_LEFT_OVER,	/* and had to start over, as it took too long */
	EV_IRQ,		/* a CPU took part from an interrupt, to the end */
	EV_IRQ_OVER,	/* an interrupt left its slot to the stopper */
	EV_LEAVE,	/* the scheduler took a CPU away in GATHER */
	EV_RELAX,	/* a budget ran out in GATHER */
	EV_RETREAT,	/* a budget ran out in COMMIT */
	EV_ABORT,	/* a call was given up before its fn began */
	EV_COMPLETE,	/* a call came to its end; several may share a request */
	EV_TIMEOUT,	/* a call ended with -ETIMEDOUT */
	EV_KILL,	/* a call ended with -EINTR */
	EV_RESTART,	/* a stop let go of what it held and began anew */
	EV_LATE,	/* the log said who is late */
	EV_RECORD,	/* a request is recorded */
	EV_NR
};

struct events {
	unsigned long count[EV_NR];
};

DECLARE_PER_CPU(struct events, events);

static inline void count_event(enum event ev)
{
	this_cpu_inc(events.count[ev]);
}

int stats_show(struct seq_file *m, void *unused);
void stats_reset(void);

#endif /* _KSTOP_STATS_H */
