/* SPDX-License-Identifier: GPL-2.0-only */
/* kstoptorture at work in the background, and what it has come to. */
#ifndef PRESSURE_H
#define PRESSURE_H

#include <stdbool.h>
#include <stdint.h>

struct pressure {
	bool		running;
	uint64_t	requests;
	uint64_t	violations;
};

bool pressure_start(const char *test);	/* a failure is a failed test line */
void pressure_read(struct pressure *pressure);

/* Unloads everything; the verdict, and that nothing is left, are test lines. */
void pressure_stop(const char *test);

#endif
