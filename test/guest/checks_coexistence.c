// SPDX-License-Identifier: GPL-2.0-only
/* kstop's calls and the kernel's own stops in loops, all at once. */
#include "checks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "churn.h"
#include "ktap.h"
#include "sysfs.h"
#include "testmod.h"
#include "watch.h"

#define MAX_METERS	16
#define STALL_LIMIT_S	30	/* then say what everybody is doing */
#define ENOUGH		100	/* stops of all loops, to judge a single one by */
#define ENOUGH_PERCENT	10	/* of those in the best second so far */
#define LONGEST_S	10	/* wait no longer for these */

/* What one loop does in each second. */
struct meter {
	char		name[TESTMOD_NAME_LEN];
	bool		seen;
	uint64_t	first;
	uint64_t	judged;		/* count when it was last judged */
	uint64_t	count;		/* rounds, at the last look */
	uint64_t	least;		/* in one second */
	uint64_t	errors;
	uint64_t	refused_before;	/* when it was first looked at */
	uint64_t	refused;	/* of the rounds since */
	uint64_t	stops;		/* the rounds that were not, if it stops CPUs */
	int		stalls;		/* seconds without progress */
};

struct coexistence {
	const char	*test;
	int		meters;
	struct meter	meter[MAX_METERS];
	uint64_t	stops;		/* of all loops, when they were last judged */
	uint64_t	best;		/* stops in one second */
	int		joined;		/* seconds that were too slow to judge */
	int		unjudged;	/* since when */
	struct churn	hotplug;
	struct churn	clocksource;
};

static struct meter *meter_of(struct coexistence *co, const char *name)
{
	struct meter *meter;

	for (int i = 0; i < co->meters; i++)
		if (!strcmp(co->meter[i].name, name))
			return &co->meter[i];
	meter = &co->meter[co->meters < MAX_METERS ? co->meters++ : MAX_METERS - 1];
	*meter = (struct meter){ .least = UINT64_MAX };
	snprintf(meter->name, sizeof(meter->name), "%s", name);
	return meter;
}

static struct meter *meter_read(struct coexistence *co, const char *name, uint64_t count)
{
	struct meter *meter = meter_of(co, name);

	if (!meter->seen)
		meter->first = meter->judged = count;
	meter->seen = true;
	meter->count = count;
	return meter;
}

static void read_churn(struct coexistence *co, struct churn *churn)
{
	if (churn->running)
		meter_read(co, churn->name, atomic_load(&churn->count))->errors =
			atomic_load(&churn->errors);
}

static void read_all(struct coexistence *co)
{
	struct testmod_loop loops[MAX_METERS];
	int n = testmod_loops(loops, MAX_METERS);

	for (int i = 0; i < n; i++) {
		bool seen = meter_of(co, loops[i].name)->seen;
		struct meter *meter = meter_read(co, loops[i].name,
						 loops[i].count + loops[i].refused);

		if (!seen)
			meter->refused_before = loops[i].refused;
		if (strcmp(loops[i].name, "wake"))
			meter->stops = loops[i].count;
		meter->errors = loops[i].errors;
		meter->refused = loops[i].refused - meter->refused_before;
	}
	read_churn(co, &co->hotplug);
	read_churn(co, &co->clocksource);
}

/*
 * On a host with far too few CPUs the guest may get next to none of a second,
 * and that one loop did nothing then says nothing about it. Such a second is
 * judged together with the next ones, though never more than LONGEST_S:
 * everybody's standing still is what this test is looking for.
 */
static bool can_judge(struct coexistence *co)
{
	uint64_t stops = 0, enough;

	for (int i = 0; i < co->meters; i++)
		stops += co->meter[i].stops;
	if (!co->unjudged && stops - co->stops > co->best)
		co->best = stops - co->stops;
	enough = co->best * ENOUGH_PERCENT / 100;
	if (enough < ENOUGH)
		enough = ENOUGH;
	if (stops - co->stops >= enough || ++co->unjudged == LONGEST_S) {
		co->stops = stops;
		co->unjudged = 0;
		return true;
	}
	co->joined++;
	return false;
}

/* False if one stands still, and says which. */
static bool judge_all(struct coexistence *co, int second)
{
	bool all = true;

	for (int i = 0; i < co->meters; i++) {
		struct meter *meter = &co->meter[i];
		uint64_t grown = meter->count - meter->judged;

		meter->judged = meter->count;
		if (grown < meter->least)
			meter->least = grown;
		if (grown)
			continue;
		ktap_note("second %d: %s stands still", second, meter->name);
		meter->stalls++;
		all = false;
	}
	return all;
}

static void next_second(struct timespec *at)
{
	at->tv_sec++;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, at, NULL) == EINTR)
		;
}

static void show_now(const struct coexistence *co, int second, int seconds)
{
	char line[512] = "";
	size_t len = 0;

	for (int i = 0; i < co->meters && len < sizeof(line); i++)
		len += snprintf(line + len, sizeof(line) - len, " %s %" PRIu64,
				co->meter[i].name, co->meter[i].count - co->meter[i].first);
	ktap_note("%d of %d s:%s", second, seconds, line);
}

static void run_for(struct coexistence *co, int seconds)
{
	struct timespec at;

	watch_begin(co->test, STALL_LIMIT_S);
	clock_gettime(CLOCK_MONOTONIC, &at);
	read_all(co);
	for (int second = 1; second <= seconds || co->unjudged; second++) {
		next_second(&at);
		read_all(co);
		if (can_judge(co) && judge_all(co, second))
			watch_progress();
		if (second % 5 == 0)
			show_now(co, second, seconds);
	}
	if (co->joined)
		ktap_note("a slow host: %d of %d seconds were judged together with the next",
			  co->joined, seconds);
}

static bool start_loops(const char *const loops[], int *started)
{
	for (*started = 0; loops[*started]; ++*started) {
		int err = testmod_loop("start %s", loops[*started]);

		if (!err)
			continue;
		ktap_note("loop %s does not start: %s", loops[*started], strerror(-err));
		return false;
	}
	return true;
}

/* Looked at, never at a standstill, no error, and not refused each time. */
static bool meter_well(const struct meter *meter)
{
	return meter->least != UINT64_MAX && !meter->stalls && !meter->errors &&
	       meter->count - meter->first > meter->refused;
}

static void report(const struct coexistence *co)
{
	char test[80];

	for (int i = 0; i < co->meters; i++) {
		const struct meter *meter = &co->meter[i];

		snprintf(test, sizeof(test), "%s.%s", co->test, meter->name);
		ktap_result(meter_well(meter), test, "total %" PRIu64 ", of these refused %" PRIu64
			    ", least in a second %" PRIu64 ", errors %" PRIu64 ", stalls %d",
			    meter->count - meter->first, meter->refused, meter->least,
			    meter->errors, meter->stalls);
	}
	if (co->hotplug.last_error)
		ktap_note("hotplug: %s", strerror(-co->hotplug.last_error));
	if (co->clocksource.last_error)
		ktap_note("clocksource: %s", strerror(-co->clocksource.last_error));
}

static void stop_all(struct coexistence *co)
{
	struct testmod_loop loops[MAX_METERS];
	char test[80];
	int err, left;

	watch_begin(co->test, STALL_LIMIT_S);
	churn_stop(&co->clocksource);
	churn_stop(&co->hotplug);
	err = testmod_loop("stop all");
	left = testmod_loops(loops, MAX_METERS);
	snprintf(test, sizeof(test), "%s.stopped", co->test);
	ktap_result(!err && !left && cpus_online() == cpus_present(), test,
		    "%d loops left, %d of %d CPUs online", left, cpus_online(), cpus_present());
}

static int change_clocksource(struct coexistence *co)
{
	char list[CLOCKSOURCE_MAX][CLOCKSOURCE_LEN], name[80];

	if (churn_clocksource(&co->clocksource, 1000))
		return 1;
	snprintf(name, sizeof(name), "%s.clocksource", co->test);
	if (clocksources(list, CLOCKSOURCE_MAX) < 2)
		ktap_skip(name, "this machine has but one");
	else
		ktap_result(false, name, "it cannot be changed");
	return 0;
}

static void coexist(const char *test, const char *const loops[], int seconds)
{
	struct coexistence co = { .test = test };
	int started, level, churns;

	if (!check_load(test, "kstoptest"))
		return;
	level = console_level(5);
	churns = churn_hotplug(&co.hotplug, cpus_present() - 1, 1000);
	churns += change_clocksource(&co);
	if (start_loops(loops, &started))
		run_for(&co, seconds);
	if (co.meters != started + churns || !churns)
		ktap_result(false, test, "%d loops counted, want %d", co.meters, started + churns);
	report(&co);
	stop_all(&co);
	console_level(level);
	check_leave(test, "kstoptest");
}

void check_coexistence(void)
{
	static const char *const loops[] = { "machine", "two", "cpus", "native", NULL };
	static const char *const one_cpu[] = { "machine", "cpus", "native", NULL };

	coexist("coexistence", cpus_present() > 1 ? loops : one_cpu, check_seconds(60));
}

void check_coexistence_spurious(void)
{
	static const char *const loops[] = { "machine", "two", "cpus", "native", "wake", NULL };
	static const char *const one_cpu[] = { "machine", "cpus", "native", "wake", NULL };

	coexist("coexistence_spurious", cpus_present() > 1 ? loops : one_cpu, check_seconds(15));
}
