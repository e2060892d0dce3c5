/* SPDX-License-Identifier: GPL-2.0-only */
/* The parameters of a run, all read-only and printed at its start. */
#ifndef _KSTOPSCALE_PARAMS_H
#define _KSTOPSCALE_PARAMS_H

#include <linux/types.h>

/**
 * struct params - what is measured, and how much of it
 * @measures:	comma list of measures, or "all"; see measure.c
 * @ways:	comma list of ways, or "all"; see ways.h
 * @loads:	comma list of loads, or "all"; see load.h
 * @callers:	comma list of how many threads call at a time (rate)
 * @profile:	the way that scripts/profile looks at, or nothing
 * @samples:	how many of each way, where single calls are measured
 * @batch:	calls in one sample of work and stolen
 * @slices:	how many of each way, where rates are measured
 * @slice_ms:	how long one of them is
 * @limit_s:	when a situation has had that long there are no more samples, 0: there are
 * @crowd:	how many callers are let go at the same moment (sharing)
 * @depth:	how many works are on their way at a time (nowait)
 * @late_us:	how late a late CPU is (stolen)
 * @insn_ns:	the clock counts instructions, of that many ns each; 0: it does not
 */
struct params {
	char	*measures;
	char	*ways;
	char	*loads;
	char	*callers;
	char	*profile;
	uint	samples;
	uint	batch;
	uint	slices;
	uint	slice_ms;
	uint	limit_s;
	uint	crowd;
	uint	depth;
	uint	late_us;
	uint	insn_ns;
};

extern struct params params;

/* Is @name in a comma list, or is the list "all"? */
bool params_has(const char *list, const char *name);

/*
 * Is every word of @list, which is the parameter @parameter, one that @known takes
 * for one? 0; or -EINVAL and a line about which is not.
 */
int params_check_list(const char *parameter, const char *list,
		      bool (*known)(const char *word));

#define CALLERS_MAX	256	/* of the numbers in callers */

/* Say no to what cannot be. 0 or -EINVAL. */
int params_check(void);
void params_print(void);

#endif /* _KSTOPSCALE_PARAMS_H */
