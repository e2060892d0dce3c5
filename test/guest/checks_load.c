// SPDX-License-Identifier: GPL-2.0-only
#include "checks.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kmsg.h"
#include "kthreads.h"
#include "ktap.h"
#include "mods.h"
#include "sched_attr.h"
#include "sysfs.h"
#include "traces.h"
#include "trigger.h"

#define MAX_CPUS	256

/* What is wrong with this thread, NULL: nothing. */
static const char *thread_problem(const struct kthread *thread, int policy, int priority)
{
	if (thread->policy != policy)
		return "wrong policy";
	if (thread->priority != priority)
		return "wrong priority";
	if (thread->bound_cpu != thread->cpu)
		return "not bound to its CPU";
	return NULL;
}

/*
 * What kstop says that it got since @mark, where a kernel does not let a module choose; it
 * must say so there. Before 5.15, that is; later ones get no excuse.
 */
static int granted(int mark, int asked)
{
	char line[256];
	int got = asked;

	if (kernel_before(5, 15) && kmsg_find(mark, "kstop: this kernel gives SCHED_FIFO", NULL,
					      line, sizeof(line)))
		sscanf(strstr(line, "priority"), "priority %d", &got);
	return got;
}

static bool threads_right(const char *test, int policy, int priority)
{
	struct kthread list[MAX_CPUS];
	int n = kthreads_find("kstop/", list, MAX_CPUS), wrong = 0;

	for (int i = 0; i < n && i < MAX_CPUS; i++) {
		const char *problem = thread_problem(&list[i], policy, priority);

		if (!problem && !cpu_online(list[i].cpu))
			problem = "its CPU is not online";
		ktap_note("%s pid %d %s %d bound to %d%s%s", list[i].comm, list[i].pid,
			  policy_name(list[i].policy), list[i].priority, list[i].bound_cpu,
			  problem ? ": " : "", problem ? problem : "");
		wrong += !!problem;
	}
	return ktap_result(n == cpus_online() && !wrong, test,
			   "%d threads, %d wrong, %d CPUs", n, wrong, cpus_online());
}

static void check_priority(int priority)
{
	char options[32], test[64];
	int err, mark = kmsg_mark();

	snprintf(options, sizeof(options), "priority=%d", priority);
	snprintf(test, sizeof(test), "load.priority_%d", priority);
	err = mods_load("kstop", options);
	if (err)
		ktap_result(false, test, "%s", strerror(-err));
	else
		threads_right(test, SCHED_FIFO, granted(mark, priority));
	kmsg_close(mark);
	mods_unload("kstop");
}

/* Refused, with a line from kstop that says @says, and nothing is left. */
static void check_refused(const char *parameter, const char *value, const char *says)
{
	char options[64], test[64], what[256] = "";
	int mark = kmsg_mark();
	bool said;
	int err;

	snprintf(options, sizeof(options), "%s=%s", parameter, value);
	snprintf(test, sizeof(test), "load.refused.%s=%s", parameter, value);
	err = mods_load("kstop", options);
	said = kmsg_find(mark, "kstop: ", says, NULL, 0);
	kmsg_close(mark);
	if (!err)
		mods_unload("kstop");
	if (err == -EINVAL && said && traces_gone(what, sizeof(what)))
		ktap_result(true, test, NULL);
	else
		ktap_result(false, test, "%s, %s%s%s", err ? strerror(-err) : "was loaded",
			    said ? "and said so" : "not a word in the log",
			    *what ? ", left behind: " : "", what);
}

static void check_debugfs(void)
{
	static const char path[] = "/sys/kernel/debug/kstop/stats";
	char text[4096] = "";
	int len = file_read(path, text, sizeof(text));

	text[strcspn(text, "\n")] = '\0';
	ktap_result(len > 0, "load.debugfs", "%s: %s", path, len < 0 ? strerror(-len) : text);
}

static void check_policies(void)
{
	int mark = kmsg_mark();

	check_refused("policy", "bogus", "policy=bogus is neither fifo nor deadline");
	check_refused("policy", "", "is neither fifo nor deadline");
	if (check_load_with("load.fifo", "kstop", "policy=fifo priority=98")) {
		threads_right("load.fifo.threads", SCHED_FIFO, granted(mark, 98));
		check_leave("load.fifo", "kstop");
	}
	kmsg_close(mark);
	if (check_load_with("load.deadline", "kstop", "policy=deadline")) {
		threads_right("load.deadline.threads", SCHED_DEADLINE, 0);
		check_leave("load.deadline", "kstop");
	}
}

static void check_warn_ms(void)
{
	static const char *const good[] = { "warn_ms=0", "warn_ms=1", "warn_ms=60000" };
	char test[64];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(test, sizeof(test), "load.%s", good[i]);
		if (check_load_with(test, "kstop", good[i]))
			check_leave(test, "kstop");
	}
	check_refused("warn_ms", "abc", "warn_ms");
}

void check_loading(void)
{
	static const char *const bad_priorities[] = { "0", "100", "-1", "abc", "99x" };
	int mark = kmsg_mark();

	if (check_load("load", "kstop")) {
		threads_right("load.threads", SCHED_FIFO, granted(mark, 99));
		check_debugfs();
		check_leave("load", "kstop");
	}
	kmsg_close(mark);
	check_priority(1);
	check_priority(50);
	for (size_t i = 0; i < sizeof(bad_priorities) / sizeof(bad_priorities[0]); i++)
		check_refused("priority", bad_priorities[i], "priority");
	check_policies();
	check_warn_ms();
	check_refused("gather_us", "4294967295", "gather_us");
	check_refused("commit_us", "4294967295", "commit_us");
	if (check_load("load.torture", "kstoptorture")) {
		ktap_result(trigger_there(), "load.torture.debugfs", NULL);
		check_leave("load.torture", "kstoptorture");
	}
}
