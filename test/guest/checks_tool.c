// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl, each sub-command, in text and in JSON. What it prints goes to the
 * console: "json ..." is for the host, which has the schema.
 */
#include "checks.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "hogs.h"
#include "ktap.h"
#include "mods.h"
#include "sched_attr.h"
#include "sysfs.h"
#include "tool.h"
#include "watch.h"

#define OUTPUT_MAX	(64 * 1024)
#define NOBODY		65534

struct step {
	const char	*words;		/* blanks between */
	int		status;		/* how it must exit */
	const char	*says;		/* and this is in its text, or NULL */
};

static bool step(uid_t user, const struct step *step)
{
	static char output[OUTPUT_MAX];
	bool json = !strncmp(step->words, "-j ", 3);
	char name[128];
	int status;

	watch_progress();
	snprintf(name, sizeof(name), "tool.%s%s", user ? "nobody." : "", step->words);
	for (char *c = name; *c; c++)
		*c = *c == ' ' ? '_' : *c;
	ktap_note("kstopctl %s", step->words);
	status = tool_run_as(user, step->words, output, sizeof(output));
	tool_note(output, json);
	if (status != step->status)
		return ktap_result(false, name, "exit status %d, not %d", status, step->status);
	if (step->says && !strstr(output, step->says))
		return ktap_result(false, name, "it does not say \"%s\"", step->says);
	return ktap_result(true, name, NULL);
}

static void steps_as(uid_t user, const struct step *all)
{
	for (; all->words; all++)
		step(user, all);
}

static void steps(const struct step *all)
{
	steps_as(0, all);
}

/* Somebody waits without a limit for a CPU that a hog keeps, whose name would be a line more. */
static void late(void)
{
	static const struct policy hog99 = { .policy = SCHED_FIFO, .priority = 99 };
	static const struct step seen[] = {
		{ "late",		0, "not_scheduled" },
		{ "-j late",		0, "\"comm\": \"hog99 \\\\n1 (x\"" },
		{ "doctor",		0, "hog99" },
		{ "watch 0.2 2",	0, "hog99" },
		{ "stop machine --timeout-us 20000", 6, "ETIMEDOUT" },
		{ "-j stop machine --timeout-us 20000", 6, "ETIMEDOUT" },
		{ NULL, 0, NULL }
	};
	int last = cpus_present() - 1;
	pid_t hog, waiter;

	if (last < 1 || !rt_throttle_off()) {
		ktap_skip("tool.late", "one CPU, or the throttle cannot be turned off");
		return;
	}
	cpus_clear(last, last);
	hog = hog_start(last, "hog99 \n1 (x", &hog99);
	if (hog > 0) {
		waiter = tool_start("stop machine", -1);
		usleep(300000);
		steps(seen);
		hog_stop(hog);
		ktap_result(waiter > 0 && tool_status(waiter) == 0, "tool.waiter", NULL);
	} else {
		ktap_result(false, "tool.hog", "%s", strerror(-hog));
	}
	cpus_unclear();
	rt_throttle_restore();
}

/* The terminal goes away: what it has loaded must not stay. */
static void hang_up(void)
{
	static const struct step gone = { "status", 3, "not loaded" };
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), i, status;
	pid_t pid = tool_start("torture --duration-s 100", null);

	close(null);
	for (i = 0; i < 300 && access("/sys/kernel/debug/kstoptorture/torture", F_OK); i++)
		usleep(100000);
	status = pid > 0 && !kill(pid, SIGHUP) ? tool_status(pid) : -1;
	ktap_result(status == 1, "tool.hang_up", "exit status %d", status);
	step(0, &gone);
}

void check_tool(void)
{
	static const struct step before[] = {
		{ "status",			3, "not loaded" },
		{ "-j status",			3, "\"loaded\": false" },
		{ "-j latency",			3, "not loaded" },
		{ "-j stop machine",		3, "not loaded" },
		{ "-j late",			3, "not loaded" },
		{ "-j history",			3, "not loaded" },
		{ "-j watch 0.1 1",		3, "not loaded" },
		{ "-j torture --status",	3, "not loaded" },
		{ "-j bench --status",		3, "not loaded" },
		{ "load kstoptest",		2, "not one of kstop's modules" },
		{ "doctor",			0, "read" },
		{ "-j doctor",			0, NULL },
		{ "load kstop priority=200", 1, "the kernel says: kstop: " },
		{ "load kstoptorture",		0, "kstop: loaded" },
		{ "-j load kstop",		0, "\"loaded\": [" },
		{ "status",			0, "\n  0  " },
		{ NULL, 0, NULL }
	}, nobody[] = {
		{ "status",			0, "no counters: " },
		{ "-j status",			0, "\"counters\": null" },
		{ "doctor",			0, "only root may read it" },
		{ "-j doctor",			0, NULL },
		{ "latency",			4, "this needs root" },
		{ "-j latency",			4, "this needs root" },
		{ "load kstopscale",		4, "this needs root" },
		{ NULL, 0, NULL }
	}, with[] = {
		{ "-j status",			0, "\"used_by\": [\n      \"kstoptorture\"" },
		{ "unload kstop",		1, "in use, by kstoptorture" },
		{ "history --record all --reset", 0, NULL },
		{ "latency --reset",		0, NULL },
		{ "stop machine --run 0-1 --repeat 200", 0, "failed" },
		{ "-j stop rendezvous --stop 0-1 --repeat 20", 0, "\"completed\": 20" },
		{ "stop machine --bogus",	2, NULL },
		{ "stop nonsense",		2, "unknown operation" },
		{ "-j stop nonsense",		2, "not accepted, see above" },
		/* All words are right, but not the call. */
		{ "stop machine --stop 0 --run 0-1", 6, "EINVAL: kstop refuses" },
		{ "-j stop machine --stop 0 --run 0-1", 6, "\"errno\": 22" },
		{ "latency --plot /tmp/latency.svg", 0, "total: 220 stops" },
		{ "-j latency",			0, "\"count\": 220" },
		{ "history",			0, "kstop_rendezvous" },
		{ "history --timeline longest --plot /tmp/stop.svg", 0, "CPU 0" },
		{ "-j history --timeline last",	0, "\"committed\"" },
		{ "watch 0.5 2",		0, "reqs/s" },
		{ "-j watch 0.5 1",		0, "\"per_s\"" },
		{ "late",			0, "nobody" },
		{ "torture --status",		0, "none" },
		{ NULL, 0, NULL }
	}, after[] = {
		{ "unload kstoptorture",	0, "kstoptorture: unloaded" },
		{ "load kstoptorture",		0, "kstoptorture: loaded" },
		{ "-j unload kstoptorture",	0, "\"unloaded\": [\n      \"kstoptorture\"" },
		{ "-j torture --duration-s 3 native=1", 0, "SUCCESS" },
		{ "bench measures=latency loads=idle samples=20", 0, "native" },
		{ "-j bench measures=rate loads=idle slices=2 slice_ms=50", 0, "SUCCESS" },
		{ "unload",			0, "kstop: unloaded" },
		{ "-j unload",			3, "not loaded" },
		/* What came with it goes with it. */
		{ "torture --duration-s 1",	0, "SUCCESS" },
		{ "status",			3, "not loaded" },
		{ "torture --type nonsense",	1, "there is no such type" },
		{ "status",			3, "not loaded" },
		{ NULL, 0, NULL }
	};

	if (!tool_there()) {
		ktap_skip("tool", "no " TOOL " here (scripts/setup tool)");
		return;
	}
	check_doctor(false);
	steps(before);
	check_doctor(true);
	steps_as(NOBODY, nobody);
	steps(with);
	late();
	steps(after);
	hang_up();
	if (check_load("tool", "kstop"))
		check_leave("tool", "kstop");
}
