// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gang start: the callbacks of kstop_cpus() may wait for each other, and none
 * begins before the last target is there.
 *
 * Each callback, as it begins, reads every target's bystander count. A CPU that
 * is committed runs no bystander, so all must read what its own callback reads.
 */
#include <linux/overflow.h>

#include "bystander.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define MEETINGS	10		/* for each mask */
#define MEETING_MS	10000

struct gang {
	const struct watch	*watch;
	const struct cpumask	*targets;
	unsigned int		expected;
	atomic_t		arrived;
	atomic_t		left_alone;	/* waited in vain */
	atomic_t		inside;		/* began while one was in a section */
	u64			*seen;		/* [who read][of whom] */
};

static u64 *seen(struct gang *gang, unsigned int reader, unsigned int whose)
{
	return &gang->seen[reader * nr_cpu_ids + whose];
}

static int meeting_callback(void *arg)
{
	struct gang *gang = arg;
	unsigned int cpu, me = raw_smp_processor_id();

	for_each_cpu(cpu, gang->targets) {
		*seen(gang, me, cpu) = bystander_count(gang->watch, cpu);
		if (bystander_inside(gang->watch, cpu))
			atomic_inc(&gang->inside);
	}
	atomic_inc(&gang->arrived);
	if (!spin_for(atomic_read(&gang->arrived) >= gang->expected, MEETING_MS))
		atomic_inc(&gang->left_alone);
	return 0;
}

static void expect_together(struct gang *gang)
{
	unsigned int reader, cpu;

	for_each_cpu(reader, gang->targets)
		for_each_cpu(cpu, gang->targets)
			expect(*seen(gang, reader, cpu) == *seen(gang, cpu, cpu),
			       "fn began on CPU %u while CPU %u ran something",
			       reader, cpu);
	expect(!atomic_read(&gang->inside),
	       "fn began while a target had preemption off");
}

static void meet(struct gang *gang, const struct cpumask *targets,
		 int (*call)(const struct cpumask *, cpu_stop_fn_t, void *),
		 const char *name)
{
	int ret;

	gang->targets = targets;
	gang->expected = cpumask_weight(targets);
	atomic_set(&gang->arrived, 0);
	atomic_set(&gang->left_alone, 0);
	atomic_set(&gang->inside, 0);
	ret = call(targets, meeting_callback, gang);
	expect(!ret, "%s on %*pbl: %d", name, cpumask_pr_args(targets), ret);
	expect(atomic_read(&gang->arrived) == gang->expected &&
	       !atomic_read(&gang->left_alone),
	       "%s on %*pbl: %d of %u callbacks met, %d waited in vain", name,
	       cpumask_pr_args(targets), atomic_read(&gang->arrived),
	       gang->expected, atomic_read(&gang->left_alone));
	expect_together(gang);
}

static int gang(const struct params *params)
{
	unsigned int cycles = params->cycles ?: MEETINGS;
	struct cpumask *targets = scratch_mask();
	struct gang gang = { };
	unsigned int i, cpu;

	gang.watch = watch_start();
	gang.seen = scratch_alloc(array3_size(nr_cpu_ids, nr_cpu_ids,
					      sizeof(u64)));
	if (!gang.watch || !gang.seen || !targets)
		return -ENOMEM;
	for_each_online_cpu(cpu) {
		stand_on(cpu);
		for (i = 0; i < cycles && expect_go_on(); i++) {
			cpumask_copy(targets, cpu_online_mask);
			meet(&gang, targets, kstop_cpus, "kstop_cpus");
			meet(&gang, targets, try_kstop_cpus, "try_kstop_cpus");
			/* From outside the targets. */
			cpumask_clear_cpu(cpu, targets);
			if (!cpumask_empty(targets))
				meet(&gang, targets, kstop_cpus, "kstop_cpus");
		}
	}
	return 0;
}

const struct testcase gang_cases[] = {
	{ "gang", gang },
	{ }
};
