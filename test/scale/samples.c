// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sort.h>

#include "samples.h"

int samples_alloc(struct samples *samples, unsigned int max)
{
	samples->values = kvcalloc(max, sizeof(*samples->values), GFP_KERNEL);
	samples->nr = 0;
	samples->max = max;
	return samples->values ? 0 : -ENOMEM;
}

void samples_free(struct samples *samples)
{
	kvfree(samples->values);
	samples->values = NULL;
}

void samples_add(struct samples *samples, u64 value)
{
	if (samples->nr < samples->max)
		samples->values[samples->nr++] = value;
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

void samples_sort(struct samples *samples)
{
	sort(samples->values, samples->nr, sizeof(*samples->values), compare, NULL);
}

u64 samples_quantile(const struct samples *samples, unsigned int percent)
{
	if (!samples->nr)
		return 0;
	return samples->values[div_u64((u64)(samples->nr - 1) * percent + 50, 100)];
}

u64 samples_mean(const struct samples *samples)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < samples->nr; i++)
		sum += samples->values[i];
	return samples->nr ? div_u64(sum + samples->nr / 2, samples->nr) : 0;
}
