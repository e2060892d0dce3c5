// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hotplug callbacks that fail: each state that the kernel lets fail, on the way
 * down and on the way up, with requests under way. The CPU goes back to where it
 * was, and kstop's part of that must be as good as before.
 */
#include "checks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "ktap.h"
#include "mate.h"
#include "stoppers.h"
#include "sysfs.h"
#include "watch.h"

#define STATES_FILE	"/sys/devices/system/cpu/hotplug/states"
#define STATES_MAX	256
#define NO_STATE	"-1"
#define WRONG_MAX	5
#define MATES		2

struct sweep {
	int	cpu;
	struct mate mates[MATES];
	int	failed;			/* transitions that failed, as asked for */
	int	passed;			/* the state has no callback in that direction */
	int	refused;		/* the kernel does not let the state fail */
	int	own;			/* kstop's state */
	bool	own_failed;
	int	wrong;
};

static int states_read(int *states, int max, int *own)
{
	static char text[16384];
	char *line, *save;
	int n = 0;

	if (file_read(STATES_FILE, text, sizeof(text)) <= 0)
		return 0;
	for (line = strtok_r(text, "\n", &save); line && n < max;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strstr(line, "kstop"))
			*own = atoi(line);
		states[n++] = atoi(line);
	}
	return n;
}

static int set_fail(int cpu, const char *state)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/hotplug/fail", cpu);
	return file_write(path, state);
}

/* Off are the CPUs that are offline and no others, and nothing is queued. */
static const char *stoppers_problem(void)
{
	struct stopper list[STOPPERS_MAX];
	int n = stoppers_read(list, STOPPERS_MAX);

	if (n < cpus_present())
		return "the file stoppers is not as it should be";
	for (int i = 0; i < n; i++)
		if (cpu_online(list[i].cpu) == !strcmp(list[i].state, "off"))
			return "a stopper is off that should not be, or on";
	/* One that was not needed finds that out when it gets to run. */
	return stoppers_empty(-1, 5) ? NULL : "something stays queued";
}

/* With the others quiet, as results and counts are to be this process's own. */
static void check_whole(struct sweep *sweep, int state, const char *way, bool online)
{
	const char *problem = NULL;
	bool quiet = true;

	for (int i = 0; i < MATES; i++)
		quiet &= mate_hold(&sweep->mates[i]);
	if (!quiet)
		problem = "a request does not come back";
	else if (cpu_online(sweep->cpu) != online)
		problem = "the CPU is not where it was";
	if (!problem)
		problem = stops_problem();
	if (!problem)
		problem = stoppers_problem();
	if (problem) {
		ktap_note("state %d, %s: %s", state, way, problem);
		sweep->wrong++;
	}
	for (int i = 0; i < MATES; i++)
		mate_release(&sweep->mates[i]);
}

/* One state, from where the CPU is to the other side. */
static void fail_one(struct sweep *sweep, int state, bool up)
{
	const char *way = up ? "up" : "down";
	char text[16];
	int err;

	watch_progress();
	snprintf(text, sizeof(text), "%d", state);
	err = set_fail(sweep->cpu, text);
	if (err) {
		sweep->refused++;
		return;
	}
	err = cpu_set_online(sweep->cpu, up);
	set_fail(sweep->cpu, NO_STATE);
	if (err == -EAGAIN) {
		sweep->failed++;
		sweep->own_failed |= state == sweep->own;
	} else if (err) {
		ktap_note("state %d, %s: %s", state, way, strerror(-err));
		sweep->wrong++;
	} else {
		sweep->passed++;
	}
	check_whole(sweep, state, way, err ? !up : up);
	if (!err && cpu_set_online(sweep->cpu, !up)) {
		ktap_note("state %d, %s: cannot go back", state, way);
		sweep->wrong++;
	}
}

static void sweep_way(struct sweep *sweep, const int *states, int n, bool up)
{
	char test[64];

	sweep->own_failed = false;
	sweep->failed = sweep->passed = sweep->refused = sweep->wrong = 0;
	snprintf(test, sizeof(test), "faults_hotplug.%s", up ? "up" : "down");
	if (cpu_online(sweep->cpu) == up)
		cpu_set_online(sweep->cpu, !up);
	for (int i = 0; i < n && sweep->wrong < WRONG_MAX; i++)
		fail_one(sweep, states[i], up);
	ktap_note("figure: hotplug_%s_failed %d", up ? "up" : "down", sweep->failed);
	ktap_note("figure: hotplug_%s_cannot_fail %d", up ? "up" : "down", sweep->refused);
	ktap_result(sweep->own_failed && !sweep->wrong, test,
		    "%d states: %d failed%s, %d have nothing to do that way, %d cannot fail, %d wrong",
		    n, sweep->failed, sweep->own_failed ? ", kstop's too" : "", sweep->passed,
		    sweep->refused, sweep->wrong);
}

static void check_mates(struct sweep *sweep)
{
	unsigned long done = 0, refused = 0, failed = 0;
	bool ended = true;

	for (int i = 0; i < MATES; i++) {
		struct mate_share *share = sweep->mates[i].share;

		ended &= mate_stop(&sweep->mates[i]);
		done += share->done;
		refused += share->refused;
		failed += share->failed;
		if (share->failed)
			ktap_note("a request failed: %s", strerror(-share->last_error));
		mate_free(&sweep->mates[i]);
	}
	ktap_note("figure: requests %lu", done + refused);
	ktap_result(ended && done && !failed, "faults_hotplug.requests",
		    "%lu under way meanwhile, %lu more refused, %lu failed", done, refused, failed);
}

void check_faults_hotplug(void)
{
	struct sweep sweep = { .cpu = cpus_present() - 1 };
	static int states[STATES_MAX];
	int n, level;
	char one[32], all[64];

	if (sweep.cpu < 1 || set_fail(sweep.cpu, NO_STATE)) {
		ktap_skip("faults_hotplug.states", "no CPU whose hotplug can fail");
		return;
	}
	if (!check_load("faults_hotplug", "kstoptorture"))
		return;
	n = states_read(states, STATES_MAX, &sweep.own);
	level = console_level(5);
	snprintf(one, sizeof(one), "one cpu=%d repeat=5", sweep.cpu);
	snprintf(all, sizeof(all), "machine run=0-%d repeat=3", sweep.cpu);
	if (mate_start(&sweep.mates[0], mate_trigger, one) &&
	    mate_start(&sweep.mates[1], mate_trigger, all)) {
		sweep_way(&sweep, states, n, false);
		sweep_way(&sweep, states, n, true);
	}
	check_mates(&sweep);
	cpu_set_online(sweep.cpu, true);
	console_level(level);
	check_leave("faults_hotplug", "kstoptorture");
}
