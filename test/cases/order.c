// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several requests at a time: those that share no CPU run side by side, those
 * that do are seen in one order by all, so nobody waits in a circle.
 */
#include "crew.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"
#include "storm.h"

#define MEETING_MS	5000
#define GLIMPSE_MS	20
#define MEETINGS	100
#define MEETINGS_MS	60000
#define ORDER_SECONDS	20
#define STALL_SECONDS	5

/* One of two requests that share no CPU. */
struct side {
	struct cpumask	*mask;
	struct side	*other;
	bool		go;		/* both sides have their thread */
	bool		two;		/* by kstop_two_cpus() */
	unsigned int	rounds;		/* still to do */
	atomic_t	began;		/* callbacks, ever */
	atomic_t	inside;		/* callbacks, now */
	bool		in_vain;	/* waited too long for the other side */
	unsigned int	glimpses;	/* saw the other side inside */
};

/* With interrupts on it is safe to wait for the other side. */
static int meeting_callback(void *arg)
{
	struct side *side = arg;
	int mine = atomic_inc_return(&side->began);

	if (!spin_for(atomic_read(&side->other->began) >= mine, MEETING_MS))
		WRITE_ONCE(side->in_vain, true);
	return 0;
}

/*
 * With interrupts off it is not: the other side's CPU may be waiting for an
 * answer to its own interrupt from here. Just look, and not for long.
 */
static int glimpse_callback(void *arg)
{
	struct side *side = arg;

	atomic_inc(&side->inside);
	if (spin_for(atomic_read(&side->other->inside), GLIMPSE_MS))
		WRITE_ONCE(side->glimpses, side->glimpses + 1);
	atomic_dec(&side->inside);
	return 0;
}

static int side_round(void *arg)
{
	struct side *side = arg;
	unsigned int first = cpumask_first(side->mask);
	int ret;

	if (!READ_ONCE(side->go) || !READ_ONCE(side->rounds) ||
	    READ_ONCE(side->in_vain)) {
		usleep_range(500, 1000);
		return 1;
	}
	if (side->two)
		ret = kstop_two_cpus(first, cpumask_last(side->mask),
				     glimpse_callback, side);
	else
		ret = kstop_cpus(side->mask, meeting_callback, side);
	WRITE_ONCE(side->rounds, side->rounds - 1);
	return ret;
}

static void side_reset(struct side *side, bool two)
{
	side->go = false;
	side->two = two;
	side->rounds = MEETINGS;
	atomic_set(&side->began, 0);
	side->in_vain = false;
	side->glimpses = 0;
}

static bool sides_done(struct side *sides)
{
	return (!READ_ONCE(sides[0].rounds) && !READ_ONCE(sides[1].rounds)) ||
	       READ_ONCE(sides[0].in_vain) || READ_ONCE(sides[1].in_vain);
}

static void side_by_side(struct side *sides, bool two, const char *what)
{
	struct hand *hands[2];
	int i;

	for (i = 0; i < 2; i++) {
		side_reset(&sides[i], two);
		hands[i] = crew_hire(i ? "right" : "left",
				     cpumask_first(sides[i].mask), side_round,
				     &sides[i]);
		if (!hands[i])
			return;
	}
	/* A thread must not be made on a CPU that waits for that thread. */
	WRITE_ONCE(sides[0].go, true);
	WRITE_ONCE(sides[1].go, true);
	expect(sleep_for(sides_done(sides), MEETINGS_MS),
	       "%s: %u and %u requests missing", what,
	       READ_ONCE(sides[0].rounds), READ_ONCE(sides[1].rounds));
	crew_dismiss();
	for (i = 0; i < 2; i++) {
		expect(!sides[i].in_vain,
		       "%s: side %d waited for the other in vain", what, i);
		expect(!hands[i]->errors, "%s: side %d: %d", what, i,
		       hands[i]->last_error);
	}
	if (two)
		expect(sides[0].glimpses + sides[1].glimpses,
		       "%s: never both at a time", what);
}

/* The first CPUs to the left side, as many after them to the right. */
static void fill(struct side *sides, unsigned int each)
{
	unsigned int cpu, nr = 0;

	cpumask_clear(sides[0].mask);
	cpumask_clear(sides[1].mask);
	for_each_online_cpu(cpu) {
		if (nr < 2 * each)
			cpumask_set_cpu(cpu, sides[nr / each].mask);
		nr++;
	}
}

static int disjoint(const struct params *params)
{
	struct side *sides = scratch_alloc(2 * sizeof(*sides));

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!sides)
		return -ENOMEM;
	sides[0].mask = scratch_mask();
	sides[1].mask = scratch_mask();
	if (!sides[0].mask || !sides[1].mask)
		return -ENOMEM;
	sides[0].other = &sides[1];
	sides[1].other = &sides[0];

	fill(sides, 1);
	side_by_side(sides, false, "cpus, one each");
	if (num_online_cpus() < 4)
		return 0;
	fill(sides, 2);
	side_by_side(sides, false, "cpus, two each");
	side_by_side(sides, true, "two");
	return 0;
}

/*
 * kstop_machine() gives up now and then to let hotplug through, and so would
 * come out of a circle by itself; the other one would not.
 */
static int machine_round(void *arg)
{
	int ret = storm_machine(arg);

	return ret ?: storm_machine_cpuslocked(arg);
}

struct caller {
	const char	*name;
	round_fn_t	round;
	struct hand	*hand;
	u64		seen;		/* calls at the last look */
	u64		least;		/* in a second */
	unsigned int	still;		/* seconds without a call */
};

static void look_at_caller(struct caller *caller)
{
	u64 calls = READ_ONCE(caller->hand->count);
	u64 in_second = calls - caller->seen;

	caller->seen = calls;
	caller->least = min(caller->least, in_second);
	caller->still = in_second ? 0 : caller->still + 1;
	expect(caller->still != STALL_SECONDS,
	       "%s: no call came through for %u s, %llu before", caller->name,
	       caller->still, calls);
}

static void expect_caller_fine(struct caller *caller)
{
	struct hand *hand = caller->hand;

	expect(hand->count, "%s: never came through", caller->name);
	expect(!hand->errors && !hand->refused,
	       "%s: %llu errors, the last %d, %llu refused", caller->name,
	       hand->errors, hand->last_error, hand->refused);
	figure(hand->count, "%s", caller->name);
	figure(caller->least, "%s_least_in_a_second", caller->name);
}

static int overlap_order(const struct params *params)
{
	struct caller callers[] = {
		{ "subset_a", storm_subset_a },
		{ "subset_b", storm_subset_b },
		{ "machine", machine_round },
	};
	unsigned int seconds = params->seconds ?: ORDER_SECONDS, i;
	struct stormer *stormer;

	for (i = 0; i < ARRAY_SIZE(callers); i++) {
		stormer = scratch_alloc(sizeof(*stormer));
		if (!stormer)
			return -ENOMEM;
		stormer_init(stormer, false);
		callers[i].least = U64_MAX;
		callers[i].hand = crew_hire(callers[i].name, ANY_CPU,
					    callers[i].round, stormer);
		if (!callers[i].hand)
			return 0;
	}
	while (seconds-- && expect_go_on()) {
		schedule_timeout_killable(HZ);
		for (i = 0; i < ARRAY_SIZE(callers); i++)
			look_at_caller(&callers[i]);
	}
	crew_dismiss();
	for (i = 0; i < ARRAY_SIZE(callers); i++)
		expect_caller_fine(&callers[i]);
	return 0;
}

const struct testcase order_cases[] = {
	{ "disjoint", disjoint },
	{ "overlap_order", overlap_order },
	{ }
};
