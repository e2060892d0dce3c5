// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/ktime.h>

#include "load.h"
#include "measure.h"
#include "params.h"
#include "results.h"
#include "samples.h"
#include "ways.h"

static int sample(const struct way *way, struct samples *samples)
{
	u64 began;
	int ret;

	measure_rest();
	began = ktime_get_ns();
	ret = way_try(way);
	samples_add(samples, measure_units(ktime_get_ns() - began));
	return ret;
}

static int report(const char *load, struct series *series)
{
	const struct situation situation = {
		.measure	= "latency",
		.load		= load,
		.callers	= 1,
		.unit		= measure_unit(),
	};
	unsigned int n;
	int ret;

	for_each_way(n) {
		ret = results_add_all(&situation, ways[n].name, &series->of[n]);
		if (ret)
			return ret;
	}
	return 0;
}

static int take_turns(struct series *series)
{
	unsigned int i, n;
	int ret;

	for (i = 0; measure_more(i, params.samples); i++) {
		for_each_way(n) {
			ret = sample(&ways[n], &series->of[n]);
			if (ret)
				return ret;
		}
	}
	return 0;
}

static int under(const char *load)
{
	struct series series;
	int ret;

	ret = series_alloc(&series, params.samples);
	if (ret)
		return ret;
	ret = load_start(load);
	if (!ret) {
		ret = take_turns(&series);
		load_stop();
	}
	if (!ret && !measure_ending())
		ret = report(load, &series);
	series_free(&series);
	return ret;
}

int measure_latency(void)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < nr_loads && !ret; i++) {
		if (params_has(params.loads, loads[i]))
			ret = under(loads[i]);
	}
	return ret;
}
