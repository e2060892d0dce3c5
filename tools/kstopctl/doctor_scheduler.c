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
	bool		endless;	/* one may go on for ever */
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
	/* Throttled or not: the stoppers are throttled with them. */
	rivals->endless |= thread->policy == SCHED_FIFO ||
			   (rt && thread->priority > rivals->priority);
	if (rivals->nr++ >= 4)
		return;
	used += snprintf(rivals->some + used, sizeof(rivals->some) - used, "%s%.24s:%d (%s",
			 used ? ", " : "", thread->comm, thread->tid, policy_name(thread->policy));
	if (rt)
		used += snprintf(rivals->some + used, sizeof(rivals->some) - used, " %u",
				 thread->priority);
	snprintf(rivals->some + used, sizeof(rivals->some) - used, ")");
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
		found(findings, CHECK, NOTE, "", "%u task%s would go before a SCHED_FIFO stopper, "
		      "and not before these, which are policy=deadline: %s", rivals->nr,
		      rivals->nr == 1 ? "" : "s", rivals->some);
	else
		found(findings, CHECK, SLOW,
		      advice("load kstop with policy=deadline, or give these tasks a lower "
			     "priority", "give these tasks a lower priority"),
		      "%u task%s of user space can keep a stopper away%s: %s%s", rivals->nr,
		      rivals->nr == 1 ? "" : "s",
		      rivals->endless ? ", for as long as they like" :
					", for their time slice or runtime", rivals->some,
		      rivals->nr > 4 ? ", ..." : "");
}

/* Does this kernel take CPUs away from real-time tasks? */
static enum answer throttles(void)
{
	struct release release = release_now();

	if (!release_is_known(&release))
		return UNSEEN;
	return release_throttles_groups_only(&release) ? kernel_option("RT_GROUP_SCHED") : YES;
}

static void no_throttle(struct json_object *findings, const struct rivals *rivals,
			const char *why)
{
	if (rivals->deadline)
		found(findings, CHECK, FINE, "", "%s, which stoppers of policy=deadline need not "
		      "mind", why);
	else
		found(findings, CHECK, NOTE, advice("kstopctl load policy=deadline, or time limits",
		      "time limits"), "%s: a SCHED_FIFO 99 task that does not sleep keeps a FIFO "
		      "stopper away for ever", why);
}

static void check_settings(struct json_object *findings, const struct rivals *rivals)
{
	long long runtime, period;
	char off[96];

	if (!root_number("/proc/sys/kernel/sched_rt_runtime_us", &runtime) ||
	    !root_number("/proc/sys/kernel/sched_rt_period_us", &period)) {
		found(findings, CHECK, UNKNOWN, "", "no kernel.sched_rt_runtime_us, or no "
		      "kernel.sched_rt_period_us");
	} else if (runtime < 0 || runtime >= period) {
		snprintf(off, sizeof(off), "RT throttling is off (kernel.sched_rt_runtime_us is "
			 "%lld)", runtime);
		no_throttle(findings, rivals, off);
	} else if (!runtime) {
		found(findings, CHECK, UNKNOWN, "sysctl kernel.sched_rt_runtime_us=950000",
		      "kernel.sched_rt_runtime_us is 0: nobody has tried kstop like that");
	} else if (rivals->deadline) {
		found(findings, CHECK, FINE, "", "real-time tasks have %lld of %lld us, which "
		      "stoppers of policy=deadline need not mind", runtime, period);
	} else {
		bool little = runtime < period / 2;

		found(findings, CHECK, little ? SLOW : FINE,
		      little ? "sysctl kernel.sched_rt_runtime_us=950000" : "",
		      "real-time tasks have %lld of %lld us, and FIFO stoppers are throttled with "
		      "them: a SCHED_FIFO 99 task that does not sleep keeps one away all the same",
		      runtime, period);
	}
}

static void check_throttle(struct json_object *findings, const struct rivals *rivals)
{
	switch (throttles()) {
	case YES:
		check_settings(findings, rivals);
		break;
	case NO:
		no_throttle(findings, rivals, "this kernel does not throttle real-time tasks "
			    "(since 6.12, without CONFIG_RT_GROUP_SCHED)");
		break;
	case UNSEEN:
		found(findings, CHECK, UNKNOWN, "", "whether this kernel throttles real-time tasks: "
		      "since 6.12 only with CONFIG_RT_GROUP_SCHED");
		break;
	}
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
		found(findings, CHECK, UNKNOWN, "mount -t proc proc /proc", "which tasks go before "
		      "the stoppers: no /proc");
}
