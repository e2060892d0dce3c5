// SPDX-License-Identifier: GPL-2.0-only
/*
 * A time limit that races with the last arrival. Whoever wins: fn ran on all it
 * should and the result is 0, or nowhere and never and it is -ETIMEDOUT.
 */
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/sort.h>

#include "culprit.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"
#include "stake.h"
#include "taker.h"

#define TRIES		10000
#define SAMPLES		51
#define ADAPT_EVERY	250
#define MOVE_EVERY	100	/* the caller, to another CPU */
#define REASONS_EVERY	16	/* finding them out takes its time */
#define RANGE_MIN_NS	1000
#define RANGE_MAX_NS	(100 * NSEC_PER_MSEC)

struct race {
	struct stake		*stakes;
	struct kstop_report	*report;
	struct taker		*taker;
	u64			p50_ns;		/* of gathering, undisturbed */
	u64			range_ns;	/* of the limits */
	u64			completed;
	u64			timed_out;
	u64			nobody_late;	/* of these */
	u64			tries[TAKINGS];
	u64			lost[TAKINGS];	/* timed out */
};

static u64 random_below(u64 limit)
{
	u64 random;

	div64_u64_rem(get_random_u32(), max(limit, 1ULL), &random);
	return random;
}

static int compare(const void *a, const void *b)
{
	const u64 *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static int nothing_callback(void *arg)
{
	return 0;
}

static bool measure(struct race *race)
{
	u64 *gather_ns = scratch_alloc(SAMPLES * sizeof(u64));
	struct kstop_report report = { };
	int i;

	if (!expect(gather_ns, "no memory"))
		return false;
	for (i = 0; i < SAMPLES; i++) {
		kstop_machine_opts(nothing_callback, NULL, NULL, &report);
		gather_ns[i] = report.gather_ns;
	}
	sort(gather_ns, SAMPLES, sizeof(u64), compare, NULL);
	race->p50_ns = gather_ns[SAMPLES / 2];
	race->range_ns = 4 * race->p50_ns;
	return expect(race->p50_ns, "gathering took no time");
}

static void expect_report(struct race *race, int ret, u64 limit_ns)
{
	const struct kstop_report *report = race->report;

	if (!ret) {
		expect(cpumask_empty(report->late), "0, but late are %*pbl",
		       cpumask_pr_args(report->late));
		expect(report->gather_ns, "0, but never gathered");
		return;
	}
	expect(cpumask_subset(report->late, cpu_online_mask),
	       "late are %*pbl", cpumask_pr_args(report->late));
	expect(!report->gather_ns && !report->stopped_ns,
	       "-ETIMEDOUT, but gathered in %llu ns, stopped for %llu",
	       report->gather_ns, report->stopped_ns);
	expect(report->total_ns >= limit_ns, "gave up after %llu of %llu ns",
	       report->total_ns, limit_ns);
	race->nobody_late += cpumask_empty(report->late);
}

static void try_once(struct race *race, unsigned int i)
{
	const struct cpumask *run = i % 2 ? cpu_online_mask : NULL;
	enum taking how = random_below(TAKINGS);
	struct kstop_late *reasons = race->report->reasons;
	struct kstop_opts opts = {
		.run = run,
		.timeout_ns = 1 + random_below(race->range_ns),
	};
	int ret;

	report_spoil(race->report);
	if (i % REASONS_EVERY)
		race->report->reasons = NULL;
	stake_open(&race->stakes[i]);
	taker_set(race->taker, how, random_below(2 * race->p50_ns),
		  1 + random_below(2 * race->p50_ns));
	ret = kstop_machine_opts(stake_callback, &race->stakes[i], &opts,
				 race->report);
	stake_close(&race->stakes[i], ret, cpu_online_mask, run);
	expect(!ret || ret == -ETIMEDOUT, "try %u: %d", i, ret);
	expect_report(race, ret, opts.timeout_ns);
	race->report->reasons = reasons;
	race->tries[how]++;
	race->completed += !ret;
	race->timed_out += !!ret;
	race->lost[how] += !!ret;
}

/* So that both happen often, whatever else the machine has to do. */
static void adapt(struct race *race, u64 lost)
{
	if (lost < ADAPT_EVERY / 5)
		race->range_ns = max_t(u64, race->range_ns / 2, RANGE_MIN_NS);
	else if (lost > ADAPT_EVERY * 4 / 5)
		race->range_ns = min_t(u64, race->range_ns * 2, RANGE_MAX_NS);
}

static unsigned int run_tries(struct race *race, unsigned int tries)
{
	unsigned int cpu = cpumask_first(cpu_online_mask), i;
	u64 before = 0;

	for (i = 0; i < tries && expect_go_on(); i++) {
		if (i % MOVE_EVERY == 0) {
			stand_on(cpu);
			cpu = cpumask_next(cpu, cpu_online_mask);
			if (cpu >= nr_cpu_ids)
				cpu = cpumask_first(cpu_online_mask);
		}
		try_once(race, i);
		if (i % ADAPT_EVERY == ADAPT_EVERY - 1) {
			adapt(race, race->timed_out - before);
			before = race->timed_out;
		}
	}
	return i;
}

static void present(const struct race *race, unsigned int tries)
{
	static const char *const names[TAKINGS] = {
		"undisturbed", "interrupt", "thread", "native",
	};
	int i;

	figure(tries, "tries");
	figure(race->p50_ns, "gather_p50_ns");
	figure(race->range_ns, "last_range_ns");
	figure(race->completed, "completed");
	figure(race->timed_out, "timed_out");
	figure(race->nobody_late, "timed_out_nobody_late");
	for (i = 0; i < TAKINGS; i++) {
		figure(race->tries[i], "tries_%s", names[i]);
		figure(race->lost[i], "timed_out_%s", names[i]);
		if (i != TAKE_NOT)
			figure(READ_ONCE(race->taker->taken[i]), "taken_%s",
			       names[i]);
	}
}

static int limit_race(const struct params *params)
{
	unsigned int tries = params->cycles ?: TRIES, i;
	struct race race = { .report = report_new() };

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	race.stakes = scratch_alloc(tries * sizeof(*race.stakes));
	if (!race.stakes || !race.report)
		return -ENOMEM;
	race.taker = taker_hire(cpumask_last(cpu_online_mask));
	if (!race.taker || !measure(&race))
		return 0;
	tries = run_tries(&race, tries);
	taker_rest(race.taker);
	/* Whatever is still under way has arrived after this. */
	msleep(50);
	kstop_machine(nothing_callback, NULL, cpu_online_mask);
	for (i = 0; i < tries; i++)
		stake_settled(&race.stakes[i]);
	present(&race, tries);
	expect(race.completed >= tries / 100, "only %llu of %u completed",
	       race.completed, tries);
	expect(race.timed_out >= tries / 100, "only %llu of %u timed out",
	       race.timed_out, tries);
	return 0;
}

const struct testcase races_cases[] = {
	{ "limit_race", limit_race },
	{ }
};
