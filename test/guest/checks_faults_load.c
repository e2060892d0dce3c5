// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads that fail, at each step at which they can: a clean error, nothing left,
 * and the next load is as good as ever.
 */
#include "checks.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "faults.h"
#include "ktap.h"
#include "mods.h"
#include "sysfs.h"
#include "traces.h"
#include "trigger.h"
#include "watch.h"

#define THREADS_MAX	"/proc/sys/kernel/threads-max"
#define KTHREADD	2
#define STEPS_MAX	1000
#define WRONG_MAX	5
#define ROUNDS		5		/* of what is not the same each time */
#define KILLS		60
#define SETTLE_S	20
#define SAME		50		/* allocations, or fewer, of kstoptorture itself */
/* With each kind of thread that it makes, but for those that never rest. */
#define TORTURE		"torture_type=mixed callers=3 native=1 onoff_interval_ms=1000 hogs=normal"

/* One kind of fault: how many there were, and what came of them. */
struct survey {
	const char	*test;
	int		failed;		/* loads that failed, as they should */
	int		borne;		/* that went well all the same */
	int		elsewhere;	/* faults that hit somebody else */
	int		wrong;
};

static void wrong(struct survey *s, int step, const char *problem)
{
	ktap_note("%s: fault %d: %s", s->test, step, problem);
	s->wrong++;
}

/* Nothing is left of the load. Every so often, or always, the next one is made. */
static void check_after(struct survey *s, int step, int often)
{
	char what[256] = "";
	const char *problem = NULL;

	watch_progress();
	if (!traces_gone(what, sizeof(what)))
		problem = what;
	if (!problem && step % often == 0)
		problem = fresh_load_problem();
	if (problem)
		wrong(s, step, problem);
}

/* What a refusal may give: of memory, of a thread, of a hotplug state, of a policy. */
static void check_error(struct survey *s, int step, int err)
{
	char text[128];

	if (err == -ENOMEM || err == -EAGAIN || err == -ENOSPC || err == -EBUSY) {
		s->failed++;
		return;
	}
	snprintf(text, sizeof(text), "the load gave: %s", strerror(-err));
	wrong(s, step, text);
}

static void survey_end(struct survey *s, bool complete, const char *figure)
{
	ktap_note("figure: %s %d", figure, s->failed + s->borne);
	ktap_result(complete && !s->wrong && s->failed, s->test,
		    "%d loads failed, %d went well in spite of it, %d faults hit others, %d wrong%s",
		    s->failed, s->borne, s->elsewhere, s->wrong,
		    complete ? "" : ", and it did not come to an end");
}

/*
 * kstop as built for this: its N-th step fails, N = 1, 2, ... A fault that has
 * been leaves a 0 in the parameter.
 */
static void check_steps(const char *test, const char *options)
{
	struct survey s = { .test = test };
	bool over = false;
	int step;

	for (step = 1; !over && step <= STEPS_MAX && s.wrong < WRONG_MAX; step++) {
		char text[128], left[16] = "";
		int err;

		snprintf(text, sizeof(text), "fail_step=%d %s", step, options);
		err = mods_load("kstop", text);
		if (err) {
			check_error(&s, step, err);
		} else {
			file_read("/sys/module/kstop/parameters/fail_step", left, sizeof(left));
			over = strcmp(left, "0");
			s.borne += !over;
			err = mods_unload("kstop");
			if (err)
				wrong(&s, step, strerror(-err));
		}
		check_after(&s, step, 1);
	}
	survey_end(&s, over, "load_steps_failed");
}

static int threads_now(void)
{
	char text[64], *slash;

	if (file_read("/proc/loadavg", text, sizeof(text)) <= 0)
		return 0;
	slash = strchr(text, '/');
	return slash ? atoi(slash + 1) : 0;
}

static void threads_limit(int limit)
{
	char text[16];
	int err;

	snprintf(text, sizeof(text), "%d", limit);
	err = file_write(THREADS_MAX, text);
	if (err)
		ktap_note("%s: %s", THREADS_MAX, strerror(-err));
}

/* The kernel allows for @room more threads than there are. Returns what it was. */
static int threads_allow(int room)
{
	char text[16] = "";

	file_read(THREADS_MAX, text, sizeof(text));
	threads_limit(threads_now() + room);
	return atoi(text);
}

/* A torture that was unloaded before it has done anything calls that a failure. */
static void torture_settle(const char *options)
{
	uint64_t until = now_ns() + SETTLE_S * NS_PER_S;
	char text[4096], *completed, *witnessed;

	while (strstr(options, "torture_type") && now_ns() < until &&
	       file_read("/sys/kernel/debug/kstoptorture/torture", text, sizeof(text)) > 0) {
		completed = strstr(text, "\ncompleted: ");
		witnessed = strstr(text, "\nwitnessed: ");
		if (completed && atol(completed + 12) && witnessed && atol(witnessed + 12))
			break;
		usleep(20 * 1000);
	}
}

/* Of kstoptorture alone: kstop is there and stays. */
static void check_after_part(struct survey *s, int step, const char *module)
{
	watch_progress();
	if (!strcmp(module, "kstop"))
		check_after(s, step, 32);
	else if (mods_loaded(module) || !access("/sys/kernel/debug/kstoptorture", F_OK))
		wrong(s, step, "something is left of kstoptorture");
}

/* No thread can be made: not the first, then not the second and so on. */
static void check_threads(const char *test, const char *module, const char *options)
{
	struct survey s = { .test = test };
	int rounds = 0;

	for (; rounds < ROUNDS && s.wrong < WRONG_MAX; rounds++) {
		int err = -EAGAIN;

		for (int room = 0; err && room < 100 && s.wrong < WRONG_MAX; room++) {
			int limit = threads_allow(room);

			err = mods_load(module, options);
			threads_limit(limit);
			if (err) {
				check_error(&s, room, err);
			} else {
				torture_settle(options);
				mods_unload(module);
			}
			check_after_part(&s, room, module);
		}
		if (err)
			break;
	}
	survey_end(&s, rounds == ROUNDS, "load_threads_failed");
}

/* A CPU comes up that has no stopper yet, and cannot get one. */
static void check_threads_hotplug(void)
{
	const char *test = "faults_load.threads_hotplug", *problem = NULL;
	int cpu = cpus_present() - 1, err, failed = 0;

	if (cpu < 1 || cpu_set_online(cpu, false)) {
		ktap_skip(test, "no CPU can go down");
		return;
	}
	if (check_load(test, "kstoptorture")) {
		int limit = threads_allow(0);

		for (int i = 0; i < 3; i++)
			failed += cpu_set_online(cpu, true) == -EAGAIN && !cpu_online(cpu);
		threads_limit(limit);
		problem = stops_problem();
	}
	err = cpu_set_online(cpu, true);
	if (!problem && !err)
		problem = stops_problem();
	ktap_note("figure: cpu_up_failed %d", failed);
	ktap_result(failed == 3 && !err && !problem, test, "%d of 3 failed, then: %s", failed,
		    err ? strerror(-err) : problem ? problem : "fine");
	check_leave(test, "kstoptorture");
}

/* Loads in a process of its own, which is killed after a time. */
static int killed_load(const struct image *image, int after_us)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(image_load(image, "") ? 1 : 0);
	usleep(after_us);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return status;
}

static void check_killed(const struct image *image)
{
	struct survey s = { .test = "faults_load.killed" };
	uint64_t begin = now_ns();
	int whole_us;

	if (image_load(image, ""))
		s.wrong++;
	whole_us = (now_ns() - begin) / 1000;
	mods_unload("kstop");
	srand(1);
	for (int i = 0; i < KILLS && s.wrong < WRONG_MAX; i++) {
		int status = killed_load(image, rand() % whole_us);

		if (mods_loaded("kstop")) {
			s.borne++;
			mods_unload("kstop");
		} else if (WIFSIGNALED(status)) {
			s.failed++;
		} else {
			wrong(&s, i, "neither loaded nor killed");
		}
		check_after(&s, i, 8);
	}
	survey_end(&s, true, "loads_killed");
}

/*
 * The N-th allocation fails of thread @pid (0: the one that loads), N = @first and
 * so on, while the module is loaded. Returns the first N that was too large.
 */
static int check_nth_load(const char *test, const char *module, const char *options, pid_t pid,
			  int first)
{
	struct survey s = { .test = test };
	struct image image;
	bool over = false;
	int nth, step;

	nth = nth_open(pid);
	if (nth < 0 || !image_read(&image, module)) {
		ktap_result(false, test, "no file of the module, or: %s", strerror(-nth));
		return first;
	}
	for (step = first; !over && step <= 100 * STEPS_MAX && s.wrong < WRONG_MAX; step++) {
		bool hit;
		int err;

		nth_set(nth, step);
		err = image_load(&image, options);
		hit = nth_over(nth);
		if (!err)
			torture_settle(options);
		if (err)
			check_error(&s, step, err);
		else if (mods_unload(module))
			wrong(&s, step, "cannot be unloaded");
		if (!err && hit && !pid)
			s.borne++;
		else if (!err && hit)
			s.elsewhere++;
		over = !hit;
		check_after_part(&s, step, module);
	}
	close(nth);
	image_free(&image);
	survey_end(&s, over, "load_allocations_failed");
	return step - 1;
}

/* The same for what the trigger does. */
static void check_nth_trigger(const char *line)
{
	char test[96], whole[96];
	int nth = nth_open(0), step, failed = 0, borne = 0, bad = 0;
	bool hit = true;

	snprintf(test, sizeof(test), "faults_load.nth_trigger.%.*s", (int)strcspn(line, " "),
		 line);
	snprintf(whole, sizeof(whole), line, cpus_present() - 1);
	for (step = 1; hit && step <= STEPS_MAX && bad < WRONG_MAX; step++) {
		const char *problem;
		int err;

		nth_set(nth, step);
		err = trigger_write_bytes(whole, strlen(whole));
		hit = nth_over(nth);
		failed += err == -ENOMEM;
		borne += hit && !err;
		problem = err && err != -ENOMEM ? strerror(-err) : stops_problem();
		if (problem) {
			ktap_note("%s: fault %d: %s", test, step, problem);
			bad++;
		}
		watch_progress();
	}
	close(nth);
	ktap_note("figure: trigger_allocations_failed %d", failed + borne);
	ktap_result(!hit && failed && !bad, test, "%d writes failed, %d went well all the same, %d wrong",
		    failed, borne, bad);
}

static void check_nth_triggers(void)
{
	static const char *const lines[] = {
		"one cpu=%d", "two cpu=0,%d", "nowait cpu=%d repeat=9", "cpus stop=0-%d",
		"try stop=%d", "machine run=0-%d", "rendezvous stop=0-%d",
		"pause stop=0-%d timeout_us=9000000", "core cpu=%d", "native run=%d",
	};

	if (!check_load("faults_load.nth_trigger", "kstoptorture"))
		return;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		check_nth_trigger(lines[i]);
	check_leave("faults_load.nth_trigger", "kstoptorture");
}

/* The allocations themselves; in those tasks, too, in which the kernel does part of it. */
static void check_nth(void)
{
	int nth = nth_open(0), last;

	if (nth < 0) {
		ktap_skip("faults_load.nth", "this kernel has no CONFIG_FAULT_INJECTION");
		return;
	}
	close(nth);
	check_nth_load("faults_load.nth.kstop", "kstop", "", 0, 1);
	check_nth_load("faults_load.nth.kthreadd", "kstop", "", KTHREADD, 1);
	if (check_load("faults_load.nth.torture", "kstop")) {
		last = check_nth_load("faults_load.nth.torture", "kstoptorture", "", 0, 1);
		/* Most are the kernel's, before the module has its say, and the same. */
		check_nth_load("faults_load.nth.torture_threads", "kstoptorture", TORTURE, 0,
			       last > SAME ? last - SAME : 1);
		check_nth_load("faults_load.nth.torture_kthreadd", "kstoptorture", TORTURE,
			       KTHREADD, 1);
		check_leave("faults_load.nth.torture", "kstop");
	}
	check_nth_triggers();
}

void check_faults_load(void)
{
	struct image image;
	char what[256] = "";
	int level = console_level(5);
	bool gone;

	if (mods_takes("kstop", "fail_step")) {
		check_steps("faults_load.steps", "");
		if (check_load_with("faults_load.steps_deadline", "kstop", "policy=deadline")) {
			mods_unload("kstop");
			check_steps("faults_load.steps_deadline", "policy=deadline");
		}
	} else {
		ktap_skip("faults_load.steps", "kstop was not built with -DKSTOP_FAULTS");
	}
	check_threads("faults_load.threads", "kstop", "");
	if (check_load("faults_load.torture_threads", "kstop")) {
		check_threads("faults_load.torture_threads", "kstoptorture", TORTURE);
		check_leave("faults_load.torture_threads", "kstop");
	}
	check_threads_hotplug();
	if (image_read(&image, "kstop"))
		check_killed(&image);
	else
		ktap_result(false, "faults_load.killed", "kstop.ko cannot be read");
	image_free(&image);
	check_nth();
	console_level(level);
	gone = traces_gone(what, sizeof(what));
	ktap_result(gone, "faults_load.nothing_left", gone ? NULL : "%s", what);
}
