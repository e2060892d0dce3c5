// SPDX-License-Identifier: GPL-2.0-only
/* The cases that run inside the kernel, in kstoptest.ko. */
#include "checks.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hogs.h"
#include "kmsg.h"
#include "ktap.h"
#include "sched_attr.h"
#include "sysfs.h"
#include "testmod.h"

#define MAX_CASES	128
#define SLACK_S		60	/* on a busy host */
#define STORM_LIMIT_S	240
#define STORM_CYCLES	200	/* in a run of 60 s */
#define LEAKS		3
#define PAUSES		1000	/* in a run of 60 s */
#define RACES		10000	/* in a run of 60 s; in proportion otherwise */
#define RACE_LIMIT_S	240

/* These take long, or want the real-time throttle off. */
static const char *const culprits[] = {
	"opts_limits", "pause_limit", "culprit_preempt", "culprit_irqs", "culprit_work",
	"culprit_cpus", "culprit_fifo", "culprit_behind",
};

/* These take a guest's time, and kstop's counters are looked at before and after. */
static const char *const sharing[] = {
	"share_storm", "share_watched", "share_left_over", "share_held_opener", "share_hotplug",
	"share_limit_hotplug",
};
static const char *const arrival[] = { "irq_idle", "irq_sections", "irq_storm", "irq_hotplug" };
static const char *const alignment[] = { "align_masks", "align_shared" };

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))
#define CULPRITS	(sizeof(culprits) / sizeof(culprits[0]))

/* These belong to a case of their own below. */
static const char *const elsewhere[] = {
	"overlap_order", "late_cpu", "many_threads", "hotplug_storm",
	"inactive_online", "inactive_starting", "all_stopped",
	"pause_loaded", "busy_but_fine", "limit_race", "limits_storm", "hostages", "irq_leak",
};

static bool is_among(const char *name, const char *const names[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static bool is_elsewhere(const char *name)
{
	return is_among(name, elsewhere, LENGTH(elsewhere)) ||
	       is_among(name, culprits, LENGTH(culprits)) ||
	       is_among(name, sharing, LENGTH(sharing)) ||
	       is_among(name, arrival, LENGTH(arrival)) ||
	       is_among(name, alignment, LENGTH(alignment));
}

static void leak_reported(const char *test, int mark, const char *callback, const char *did)
{
	bool said = kmsg_find(mark, callback, did, NULL, 0);

	if (!said && strstr(did, "preempt count") && preemption_uncounted())
		ktap_skip(test, "this kernel does not count");
	else
		ktap_result(said, test, "reported in the log");
}

/* Callbacks that leave something behind are called by their names in the log. */
static void check_leak(void)
{
	static const struct {
		const char *callback, *did;
	} leaks[] = {
		{ "leaky_preempt_callback",	"leaked preempt count" },
		{ "leaky_irqs_on_callback",	"returned with IRQs on" },
		{ "leaky_irqs_off_callback",	"returned with IRQs off" },
	};
	int marks[LEAKS];
	char test[64];

	for (int i = 0; i < LEAKS; i++)
		marks[i] = kmsg_mark();
	testmod_run("api.leak", "leak", SLACK_S);
	for (int i = 0; i < LEAKS; i++) {
		snprintf(test, sizeof(test), "api.leak.%s", leaks[i].callback);
		leak_reported(test, marks[i], leaks[i].callback, leaks[i].did);
		kmsg_close(marks[i]);
	}
}

void check_api(void)
{
	char names[MAX_CASES][TESTMOD_NAME_LEN], test[64];
	int n, run = 0;

	if (!check_load("api", "kstoptest"))
		return;
	n = testmod_cases(names, MAX_CASES);
	for (int i = 0; i < n && i < MAX_CASES; i++) {
		if (is_elsewhere(names[i]))
			continue;
		run++;
		if (!strcmp(names[i], "leak")) {
			check_leak();
			continue;
		}
		snprintf(test, sizeof(test), "api.%.31s", names[i]);
		testmod_run(test, names[i], SLACK_S);
	}
	ktap_result(run && n <= MAX_CASES, "api.cases", "%d cases, %d run here", n, run);
	check_leave("api", "kstoptest");
}

/* A case of kstoptest that is a case of its own. */
/* @much: "seconds" or "cycles", so many of them, or NULL for what the case has. */
static void check_one(const char *test, const char *name, const char *much, int many, int limit_s)
{
	char line[80], command[64];

	if (!check_load(test, "kstoptest"))
		return;
	snprintf(line, sizeof(line), "%s.%s", test, name);
	if (much)
		snprintf(command, sizeof(command), "%s %s=%d", name, much, many);
	else
		snprintf(command, sizeof(command), "%s", name);
	testmod_run(line, command, limit_s);
	check_leave(test, "kstoptest");
}

void check_order(void)
{
	int seconds = check_seconds(20);

	check_one("order", "overlap_order", "seconds", seconds, seconds + SLACK_S);
}

void check_late(void)
{
	check_one("late", "late_cpu", NULL, 0, SLACK_S);
}

void check_many(void)
{
	check_one("many", "many_threads", NULL, 0, SLACK_S);
}

/* Who keeps a CPU, and does kstop find it? */
static void find_culprits(const char *test, const char *options)
{
	char line[80];

	if (cpus_present() < 2) {
		ktap_skip(test, "one CPU");
		return;
	}
	if (!check_load_with(test, "kstoptest", options))
		return;
	rt_throttle_off();
	for (size_t i = 0; i < CULPRITS; i++) {
		snprintf(line, sizeof(line), "%s.%s", test, culprits[i]);
		testmod_run(line, culprits[i], SLACK_S);
	}
	rt_throttle_restore();
	check_leave(test, "kstoptest");
}

void check_culprits(void)
{
	find_culprits("culprits", "policy=fifo");
}

void check_culprits_deadline(void)
{
	find_culprits("culprits_deadline", "policy=deadline");
}

void check_pauses(void)
{
	check_one("pauses", "pause_loaded", "cycles", check_share(PAUSES), 2 * SLACK_S);
}

/* On a machine that is merely busy nobody is said to be late. */
void check_busy(void)
{
	int seconds = check_seconds(10), mark = kmsg_mark();
	char line[512] = "";

	check_one("busy", "busy_but_fine", "seconds", seconds, seconds + SLACK_S);
	ktap_result(!kmsg_find(mark, "kstop: ", ", waits for CPU", line, sizeof(line)),
		    "busy.nobody_named", "%s", line);
	kmsg_close(mark);
}

void check_limit_race(void)
{
	check_one("limit_race", "limit_race", "cycles", check_share(RACES), RACE_LIMIT_S);
}

void check_limits_storm(void)
{
	int seconds = check_seconds(60);

	rt_throttle_off();
	check_one("limits_storm", "limits_storm", "seconds", seconds, seconds + SLACK_S);
	rt_throttle_restore();
}

/* Figures for the documentation; nothing to pass or fail. */
void check_hostages(void)
{
	check_one("hostages", "hostages", NULL, 0, 2 * SLACK_S);
}

/* One of kstop's counters. */
static unsigned long long counter(const char *key)
{
	char text[2048], line[64], *at;

	snprintf(line, sizeof(line), "\n%s: ", key);
	if (file_read("/sys/kernel/debug/kstop/stats", text, sizeof(text)) < 0)
		return 0;
	at = strstr(text, line);
	return at ? strtoull(at + strlen(line), NULL, 10) : 0;
}

/* Cases of kstoptest, after which each of these counters is higher than before. */
static void run_group(const char *test, const char *const names[], size_t n,
		      const char *const counters[])
{
	unsigned long long before[4] = { 0 }, now;
	char line[80], command[80];

	for (int i = 0; counters[i]; i++)
		before[i] = counter(counters[i]);
	for (size_t i = 0; i < n; i++) {
		snprintf(line, sizeof(line), "%s.%s", test, names[i]);
		snprintf(command, sizeof(command), "%s seconds=%d", names[i], check_seconds(8));
		testmod_run(line, command, SLACK_S);
	}
	for (int i = 0; counters[i]; i++) {
		snprintf(line, sizeof(line), "%s.%s", test, counters[i]);
		now = counter(counters[i]);
		if (now == before[i] && strstr(counters[i], "interrupt") && preemption_uncounted())
			ktap_skip(line, "this kernel does not count where preemption is off");
		else
			ktap_result(now > before[i], line, "%llu before, %llu now",
				    before[i], now);
	}
}

void check_sharing(void)
{
	static const char *const counters[] = { "shared", "left_over", "stops", NULL };

	if (!check_load("sharing", "kstoptest"))
		return;
	run_group("sharing", sharing, LENGTH(sharing), counters);
	check_leave("sharing", "kstoptest");
}

/* A callback that leaks in an interrupt has its name in the log as any other. */
static void check_irq_leak(void)
{
	static const char *const leaks[][2] = {
		{ "leaky_irq_count_callback", "leaked preempt count" },
		{ "leaky_irq_irqs_callback", "returned with IRQs on" },
	};
	int marks[2] = { kmsg_mark(), kmsg_mark() };
	char test[64];

	testmod_run("arrival.irq_leak", "irq_leak", SLACK_S);
	for (int i = 0; i < 2; i++) {
		snprintf(test, sizeof(test), "arrival.%s", leaks[i][0]);
		leak_reported(test, marks[i], leaks[i][0], leaks[i][1]);
		kmsg_close(marks[i]);
	}
}

void check_arrival(void)
{
	static const char *const counters[] = {
		"interrupt_took_part", "interrupt_handed_over", NULL
	};
	unsigned long long before, now;
	struct hogs *hogs;

	if (cpus_present() < 2) {
		ktap_skip("arrival", "one CPU");
		return;
	}
	if (!check_load("arrival", "kstoptest"))
		return;
	run_group("arrival", arrival, LENGTH(arrival), counters);
	check_irq_leak();
	/* And once more where the other CPUs are in user mode: from there they may join uncounted. */
	before = counter("interrupt_took_part");
	hogs = hogs_start(SCHED_OTHER, 0, -1);
	testmod_run("arrival.user_mode", "irq_idle seconds=3", SLACK_S);
	now = counter("interrupt_took_part");
	/* x86-64's 5.10 has none join: 0 of 130,000 in three runs. */
	if (hogs && now == before && preemption_uncounted())
		ktap_skip("arrival.user_mode_took_part",
			  "this kernel says neither what is off nor where an interrupt came from");
	else
		ktap_result(hogs && now > before, "arrival.user_mode_took_part",
			    "%llu before, %llu now%s", before, now,
			    hogs ? "" : ", and there are no hogs");
	hogs_stop(hogs);
	check_leave("arrival", "kstoptest");
}

void check_alignment(void)
{
	static const char *const counters[] = { "stops", NULL };

	if (!check_load("alignment", "kstoptest"))
		return;
	run_group("alignment", alignment, LENGTH(alignment), counters);
	check_leave("alignment", "kstoptest");
}

void check_hotplug(void)
{
	char storm[64];
	const char *const cases[][2] = {
		{ "hotplug.storm", storm },
		{ "hotplug.inactive_online", "inactive_online" },
		{ "hotplug.inactive_starting", "inactive_starting" },
		{ "hotplug.all_stopped", "all_stopped" },
	};
	int level;

	if (cpus_present() < 2) {
		ktap_skip("hotplug.storm", "one CPU");
		return;
	}
	if (!check_load("hotplug", "kstoptest"))
		return;
	snprintf(storm, sizeof(storm), "hotplug_storm cycles=%d", check_share(STORM_CYCLES));
	level = console_level(5);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		testmod_run(cases[i][0], cases[i][1], STORM_LIMIT_S);
	ktap_result(cpus_online() == cpus_present(), "hotplug.all_online", "%d of %d CPUs",
		    cpus_online(), cpus_present());
	console_level(level);
	check_leave("hotplug", "kstoptest");
}
