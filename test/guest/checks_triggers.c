// SPDX-License-Identifier: GPL-2.0-only
/* kstoptorture's trigger file, with bad input and with good. */
#include "checks.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "bad_triggers.h"
#include "kmsg.h"
#include "ktap.h"
#include "sysfs.h"
#include "trigger.h"
#include "watch.h"

#define NO_PAUSE	"kstop_pause() needs 5.11"
#define BAD_TRIGGERS	(sizeof(bad_triggers) / sizeof(bad_triggers[0]))
#define PREFIX		"kstoptorture: trigger: "
#define REPEAT		20
#define BUSY_US		4000
#define SLACK_NS	123456
/* Callback and latency are measured by the same clock. */
#define LEAST_BUSY_NS	(BUSY_US * 1000)

/* EINVAL, and exactly one line from kstoptorture, which says why. */
static bool refused(const struct bad_trigger *bad, char *why, size_t size)
{
	int mark = kmsg_mark(), err, lines = 0, right = 0;
	char line[512];

	err = trigger_write_bytes(bad->bytes, bad->len);
	while (kmsg_find(mark, "kstoptorture: ", NULL, line, sizeof(line))) {
		lines++;
		right += !strncmp(line, PREFIX, strlen(PREFIX)) && strstr(line, bad->expect);
	}
	kmsg_close(mark);
	snprintf(why, size, "%s, %d lines in the log, %d of them right",
		 err ? strerror(-err) : "accepted", lines, right);
	return err == -EINVAL && lines == 1 && right == 1;
}

static void check_bad(void)
{
	char why[128];
	int wrong = 0;

	if (cpus_present() < 2) {
		ktap_skip("triggers.bad", "the table is for two CPUs and more");
		return;
	}
	for (size_t i = 0; i < BAD_TRIGGERS; i++) {
		if (refused(&bad_triggers[i], why, sizeof(why)))
			continue;
		ktap_note("input %zu, %zu bytes, want \"%s\": %s", i, bad_triggers[i].len,
			  bad_triggers[i].expect, why);
		wrong++;
	}
	ktap_result(BAD_TRIGGERS > 0 && !wrong, "triggers.bad",
		    "%zu inputs, %d not refused as they should", BAD_TRIGGERS, wrong);
}

/* One operation; every request wants @callbacks callbacks. */
static void check_good(const char *name, const char *line, int callbacks)
{
	struct trigger_result result;
	const char *problem;
	char test[64], op[16];
	int err;

	watch_progress();
	snprintf(test, sizeof(test), "triggers.%s", name);
	snprintf(op, sizeof(op), "%.*s", (int)strcspn(line, " "), line);
	err = trigger(&result, "%s repeat=%d", line, REPEAT);
	if (err == -EOPNOTSUPP && !strcmp(op, "pause") && kernel_before(5, 11)) {
		ktap_skip(test, "%s", NO_PAUSE);
		return;
	}
	problem = err ? strerror(-err) : trigger_result_problem(&result);
	if (!problem && strcmp(result.op, op))
		problem = "result is of another operation";
	if (!problem && (result.requests != REPEAT || result.failed || result.error))
		problem = "not all requests completed";
	if (!problem && result.callbacks != (long)callbacks * REPEAT)
		problem = "not the right number of callbacks";
	ktap_note("%s: %ld requests, %ld failed, %ld callbacks, p50 %.1f us, max %.1f us",
		  line, result.requests, result.failed, result.callbacks,
		  result.p50_ns / 1e3, result.max_ns / 1e3);
	ktap_result(!problem, test, problem ? "%s" : NULL, problem);
}

static void check_single_cpus(int cpus)
{
	static const char *const ops[] = { "one", "nowait", "core" };
	char name[32], line[32];

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		for (int cpu = 0; cpu < cpus; cpu++) {
			bool core = !strcmp(ops[i], "core");

			snprintf(name, sizeof(name), "%s_on_%d", ops[i], cpu);
			snprintf(line, sizeof(line), "%s cpu=%d", ops[i], cpu);
			check_good(name, line, core ? cpu_core_threads(cpu) : 1);
		}
	}
}

static void check_several_cpus(int cpus)
{
	static const struct {
		const char	*name;
		const char	*format;	/* of the last CPU's number */
		int		each;		/* callbacks on each CPU; 0: one in all */
		bool		two;		/* needs a second CPU */
	} ops[] = {
		{ "two", "two cpu=0,%d", 0, true },
		{ "two_reverse", "two cpu=%d,0", 0, true },
		{ "cpus", "cpus stop=0-%d", 1, false },
		{ "try", "try stop=0-%d", 1, false },
		{ "machine", "machine", 0, false },
		{ "machine_all", "machine run=0-%d", 1, false },
		{ "machine_stop", "machine stop=%1$d run=%1$d", 0, false },
		{ "machine_stop_all", "machine stop=0-%1$d run=0-%1$d", 1, false },
		{ "machine_run_inside", "machine stop=0-%1$d run=%1$d", 0, false },
		{ "machine_choice", "machine stop=0-%d timeout_us=3600000000", 0, false },
		{ "machine_limit", "machine run=0-%d timeout_us=3600000000", 1, false },
		{ "machine_irq", "machine irq=1 run=0-%d", 1, false },
		{ "machine_irq_stop", "machine stop=%1$d run=%1$d irq=1", 0, false },
		{ "machine_align", "machine run=0-%d align=1", 1, false },
		{ "machine_irq_align", "machine irq=1 align=1 stop=0-%1$d run=0-%1$d", 1, false },
		{ "machine_neither", "machine irq=0 align=0 run=%d", 0, false },
		{ "rendezvous", "rendezvous stop=0-%d", 3, false },
		{ "pause", "pause", 0, false },
		{ "pause_other", "pause stop=%d timeout_us=3600000000", 0, true },
		{ "pause_all", "pause stop=0-%d", 0, false },
		{ "native", "native", 0, false },
		{ "native_all", "native run=0-%d", 1, false },
		{ "inactive", "inactive cpu=%1$d", 0, true },
		{ "inactive_all", "inactive cpu=%1$d run=0-%1$d", 1, true },
	};
	char line[64];

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (ops[i].two && cpus < 2)
			continue;
		snprintf(line, sizeof(line), ops[i].format, cpus - 1);
		check_good(ops[i].name, line, ops[i].each ? ops[i].each * cpus : 1);
	}
}

static void check_busy_us(void)
{
	struct trigger_result result;
	int err = trigger(&result, "one cpu=0 busy_us=%d", BUSY_US);

	ktap_result(!err && result.min_ns >= LEAST_BUSY_NS, "triggers.busy_us",
		    "callback of %d us: latency %.1f us", BUSY_US, result.min_ns / 1e3);
}

/* What the call itself refuses, and a limit that no stop can keep to. */
static void check_failing(int cpus)
{
	struct trigger_result result;
	int err = trigger(&result, "machine stop=0 run=0-%d", cpus - 1);

	ktap_result(err == (cpus > 1 ? -EINVAL : 0) && (!err || result.failed == 1),
		    "triggers.run_outside_stop", "%s", strerror(-err));
	err = trigger(&result, "machine timeout_us=1 run=0-%d repeat=%d", cpus - 1, REPEAT);
	ktap_result((!err || err == -ETIMEDOUT) && !trigger_result_problem(&result) &&
		    result.callbacks == result.completed * cpus, "triggers.short_limit",
		    "%s, %ld completed, %ld failed, %ld callbacks", strerror(-err),
		    result.completed, result.failed, result.callbacks);
}

/* The callback's part is the caller's own, who has what it had before afterwards. */
static void check_pause(void)
{
	struct trigger_result result;
	int err, slack;

	prctl(PR_SET_TIMERSLACK, SLACK_NS);
	err = trigger(&result, "pause busy_us=%d", BUSY_US);
	slack = prctl(PR_GET_TIMERSLACK);
	prctl(PR_SET_TIMERSLACK, 0);
	if (err == -EOPNOTSUPP && kernel_before(5, 11)) {
		ktap_skip("triggers.pause_busy", "%s", NO_PAUSE);
		return;
	}
	ktap_result(!err && result.stopped_max_ns >= LEAST_BUSY_NS, "triggers.pause_busy",
		    "%s, stopped for %.1f us", strerror(-err), result.stopped_max_ns / 1e3);
	ktap_result(slack == SLACK_NS, "triggers.pause_slack", "timer slack %d ns, was %d",
		    slack, SLACK_NS);
}

void check_triggers(void)
{
	int level;

	if (!check_load("triggers", "kstoptorture"))
		return;
	level = console_level(4);	/* the complaints are asked for */
	check_bad();
	console_level(level);
	level = console_level(5);
	check_single_cpus(cpus_online());
	check_several_cpus(cpus_online());
	check_busy_us();
	check_failing(cpus_online());
	check_pause();
	console_level(level);
	check_leave("triggers", "kstoptorture");
}
