// SPDX-License-Identifier: GPL-2.0-only
#include "demo_hog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "ktap.h"
#include "mods.h"
#include "report.h"
#include "siege.h"
#include "sysfs.h"
#include "traces.h"
#include "trigger.h"
#include "watch.h"

#define REQUEST	"machine timeout_us=50000"
/* What does not wait for the hog still waits for a host that runs others. */
#define PATIENT	"machine timeout_us=2000000"
#define TRIES	5
#define SLICES	4
#define REPEAT	50
#define LIMIT_S	30

static int load(const char *options)
{
	int err = mods_load("kstop", options);

	if (!err)
		err = mods_load("kstoptorture", NULL);
	if (err)
		mods_unload("kstop");
	return err;
}

static int unload(void)
{
	int err = mods_unload("kstoptorture");

	return err ? err : mods_unload("kstop");
}

/*
 * The request's limit runs out, and the result names the culprit; unless the host
 * does not run that CPU just then.
 */
static void hog_fifo(int cpu)
{
	struct trigger_result found;
	bool named = false;
	double took;
	int err;

	for (int i = 0; i < TRIES && !named; i++) {
		uint64_t began = now_ns();

		err = trigger_write_bytes(REQUEST, strlen(REQUEST));
		took = ms_since(began);
		trigger_read(&found);
		named = cpu >= TRIGGER_LATE || strstr(found.late[cpu], "hog99:");
	}
	say("  policy=fifo: %s", REQUEST);
	say("    %s after %.1f ms, late CPUs: %s", err ? strerror(-err) : "went through", took,
	    *found.late_cpus ? found.late_cpus : "none");
	if (cpu < TRIGGER_LATE && *found.late[cpu])
		say("    CPU %d: %s", cpu, found.late[cpu]);
	ktap_result(err == -ETIMEDOUT && atoi(found.late_cpus) == cpu && named, "hog.fifo",
		    "%s, late CPUs: %s", strerror(-err), found.late_cpus);
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
	int err = load(options);
	struct siege siege;

	if (err == -EOPNOTSUPP) {
		say("  %s is not for this kernel", options);
		ktap_skip(test, "not for this kernel");
		return;
	}
	if (err) {
		ktap_result(false, test, "load: %s", strerror(-err));
		return;
	}
	if (siege_begin(&siege, "hog99", cpu, cpu, &fifo_99)) {
		say("  hog99, pid %d, SCHED_FIFO 99, keeps CPU %d; real-time throttle off",
		    siege.hog[cpu], cpu);
		play(cpu);
		siege_end(&siege);
	} else {
		ktap_result(false, test, "the hog does not start");
	}
	err = unload();
	if (err)
		say("  unload: %s", strerror(-err));
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
