// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "measure.h"
#include "params.h"

#define REST_MIN_US	200
#define REST_MAX_US	500

static const struct measure {
	const char	*name;
	int		(*run)(void);
} measures[] = {
	{ "work",	measure_work },
	{ "latency",	measure_latency },
	{ "rate",	measure_rate },
	{ "stolen",	measure_stolen },
	{ "spread",	measure_spread },
	{ "sharing",	measure_sharing },
	{ "nowait",	measure_nowait },
};

#define ENOUGH		5	/* samples, however slow it is */

static bool ending;
static unsigned int rests;

bool measure_known(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(measures); i++) {
		if (!strcmp(name, measures[i].name))
			return true;
	}
	return false;
}

int measure_all(void)
{
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(measures) && !measure_ending(); i++) {
		if (!params_has(params.measures, measures[i].name))
			continue;
		ret = measures[i].run();
		if (ret) {
			pr_err("!!! %s ended with error %d\n", measures[i].name, ret);
			return ret;
		}
	}
	return measure_ending() ? -EINTR : 0;
}

bool measure_more(unsigned int i, unsigned int max)
{
	static u64 began;

	if (!i)
		began = ktime_get_ns();
	if (i >= ENOUGH && params.limit_s &&
	    ktime_get_ns() - began > params.limit_s * NSEC_PER_SEC)
		return false;
	return i < max && !measure_ending();
}

bool measure_ending(void)
{
	return READ_ONCE(ending);
}

void measure_end(void)
{
	WRITE_ONCE(ending, true);
}

u64 measure_units(u64 ns)
{
	return params.insn_ns ? div_u64(ns, params.insn_ns) : ns;
}

const char *measure_unit(void)
{
	return params.insn_ns ? "instructions" : "ns";
}

void measure_rest(void)
{
	WRITE_ONCE(rests, rests + 1);
	usleep_range(REST_MIN_US, REST_MAX_US);
}

unsigned int measure_rests(void)
{
	return READ_ONCE(rests);
}
