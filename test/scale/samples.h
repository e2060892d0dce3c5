/* SPDX-License-Identifier: GPL-2.0-only */
/* What was measured of one way, and its quantiles. */
#ifndef _KSTOPSCALE_SAMPLES_H
#define _KSTOPSCALE_SAMPLES_H

#include <linux/types.h>

struct samples {
	u64		*values;
	unsigned int	nr;
	unsigned int	max;
};

int samples_alloc(struct samples *samples, unsigned int max);	/* 0 or -ENOMEM */
void samples_free(struct samples *samples);

/* What does not fit is dropped. */
void samples_add(struct samples *samples, u64 value);

/* In this order: sort, then ask. @percent: 0 is the least, 100 the greatest. */
void samples_sort(struct samples *samples);
u64 samples_quantile(const struct samples *samples, unsigned int percent);
u64 samples_mean(const struct samples *samples);

#endif /* _KSTOPSCALE_SAMPLES_H */
