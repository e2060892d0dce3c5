// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the scheduler lets go before kstop's stoppers.
 */
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "procs.h"
#include "release.h"
#include "root.h"

#define CHECK	"scheduler"

#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE	6
#endif

#define PRIORITY_MAX	99

/* The tasks of user space that can keep a stopper away. */
struct rivals {
	unsigned int	priority;	/* of the stoppers */
	bool		deadline;	/* they have policy=deadline */
	unsigned int	nr;
	bool		all;		/* the kernel's threads were there, too */
	char		some[256];	/* the first of them */
};

static void see_stopper(const struct thread *thread, void *data)
{
	struct rivals *rivals = data;
	uint64_t cpu;

	if (!thread_is_stopper(thread, &cpu))
		return;
	rivals->priority = thread->priority;
	rivals->deadline = thread->policy == SCHED_DEADLINE;
}

/* Those that are there, which need not be what the parameters ask for; else kstop's defaults. */
static void learn_stoppers(struct rivals *rivals)
{
	struct release release = release_now();

	rivals->priority = release_fixes_priority(&release) ? PRIORITY_FIXED : PRIORITY_MAX;
	threads_each(see_stopper, rivals);
}

static void see(const struct thread *thread, void *data)
{
	struct rivals *rivals = data;
	bool rt = thread->policy == SCHED_FIFO || thread->policy == SCHED_RR;
	size_t used = strlen(rivals->some);

	/* The kernel's own know when to stop. */
	if (thread->kernel) {
		rivals->all = true;
		return;
	}
	if (!(rt && thread->priority >= rivals->priority) && thread->policy != SCHED_DEADLINE)
		return;
	if (rivals->nr++ >= 4)
		return;
	used += snprintf(rivals->some + used, sizeof(rivals->some) - used, "%s%.24s:%d (%s",
			 used ? ", " : "", thread->comm, thread->tid, policy_name(thread->policy));
	if (rt)
		used += snprintf(rivals->some + used, sizeof(rivals->some) - used, " %u",
				 thread->priority);
	snprintf(rivals->some + used, sizeof(rivals->some) - used, ")");
}

static bool throttle_off(void)
{
	long long runtime;

	return root_number("/proc/sys/kernel/sched_rt_runtime_us", &runtime) && runtime < 0;
}

/* Without policy=deadline where that cannot be had. */
static const char *advice(const char *with, const char *without)
{
	return kernel_has_deadline() ? with : without;
}

static void check_rivals(struct json_object *findings, const struct rivals *rivals)
{
	if (!rivals->nr && !rivals->all)
		found(findings, CHECK, UNKNOWN, "run kstopctl as root, outside of containers",
		      "/proc does not show all tasks (hidepid, or a container)");
	else if (!rivals->nr && rivals->deadline)
		found(findings, CHECK, FINE, "", "no task of user space goes before the stoppers, "
		      "which are policy=deadline");
	else if (!rivals->nr)
		found(findings, CHECK, FINE, "", "no task of user space goes before a stopper of "
		      "SCHED_FIFO %u", rivals->priority);
	else if (rivals->deadline)
		found(findings, CHECK, NOTE, "", "%u tasks would go before a SCHED_FIFO stopper, "
		      "and not before these, which are policy=deadline: %s", rivals->nr,
		      rivals->some);
	else
		found(findings, CHECK, SLOW,
		      advice("load kstop with policy=deadline, or give these tasks a lower "
			     "priority", "give these tasks a lower priority"),
		      "%u task%s of user space can keep a stopper away%s: %s%s", rivals->nr,
		      rivals->nr == 1 ? "" : "s",
		      throttle_off() ? ", for as long as they like" : "", rivals->some,
		      rivals->nr > 4 ? ", ..." : "");
}

static void check_throttle(struct json_object *findings, const struct rivals *rivals)
{
	long long runtime, period = 1000000;

	if (!root_number("/proc/sys/kernel/sched_rt_runtime_us", &runtime)) {
		found(findings, CHECK, UNKNOWN, "", "no kernel.sched_rt_runtime_us");
		return;
	}
	root_number("/proc/sys/kernel/sched_rt_period_us", &period);
	if (runtime < 0 && rivals->deadline)
		found(findings, CHECK, FINE, "", "RT throttling is off "
		      "(kernel.sched_rt_runtime_us is -1), which stoppers of policy=deadline "
		      "need not mind");
	else if (runtime < 0)
		found(findings, CHECK, NOTE, advice("kstopctl load policy=deadline, or time limits",
		      "time limits"),
		      "RT throttling is off (kernel.sched_rt_runtime_us is -1): a SCHED_FIFO 99 "
		      "task that does not sleep keeps a FIFO stopper away for ever");
	else if (!runtime)
		found(findings, CHECK, UNKNOWN, "sysctl kernel.sched_rt_runtime_us=950000",
		      "kernel.sched_rt_runtime_us is 0: nobody has tried kstop like that");
	else if (runtime < period / 2)
		found(findings, CHECK, SLOW, "sysctl kernel.sched_rt_runtime_us=950000",
		      "real-time tasks have %lld of %lld us: FIFO stoppers are throttled with "
		      "them", runtime, period);
	else
		found(findings, CHECK, FINE, "", "real-time tasks have %lld of %lld us",
		      runtime, period);
}

void check_scheduler(struct json_object *findings)
{
	struct rivals rivals = { 0 };
	bool proc;

	learn_stoppers(&rivals);
	proc = threads_each(see, &rivals);
	check_throttle(findings, &rivals);
	if (proc)
		check_rivals(findings, &rivals);
	else
		found(findings, CHECK, UNKNOWN, "", "no /proc");
}
