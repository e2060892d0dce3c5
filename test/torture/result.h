/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What came of a command: counters, and the latency of its requests.
 */
#ifndef _KSTOPTORTURE_RESULT_H
#define _KSTOPTORTURE_RESULT_H

#include <linux/cpumask.h>
#include <linux/types.h>

#include <kstop.h>

struct seq_file;
struct visit;

/*
 * p50 and p99 are those of a sample, an even choice among all requests. Up to
 * this many requests it is all of them.
 */
#define SAMPLES_MAX	65536

/**
 * struct result - a command's counters
 * @op:		the operation's name
 * @requests:	calls that were made
 * @completed:	those that gave 0
 * @failed:	the others
 * @error:	the first error, negative, or 0
 * @callbacks:	number of times fn ran
 * @min:	shortest call that gave 0, ns
 * @p50:	half of them were at most that long
 * @p99:	99 % of them were at most that long
 * @max:	longest
 * @stopped_max: see struct probe
 * @late:	the CPUs that were late in the last request which failed, as far
 *		as the call tells
 * @reasons:	why, one for each CPU number
 * @samples:	latencies kept, ns
 * @nr_samples:	how many are kept
 * @room:	how many can be
 */
struct result {
	const char	*op;
	u64		requests;
	u64		completed;
	u64		failed;
	int		error;
	u64		callbacks;
	u64		min;
	u64		p50;
	u64		p99;
	u64		max;
	u64		stopped_max;
	struct cpumask	late;
	struct kstop_late *reasons;
	u64		*samples;
	unsigned int	nr_samples;
	unsigned int	room;
};

int result_init(struct result *result, const char *op, unsigned int requests);
void result_exit(struct result *result);

/* A request is over; @error is negative or 0. */
void result_count(struct result *result, const struct visit *visit, int error);

/* The request that is about to be counted as failed had these late CPUs. */
void result_late(struct result *result, const struct cpumask *late,
		 const struct kstop_late *reasons);

/* Something went wrong, between requests perhaps. */
void result_fail(struct result *result, int error);

/* From now on this is what readers see. */
void result_publish(struct result *result);

/* Nobody reads any more. */
void result_forget(void);

int result_show(struct seq_file *m, void *unused);

#endif /* _KSTOPTORTURE_RESULT_H */
