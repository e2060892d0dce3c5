// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>

#include "measure.h"
#include "params.h"
#include "results.h"
#include "samples.h"
#include "ticks.h"
#include "ways.h"

static DEFINE_PER_CPU_ALIGNED(u64, starts);

static int note_start(void *unused)
{
	__this_cpu_write(starts, ticks_now());
	return 0;
}

static int sample(const struct way *way, struct samples *samples)
{
	u64 first = U64_MAX, last = 0;
	unsigned int cpu;
	int ret;

	measure_rest();
	for_each_online_cpu(cpu)
		per_cpu(starts, cpu) = 0;
	ret = way->call(note_start, NULL, cpu_online_mask);
	if (ret) {
		pr_err("!!! %s on all CPUs gave %d\n", way->name, ret);
		return ret < 0 ? ret : -EPROTO;
	}
	for_each_online_cpu(cpu) {
		first = min(first, per_cpu(starts, cpu));
		last = max(last, per_cpu(starts, cpu));
	}
	if (!first) {
		pr_err("!!! %s did not run fn on all CPUs\n", way->name);
		return -EPROTO;
	}
	samples_add(samples, measure_units(ticks_to_ns(last - first)));
	return 0;
}

static int report(struct series *series)
{
	const struct situation situation = {
		.measure	= "spread",
		.load		= "idle",
		.callers	= 1,
		.unit		= measure_unit(),
	};
	unsigned int n;
	int ret;

	for_each_way(n) {
		if (!ways[n].meets)
			continue;
		ret = results_add_all(&situation, ways[n].name, &series->of[n]);
		if (ret)
			return ret;
	}
	return 0;
}

int measure_spread(void)
{
	struct series series;
	unsigned int i, n;
	int ret;

	ret = ticks_calibrate() ?: series_alloc(&series, params.samples);
	if (ret)
		return ret;
	for (i = 0; !ret && measure_more(i, params.samples); i++) {
		for_each_way(n) {
			ret = ways[n].meets ? sample(&ways[n], &series.of[n]) : 0;
			if (ret)
				break;
		}
	}
	if (!ret && !measure_ending())
		ret = report(&series);
	series_free(&series);
	return ret;
}
