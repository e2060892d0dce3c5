// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy=fifo, and a user's SCHED_FIFO 99 hog on the last CPU: its stopper does
 * not get there. What becomes of the request, of the rest of the machine, and
 * what is said about it.
 */
#include "checks.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "kmsg.h"
#include "ktap.h"
#include "records.h"
#include "siege.h"
#include "stoppers.h"
#include "sysfs.h"
#include "trigger.h"
#include "watch.h"

#define LIMIT_MS	20
#define SLACK_MS	10	/* what the issue grants */
#define SCHEDULING_MS	10	/* one scheduling delay, on a busy host */
#define TRIES		5
#define ANSWER_S	5	/* whatever has nothing to do with the late CPU */
#define HOTPLUG_S	6	/* one transition; kstop's part is a second */
#define LEAVE_S		5	/* from the hog's end to that of the request */
#define WARN_S		5	/* the first line comes after one, the next after three */

#define WAITER		"kstop: probe_fn [kstoptorture], called by call_machine [kstoptorture]"
#define NO_ANSWER	"does not answer an interrupt (IRQs off there?)"

enum naming { WRONG, UNSEEN, NAMED };

struct hog_check {
	const char	*test;		/* test lines begin with it */
	struct siege	siege;
	int		cpu;		/* the late one */
	pid_t		hog;
	int		log;		/* since the beginning */
};

__attribute__((format(printf, 4, 5)))
static bool result(const struct hog_check *check, bool ok, const char *what,
		   const char *fmt, ...)
{
	char test[80], found[400];
	va_list ap;

	snprintf(test, sizeof(test), "%s.%s", check->test, what);
	va_start(ap, fmt);
	vsnprintf(found, sizeof(found), fmt, ap);
	va_end(ap);
	return ktap_result(ok, test, "%s", found);
}

static bool begin(struct hog_check *check, const char *test)
{
	int last = cpus_present() - 1;

	*check = (struct hog_check){ .test = test, .cpu = last };
	if (last < 1) {
		ktap_skip(test, "one CPU");
		return false;
	}
	if (!check_load_with(test, "kstoptorture", "policy=fifo"))
		return false;
	check->log = kmsg_mark();
	if (siege_begin(&check->siege, "hog99", last, last, &fifo_99)) {
		check->hog = check->siege.hog[last];
		return true;
	}
	result(check, false, "hog", "does not start");
	kmsg_close(check->log);
	check_leave(test, "kstoptorture");
	return false;
}

static void reason(const struct hog_check *check, char *text, size_t size)
{
	snprintf(text, size, "not scheduled, hog99:%d (SCHED_FIFO 99) runs there", check->hog);
}

/*
 * Nobody else is ever named. The hog may be met inside the kernel, in a softirq
 * say. On a host with too few CPUs it can be, truthfully, that the hog's CPU does
 * not answer: it is not run at the moment.
 */
static bool is_reason(const char *said, const char *why)
{
	size_t len = strlen(why);

	return !strncmp(said, why, len) && (!said[len] || !strcmp(said + len, ", preemption off"));
}

static enum naming naming(const struct hog_check *check, const struct trigger_result *result)
{
	const char *said = check->cpu < TRIGGER_LATE ? result->late[check->cpu] : "";
	char cpu[16], why[128];

	snprintf(cpu, sizeof(cpu), "%d", check->cpu);
	reason(check, why, sizeof(why));
	if (!strcmp(result->late_cpus, cpu) && is_reason(said, why))
		return NAMED;
	ktap_note("late_cpus \"%s\", late_%d \"%s\", want \"%s\", \"%s\"", result->late_cpus,
		  check->cpu, said, cpu, why);
	/* In a slow guest others may be late for once, truthfully. */
	if (debug_kernel() && is_reason(said, why))
		return UNSEEN;
	return !strcmp(result->late_cpus, cpu) && !strcmp(said, NO_ANSWER) ? UNSEEN : WRONG;
}

/* A time limit ends the request in time, and the result names the culprit. */
static void check_limit(const struct hog_check *check)
{
	char line[64];
	double best = 1e9;
	int ended = 0, names[3] = { 0 };

	snprintf(line, sizeof(line), "machine timeout_us=%d", LIMIT_MS * 1000);
	for (int i = 0; i < TRIES; i++) {
		struct trigger_result found;
		uint64_t began = now_ns();
		int err = trigger_write_bytes(line, strlen(line));
		double took = ms_since(began);

		trigger_read(&found);
		ktap_note("%s: %s after %.1f ms", line, strerror(-err), took);
		ended += err == -ETIMEDOUT && !found.callbacks;
		names[naming(check, &found)]++;
		if (took < best)
			best = took;
	}
	result(check, ended == TRIES, "times_out", "%d of %d", ended, TRIES);
	/* Under KASAN and lockdep it takes longer to find out whom to name. */
	result(check, best >= LIMIT_MS &&
	       (debug_kernel() || best < LIMIT_MS + SLACK_MS + SCHEDULING_MS), "in_time",
	       "best of %d: %.1f ms, the limit is %d ms", TRIES, best, LIMIT_MS);
	result(check, names[NAMED] && !names[WRONG], "names_the_hog", "%d of %d, %d wrong",
	       names[NAMED], TRIES, names[WRONG]);
}

/* CPUs that nobody keeps are not concerned. */
static void check_healthy(const struct hog_check *check)
{
	struct trigger_result found;
	int err = trigger(&found, "machine stop=0-%d timeout_us=1000000 repeat=10",
			  check->cpu - 1);

	result(check, !err && found.completed == 10 && !*found.late_cpus, "healthy_cpus",
	       "%s, %ld completed", strerror(-err), found.completed);
}

/* A program is started on a CPU that is not late. */
static void check_program(const struct hog_check *check)
{
	uint64_t began = now_ns();
	pid_t pid = fork();
	int err;

	if (!pid) {
		bind_to_cpu(check->cpu - 1);
		execl("/bin/busybox", "busybox", "true", (char *)NULL);
		_exit(ENOENT);
	}
	err = trigger_wait(pid, ANSWER_S);
	result(check, !err, "program_answers", "%s after %.1f ms, on CPU %d", strerror(-err),
	       ms_since(began), check->cpu - 1);
}

static void check_works(const struct hog_check *check)
{
	static const char *const lines[] = { "one cpu=0", "nowait cpu=0 repeat=10" };
	char what[32];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		uint64_t began = now_ns();
		pid_t pid = trigger_start(0, "%s", lines[i]);
		int err = trigger_wait(pid, ANSWER_S);

		snprintf(what, sizeof(what), "%.*s_goes_through", (int)strcspn(lines[i], " "),
			 lines[i]);
		result(check, !err, what, "%s: %s after %.1f ms", lines[i], strerror(-err),
		       ms_since(began));
	}
}

/*
 * Who has to wait for the request that waits: not its CPU is late, but the hog's. Once
 * a second that request starts over, and who asks at that moment comes first.
 */
static void check_behind(const struct hog_check *check)
{
	struct trigger_result found;
	int err = 0, passed = 0;

	while (!err && passed < TRIES) {
		err = trigger(&found, "machine stop=0 timeout_us=%d", LIMIT_MS * 1000);
		passed += !err;
	}
	result(check, err == -ETIMEDOUT && naming(check, &found) != WRONG, "behind",
	       "a stop of CPU 0 alone, behind the other: %s, after %d that passed it",
	       strerror(-err), passed);
}

/* By a process of its own: if it does not come back before the hog is gone, we do. */
static int transition(int cpu, bool online, double *took_ms)
{
	uint64_t began = now_ns();
	pid_t pid = fork();
	int err;

	if (!pid)
		_exit(-cpu_set_online(cpu, online));
	err = trigger_wait(pid, HOTPLUG_S);
	*took_ms = ms_since(began);
	return err;
}

/*
 * Not the late CPU itself: its hog would go to another one. To take one down the
 * kernel waits for a grace period first. PREEMPT_RT takes no notice of
 * rcupdate.rcu_expedited and waits for the hog, with or without a request.
 */
static void check_hotplug_goes_on(const struct hog_check *check, const char *what)
{
	int cpu = check->cpu - 1, down, up = 0;
	double down_ms, up_ms = 0;
	char test[80];

	if (rt_kernel()) {
		snprintf(test, sizeof(test), "%s.%s", check->test, what);
		ktap_skip(test, "no grace period ends beside the hog on PREEMPT_RT");
		return;
	}
	if (cpu < 1) {
		ktap_note("%s: two CPUs, none that could go down", what);
		return;
	}
	down = transition(cpu, false, &down_ms);
	if (!down)
		up = transition(cpu, true, &up_ms);
	result(check, !down && !up, what, "CPU %d down: %s after %.0f ms, up: %s after %.0f ms",
	       cpu, strerror(-down), down_ms, strerror(-up), up_ms);
}

/* Like kmsg_find(), but the line may still have to come. */
static bool wait_for_line(int mark, const char *one, const char *two, int seconds, char *line,
			  size_t size)
{
	uint64_t until = now_ns() + seconds * NS_PER_S;

	while (!kmsg_find(mark, one, two, line, size)) {
		if (now_ns() >= until)
			return false;
		usleep(20 * 1000);
	}
	return true;
}

/* The late CPU's line says why, the others' that they are not late. */
static bool stoppers_right(const struct hog_check *check, const char *why)
{
	struct stopper list[STOPPERS_MAX];
	int n = stoppers_read(list, STOPPERS_MAX), right = 0;

	for (int i = 0; i < n; i++)
		right += list[i].cpu != check->cpu ? strcmp(list[i].state, "late") != 0 :
			 !strcmp(list[i].state, "late") && is_reason(list[i].doing, why) &&
			 list[i].queued > 0;
	return n == cpus_online() && right == n;
}

/*
 * While the host does not run the hog's CPU the file says, truthfully, that it does not
 * answer: one looks until the host has.
 */
static bool wait_for_stoppers(const struct hog_check *check, const char *why, int seconds)
{
	uint64_t until = now_ns() + seconds * NS_PER_S;

	while (!stoppers_right(check, why)) {
		if (now_ns() >= until)
			return false;
		usleep(20 * 1000);
	}
	return true;
}

/* What is told while a request waits. @mark: since before it began to. */
static void check_told(const struct hog_check *check, int mark)
{
	char want[160], why[128], line[512] = "";
	bool right;

	reason(check, why, sizeof(why));
	snprintf(want, sizeof(want), " ms: %s", why);
	wait_for_line(mark, WAITER ", waits for CPU", want, WARN_S, line, sizeof(line));
	snprintf(want, sizeof(want), ", waits for CPU %d for ", check->cpu);
	result(check, strstr(line, want), "log", "%s", *line ? line : "no line");

	right = wait_for_stoppers(check, why, WARN_S);
	stoppers_show();
	result(check, right, "stoppers", "as shown above");
}

/* The hog goes: the request goes on by itself, and that is told, too. */
static void check_unstuck(const struct hog_check *check, pid_t waiting, int mark)
{
	char line[512] = "";
	uint64_t began;
	int err;

	kill(check->hog, SIGKILL);
	began = now_ns();
	err = trigger_wait(waiting, LEAVE_S);
	result(check, !err, "completes", "%s, %.1f ms after the hog's end", strerror(-err),
	       ms_since(began));
	wait_for_line(mark, WAITER, ", has all its CPUs after ", WARN_S, line, sizeof(line));
	result(check, *line, "log_unstuck", "%s", *line ? line : "no line");
}

/* In all lines that name a late CPU it is the hog's, and nothing is left. */
static void check_after(const struct hog_check *check)
{
	char want[64], line[512];
	struct trigger_result found;
	int lines = 0, wrong = 0, err;

	snprintf(want, sizeof(want), ", waits for CPU %d for ", check->cpu);
	while (kmsg_find(check->log, "kstop: ", " waits for CPU", line, sizeof(line))) {
		lines++;
		wrong += !strstr(line, want) ||
			 (!strstr(line, "hog99:") && !strstr(line, NO_ANSWER));
	}
	result(check, lines && !wrong, "innocents", "%d lines about late CPUs, %d wrong", lines,
	       wrong);
	result(check, stoppers_empty(-1, ANSWER_S), "empty", "nothing is queued");
	err = trigger(&found, "machine run=0-%d repeat=20", check->cpu);
	result(check, !err && found.completed == 20 && found.callbacks == 20 * (check->cpu + 1),
	       "as_before", "%s, %ld of 20 completed", strerror(-err), found.completed);
}

/* A CPU may be off if hotplug did not get on; it does now. */
static void end(struct hog_check *check)
{
	siege_end(&check->siege);
	for (int cpu = 1; cpu < check->cpu; cpu++)
		if (!cpu_online(cpu))
			cpu_set_online(cpu, true);
	check_after(check);
	kmsg_close(check->log);
	check_leave(check->test, "kstoptorture");
}

void check_fifo_hog(void)
{
	struct hog_check check;
	pid_t waiting;
	int mark;

	if (!begin(&check, "fifo_hog"))
		return;
	check_limit(&check);
	check_healthy(&check);
	check_hotplug_goes_on(&check, "hotplug_without_request");
	mark = kmsg_mark();
	watch_progress();
	waiting = trigger_start(0, "machine");
	usleep(100 * 1000);
	check_program(&check);
	check_works(&check);
	check_behind(&check);
	check_told(&check, mark);
	watch_progress();
	check_hotplug_goes_on(&check, "hotplug");
	check_program(&check);
	check_unstuck(&check, waiting, mark);
	kmsg_close(mark);
	end(&check);
}

/* One line about the killing of a trigger's writer, named by its operation. */
static bool killed_result(const struct hog_check *check, const char *trigger_line, bool ok,
			  const char *what, const char *found)
{
	char name[32];

	snprintf(name, sizeof(name), "%.16s", trigger_line);
	name[strcspn(name, " ")] = '\0';
	snprintf(name + strlen(name), sizeof(name) - strlen(name), ".%s", what);
	return result(check, ok, name, "%s", found);
}

/* Killed after the first line in the log, so that there is an end to tell of. */
static void check_kill(const struct hog_check *check, const char *trigger_line)
{
	int mark = kmsg_mark(), err;
	char line[512] = "", text[64];
	pid_t waiting = trigger_start(0, "%s", trigger_line);
	uint64_t began;

	wait_for_line(mark, "kstop: ", " waits for CPU", WARN_S, line, sizeof(line));
	killed_result(check, trigger_line, *line, "waits", line);
	err = trigger_wait(trigger_start(0, "one cpu=0"), ANSWER_S);
	killed_result(check, trigger_line, !err, "works_go_through", strerror(-err));
	kill(waiting, SIGKILL);
	began = now_ns();
	err = trigger_wait(waiting, ANSWER_S);
	snprintf(text, sizeof(text), "%s after %.1f ms", strerror(-err), ms_since(began));
	killed_result(check, trigger_line, err == -EINTR, "gone", text);
	*line = '\0';
	wait_for_line(mark, "kstop: ", ", gave up after ", WARN_S, line, sizeof(line));
	killed_result(check, trigger_line, *line, "log", line);
	if (!killed_result(check, trigger_line, stoppers_empty(check->cpu, ANSWER_S), "queued",
			   "nothing may be on the CPUs that are not late"))
		stoppers_show();
	kmsg_close(mark);
}

/* A work for the late CPU: of one CPU, so nobody else is kept and nothing is told. */
static void check_kill_one(const struct hog_check *check)
{
	pid_t waiting = trigger_start(0, "one cpu=%d", check->cpu), flush;
	long kills = stats_value("kills");
	struct trigger_result found;
	uint64_t began;
	int early, err;

	early = trigger_wait(waiting, 1);
	flush = trigger_start(0, "nowait cpu=0");
	err = trigger_wait(flush, ANSWER_S);
	result(check, !err, "one.flush_goes_through",
	       "nowait on CPU 0 and its flush, while one waits for CPU %d: %s", check->cpu,
	       strerror(-err));
	kill(waiting, SIGKILL);
	began = now_ns();
	err = early == -ETIME ? trigger_wait(waiting, ANSWER_S) : early;
	trigger_read(&found);
	result(check, err == -EINTR, "one.gone", "%s after %.1f ms", strerror(-err),
	       ms_since(began));
	trigger_read(&found);
	result(check, !strcmp(found.op, "one") && found.error == EINTR && !found.callbacks,
	       "one.result", "op %s, errno %ld, %ld callbacks", found.op, found.error,
	       found.callbacks);
	kills = stats_value("kills") - kills;
	result(check, kills == 1, "one.counted", "%ld kills", kills);
}

/* Before 5.11; whatever else it gives in so short a time. */
static bool cannot_pause(void)
{
	static const char line[] = "pause timeout_us=1";

	return trigger_write_bytes(line, strlen(line)) == -EOPNOTSUPP;
}

void check_fifo_killed(void)
{
	static const char *const lines[] = { "machine", "cpus stop=0-%d", "two cpu=0,%d",
		"rendezvous stop=0-%d", "pause" };
	struct hog_check check;
	char line[64];

	if (!begin(&check, "fifo_killed"))
		return;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		watch_progress();
		if (!strcmp(lines[i], "pause") && cannot_pause()) {
			ktap_skip("fifo_killed.pause", "this kernel cannot do it");
			continue;
		}
		snprintf(line, sizeof(line), lines[i], check.cpu);
		check_kill(&check, line);
	}
	check_kill_one(&check);
	check_limit(&check);
	check_works(&check);
	end(&check);
}
