/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The measures. All ways take turns, call by call or slice by slice, so that
 * whatever else the host does meets all of them alike.
 *
 *	work	  of one rendezvous, all CPUs' together; a measure of work only where the
 *		  clock counts instructions
 *	rate	  calls per second, back to back, by one thread and by several
 *	latency	  of one call
 *	stolen	  time that a spinner of low priority on each CPU misses, for each call;
 *		  also while one CPU is late
 *	spread	  of fn's start over the CPUs
 *	sharing	  several callers are let go at the same moment: how many stops
 *	nowait	  works per second for one CPU, from another
 */
#ifndef _KSTOPSCALE_MEASURE_H
#define _KSTOPSCALE_MEASURE_H

#include <linux/types.h>

/* Each gives 0 or an error, and then there is a line about it. */
int measure_work(void);
int measure_rate(void);
int measure_latency(void);
int measure_stolen(void);
int measure_spread(void);
int measure_sharing(void);
int measure_nowait(void);

bool measure_known(const char *name);

/* All that were chosen, one after the other. 0 or the first error. */
int measure_all(void);

/*
 * Shall there be a sample of number @i, out of @max? The first one begins a situation,
 * and its time.
 */
bool measure_more(unsigned int i, unsigned int max);

/* Have they been told to end? */
bool measure_ending(void);
void measure_end(void);

/* What of a clock is shown: instructions, where it counts them. */
u64 measure_units(u64 ns);
const char *measure_unit(void);

/* Before each sample, let all come to rest, for a short time that is never the same. */
void measure_rest(void);
unsigned int measure_rests(void);	/* how many there were */

#endif /* _KSTOPSCALE_MEASURE_H */
