// SPDX-License-Identifier: GPL-2.0-only
/* Unloading: refused while in use, complete otherwise, at any time. */
#include "checks.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "churn.h"
#include "hogs.h"
#include "ktap.h"
#include "mods.h"
#include "sysfs.h"
#include "traces.h"
#include "trigger.h"
#include "watch.h"

#define CYCLES	100		/* in a run of 60 s */
#define LEAST	9		/* a third of them beside hotplug */

static void check_refused(void)
{
	int err;

	if (!check_load("unload.refused", "kstoptest"))
		return;
	err = mods_unload("kstop");
	ktap_result(err == -EWOULDBLOCK || err == -EBUSY, "unload.refused",
		    "kstop with a client loaded: %s", err ? strerror(-err) : "was unloaded");
	ktap_result(mods_loaded("kstop"), "unload.still_there", NULL);
	check_leave("unload.refused", "kstoptest");
}

/*
 * Right after load a stop reaches every CPU. While hotplug goes on nobody can
 * tell how many these are, but there is one at least.
 */
static const char *stop_problem(bool hotplug)
{
	struct trigger_result result;
	int err = trigger(&result, "machine run=0-%d", cpus_present() - 1);

	if (err)
		return strerror(-err);
	if (result.completed != 1 || result.failed)
		return "the stop failed";
	if (hotplug ? result.callbacks < 1 : result.callbacks != cpus_present())
		return "not all CPUs were stopped";
	return NULL;
}

/* kstop alone every fourth time, otherwise with kstoptorture and a stop. */
static const char *one_cycle(int cycle, bool hotplug)
{
	bool alone = cycle % 4 == 3;
	const char *problem = NULL;
	int err = mods_load(alone ? "kstop" : "kstoptorture", NULL);

	if (err)
		return strerror(-err);
	if (!alone) {
		problem = stop_problem(hotplug);
		err = mods_unload("kstoptorture");
	}
	if (!err)
		err = mods_unload("kstop");
	return err ? strerror(-err) : problem;
}

static void check_cycles(void)
{
	int movable = cpus_present() - 1, done = 0, failed = 0;
	struct hogs *hogs = hogs_start(SCHED_OTHER, 0, movable > 0 ? movable : -1);
	struct churn churn = { 0 };
	int cycles = check_share(CYCLES);

	if (cycles < LEAST)
		cycles = LEAST;
	for (; done < cycles && failed < 5; done++) {
		const char *problem;

		watch_progress();
		if (done == cycles / 3 && movable > 0)
			churn_hotplug(&churn, movable, 1000);
		if (done == 2 * cycles / 3)
			churn_stop(&churn);
		problem = one_cycle(done, churn.running);
		if (problem) {
			ktap_note("cycle %d: %s", done, problem);
			failed++;
		}
		if (done % 10 == 9)
			ktap_note("%d of %d cycles", done + 1, cycles);
	}
	churn_stop(&churn);
	hogs_stop(hogs);
	ktap_note("hotplug meanwhile: %lu transitions, %lu errors", churn.count, churn.errors);
	ktap_result(done == cycles && !failed && !churn.errors &&
		    (movable < 1 || churn.count), "unload.cycles",
		    "%d cycles, %d failed, %lu transitions of a CPU, %lu failed", done, failed,
		    churn.count, churn.errors);
}

void check_unload(void)
{
	char what[256] = "";
	int level;
	bool gone;

	check_refused();
	level = console_level(5);
	check_cycles();
	console_level(level);
	mods_unload("kstoptorture");
	mods_unload("kstop");
	gone = traces_gone(what, sizeof(what));
	ktap_result(gone, "unload.nothing_left", gone ? NULL : "%s", what);
}
