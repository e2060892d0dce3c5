// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstop_one_cpu_nowait() where nothing else may be called: interrupts off, in
 * a hard interrupt, in callbacks; works that queue or free themselves.
 */
#include <linux/irqflags.h>
#include <linux/llist.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define WORK_MS		10000
#define REQUEUES	200
#define TRIES		200

struct batch {
	struct kstop_work	*works;		/* one for each CPU */
	struct probe		*probe;
	atomic_t		refusals;
	atomic_t		in_hardirq;	/* queued from there */
};

static void queue_everywhere(struct batch *batch)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (!kstop_one_cpu_nowait(cpu, probe_callback, batch->probe,
					  &batch->works[cpu]))
			atomic_inc(&batch->refusals);
}

static void queue_from_interrupt(void *arg)
{
	struct batch *batch = arg;

	if (hardirq_count())
		atomic_inc(&batch->in_hardirq);
	queue_everywhere(batch);
}

static int queue_from_callback(void *arg)
{
	queue_everywhere(arg);
	return 0;
}

static bool expect_all_ran(struct batch *batch, const char *from)
{
	expect(!atomic_read(&batch->refusals), "from %s: %d refused", from,
	       atomic_read(&batch->refusals));
	if (!expect(sleep_for(probe_runs(batch->probe) >= num_online_cpus(),
			      WORK_MS),
		    "from %s: %u of %u ran", from, probe_runs(batch->probe),
		    num_online_cpus())) {
		scratch_lose("nowait works");
		return false;
	}
	kstop_flush();		/* and nothing more is to come */
	expect_ran(batch->probe, cpu_online_mask, PREEMPTION_OFF, from);
	probe_reset(batch->probe);
	return true;
}

static bool from_interrupts_off(struct batch *batch)
{
	unsigned long flags;

	local_irq_save(flags);
	queue_everywhere(batch);
	local_irq_restore(flags);
	return expect_all_ran(batch, "interrupts off");
}

static bool from_hardirq(struct batch *batch, unsigned int cpu)
{
	int ret = smp_call_function_single(cpu, queue_from_interrupt, batch, 1);

	expect(!ret, "no interrupt on CPU %u: %d", cpu, ret);
	return expect_all_ran(batch, "a call-function interrupt");
}

static bool from_callbacks(struct batch *batch, unsigned int cpu)
{
	int ret;

	ret = kstop_one_cpu(cpu, queue_from_callback, batch);
	expect(!ret, "kstop_one_cpu(%u): %d", cpu, ret);
	if (!expect_all_ran(batch, "a kstop_one_cpu callback"))
		return false;
	ret = kstop_cpus(cpumask_of(cpu), queue_from_callback, batch);
	expect(!ret, "kstop_cpus(%u): %d", cpu, ret);
	if (!expect_all_ran(batch, "a kstop_cpus callback"))
		return false;
	ret = kstop_machine(queue_from_callback, batch, cpumask_of(cpu));
	expect(!ret, "kstop_machine on %u: %d", cpu, ret);
	return expect_all_ran(batch, "a kstop_machine callback");
}

struct rover {
	struct kstop_work	work;
	atomic_t		left;		/* hops still to make */
	bool			refused;
	bool			done;
};

static int roving_callback(void *arg)
{
	struct rover *rover = arg;
	unsigned int next = raw_smp_processor_id();

	if (atomic_dec_return(&rover->left) <= 0) {
		WRITE_ONCE(rover->done, true);
		return 0;
	}
	/* Twice here, then on to the next CPU. */
	if (atomic_read(&rover->left) & 1)
		next = cpumask_next(next, cpu_online_mask);
	if (next >= nr_cpu_ids)
		next = cpumask_first(cpu_online_mask);
	if (!kstop_one_cpu_nowait(next, roving_callback, rover, &rover->work)) {
		WRITE_ONCE(rover->refused, true);
		WRITE_ONCE(rover->done, true);
	}
	return 0;
}

static bool requeue_itself(unsigned int cpu)
{
	struct rover *rover = scratch_alloc(sizeof(*rover));

	if (!expect(rover, "no memory"))
		return true;
	atomic_set(&rover->left, REQUEUES);
	expect(kstop_one_cpu_nowait(cpu, roving_callback, rover, &rover->work),
	       "the first hop was refused");
	if (!expect(sleep_for(READ_ONCE(rover->done), WORK_MS),
		    "stopped roving with %d hops to go",
		    atomic_read(&rover->left))) {
		scratch_lose("a roving work");
		return false;
	}
	kstop_flush();
	expect(!rover->refused, "refused with %d hops to go",
	       atomic_read(&rover->left));
	return true;
}

struct mayfly {
	struct kstop_work	work;		/* first: poisoned */
	struct llist_node	node;
	struct graves		*graves;
};

struct graves {
	struct llist_head	list;
	atomic_t		deaths;
};

static int mayfly_callback(void *arg)
{
	struct mayfly *mayfly = arg;
	struct graves *graves = mayfly->graves;

	memset(&mayfly->work, 0x6b, sizeof(mayfly->work));
	/* PREEMPT_RT frees nothing with preemption off. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		llist_add(&mayfly->node, &graves->list);
	else
		kfree(mayfly);
	atomic_inc(&graves->deaths);
	return 0;
}

static bool free_itself(struct graves *graves, unsigned int cpu)
{
	struct mayfly *mayfly = kmalloc(sizeof(*mayfly), GFP_KERNEL);
	struct mayfly *next;

	if (!expect(mayfly, "no memory"))
		return true;
	atomic_set(&graves->deaths, 0);
	mayfly->graves = graves;
	if (!expect(kstop_one_cpu_nowait(cpu, mayfly_callback, mayfly,
					 &mayfly->work),
		    "refused")) {
		kfree(mayfly);
		return true;
	}
	if (!expect(sleep_for(atomic_read(&graves->deaths), WORK_MS),
		    "a work that frees itself did not run")) {
		scratch_lose("a work that frees itself");
		return false;
	}
	kstop_flush();
	llist_for_each_entry_safe(mayfly, next, llist_del_all(&graves->list),
				  node)
		kfree(mayfly);
	return true;
}

static bool nowait_from(struct batch *batch, struct graves *graves,
			unsigned int from)
{
	unsigned int cpu;
	int i;

	stand_on(from);
	if (!from_interrupts_off(batch) || !requeue_itself(from))
		return false;
	for_each_online_cpu(cpu) {
		if (!from_hardirq(batch, cpu) || !from_callbacks(batch, cpu))
			return false;
		for (i = 0; i < 32; i++)
			if (!free_itself(graves, cpu))
				return false;
	}
	return true;
}

static int nowait_irqoff(const struct params *params)
{
	struct graves *graves = scratch_alloc(sizeof(*graves));
	struct batch *batch = scratch_alloc(sizeof(*batch));
	unsigned int from, i;

	if (!graves || !batch)
		return -ENOMEM;
	batch->probe = probe_new();
	batch->works = scratch_alloc(nr_cpu_ids * sizeof(*batch->works));
	if (!batch->probe || !batch->works)
		return -ENOMEM;
	for_each_online_cpu(from)
		if (!nowait_from(batch, graves, from))
			return 0;
	/* A CPU that was about to sleep is told without an interrupt. */
	for (i = 0; i < TRIES && num_online_cpus() > 1 &&
	     !atomic_read(&batch->in_hardirq); i++)
		if (!from_hardirq(batch, cpumask_first(cpu_online_mask)))
			return 0;
	expect(num_online_cpus() == 1 || atomic_read(&batch->in_hardirq),
	       "never queued from a hard interrupt");
	return 0;
}

const struct testcase nowait_cases[] = {
	{ "nowait_irqoff", nowait_irqoff },
	{ }
};
