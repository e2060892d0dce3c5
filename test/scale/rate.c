// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "crew.h"
#include "load.h"
#include "marks.h"
#include "measure.h"
#include "params.h"
#include "results.h"
#include "samples.h"
#include "ways.h"

/**
 * struct slice - for the callers
 * @way:	that has its turn
 * @until:	when it ends
 */
struct slice {
	const struct way	*way;
	u64			until;
};

static void call_until(struct member *member)
{
	const struct slice *slice = member->crew->arg;

	do {
		int ret = way_try(slice->way);

		if (ret) {
			member->error = ret;
			return;
		}
		member->done++;
		cond_resched();
	} while (ktime_get_ns() < slice->until);
}

static int one_slice(struct crew *crew, const struct way *way, struct samples *samples)
{
	struct slice *slice = crew->arg;
	u64 began;
	s64 calls;

	measure_rest();
	began = ktime_get_ns();
	slice->way = way;
	slice->until = began + params.slice_ms * NSEC_PER_MSEC;
	mark_begin(way);
	crew_go(crew);
	calls = crew_wait(crew);
	mark_end(way);
	if (calls < 0)
		return calls;
	samples_add(samples, div64_u64(calls * NSEC_PER_SEC, ktime_get_ns() - began));
	return 0;
}

static int report(const char *load, unsigned int callers, struct series *series)
{
	const struct situation situation = {
		.measure	= "rate",
		.load		= load,
		.callers	= callers,
		.unit		= "calls/s",
		.more		= true,
	};
	unsigned int n;
	int ret;

	for_each_way(n) {
		ret = results_add(&situation, ways[n].name, &series->of[n]);
		if (ret)
			return ret;
	}
	return 0;
}

static int take_turns(struct crew *crew, struct series *series)
{
	unsigned int i, n;
	int ret;

	for (i = 0; measure_more(i, params.slices); i++) {
		for_each_way(n) {
			ret = one_slice(crew, &ways[n], &series->of[n]);
			if (ret)
				return ret;
		}
	}
	return 0;
}

static int with(unsigned int callers, const char *load)
{
	struct slice slice = { };
	struct series series;
	struct crew crew;
	int ret;

	ret = series_alloc(&series, params.slices);
	if (ret)
		return ret;
	ret = crew_start(&crew, callers, -1, call_until, &slice);
	if (!ret)
		ret = load_start(load);
	if (!ret) {
		ret = take_turns(&crew, &series);
		load_stop();
	}
	crew_stop(&crew);
	if (!ret && !measure_ending())
		ret = report(load, callers, &series);
	series_free(&series);
	return ret;
}

static int under(const char *load)
{
	unsigned int callers;
	char word[8];
	int ret = 0;

	for (callers = 1; callers <= CALLERS_MAX && !ret && !measure_ending(); callers++) {
		snprintf(word, sizeof(word), "%u", callers);
		if (params_has(params.callers, word))
			ret = with(callers, load);
	}
	return ret;
}

int measure_rate(void)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < nr_loads && !ret; i++) {
		if (params_has(params.loads, loads[i]) && strcmp(loads[i], "softirq"))
			ret = under(loads[i]);
	}
	return ret;
}
