// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "params.h"

struct params params = {
	.measures	= "all",
	.ways		= "all",
	.loads		= "all",
	.callers	= "1,8",
	.profile	= "",
	.samples	= 300,
	.batch		= 10,
	.slices		= 10,
	.slice_ms	= 100,
	.crowd		= 8,
	.depth		= 64,
	.late_us	= 10000,
};

#define PARAM(name, type, text)						\
	module_param_named(name, params.name, type, 0444);		\
	MODULE_PARM_DESC(name, text)

PARAM(measures, charp, "comma list of measures: work, rate, latency, stolen, spread, sharing, nowait (all)");
PARAM(ways, charp, "comma list of ways, as results has them; native is always among them (all)");
PARAM(loads, charp, "comma list of loads: idle, cfs, softirq (all)");
PARAM(callers, charp, "comma list: how many threads call at a time in rate (1,8)");
PARAM(profile, charp, "the way whose samples have marks for scripts/profile (none)");
PARAM(samples, uint, "of each way, where single calls are measured (300)");
PARAM(batch, uint, "calls in one sample of work and stolen (10)");
PARAM(slices, uint, "of each way, where rates are measured (10)");
PARAM(slice_ms, uint, "milliseconds that one slice takes (100)");
PARAM(limit_s, uint, "seconds for each situation of a measure, 0: no limit (0)");
PARAM(crowd, uint, "callers that sharing lets go at the same moment (8)");
PARAM(depth, uint, "works on their way at a time in nowait (64)");
PARAM(late_us, uint, "microseconds that a late CPU is late (10000)");
PARAM(insn_ns, uint, "nanoseconds that the clock gives an instruction, 0: a clock of time (0)");

static const struct limit {
	const char	*name;
	uint		*value;
	uint		min;
	uint		max;
} limits[] = {
	{ "samples",	&params.samples,	1,	1000000 },
	{ "batch",	&params.batch,		1,	10000 },
	{ "slices",	&params.slices,		1,	100000 },
	{ "slice_ms",	&params.slice_ms,	1,	60000 },
	{ "limit_s",	&params.limit_s,	0,	3600 },
	{ "crowd",	&params.crowd,		1,	256 },
	{ "depth",	&params.depth,		1,	4096 },
	{ "late_us",	&params.late_us,	1,	1000000 },
	{ "insn_ns",	&params.insn_ns,	0,	1024 },
};

bool params_has(const char *list, const char *name)
{
	size_t len = strlen(name);
	const char *at = list;

	if (!strcmp(list, "all"))
		return true;
	while ((at = strstr(at, name))) {
		if ((at == list || at[-1] == ',') && (!at[len] || at[len] == ','))
			return true;
		at += len;
	}
	return false;
}

int params_check_list(const char *parameter, const char *list,
		      bool (*known)(const char *word))
{
	char *copy, *rest, *word;
	int ret = 0;

	if (!strcmp(list, "all"))
		return 0;
	copy = kstrdup(list, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	rest = copy;
	while (!ret && (word = strsep(&rest, ","))) {
		if (known(word))
			continue;
		pr_err("parameter %s: there is no \"%s\"\n", parameter, word);
		ret = -EINVAL;
	}
	kfree(copy);
	return ret;
}

static bool is_callers(const char *word)
{
	unsigned int callers;

	return !kstrtouint(word, 10, &callers) && callers && callers <= CALLERS_MAX &&
	       isdigit(*word) && *word != '0';
}

int params_check(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		const struct limit *limit = &limits[i];

		if (*limit->value >= limit->min && *limit->value <= limit->max)
			continue;
		pr_err("parameter %s: want %u to %u, not %u\n", limit->name, limit->min,
		       limit->max, *limit->value);
		return -EINVAL;
	}
	if (!strcmp(params.callers, "all")) {
		pr_err("parameter callers: want numbers up to %d\n", CALLERS_MAX);
		return -EINVAL;
	}
	return params_check_list("callers", params.callers, is_callers);
}

void params_print(void)
{
	pr_info("at start: measures=%s ways=%s loads=%s callers=%s profile=%s samples=%u batch=%u slices=%u "
		"slice_ms=%u limit_s=%u crowd=%u depth=%u late_us=%u insn_ns=%u\n", params.measures,
		params.ways, params.loads, params.callers, params.profile, params.samples, params.batch,
		params.slices, params.slice_ms, params.limit_s, params.crowd, params.depth,
		params.late_us, params.insn_ns);
}
