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
#include "sysfs.h"
#include "traces.h"
#include "trigger.h"

#define MAX_CPUS	256

/* What is wrong with this thread, NULL: nothing. */
static const char *thread_problem(const struct kthread *thread, int priority)
{
	if (thread->policy != SCHED_FIFO)
		return "policy is not SCHED_FIFO";
	if (thread->priority != priority)
		return "wrong priority";
	if (thread->bound_cpu != thread->cpu)
		return "not bound to its CPU";
	return NULL;
}

static bool threads_right(const char *test, int priority)
{
	struct kthread list[MAX_CPUS];
	int n = kthreads_find("kstop/", list, MAX_CPUS), wrong = 0;

	for (int i = 0; i < n && i < MAX_CPUS; i++) {
		const char *problem = thread_problem(&list[i], priority);

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
	int err;

	snprintf(options, sizeof(options), "priority=%d", priority);
	snprintf(test, sizeof(test), "load.priority_%d", priority);
	err = mods_load("kstop", options);
	if (err)
		ktap_result(false, test, "%s", strerror(-err));
	else
		threads_right(test, priority);
	mods_unload("kstop");
}

/* Refused, with a line from kstop that names the parameter, and nothing is left. */
static void check_refused(const char *parameter, const char *value)
{
	char options[64], test[64], what[256] = "";
	int mark = kmsg_mark();
	bool said;
	int err;

	snprintf(options, sizeof(options), "%s=%s", parameter, value);
	snprintf(test, sizeof(test), "load.refused.%s=%s", parameter, value);
	err = mods_load("kstop", options);
	said = kmsg_find(mark, "kstop: ", parameter, NULL, 0);
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

/* policy= comes with a later kstop. */
static void check_policy(void)
{
	if (!check_load("load.policy", "kstop"))
		return;
	if (access("/sys/module/kstop/parameters/policy", F_OK)) {
		ktap_skip("load.refused.policy=bogus", "this kstop has no parameter policy");
		mods_unload("kstop");
		return;
	}
	mods_unload("kstop");
	check_refused("policy", "bogus");
}

void check_loading(void)
{
	static const char *const bad_priorities[] = { "0", "100", "-1", "abc", "99x" };

	if (check_load("load", "kstop")) {
		threads_right("load.threads", 99);
		check_debugfs();
		check_leave("load", "kstop");
	}
	check_priority(1);
	check_priority(50);
	for (size_t i = 0; i < sizeof(bad_priorities) / sizeof(bad_priorities[0]); i++)
		check_refused("priority", bad_priorities[i]);
	check_policy();
	check_refused("gather_us", "4294967295");
	check_refused("commit_us", "4294967295");
	if (check_load("load.torture", "kstoptorture")) {
		ktap_result(trigger_there(), "load.torture.debugfs", NULL);
		check_leave("load.torture", "kstoptorture");
	}
}
