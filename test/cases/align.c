// SPDX-License-Identifier: GPL-2.0-only
/*
 * KSTOP_ALIGN: fn starts everywhere at the same moment. How well it does is for
 * kstopscale to measure; here it is that nothing else of a stop changes, whoever
 * comes first or last, again and again, alone and shared with others.
 */
#include <linux/jiffies.h>

#include "crew.h"
#include "errand.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define ROUNDS		15
#define CALLERS		8
#define SHARED_MS	45000
#define SHARED_CALLS	20
#define VALUES		1000
#define MEET_MS		2000

/**
 * struct meeting - one call whose fn looks whether all are there
 * @errand:	the first: fn's argument
 * @here:	CPUs that have begun
 * @alone:	times that one has not met the others
 * @nr:		CPUs that run fn
 */
struct meeting {
	struct errand	errand;
	atomic_t	here;
	atomic_t	alone;
	int		nr;
};

/* All have begun before any returns: each may wait for the others. */
static int meet_callback(void *arg)
{
	struct meeting *meeting = arg;

	atomic_inc(&meeting->here);
	if (!spin_for(atomic_read(&meeting->here) == meeting->nr, MEET_MS))
		atomic_inc(&meeting->alone);
	return errand_callback(&meeting->errand);
}

static void meet(struct meeting *meeting, struct ground *ground,
		 const struct cpumask *run, unsigned long flags)
{
	struct errand *errand = &meeting->errand;
	int ret;

	errand_open(errand, ground, CALL_OPTS, run);
	errand->fn = meet_callback;
	errand->opts.flags = flags;
	errand->value = VALUES;
	atomic_set(&meeting->here, 0);
	atomic_set(&meeting->alone, 0);
	meeting->nr = run ? cpumask_weight(run) : 1;
	ret = errand_run(errand);
	expect(ret >= VALUES, "flags %lu: %d", flags, ret);
	expect(!atomic_read(&meeting->alone),
	       "flags %lu on %*pbl: %d began without the others", flags,
	       cpumask_pr_args(run ?: cpu_online_mask),
	       atomic_read(&meeting->alone));
}

static int align_masks(const struct params *params)
{
	struct meeting *meeting = scratch_alloc(sizeof(*meeting));
	struct ground *ground = ground_new(false);
	struct cpumask *most = scratch_mask();
	unsigned int from, cpu, i;

	if (!meeting || !ground || !most)
		return -ENOMEM;
	for_each_online_cpu(from) {
		stand_on(from);
		cpumask_copy(most, cpu_online_mask);
		cpumask_clear_cpu(from, most);
		for (i = 0; i < ROUNDS && expect_go_on(); i++) {
			unsigned long irq = i % 2 ? KSTOP_IRQ : 0;

			meet(meeting, ground, NULL, KSTOP_ALIGN | irq);
			meet(meeting, ground, cpu_online_mask,
			     KSTOP_ALIGN | irq);
			/* The same requests are used for others in between. */
			meet(meeting, ground, cpu_online_mask, irq);
			if (!cpumask_empty(most))
				meet(meeting, ground, most, KSTOP_ALIGN | irq);
		}
		for_each_online_cpu(cpu)
			meet(meeting, ground, cpumask_of(cpu), KSTOP_ALIGN);
	}
	expect_ground(ground);
	return 0;
}

/* Callers that share their stops, every other of them with an aligned start. */
struct aligner {
	struct meeting	meeting;
	struct ground	*ground;
	unsigned int	number;
	struct hand	*hand;
};

static int align_round(void *arg)
{
	struct aligner *aligner = arg;
	/* It may not have been written yet: we run before crew_hire() returns. */
	struct hand *hand = READ_ONCE(aligner->hand);
	unsigned int turn = hand ? hand->count : 0;

	meet(&aligner->meeting, aligner->ground,
	     turn % 3 ? cpu_online_mask : NULL,
	     (aligner->number + turn) % 2 ? KSTOP_ALIGN : 0);
	return expect_go_on() ? 0 : 1;
}

static bool all_have_called(struct aligner *const aligners[])
{
	unsigned int i;

	for (i = 0; i < CALLERS; i++)
		if (READ_ONCE(aligners[i]->hand->count) < SHARED_CALLS)
			return false;
	return true;
}

static int align_shared(const struct params *params)
{
	struct ground *ground = ground_new(false);
	struct aligner *aligners[CALLERS];
	unsigned int i;

	if (!ground)
		return -ENOMEM;
	for (i = 0; i < CALLERS; i++) {
		aligners[i] = scratch_alloc(sizeof(*aligners[i]));
		if (!aligners[i])
			return -ENOMEM;
		aligners[i]->ground = ground;
		aligners[i]->number = i;
		WRITE_ONCE(aligners[i]->hand,
			   crew_hire("aligner", ANY_CPU, align_round, aligners[i]));
		if (!aligners[i]->hand)
			return 0;
	}
	expect(sleep_for(all_have_called(aligners), SHARED_MS),
	       "not all callers get on");
	crew_dismiss();
	if (!scratch_lost())
		expect_ground(ground);
	return 0;
}

const struct testcase align_cases[] = {
	{ "align_masks", align_masks },
	{ "align_shared", align_shared },
	{ }
};
