/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs that a user's hog does not give back: the last one, or all but the first.
 * The real-time throttle is off, and whoever can keeps clear of these CPUs.
 */
#ifndef SIEGE_H
#define SIEGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "sched_attr.h"

#define SIEGE_MAX	64

struct siege {
	const char	*name;		/* of the hogs */
	int		first, last;	/* CPUs */
	pid_t		hog[SIEGE_MAX];	/* by CPU */
};

/* Of the highest priority there is in SCHED_FIFO. */
extern const struct policy fifo_99;

/* False, and nothing is left of it, if a hog would not start; says why. */
bool siege_begin(struct siege *siege, const char *name, int first, int last,
		 const struct policy *policy);

/* The hogs are gone; the rest is as before. */
void siege_end(struct siege *siege);

#endif
