// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy=deadline: no user's task keeps a stopper away, whatever its policy, and
 * hotplug does not take the policy from the stoppers.
 */
#include "checks.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "hogs.h"
#include "kthreads.h"
#include "ktap.h"
#include "report.h"
#include "siege.h"
#include "stoppers.h"
#include "sysfs.h"
#include "trigger.h"
#include "watch.h"

#define SLICES		10
#define REPEAT		20
#define SINGLES		60
#define CYCLES		50	/* in a run of 60 s */
#define TURN_S		2	/* near the longest period that the kernel admits */
#define PAST_REQUESTS	3
#define PAST_LIMIT_US	500000
#define PATIENCE_S	6	/* with one kind of hog, one way: it stops RCU, too */
#define FEW_SLICES	3
#define TRIES		3
#define NO_WORSE	10	/* times native; a stopper that had to wait takes 50 */

static const struct siege_kind {
	const char	*name;
	const char	*title;
	struct policy	policy;
} kinds[] = {
	{ "fifo", "SCHED_FIFO 99 on every CPU but 0",
	  { .policy = SCHED_FIFO, .priority = 99 } },
	{ "deadline", "SCHED_DEADLINE 90 of 100 ms on every CPU but 0",
	  { SCHED_DEADLINE, 0, 90 * NS_PER_MS, 100 * NS_PER_MS, 100 * NS_PER_MS } },
	/* As early a deadline as the kernel lets a user have, or about that. */
	{ "deadline_early", "SCHED_DEADLINE 95 of 100 us on every CPU but 0",
	  { SCHED_DEADLINE, 0, 95 * 1000, 100 * 1000, 100 * 1000 } },
};

#define KINDS	(sizeof(kinds) / sizeof(kinds[0]))

static void slice(const char *op, int repeat, struct figures *figures)
{
	struct trigger_result found;
	int err = trigger(&found, "%s repeat=%d", op, repeat);

	watch_progress();
	figures_add(figures, &found, err, true);
}

/* kstop and the kernel's own stop take turns. */
static bool back_to_back(const char *title)
{
	struct figures machine = { 0 }, native = { 0 };
	uint64_t began = now_ns();
	int n = 0;

	for (; n < SLICES && (n < FEW_SLICES || now_ns() - began < PATIENCE_S * NS_PER_S); n++) {
		slice("machine", REPEAT, &machine);
		slice("native", REPEAT, &native);
	}
	report_head(title);
	report_line("machine (kstop)", &machine);
	report_line("native (kernel's own)", &native);
	report_ratio("machine : native", &machine, &native);
	return !machine.failed && !machine.refused && machine.requests == n * REPEAT;
}

/*
 * One at a time, spread over the scheduler's ticks: a hog that has just been
 * charged by one may be harmless for a while.
 */
static double one_by_one(void)
{
	struct figures machine = { 0 }, native = { 0 };
	uint64_t began = now_ns();

	for (int n = 0; n < SINGLES && now_ns() - began < PATIENCE_S * NS_PER_S; n++) {
		usleep(500 + 700 * n % 4000);
		slice("machine", 1, &machine);
		usleep(500 + 700 * n % 4000);
		slice("native", 1, &native);
	}
	report_line("machine, one by one", &machine);
	report_line("native, one by one", &native);
	report_ratio("machine : native", &machine, &native);
	return machine.failed ? 0 : figures_ratio(&machine, &native);
}

/*
 * A stopper that the hogs keep away waits for them every time. A busy host can do the
 * same to one side of the comparison, but not again and again. With no hogs there is
 * nothing to wait for, and how long it takes is no matter of a test's.
 */
static void compare(const char *test, const char *title, bool hogs)
{
	bool complete = true;
	double ratio = 0;

	for (int i = 0; i < TRIES && complete && (!i || ratio >= NO_WORSE); i++) {
		complete = back_to_back(title);
		ratio = one_by_one();
		complete &= ratio > 0;
		if (!hogs)
			break;
	}
	ktap_result(complete && (!hogs || ratio < NO_WORSE), test,
		    "%s; one by one %.2f times as long as native",
		    complete ? "all completed" : "not all completed", ratio);
}

static void check_siege(const struct siege_kind *kind)
{
	struct siege siege;
	char test[64];

	snprintf(test, sizeof(test), "deadline.%s", kind->name);
	if (!siege_begin(&siege, "hog", 1, cpus_present() - 1, &kind->policy)) {
		ktap_result(false, test, "no hogs");
		return;
	}
	compare(test, kind->title, true);
	siege_end(&siege);
}

/*
 * Two hogs that both want all of the CPU: each runs when its deadline is past
 * already, as it was the other's turn before. A stopper whose deadline is not
 * as much in the past waits for the end of such a turn, for seconds.
 */
static void check_past(void)
{
	static const struct policy whole = {
		.policy = SCHED_DEADLINE, .runtime_ns = TURN_S * NS_PER_S,
		.deadline_ns = TURN_S * NS_PER_S, .period_ns = TURN_S * NS_PER_S,
	};
	int last = cpus_present() - 1, done = 0;
	struct trigger_result found;
	struct siege siege;
	pid_t second;

	if (!siege_begin(&siege, "hog", last, last, &whole)) {
		ktap_result(false, "deadline.past", "no hog");
		return;
	}
	second = hog_start(last, "hog2", &whole);	/* comes back when it is its turn */
	usleep(300 * 1000);
	for (int i = 0; i < PAST_REQUESTS && second > 0; i++) {
		int err = trigger(&found, "machine timeout_us=%d", PAST_LIMIT_US);

		watch_progress();
		ktap_note("two SCHED_DEADLINE hogs on CPU %d: %s after %.1f ms%s%s", last,
			  strerror(-err), found.max_ns / 1e6, *found.late_cpus ? ", late: " : "",
			  found.late_cpus);
		done += !err;
	}
	hog_stop(second);
	siege_end(&siege);
	ktap_result(done == PAST_REQUESTS, "deadline.past", "%d of %d within %d ms", done,
		    PAST_REQUESTS, PAST_LIMIT_US / 1000);
}

/* How many have the wrong policy, or show the wrong one. */
static int wrong_policies(void)
{
	struct kthread list[STOPPERS_MAX];
	struct stopper shown[STOPPERS_MAX];
	int n = kthreads_find("kstop/", list, STOPPERS_MAX), wrong = 0;

	for (int i = 0; i < n && i < STOPPERS_MAX; i++)
		wrong += list[i].policy != SCHED_DEADLINE;
	wrong += n != cpus_present();
	n = stoppers_read(shown, STOPPERS_MAX);
	for (int i = 0; i < n; i++)
		wrong += strcmp(shown[i].policy, "deadline") != 0;
	return wrong + !n;
}

void check_deadline(void)
{
	int level, wrong;

	if (cpus_present() < 2) {
		ktap_skip("deadline", "one CPU");
		return;
	}
	if (!check_load_with("deadline", "kstoptorture", "policy=deadline"))
		return;
	wrong = wrong_policies();
	ktap_result(!wrong, "deadline.policy", "%d stoppers are wrong", wrong);
	level = console_level(5);
	compare("deadline.idle", "Idle", false);
	for (size_t i = 0; i < KINDS; i++)
		check_siege(&kinds[i]);
	check_past();
	console_level(level);
	wrong = wrong_policies();
	ktap_result(!wrong, "deadline.policy_after", "%d stoppers are wrong", wrong);
	check_leave("deadline", "kstoptorture");
}

/* The last CPU goes and comes; is everybody stopped who is there? */
static const char *one_transition(int cpu, bool online)
{
	int err = cpu_set_online(cpu, online);
	struct trigger_result found;

	if (err)
		return strerror(-err);
	err = trigger(&found, "machine run=0-%d repeat=3", cpu);
	if (err)
		return strerror(-err);
	if (found.callbacks != 3 * cpus_online())
		return "not all CPUs were stopped";
	return wrong_policies() ? "a stopper has the wrong policy" : NULL;
}

void check_deadline_hotplug(void)
{
	int cpu = cpus_present() - 1, failed = 0, level, cycles = check_share(CYCLES);

	if (cpu < 1) {
		ktap_skip("deadline_hotplug", "one CPU");
		return;
	}
	if (!check_load_with("deadline_hotplug", "kstoptorture", "policy=deadline"))
		return;
	level = console_level(5);
	for (int i = 0; i < 2 * cycles && failed < 5; i++) {
		const char *problem = one_transition(cpu, i & 1);

		watch_progress();
		if (!problem)
			continue;
		ktap_note("cycle %d, CPU %d %s: %s", i / 2, cpu, i & 1 ? "up" : "down", problem);
		failed++;
	}
	if (!cpu_online(cpu))
		cpu_set_online(cpu, true);
	console_level(level);
	ktap_result(!failed, "deadline_hotplug.cycles", "%d cycles, %d failures", cycles, failed);
	check_leave("deadline_hotplug", "kstoptorture");
}
