// SPDX-License-Identifier: GPL-2.0-only
#include "demo_hog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo_tool.h"
#include "ktap.h"
#include "mods.h"
#include "report.h"
#include "siege.h"
#include "sysfs.h"
#include "tool.h"
#include "traces.h"
#include "trigger.h"
#include "watch.h"

#define REQUEST	"machine timeout_us=50000"
#define COMMAND	"stop machine --timeout-us 50000"	/* the same */
/* What does not wait for the hog still waits for a host that runs others. */
#define PATIENT	"machine timeout_us=2000000"
#define TRIES	5
#define SLICES	4
#define REPEAT	50
#define LIMIT_S	30
#define WAIT_US	(300 * 1000)
#define STOP_FAILED	6	/* kstopctl's exit status */

static pid_t waiter;

/*
 * The request's limit runs out, and the result names the culprit; unless the host
 * does not run that CPU just then.
 */
static bool time_out(int cpu, struct trigger_result *found)
{
	int status = tool_there() ? demo_command(COMMAND, NULL, 0) == STOP_FAILED :
		     trigger_write_bytes(REQUEST, strlen(REQUEST)) == -ETIMEDOUT;

	trigger_read(found);
	return status && found->error == ETIMEDOUT && atoi(found->late_cpus) == cpu &&
	       (cpu >= TRIGGER_LATE || strstr(found->late[cpu], "hog99:"));
}

/* Who waits without a limit goes on when the hog has gone. */
static bool who_is_late(void)
{
	static char output[DEMO_OUTPUT_MAX];
	bool named = false;

	for (int i = 0; i < TRIES && !named; i++)
		named = !demo_command("late", output, sizeof(output)) &&
			strstr(output, "hog99:");
	return named;
}

static void hog_fifo(int cpu)
{
	struct trigger_result found = { .error = 0 };
	bool named = false;

	for (int i = 0; i < TRIES && !named; i++)
		named = time_out(cpu, &found);
	say("%s", "");
	ktap_result(named, "hog.fifo", "errno %ld, late CPUs: %s", found.error,
		    found.late_cpus);
	if (!tool_there())
		return;
	waiter = trigger_start(0, "machine");
	usleep(WAIT_US);
	named = waiter > 0 && who_is_late();
	say("%s", "");
	ktap_result(named, "hog.late", NULL);
}

/* The hog has gone. */
static void waiter_goes_on(void)
{
	int err;

	if (waiter <= 0)
		return;
	err = trigger_wait(waiter, LIMIT_S);
	ktap_result(!err, "hog.waiter", "%s", err ? strerror(-err) : "it went on");
	waiter = 0;
}

/* Nothing is late, and it takes about as long as the kernel's own stop does. */
static void hog_deadline(int cpu)
{
	struct figures machine = { 0 }, native = { 0 };
	struct trigger_result found;
	int err;

	(void)cpu;
	for (int i = 0; i < SLICES; i++) {
		err = trigger(&found, PATIENT " repeat=%d", REPEAT);
		figures_add(&machine, &found, err, true);
		err = trigger(&found, "native repeat=%d", REPEAT);
		figures_add(&native, &found, err, true);
	}
	say("  policy=deadline: %s, %ld times: %ld failed", PATIENT, machine.requests,
	    machine.failed);
	report_head("With the hog, under policy=deadline");
	report_line("machine (kstop)", &machine);
	report_line("native (kernel's own)", &native);
	report_ratio("machine : native", &machine, &native);
	say("%s", "");
	ktap_result(machine.requests && !machine.failed && !machine.refused, "hog.deadline",
		    "%ld requests, %ld failed", machine.requests, machine.failed);
}

/*
 * Modules come and go without the hog: it can stop RCU's grace periods, and they
 * wait for one.
 */
static void act(const char *test, const char *options, int cpu, void (*play)(int cpu))
{
	struct siege siege;
	int err;

	err = demo_load(options);
	if (err && mods_unsupported("kstop", options)) {
		say("  %s is not for this kernel", options);
		ktap_skip(test, "not for this kernel");
		return;
	}
	if (err) {
		ktap_result(false, test, "load: %d", err);
		return;
	}
	say("%s", "");
	if (siege_begin(&siege, "hog99", cpu, cpu, &fifo_99)) {
		say("  hog99, pid %d, SCHED_FIFO 99, keeps CPU %d; real-time throttle off",
		    siege.hog[cpu], cpu);
		play(cpu);
		siege_end(&siege);
		waiter_goes_on();
	} else {
		ktap_result(false, test, "the hog does not start");
	}
	err = demo_unload();
	if (err)
		say("  unload: %d", err);
}

void demo_hog(void)
{
	int cpu = cpus_present() - 1;
	char what[256] = "";

	say("%s", "");
	if (cpu < 1) {
		say("One CPU: nobody to wait for.");
		ktap_skip("hog", "one CPU");
		return;
	}
	say("A CPU that does not come:");
	watch_begin("the hog", LIMIT_S);
	act("hog.fifo", "policy=fifo", cpu, hog_fifo);
	act("hog.deadline", "policy=deadline", cpu, hog_deadline);
	watch_end();
	ktap_result(traces_gone(what, sizeof(what)), "hog.nothing_left", *what ? "%s" : NULL,
		    what);
}
