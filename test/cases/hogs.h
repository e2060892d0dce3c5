/* SPDX-License-Identifier: GPL-2.0-only */
/* Two kinds of load: one that makes a CPU late, one that feels stolen time. */
#ifndef _KSTOPTEST_HOGS_H
#define _KSTOPTEST_HOGS_H

#include <linux/types.h>

#define LATE_NS		(10 * NSEC_PER_MSEC)

/* A round: preemption off for LATE_NS, then LATE_NS of sleep. */
struct late_hog {
	bool	off;			/* preemption is off now */
	u64	off_since;		/* mono_fast nanoseconds */
};

int late_hog_round(void *arg);

/* A round: some slices of work; a gap is the time from one to the next. */
struct worker {
	u64	steps;
	u64	slices;
	u64	last;			/* end of the last slice, or 0 */
	u64	gap_max_ns;
};

int worker_round(void *arg);

#endif /* _KSTOPTEST_HOGS_H */
