// SPDX-License-Identifier: GPL-2.0-only
#include "demo.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "churn.h"
#include "demo_hog.h"
#include "demo_pictures.h"
#include "demo_tool.h"
#include "hogs.h"
#include "kthreads.h"
#include "ktap.h"
#include "mods.h"
#include "report.h"
#include "sysfs.h"
#include "testmod.h"
#include "tool.h"
#include "traces.h"
#include "trigger.h"
#include "watch.h"

#define SLICES		10
#define PAUSE_US	(20 * 1000)	/* between slices, for hotplug to get on */
#define PATIENCE_S	8		/* with one operation, once it has had */
#define FEW_SLICES	2
#define MAX_CPUS	256

/* In the table's order; the format is of the last CPU's number. */
static const struct operation {
	const char	*name;
	const char	*format;
	int		repeat;		/* requests in a slice */
	int		slices;
	int		min_cpus;
	bool		hotplug;	/* takes a CPU down itself */
} operations[] = {
	{ "one",		"one cpu=%d",		50, SLICES, 1, false },
	{ "two",		"two cpu=0,%d",		50, SLICES, 2, false },
	{ "nowait",		"nowait cpu=%d",	50, SLICES, 1, false },
	{ "cpus",		"cpus stop=0-%d",	50, SLICES, 1, false },
	{ "try",		"try stop=0-%d",	50, SLICES, 1, false },
	{ "core",		"core cpu=0",		50, SLICES, 1, false },
	{ "inactive",		"inactive cpu=%d",	5, 2, 2, true },
	{ "machine",		"machine",		50, SLICES, 1, false },
	{ "native",		"native",		50, SLICES, 1, false },
};

#define OPERATIONS	((int)(sizeof(operations) / sizeof(operations[0])))
#define MACHINE		(OPERATIONS - 2)	/* these two take turns, */
#define NATIVE		(OPERATIONS - 1)	/* slice by slice */

struct demo {
	int		cpus;
	struct figures	idle[OPERATIONS];
	struct figures	loaded[OPERATIONS];
	struct hogs	*hogs;
	struct churn	hotplug;
	struct churn	clocksource;
	bool		native_loop;
};

static void banner(struct demo *demo)
{
	struct utsname uts;

	uname(&uts);
	demo->cpus = cpus_present();
	say("%s", "");
	say("kstop: stop CPUs from a module");
	say("  kernel %s, %d CPUs", uts.release, demo->cpus);
	say("%s", "");
}

static bool load(void)
{
	int status = demo_load(NULL);

	if (!status)
		status = mods_load("kstoptest", NULL);	/* it lets the kernel's own run */
	return ktap_result(!status && trigger_there(), "load", "%d", status);
}

/* What there is, and one call of it. */
static void show_kstop(const struct demo *demo)
{
	struct trigger_result result = { .failed = -1 };
	struct kthread list[MAX_CPUS];
	int n = kthreads_find("kstop/", list, MAX_CPUS), status = 0;

	ktap_result(n == demo->cpus, "threads", "%d threads, %d CPUs", n, demo->cpus);
	if (!tool_there())
		return;
	status |= demo_command("status", NULL, 0);
	status |= demo_command("stop machine --repeat 50", NULL, 0);
	trigger_read(&result);
	say("%s", "");
	ktap_result(!status && result.completed == 50 && !result.failed, "kstopctl",
		    "exit status %d, %ld completed", status, result.completed);
}

static void slice(struct demo *demo, int i, struct figures *figures, bool timed)
{
	const struct operation *op = &operations[i];
	struct trigger_result result;
	char line[64];
	int err;

	watch_progress();
	snprintf(line, sizeof(line), op->format, demo->cpus - 1);
	err = trigger(&result, "%s repeat=%d", line, op->repeat);
	figures_add(&figures[i], &result, err, timed);
}

static void progress(const struct demo *demo, int i, const struct figures *figures)
{
	char line[64], refused[48] = "";

	snprintf(line, sizeof(line), operations[i].format, demo->cpus - 1);
	if (figures->refused)
		snprintf(refused, sizeof(refused), ", %ld refused", figures->refused);
	say("  %-18s %5ld requests, %ld failed%s", line, figures->requests, figures->failed,
	    refused);
}

/*
 * Operations @first to @last take turns, slice by slice, with all CPUs there. On
 * a slow host there are fewer slices.
 */
static void run_timed(struct demo *demo, int first, int last, struct figures *figures)
{
	time_t began = time(NULL);

	churn_hold(&demo->hotplug);
	for (int n = 0; n < operations[first].slices &&
	     (n < FEW_SLICES || time(NULL) - began < PATIENCE_S); n++)
		for (int i = first; i <= last; i++)
			slice(demo, i, figures, true);
	churn_release(&demo->hotplug);
}

/* Beside hotplug: at least until a CPU has gone and come back. */
static void run_with_hotplug(struct demo *demo, int first, int last, struct figures *figures)
{
	unsigned long until = atomic_load(&demo->hotplug.count) + 2;
	time_t began = time(NULL);

	for (int n = 0; (n < operations[first].slices ||
			 atomic_load(&demo->hotplug.count) < until) &&
	     (n < FEW_SLICES || time(NULL) - began < PATIENCE_S); n++) {
		for (int i = first; i <= last; i++)
			slice(demo, i, figures, false);
		usleep(PAUSE_US);
	}
}

static void run(struct demo *demo, int first, int last, struct figures *figures)
{
	if (demo->cpus < operations[first].min_cpus)
		return;
	run_timed(demo, first, last, figures);
	/* Not for one that takes a CPU down itself. */
	if (demo->hotplug.running && !operations[first].hotplug)
		run_with_hotplug(demo, first, last, figures);
	for (int i = first; i <= last; i++)
		progress(demo, i, &figures[i]);
}

static void run_operations(struct demo *demo, struct figures *figures)
{
	for (int i = 0; i < MACHINE; i++)
		run(demo, i, i, figures);
	run(demo, MACHINE, NATIVE, figures);
}

static void start_load(struct demo *demo)
{
	int movable = demo->cpus > 1 ? demo->cpus - 1 : -1;

	say("%s", "");
	say("Under load: a hog on each CPU, the kernel's stop_machine in a loop, clock source");
	say("switching%s:", movable > 0 ? ", the last CPU off and on" : "");
	demo->hogs = hogs_start(SCHED_OTHER, 0, movable);
	demo->native_loop = !testmod_loop("start native");
	churn_clocksource(&demo->clocksource, 20 * 1000);
	churn_hotplug(&demo->hotplug, movable, 100 * 1000);
}

/* What ran beside it, and that it did run. */
static bool stop_load(struct demo *demo)
{
	struct testmod_loop loop = { .count = 0 };
	bool ok;

	testmod_loops(&loop, 1);
	testmod_loop("stop all");
	churn_stop(&demo->hotplug);
	churn_stop(&demo->clocksource);
	hogs_stop(demo->hogs);
	say("  beside it: %" PRIu64 " stop_machine, %lu clock source switches,"
	    " %lu CPU transitions (%lu failed)", loop.count, demo->clocksource.count,
	    demo->hotplug.count, demo->hotplug.errors);
	ok = loop.count && (demo->cpus < 2 || demo->hotplug.count) && !demo->hotplug.errors;
	return ktap_result(ok, "load_ran", NULL);
}

static void report(const struct demo *demo, const char *title, const struct figures *figures)
{
	report_head(title);
	for (int i = 0; i < OPERATIONS; i++) {
		char name[48];

		if (demo->cpus < operations[i].min_cpus)
			continue;
		snprintf(name, sizeof(name), "%s%s", operations[i].name,
			 i == MACHINE ? " (kstop)" : i == NATIVE ? " (kernel's own)" : "");
		report_line(name, &figures[i]);
	}
	report_ratio("machine : native", &figures[MACHINE], &figures[NATIVE]);
}

/* Without hotplug there is no reason to refuse anything. */
static bool all_well(const char *test, const struct demo *demo, const struct figures *figures,
		     bool may_refuse)
{
	long requests = 0, failed = 0, silent = 0, refused = 0;

	for (int i = 0; i < OPERATIONS; i++) {
		if (demo->cpus < operations[i].min_cpus)
			continue;
		requests += figures[i].requests;
		failed += figures[i].failed;
		refused += figures[i].refused;
		silent += !figures[i].slices;	/* not one request went through */
	}
	return ktap_result(!failed && !silent && (may_refuse || !refused), test,
			   "%ld requests, %ld failed, %ld refused, %ld operations without figures",
			   requests, failed, refused, silent);
}

static void unload(void)
{
	char what[256] = "";
	int status = mods_unload("kstoptest") | demo_unload();

	say("%s", "");
	if (!status && traces_gone(what, sizeof(what)))
		say("Unloaded; no thread, hotplug state or debugfs file is left.");
	else
		say("Left behind: %s", *what ? what : "a module");
	ktap_result(!status && !*what, "unload", NULL);
}

static void measure(struct demo *demo)
{
	bool idle, loaded, load;

	say("%s", "");
	say("Idle:");
	watch_begin("idle operations", 30);
	run_operations(demo, demo->idle);
	watch_begin("operations under load", 30);
	start_load(demo);
	run_operations(demo, demo->loaded);
	load = stop_load(demo);
	watch_end();
	report(demo, "Idle", demo->idle);
	report(demo, "Under load", demo->loaded);
	say("  p50 and p99 are medians over slices of %d requests; machine and native take turns,",
	    operations[MACHINE].repeat);
	say("  slice by slice. refused: the CPU was offline, as hotplug had taken it away. Under");
	say("  load, the last half of the slices run beside hotplug; times are of the first half.");
	say("%s", "");
	idle = all_well("idle", demo, demo->idle, false);
	loaded = all_well("under_load", demo, demo->loaded, true);
	say("%s", "");
	say("  %s", idle && loaded && load ? "Every request came back." : "Not all went well.");
}

void demo_run(void)
{
	static struct demo demo;
	int level = console_level(5);		/* a table, not the kernel's chatter */

	banner(&demo);
	if (load()) {
		show_kstop(&demo);
		measure(&demo);
		unload();
		demo_hog();
		demo_pictures();
	}
	console_level(level);
}
