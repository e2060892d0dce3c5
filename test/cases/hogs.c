// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/processor.h>

#include "hogs.h"

#define SLICES	10		/* in a round */
#define STEPS	1000		/* in a slice: reading the clock is dear in a guest */

int late_hog_round(void *arg)
{
	struct late_hog *hog = arg;
	u64 start;

	preempt_disable();
	start = ktime_get_mono_fast_ns();
	WRITE_ONCE(hog->off_since, start);
	WRITE_ONCE(hog->off, true);
	while (ktime_get_mono_fast_ns() - start < LATE_NS)
		cpu_relax();
	WRITE_ONCE(hog->off, false);
	preempt_enable();
	usleep_range(LATE_NS / NSEC_PER_USEC, LATE_NS / NSEC_PER_USEC + 500);
	return 0;
}

static void slice(struct worker *worker)
{
	u64 now, gap;
	int i;

	for (i = 0; i < STEPS; i++)
		WRITE_ONCE(worker->steps, worker->steps + 1);
	now = ktime_get_mono_fast_ns();
	gap = worker->last ? now - worker->last : 0;
	worker->last = now;
	WRITE_ONCE(worker->slices, worker->slices + 1);
	if (gap > READ_ONCE(worker->gap_max_ns))
		WRITE_ONCE(worker->gap_max_ns, gap);
}

int worker_round(void *arg)
{
	int i;

	for (i = 0; i < SLICES; i++)
		slice(arg);
	return 0;
}
