/* SPDX-License-Identifier: GPL-2.0-only */
/* What the demo's operations came to, and its table. */
#ifndef REPORT_H
#define REPORT_H

#include <stdint.h>

#include "trigger.h"

#define REPORT_SLICES	64

/* One operation in one situation, over many slices. */
struct figures {
	long		requests;
	long		failed;
	long		refused;	/* a CPU was not there: hotplug had it */
	int		slices;		/* that the rest is about */
	uint64_t	p50_ns[REPORT_SLICES];
	uint64_t	p99_ns[REPORT_SLICES];
	uint64_t	max_ns;
};

/*
 * @err: what the write gave. @timed: the latencies count, too; those of a slice
 * in which a CPU may be missing are easily better than they should be.
 */
void figures_add(struct figures *figures, const struct trigger_result *result, int err,
		 bool timed);

/* How many times as long as @that, at the median; 0: no figures. */
double figures_ratio(const struct figures *this, const struct figures *that);

void report_head(const char *title);
void report_line(const char *name, const struct figures *figures);
void report_ratio(const char *name, const struct figures *this, const struct figures *that);

#endif
