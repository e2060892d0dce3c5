// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/processor.h>
#include <linux/string.h>

#include "marks.h"
#include "measure.h"
#include "params.h"
#include "results.h"
#include "samples.h"
#include "ways.h"

#define LINGER	400	/* steps: all the others are back to rest long before */

/**
 * struct work - what is taken
 * @batch:	one of several calls, back to back; what the other CPUs still do after
 *		a call is in it, and a CPU may find the next call before it sleeps
 * @lone:	a call out of rest, until all rest again
 * @nothing:	the same without the call
 */
struct work {
	struct series	batch;
	struct series	lone;
	struct samples	nothing;
};

static int sample_batch(const struct way *way, struct samples *samples)
{
	unsigned int i;
	u64 began;
	int ret;

	measure_rest();
	mark_begin(way);
	began = ktime_get_ns();
	for (i = 0; i < params.batch; i++) {
		ret = way_try(way);
		if (ret)
			return ret;
	}
	mark_end(way);
	samples_add(samples, measure_units(div_u64(ktime_get_ns() - began, params.batch)));
	return 0;
}

/*
 * With a clock that counts the work of all CPUs, this one has to keep busy until the
 * others are idle, as the clock runs on by itself when all are.
 */
static int sample_lone(const struct way *way, struct samples *samples)
{
	unsigned int i;
	u64 began;
	int ret = 0;

	measure_rest();
	began = ktime_get_ns();
	if (way)
		ret = way_try(way);
	for (i = 0; i < LINGER; i++)
		cpu_relax();
	samples_add(samples, measure_units(ktime_get_ns() - began));
	return ret;
}

static void subtract(struct samples *samples, u64 value)
{
	unsigned int i;

	for (i = 0; i < samples->nr; i++)
		samples->values[i] -= min(samples->values[i], value);
}

static int report(struct work *work)
{
	struct situation situation = {
		.measure	= "work",
		.load		= "idle",
		.callers	= 1,
		.unit		= measure_unit(),
	};
	unsigned int n;
	int ret;

	samples_sort(&work->nothing);
	for_each_way(n) {
		situation.variant = "batch";
		ret = results_add(&situation, ways[n].name, &work->batch.of[n]);
		situation.variant = "lone";
		subtract(&work->lone.of[n], samples_quantile(&work->nothing, 50));
		if (!ret && params.insn_ns)
			ret = results_add(&situation, ways[n].name, &work->lone.of[n]);
		if (ret)
			return ret;
	}
	return 0;
}

static int take_turns(struct work *work)
{
	unsigned int i, n;
	int ret;

	for (i = 0; measure_more(i, params.samples); i++) {
		for_each_way(n) {
			ret = sample_batch(&ways[n], &work->batch.of[n]) ?:
			      sample_lone(&ways[n], &work->lone.of[n]);
			if (ret)
				return ret;
		}
		sample_lone(NULL, &work->nothing);
	}
	return 0;
}

int measure_work(void)
{
	struct work work;
	int ret;

	memset(&work, 0, sizeof(work));
	ret = series_alloc(&work.batch, params.samples) ?:
	      series_alloc(&work.lone, params.samples) ?:
	      samples_alloc(&work.nothing, params.samples);
	if (!ret)
		ret = take_turns(&work);
	if (!ret && !measure_ending())
		ret = report(&work);
	series_free(&work.batch);
	series_free(&work.lone);
	samples_free(&work.nothing);
	return ret;
}
