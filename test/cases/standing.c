// SPDX-License-Identifier: GPL-2.0-only
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "expect.h"
#include "standing.h"

void standing_take(struct standing *standing)
{
	standing->irqs_off = irqs_disabled();
	standing->preempt_count = preempt_count();
	standing->policy = current->policy;
	standing->priority = current->rt_priority;
	standing->nice = task_nice(current);
	standing->reset_on_fork = current->sched_reset_on_fork;
	standing->may_move = current->cpus_ptr == &current->cpus_mask;
	cpumask_copy(&standing->cpus, current->cpus_ptr);
}

static bool same(const struct standing *a, const struct standing *b)
{
	return a->policy == b->policy && a->priority == b->priority &&
	       a->nice == b->nice && a->reset_on_fork == b->reset_on_fork &&
	       a->may_move == b->may_move && a->irqs_off == b->irqs_off &&
	       a->preempt_count == b->preempt_count &&
	       cpumask_equal(&a->cpus, &b->cpus);
}

/* A cpumask may be large: these two have one at a time on the stack. */
bool standing_same(const struct standing *before)
{
	struct standing after;

	standing_take(&after);
	return same(before, &after);
}

static void expect_shown(const struct standing *s, const char *when)
{
	expect(false, "%s: policy %u priority %u nice %d fork %d move %d irqs_off %d preempt %#x CPUs %*pbl",
	       when, s->policy, s->priority, s->nice, s->reset_on_fork,
	       s->may_move, s->irqs_off, s->preempt_count,
	       cpumask_pr_args(&s->cpus));
}

void expect_same_standing(const struct standing *before, const char *what)
{
	struct standing after;

	standing_take(&after);
	if (expect(same(before, &after), "%s: not the same after as before",
		   what))
		return;
	expect_shown(before, "before");
	expect_shown(&after, "after");
	if (after.irqs_off)
		local_irq_enable();
	preempt_count_set(before->preempt_count);
}
