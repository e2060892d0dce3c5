// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/sched/prio.h>
#include <linux/sched/rt.h>
#include <linux/string.h>

#include "compat.h"
#include "fault.h"
#include "policy.h"
#include "stopper.h"

static char *policy = "fifo";
module_param(policy, charp, 0444);
MODULE_PARM_DESC(policy,
	"scheduling policy of the stopper threads: fifo (default), or deadline, which no other task can keep away");

static int priority = MAX_RT_PRIO - 1;
module_param(priority, int, 0444);
MODULE_PARM_DESC(priority,
	"SCHED_FIFO priority of the stopper threads, 1 to 99 (default 99); of no account with policy=deadline");

static bool deadline;		/* policy=deadline */
static int error;		/* of policy_apply(), which cannot return it */

static bool priority_valid(void)
{
	if (priority >= 1 && priority <= MAX_RT_PRIO - 1)
		return true;
	pr_err("priority=%d is out of range, 1 to %d\n", priority,
	       MAX_RT_PRIO - 1);
	return false;
}

/**
 * policy_check() - whether the module's parameters make sense here
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP with a message in the log.
 */
int policy_check(void)
{
	if (!priority_valid())
		return -EINVAL;
	deadline = !strcmp(policy, "deadline");
	if (!deadline && strcmp(policy, "fifo")) {
		pr_err("policy=%s is neither fifo nor deadline\n", policy);
		return -EINVAL;
	}
	if (deadline && !COMPAT_HAVE_DEADLINE) {
		pr_err("policy=deadline: not on this kernel, which " COMPAT_NO_DEADLINE "\n");
		return -EOPNOTSUPP;
	}
	return 0;
}

static void apply_fifo(struct task_struct *task)
{
	unsigned int got = compat_set_fifo(task, priority);

	if (got != priority)
		pr_info_once("this kernel gives SCHED_FIFO priority %u instead of %d\n",
			     got, priority);
}

/**
 * policy_apply() - give a stopper thread its policy
 * @cpu: whose
 *
 * For smpboot, when the thread has just been made.
 */
void policy_apply(unsigned int cpu)
{
	struct task_struct *task = stopper_of(cpu)->thread;
	int err;

	if (!deadline) {
		apply_fifo(task);
		return;
	}
	err = load_step(compat_set_deadline(task), -EBUSY);
	if (!err)
		return;
	pr_err("policy=deadline: the kernel refused it for CPU %u: %d\n", cpu,
	       err);
	error = err;
	/* If this is not the load any more, it is better than nothing. */
	apply_fifo(task);
}

/* Return: 0, or what went wrong in policy_apply(). */
int policy_error(void)
{
	return error;
}

/**
 * policy_raise() - let the current task go before all ordinary ones
 * @saved: what to give back to policy_restore()
 *
 * A task that is a real-time task already is left alone.
 *
 * Context: process, may sleep.
 */
void policy_raise(struct policy_saved *saved)
{
	*saved = (struct policy_saved){
		.policy = current->policy,
		.nice = task_nice(current),
		.reset = current->sched_reset_on_fork,
		.slack = current->timer_slack_ns,
	};
	if (compat_is_realtime(current) || !COMPAT_HAVE_SETATTR)
		return;
	saved->raised = true;
	compat_set_fifo(current, priority);
}

/**
 * policy_restore() - give back what policy_raise() took
 * @saved: what it saved
 *
 * Context: process, may sleep.
 */
void policy_restore(const struct policy_saved *saved)
{
	if (!saved->raised)
		return;
	compat_set_fair(current, saved->policy, saved->nice, saved->reset);
	/* The kernel would give it the default. */
	current->timer_slack_ns = saved->slack;
}
