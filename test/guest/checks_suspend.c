// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole way to sleep and back but for the last step, which takes down all
 * CPUs but one: under both policies, and while a request waits for a late CPU.
 */
#include "checks.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "kmsg.h"
#include "kthreads.h"
#include "ktap.h"
#include "siege.h"
#include "stoppers.h"
#include "sysfs.h"
#include "trigger.h"
#include "watch.h"

#define TIMES		3
#define LONGEST_S	30	/* the freezer alone gives a task 20 s */
#define COMPLETES_S	10

/* Why it cannot be had here, NULL: it can. */
static const char *prepare(void)
{
	char text[256];

	if (file_read("/sys/power/pm_test", text, sizeof(text)) <= 0 ||
	    !strstr(text, "processors"))
		return "this kernel has no pm_test";
	if (file_read("/sys/power/state", text, sizeof(text)) <= 0 || !strstr(text, "mem"))
		return "this machine cannot sleep";
	/* With s2idle the CPUs would stay. */
	if (file_read("/sys/power/mem_sleep", text, sizeof(text)) > 0 &&
	    file_write("/sys/power/mem_sleep", "deep"))
		return "this machine sleeps with its CPUs on";
	if (file_write("/sys/power/pm_test", "processors"))
		return "pm_test does not take it";
	file_write("/sys/module/suspend/parameters/pm_test_delay", "0");
	return NULL;
}

/* It is not worth much if the CPUs stayed. */
static int go_to_sleep(double *took_ms)
{
	uint64_t began = now_ns();
	int mark = kmsg_mark();
	int err = file_write("/sys/power/state", "mem");

	*took_ms = ms_since(began);
	if (!err && !kmsg_find(mark, "Disabling non-boot CPUs", NULL, NULL, 0))
		err = -EIO;
	kmsg_close(mark);
	return err;
}

static const char *stop_problem(int policy)
{
	struct kthread list[STOPPERS_MAX];
	int cpus = cpus_present(), n;
	struct trigger_result found;
	int err = trigger(&found, "machine run=0-%d repeat=5", cpus - 1);

	if (err)
		return strerror(-err);
	if (found.callbacks != 5 * cpus)
		return "not all CPUs were stopped";
	n = kthreads_find("kstop/", list, STOPPERS_MAX);
	for (int i = 0; i < n; i++)
		if (list[i].policy != policy)
			return "a stopper has the wrong policy";
	return n == cpus ? NULL : "there are not as many stoppers as CPUs";
}

static void check_asleep(const char *test, int policy)
{
	const char *problem = stop_problem(policy);
	char name[80];
	double took;

	for (int i = 0; i < TIMES && !problem; i++) {
		int err = go_to_sleep(&took);

		watch_progress();
		problem = err ? strerror(-err) : stop_problem(policy);
		ktap_note("%s: time %d, %s after %.0f ms", test, i + 1,
			  problem ? problem : "all is well", took);
	}
	snprintf(name, sizeof(name), "%s.and_back", test);
	ktap_result(!problem, name, problem ? "%s" : NULL, problem);
}

/*
 * The hog is frozen like any user's task, and then the stopper has its CPU. So
 * suspend goes through, and the request has come to its end on the way, although the
 * hog is as it was after that.
 */
static void check_asleep_while_late(const char *test)
{
	int last = cpus_present() - 1, err, waited;
	struct siege siege;
	char name[80];
	pid_t waiting;
	double took;

	snprintf(name, sizeof(name), "%s.while_late", test);
	if (!siege_begin(&siege, "hog99", last, last, &fifo_99)) {
		ktap_result(false, name, "no hog");
		return;
	}
	waiting = trigger_start(0, "machine");
	usleep(300 * 1000);
	err = go_to_sleep(&took);
	watch_progress();
	waited = trigger_wait(waiting, COMPLETES_S);
	siege_end(&siege);
	if (waited == -ETIME)
		trigger_wait(waiting, COMPLETES_S);
	ktap_result(!err && took < LONGEST_S * 1000 && !waited, name,
		    "suspend: %s after %.0f ms; the request: %s",
		    err ? strerror(-err) : "went through", took, strerror(-waited));
}

static void check_policy(const char *test, const char *options, int policy)
{
	const char *problem;
	char name[80];

	if (!check_load_with(test, "kstoptorture", options))
		return;
	check_asleep(test, policy);
	if (cpus_present() > 1)
		check_asleep_while_late(test);
	problem = stop_problem(policy);
	snprintf(name, sizeof(name), "%s.as_before", test);
	ktap_result(!problem && stoppers_empty(-1, 5), name, problem ? "%s" : NULL, problem);
	check_leave(test, "kstoptorture");
}

void check_suspend(void)
{
	const char *missing = prepare();
	int level;

	if (missing) {
		ktap_skip("suspend", "%s", missing);
		return;
	}
	level = console_level(5);
	check_policy("suspend.fifo", "policy=fifo", SCHED_FIFO);
	check_policy("suspend.deadline", "policy=deadline", SCHED_DEADLINE);
	console_level(level);
	file_write("/sys/power/pm_test", "none");
}
