/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What came of it: one line for each measure, situation and way, which is there to
 * be read, in /sys/kernel/debug/kstopscale/results, as soon as it is known.
 *
 *	result measure=latency variant=- load=idle callers=1 way=kstop unit=ns better=less
 *	       n=300 min=.. p50=.. p90=.. p99=.. max=.. mean=..	(on one line)
 *	quantiles measure=latency variant=- load=idle callers=1 way=kstop from=0 values=..,..
 *
 * The values of quantiles are those of from, from + 1, ... percent.
 */
#ifndef _KSTOPSCALE_RESULTS_H
#define _KSTOPSCALE_RESULTS_H

#include <linux/types.h>

struct samples;
struct seq_file;

/**
 * struct situation - what a result is about, but for the way
 * @measure:	its name
 * @variant:	of it, NULL: there is but one
 * @load:	what else the CPUs had to do
 * @callers:	threads that called at a time
 * @unit:	of the values
 * @more:	more is better
 */
struct situation {
	const char	*measure;
	const char	*variant;
	const char	*load;
	unsigned int	callers;
	const char	*unit;
	bool		more;
};

/* Sorts the samples. 0; -ENOMEM; -ENODATA if there are none. */
int results_add(const struct situation *situation, const char *way,
		struct samples *samples);

/* The same, and each percentile in addition. */
int results_add_all(const struct situation *situation, const char *way,
		    struct samples *samples);

unsigned int results_count(void);
int results_show(struct seq_file *m, void *unused);
void results_forget(void);

#endif /* _KSTOPSCALE_RESULTS_H */
