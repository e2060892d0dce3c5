// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl, each sub-command, in text and in JSON. What it prints goes to the
 * console: "json ..." is for the host, which has the schema.
 */
#include "checks.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "hogs.h"
#include "ktap.h"
#include "mods.h"
#include "sched_attr.h"
#include "sysfs.h"
#include "tool.h"
#include "watch.h"

#define OUTPUT_MAX	(64 * 1024)

struct step {
	const char	*words;		/* blanks between */
	int		status;		/* how it must exit */
	const char	*says;		/* and this is in its text, or NULL */
};

/* Complaints are text, also beside JSON. */
static void print(const char *output, bool json)
{
	char *copy = strdup(output), *line, *save;

	for (line = copy ? strtok_r(copy, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		ktap_note("%s %.900s", json && strncmp(line, "kstopctl", 8) ? "json" : "text",
			  line);
	free(copy);
}

static bool step(const struct step *step)
{
	static char output[OUTPUT_MAX];
	bool json = !strncmp(step->words, "-j ", 3);
	char name[128];
	int status;

	watch_progress();
	snprintf(name, sizeof(name), "tool.%s", step->words);
	for (char *c = name; *c; c++)
		*c = *c == ' ' ? '_' : *c;
	ktap_note("kstopctl %s", step->words);
	status = tool_run(step->words, output, sizeof(output));
	print(output, json);
	if (status != step->status)
		return ktap_result(false, name, "exit status %d, not %d", status, step->status);
	if (step->says && !strstr(output, step->says))
		return ktap_result(false, name, "it does not say \"%s\"", step->says);
	return ktap_result(true, name, NULL);
}

static void steps(const struct step *all)
{
	for (; all->words; all++)
		step(all);
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

/* @fmt: a line of doctor's text, or a part of it. */
__attribute__((format(printf, 3, 4)))
static void doctor_says(const char *output, bool wanted, const char *fmt, ...)
{
	char part[128], name[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(part, sizeof(part), fmt, args);
	va_end(args);
	snprintf(name, sizeof(name), "tool.doctor.%s_%.100s", wanted ? "says" : "not", part);
	for (char *c = name; *c; c++)
		*c = *c == ' ' || *c == '#' ? '_' : *c;
	ktap_result(!strstr(output, part) == !wanted, name, NULL);
}

static void ask_doctor(char *output, size_t size)
{
	int status = tool_run("doctor", output, size);

	print(output, false);
	ktap_result(!status, "tool.doctor.status", "%d", status);
}

/* Against what we know of this machine by ourselves. */
static void doctor(bool loaded)
{
	static char output[OUTPUT_MAX];
	int last = cpus_present() - 1;
	char text[16] = "", config[128];
	struct utsname uts;

	uname(&uts);
	ask_doctor(output, sizeof(output));
	doctor_says(output, true, " %s\n", uts.release);
	snprintf(config, sizeof(config), "/boot/config-%s", uts.release);
	if (!access(config, R_OK)) {
		doctor_says(output, true, "read from %s\n", config);
		doctor_says(output, debug_kernel(), "several times as long");
		doctor_says(output, rt_kernel(), "preemption: PREEMPT_RT");
	}
	doctor_says(output, loaded, "loaded, ");
	doctor_says(output, !loaded, "not loaded; installed: ");
	doctor_says(output, true, "mounted and readable");
	file_read("/sys/module/module/parameters/sig_enforce", text, sizeof(text));
	/* A kernel without CONFIG_MODULE_SIG has no such file. */
	doctor_says(output, *text == 'N', "unsigned modules are accepted");
	doctor_says(output, true, "no task of user space goes before");
	if (last < 1 || cpu_set_online(last, false))
		return;
	ask_doctor(output, sizeof(output));
	doctor_says(output, true, "; offline: %d", last);
	cpu_set_online(last, true);
	ask_doctor(output, sizeof(output));
	doctor_says(output, true, "online: 0-%d\n", last);
}

void check_tool(void)
{
	static const struct step before[] = {
		{ "status",			3, "not loaded" },
		{ "-j status",			3, "\"loaded\": false" },
		{ "-j latency",			3, "not loaded" },
		{ "-j stop machine",		3, "not loaded" },
		{ "doctor",			0, "read" },
		{ "-j doctor",			0, NULL },
		{ "load kstop priority=200", 1, "the kernel says: kstop: " },
		{ "load kstoptorture",		0, "kstop: loaded" },
		{ "-j load kstop",		0, "\"loaded\": [" },
		{ "status",			0, "\n  0  " },
		{ NULL, 0, NULL }
	}, with[] = {
		{ "-j status",			0, "\"used_by\": [\n      \"kstoptorture\"" },
		{ "unload kstop",		1, "in use, by kstoptorture" },
		{ "history --record all --reset", 0, NULL },
		{ "latency --reset",		0, NULL },
		{ "stop machine --run 0-1 --repeat 200", 0, "failed" },
		{ "-j stop rendezvous --stop 0-1 --repeat 20", 0, "\"completed\": 20" },
		{ "stop machine --bogus",	2, NULL },
		{ "stop nonsense",		6, "unknown operation" },
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
	doctor(false);
	steps(before);
	doctor(true);
	steps(with);
	late();
	steps(after);
	if (check_load("tool", "kstop"))
		check_leave("tool", "kstop");
}
