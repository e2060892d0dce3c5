/* SPDX-License-Identifier: GPL-2.0-only */
/* How long calls took: each power of two of nanoseconds has four buckets. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>
#include <stdio.h>

#define HISTOGRAM_BUCKETS	(4 * 40)

struct histogram {
	const char	*name;
	unsigned int	calls;
	unsigned int	count[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t ns);

/* Bars side by side; a row is a bucket, or two or four if that makes too many. */
void histogram_say(const struct histogram *one, const struct histogram *two);

/* The lines that it would have in kstop's file latency, as a phase of its name. */
void histogram_print(FILE *file, const struct histogram *histogram);

#endif
