// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole-machine callers that wait at the same time, and may share a stop. Whether
 * they did is for who reads kstop's counters (shared, left_over); here it is that
 * none of them can tell.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "../compat.h"
#include "crew.h"
#include "errand.h"
#include "expect.h"
#include "hotplug.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define SECONDS		8
#define PATIENCE_S	30
#define SHARERS		32		/* more than calls of two requests */
#define ERRANDS		64		/* in turn: a late run still finds its own */
#define VALUES		1000		/* above all errors */
#define LONG_US		400		/* a few of them and a stop is at its bound */
#define LIMIT_NS	(3 * NSEC_PER_MSEC)
#define FAREWELL_MS	50
#define FIFO		10
#define LOW_NICE	19

/**
 * struct sharer - one thread that calls
 * @ground:	the case's
 * @hand:	its thread
 * @errands:	its last ones
 * @next:	the next of them
 * @report:	for one at a time
 * @run:	a mask of its own
 * @victim:	the CPU that comes and goes
 * @probe:	what is called then
 * @number:	among the sharers
 * @completed:	calls
 * @nowhere:	those that gave -ENOENT
 * @timed_out:	-ETIMEDOUT
 * @killed:	-EINTR
 * @undisturbed: calls that it was not preempted in
 * @most_overtaken: by so many others in one of those, but for those of kept_off_by()
 */
struct sharer {
	struct ground		*ground;
	struct hand		*hand;
	struct errand		*errands;
	u64			next;
	struct kstop_report	report;
	struct cpumask		*run;
	const struct cpumask	*victim;
	struct probe		*probe;
	unsigned int		number;
	u64			completed;
	u64			nowhere;
	u64			timed_out;
	u64			killed;
	u64			undisturbed;
	int			most_overtaken;
};

static u32 random_below(u32 limit)
{
	return get_random_u32() % limit;
}

static unsigned int random_cpu(const struct cpumask *from)
{
	unsigned int cpu = cpumask_first(from);
	u32 n = random_below(cpumask_weight(from));

	while (n--)
		cpu = cpumask_next(cpu, from);
	return cpu;
}

static const struct cpumask *random_run(struct sharer *sharer)
{
	switch (random_below(4)) {
	case 0:
		return NULL;
	case 1:
		return cpumask_of(random_cpu(cpu_online_mask));
	case 2:
		return cpu_online_mask;
	default:
		cpumask_copy(sharer->run, cpu_online_mask);
		cpumask_clear_cpu(random_cpu(cpu_online_mask), sharer->run);
		return random_below(8) ? sharer->run : cpu_none_mask;
	}
}

/* Anything that may be asked of a stop which others can share, and some more. */
static void random_wish(struct sharer *sharer, struct errand *errand)
{
	errand_open(errand, sharer->ground, random_below(CALLS),
		    random_run(sharer));
	if (random_below(2))
		errand->value = VALUES * (1 + random_below(VALUES));
	if (!random_below(4))
		errand->busy_us = random_below(LONG_US);
	if (errand->call != CALL_OPTS)
		return;
	if (random_below(2))
		errand->report = &sharer->report;
	if (random_below(2))
		errand->opts.timeout_ns = 1 + (random_below(LIMIT_NS) >>
					       random_below(12));
	if (!random_below(3))
		errand->opts.flags |= KSTOP_ALIGN;
	/* This one is not shared, but it is in everybody's way. */
	if (!random_below(6))
		errand->opts.flags |= KSTOP_IRQ;
}

/*
 * How many others can have had their turns while the caller was ready to run and its CPU
 * did something else, if they take as long as it does: for instance stop after stop.
 */
static int kept_off_by(const struct errand *errand)
{
	return errand->busy_us ?
	       div_u64(errand->kept_off_ns, errand->busy_us * NSEC_PER_USEC) : 0;
}

/* Others read it while its only writer counts on. */
static void has_completed(struct sharer *sharer)
{
	WRITE_ONCE(sharer->completed, sharer->completed + 1);
}

static void judge(struct sharer *sharer, const struct errand *errand, int ret)
{
	int overtaken;
	bool none = errand->opts.run && cpumask_empty(errand->opts.run);

	switch (ret) {
	case -ETIMEDOUT:
		sharer->timed_out++;
		expect(errand->opts.timeout_ns, "-ETIMEDOUT without a limit");
		break;
	case -EINTR:
		sharer->killed++;
		expect(signal_pending(current), "-EINTR without a signal");
		break;
	case -ENOENT:
		sharer->nowhere++;
		expect(none && errand->call == CALL_OPTS,
		       "-ENOENT of call %d with CPUs to run on", errand->call);
		break;
	default:
		has_completed(sharer);
		expect(ret >= 0, "call %d: %d", errand->call, ret);
		expect(ret || !none || errand->call != CALL_OPTS,
		       "0 with no CPU to run on");
	}
	if (!errand->undisturbed)
		return;
	sharer->undisturbed++;
	overtaken = errand->overtaken - kept_off_by(errand);
	if (overtaken > sharer->most_overtaken)
		sharer->most_overtaken = overtaken;
}

static struct errand *next_errand(struct sharer *sharer)
{
	struct errand *errand;

	errand = &sharer->errands[sharer->next++ % ERRANDS];
	errand_settled(errand);
	return errand;
}

static int share_round(void *arg)
{
	struct sharer *sharer = arg;
	struct errand *errand = next_errand(sharer);

	random_wish(sharer, errand);
	judge(sharer, errand, errand_run(errand));
	flush_signals(current);
	if (!random_below(8))
		usleep_range(10, 500);
	return expect_go_on() ? 0 : 1;
}

static struct sharer *sharer_new(struct ground *ground, unsigned int number)
{
	struct sharer *sharer = scratch_alloc(sizeof(*sharer));

	if (!sharer)
		return NULL;
	sharer->ground = ground;
	sharer->number = number;
	sharer->run = scratch_mask();
	sharer->errands = scratch_alloc(ERRANDS * sizeof(struct errand));
	sharer->report.results = scratch_alloc(nr_cpu_ids * sizeof(int));
	return sharer->run && sharer->errands && sharer->report.results ?
	       sharer : NULL;
}

/* @nr of them, bound to @cpu or not. False with an expectation. */
static bool hire(struct sharer *sharers[], unsigned int nr,
		 struct ground *ground, int cpu, round_fn_t round)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		sharers[i] = sharer_new(ground, i);
		if (!expect(sharers[i], "no memory"))
			return false;
		sharers[i]->hand = crew_hire("sharer", cpu, round, sharers[i]);
		if (!sharers[i]->hand)
			return false;
	}
	return true;
}

static void settle(struct sharer *const sharers[], unsigned int nr)
{
	u64 completed = 0, nowhere = 0, timed_out = 0, killed = 0, least = U64_MAX;
	int overtaken = 0;
	unsigned int i, j;

	for (i = 0; i < nr; i++) {
		struct sharer *s = sharers[i];

		for (j = 0; j < ERRANDS; j++)
			errand_settled(&s->errands[j]);
		completed += s->completed;
		nowhere += s->nowhere;
		timed_out += s->timed_out;
		killed += s->killed;
		least = min(least, s->completed);
		overtaken = max(overtaken, s->most_overtaken);
	}
	expect(least, "a caller of %u has completed nothing", nr);
	figure(completed, "completed");
	figure(least, "completed_least");
	figure(nowhere, "nowhere");
	figure(timed_out, "timed_out");
	figure(killed, "killed");
	figure(overtaken, "overtaken_most");
}

static int nothing_callback(void *unused)
{
	return 0;
}

/* The callers are gone. Whatever is still under way has come after this. */
static bool farewell(struct ground *ground)
{
	int ret;

	crew_dismiss();
	if (scratch_lost())
		return false;
	msleep(FAREWELL_MS);
	ret = kstop_machine(nothing_callback, NULL, cpu_online_mask);
	expect(!ret, "kstop_machine when all is over: %d", ret);
	expect_ground(ground);
	return true;
}

/* Some go ahead of all others, some come last. */
static void mix_priorities(struct sharer *const sharers[], unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (i % 8 == 1)
			compat_set_exact_fifo(sharers[i]->hand->task, FIFO);
		else if (i % 4 == 2)
			set_user_nice(sharers[i]->hand->task, LOW_NICE);
	}
}

static bool all_have_completed(struct sharer *const sharers[], unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (!READ_ONCE(sharers[i]->completed))
			return false;
	return true;
}

/* Those who come last may not have had a CPU at all. */
static bool storm_over(struct sharer *const sharers[], unsigned int nr,
		       unsigned long end)
{
	if (time_before(jiffies, end))
		return false;
	return all_have_completed(sharers, nr) ||
	       time_after(jiffies, end + PATIENCE_S * HZ);
}

static int storm(const struct params *params, bool watched)
{
	unsigned long end = jiffies + (params->seconds ?: SECONDS) * HZ;
	struct ground *ground = ground_new(watched);
	struct sharer *sharers[SHARERS];
	unsigned int kills = 0;

	if (!ground)
		return -ENOMEM;
	if (!hire(sharers, SHARERS, ground, ANY_CPU, share_round))
		return 0;
	mix_priorities(sharers, SHARERS);
	while (!storm_over(sharers, SHARERS, end) && expect_go_on()) {
		usleep_range(5000, 20000);
		send_sig(SIGKILL, sharers[random_below(SHARERS)]->hand->task, 1);
		kills++;
	}
	if (!farewell(ground))
		return 0;
	settle(sharers, SHARERS);
	figure(kills, "signals");
	return 0;
}

static int share_storm(const struct params *params)
{
	return storm(params, false);
}

/* With a thread on each CPU that must not get on while any of them runs. */
static int share_watched(const struct params *params)
{
	return storm(params, true);
}

/*
 * Three calls take as long as a stop may be shared, so most are left over again and
 * again, and would be for ever if those who come later went first. Who has come
 * waits for those who were there before, and for a few that slip in between.
 */
#define LEFT		13
#define LEFT_US		400
#define OVERTAKEN_MAX	((IS_ENABLED(CONFIG_SCHED_INFO) ? 2 : 6) * LEFT)

static int left_over_round(void *arg)
{
	struct sharer *sharer = arg;
	struct errand *errand = next_errand(sharer);

	errand_open(errand, sharer->ground,
		    sharer->number % 2 ? CALL_MACHINE : CALL_OPTS,
		    sharer->number % 3 ? NULL : cpu_online_mask);
	errand->busy_us = LEFT_US;
	judge(sharer, errand, errand_run(errand));
	return 0;
}

static int share_left_over(const struct params *params)
{
	unsigned long end = jiffies + (params->seconds ?: SECONDS) * HZ;
	struct ground *ground = ground_new(false);
	struct sharer *sharers[LEFT];
	u64 undisturbed = 0;
	unsigned int i;

	if (!ground)
		return -ENOMEM;
	if (!hire(sharers, LEFT, ground, ANY_CPU, left_over_round))
		return 0;
	while (!storm_over(sharers, LEFT, end) && expect_go_on())
		usleep_range(5000, 20000);
	if (!farewell(ground))
		return 0;
	for (i = 0; i < LEFT; i++) {
		undisturbed += sharers[i]->undisturbed;
		expect(sharers[i]->most_overtaken <= OVERTAKEN_MAX,
		       "caller %u of %u was overtaken by %d", i, LEFT,
		       sharers[i]->most_overtaken);
	}
	figure(undisturbed, "undisturbed");
	expect(undisturbed, "each call was preempted");
	settle(sharers, LEFT);
	return 0;
}

/*
 * Callers of the lowest priority on one CPU open stops, and a FIFO hog takes that CPU
 * away at any moment, until the callers elsewhere have got on. Nobody may depend
 * on one who cannot run. Their calls are not of the kind that starts over after a
 * second, with a stop of its own in the end.
 */
#define OPENERS		8
#define OTHERS		1
#define HOLDS		60
#define HOG_FIFO	50
#define GET_ON_MS	8000

struct hog {
	struct sharer	*others[OTHERS];
	bool		wanted;
	bool		stuck;
};

static int plain_round(void *arg)
{
	struct sharer *sharer = arg;
	struct errand *errand = next_errand(sharer);

	errand_open(errand, sharer->ground, CALL_CPUSLOCKED, NULL);
	judge(sharer, errand, errand_run(errand));
	return 0;
}

/*
 * Each of the others has completed two calls: the last of them has begun here. In the
 * end they are sent home, and there is nothing to wait for.
 */
static bool others_get_on(struct hog *hog, const u64 *before)
{
	unsigned int i;

	if (!READ_ONCE(hog->wanted))
		return true;
	for (i = 0; i < OTHERS; i++)
		if (READ_ONCE(hog->others[i]->completed) < before[i] + 2)
			return false;
	return true;
}

static int hog_round(void *arg)
{
	struct hog *hog = arg;
	u64 before[OTHERS];
	unsigned int i;

	usleep_range(200, 5000);
	if (!READ_ONCE(hog->wanted))
		return 1;
	for (i = 0; i < OTHERS; i++)
		before[i] = READ_ONCE(hog->others[i]->completed);
	for (i = 0; i < GET_ON_MS; i++) {
		if (spin_for(others_get_on(hog, before), 1))
			return 0;
		/* The stopper may have the CPU. */
		cond_resched();
	}
	WRITE_ONCE(hog->stuck, true);
	return -ETIME;
}

static void hold_openers(struct hog *hog, struct hand *hand)
{
	unsigned long end = jiffies + 30 * HZ;

	WRITE_ONCE(hog->wanted, true);
	while (READ_ONCE(hand->count) < HOLDS && !READ_ONCE(hog->stuck) &&
	       time_before(jiffies, end) && expect_go_on())
		usleep_range(1000, 2000);
	WRITE_ONCE(hog->wanted, false);
	expect(!READ_ONCE(hog->stuck), "callers elsewhere wait for one that cannot run");
	figure(READ_ONCE(hand->count), "holds");
}

static int share_held_opener(const struct params *params)
{
	unsigned int cpu = cpumask_last(cpu_online_mask), i;
	struct hog *hog = scratch_alloc(sizeof(*hog));
	struct ground *ground = ground_new(false);
	struct sharer *openers[OPENERS];
	struct hand *hand;

	if (num_online_cpus() < 2 || !COMPAT_HAVE_SETATTR)
		return -EOPNOTSUPP;
	if (!ground || !hog)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	if (!hire(openers, OPENERS, ground, cpu, plain_round) ||
	    !hire(hog->others, OTHERS, ground, cpumask_first(cpu_online_mask),
		  plain_round))
		return 0;
	for (i = 0; i < OPENERS; i++)
		set_user_nice(openers[i]->hand->task, LOW_NICE);
	hand = crew_hire("hog", cpu, hog_round, hog);
	if (hand && expect(!compat_set_exact_fifo(hand->task, HOG_FIFO), "no FIFO"))
		hold_openers(hog, hand);
	if (!farewell(ground))
		return 0;
	settle(openers, OPENERS);
	settle(hog->others, OTHERS);
	return 0;
}

/*
 * CPUs come and go beside calls that are shared. What one of them is told is its own:
 * that there is no CPU for it is nothing to those who share the stop.
 */
#define TRAVELLERS	8
#define TRIPS		12

static int hotplug_round(void *arg)
{
	struct sharer *sharer = arg;
	const struct kstop_opts opts = { .run = sharer->victim };
	struct probe *probe = sharer->probe;
	int ret;

	if (sharer->number % 2) {
		ret = kstop_machine_opts(probe_callback, probe, &opts, NULL);
		if (ret == -ENOENT)
			sharer->nowhere++;
		else
			has_completed(sharer);
		return ret == -ENOENT ? 1 : ret;
	}
	ret = kstop_machine(probe_callback, probe, NULL);
	expect(!ret, "kstop_machine beside hotplug: %d", ret);
	has_completed(sharer);
	return ret;
}

static int share_hotplug(const struct params *params)
{
	unsigned int victim = hotplug_victim(nr_cpu_ids), i;
	struct ground *ground = ground_new(false);
	struct sharer *sharers[TRAVELLERS];

	if (victim >= nr_cpu_ids)
		return -EOPNOTSUPP;
	if (!ground)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	for (i = 0; i < TRAVELLERS; i++) {
		sharers[i] = sharer_new(ground, i);
		if (!sharers[i])
			return -ENOMEM;
		sharers[i]->victim = cpumask_of(victim);
		sharers[i]->probe = probe_new();
		if (!sharers[i]->probe)
			return -ENOMEM;
		sharers[i]->hand = crew_hire("traveller", ANY_CPU,
					     hotplug_round, sharers[i]);
		if (!sharers[i]->hand)
			return 0;
	}
	for (i = 0; i < TRIPS && expect_go_on(); i++) {
		if (!take_down(victim))
			break;
		usleep_range(1000, 5000);
		bring_up(victim);
		usleep_range(1000, 5000);
	}
	if (!farewell(ground))
		return 0;
	for (i = 0; i < TRAVELLERS; i++)
		expect(!sharers[i]->hand->errors, "caller %u: %d", i,
		       sharers[i]->hand->last_error);
	figure(i ? sharers[1]->nowhere : 0, "nowhere");
	figure(sharers[0]->completed, "completed");
	return 0;
}

const struct testcase share_cases[] = {
	{ "share_storm", share_storm },
	{ "share_watched", share_watched },
	{ "share_left_over", share_left_over },
	{ "share_held_opener", share_held_opener },
	{ "share_hotplug", share_hotplug },
	{ }
};
