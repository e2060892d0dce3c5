// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstop_flush(): when it returns, every nowait work queued before it has
 * finished. No case here waits for anything else after it.
 */

#include "crew.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define SLOW_MS		20
#define MANY_WORKS	2000
#define FLUSHERS	4
#define GIVE_UP_MS	10000

struct pile {
	unsigned int		size;
	struct kstop_work	*works;
	atomic_t		ran;
	atomic_t		ended;
	unsigned int		slow_ms;	/* the first on each CPU */
};

static int pile_callback(void *arg)
{
	struct pile *pile = arg;

	atomic_inc(&pile->ran);
	udelay(1);
	atomic_inc(&pile->ended);
	return 0;
}

static int slow_pile_callback(void *arg)
{
	struct pile *pile = arg;

	atomic_inc(&pile->ran);
	mdelay(pile->slow_ms);
	atomic_inc(&pile->ended);
	return 0;
}

static struct pile *pile_new(unsigned int size)
{
	struct pile *pile = scratch_alloc(sizeof(*pile));

	if (!pile)
		return NULL;
	pile->size = size;
	pile->slow_ms = SLOW_MS;
	pile->works = scratch_alloc(size * sizeof(*pile->works));
	return pile->works ? pile : NULL;
}

/* The number accepted. Each CPU's first work holds up those behind it. */
static unsigned int pile_up(struct pile *pile)
{
	unsigned int i, cpu = cpumask_first(cpu_online_mask), accepted = 0;
	unsigned int cpus = num_online_cpus();
	cpu_stop_fn_t fn;

	for (i = 0; i < pile->size; i++) {
		fn = i < cpus ? slow_pile_callback : pile_callback;
		accepted += kstop_one_cpu_nowait(cpu, fn, pile, &pile->works[i]);
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
	}
	return accepted;
}

static void expect_flushed(struct pile *pile, unsigned int accepted)
{
	int ended;

	kstop_flush();
	ended = atomic_read(&pile->ended);
	expect(ended == accepted, "after kstop_flush %d of %u works had ended",
	       ended, accepted);
}

/* Queues itself for ever: kstop_flush() waits for it once. */
struct eternal {
	struct kstop_work	work;
	unsigned int		runs;
	bool			stop;
	u64			give_up_at;
	bool			gave_up;
};

static int eternal_callback(void *arg)
{
	struct eternal *eternal = arg;

	WRITE_ONCE(eternal->runs, eternal->runs + 1);
	udelay(20);
	if (READ_ONCE(eternal->stop))
		return 0;
	if (ktime_get_mono_fast_ns() > eternal->give_up_at)
		WRITE_ONCE(eternal->gave_up, true);
	else if (!kstop_one_cpu_nowait(raw_smp_processor_id(), eternal_callback,
				       eternal, &eternal->work))
		WRITE_ONCE(eternal->gave_up, true);
	return 0;
}

static void flush_eternal(struct eternal *eternal, unsigned int cpu)
{
	unsigned int before;

	memset(eternal, 0, sizeof(*eternal));
	eternal->give_up_at = ktime_get_mono_fast_ns() +
			      (u64)GIVE_UP_MS * NSEC_PER_MSEC;
	expect(kstop_one_cpu_nowait(cpu, eternal_callback, eternal,
				    &eternal->work), "refused on CPU %u", cpu);
	before = READ_ONCE(eternal->runs);
	kstop_flush();
	expect(!READ_ONCE(eternal->gave_up),
	       "kstop_flush waited for a work that queues itself to end");
	expect(before || READ_ONCE(eternal->runs),
	       "kstop_flush returned before the work ran");
	WRITE_ONCE(eternal->stop, true);
	/* For the run that did not see it yet, and for the one it queued. */
	kstop_flush();
	kstop_flush();
}

static int flush(const struct params *params)
{
	struct pile *pile = pile_new(num_online_cpus() + 1);
	struct eternal *eternal = scratch_alloc(sizeof(*eternal));
	unsigned int from, cpu;

	if (!pile || !eternal)
		return -ENOMEM;
	kstop_flush();		/* there is nothing: it returns */
	for_each_online_cpu(from) {
		stand_on(from);
		atomic_set(&pile->ended, 0);
		expect_flushed(pile, pile_up(pile));
		/* On our own CPU it would leave us no time at all. */
		for_each_online_cpu(cpu)
			if (cpu != from)
				flush_eternal(eternal, cpu);
	}
	return 0;
}

/* A client that leaves: many works of its own, queued and flushed. */
static int leaving_round(void *arg)
{
	struct pile *pile = arg;
	unsigned int accepted;

	atomic_set(&pile->ended, 0);
	accepted = pile_up(pile);
	kstop_flush();
	if (accepted != pile->size)
		return -ENOENT;
	return atomic_read(&pile->ended) == accepted ? 0 : -EPROTO;
}

static int flush_exit(const struct params *params)
{
	unsigned int seconds = params->seconds ?: 3;
	struct hand *hands[FLUSHERS];
	struct pile *pile = pile_new(MANY_WORKS), *small;
	unsigned int accepted;
	int i;

	if (!pile)
		return -ENOMEM;
	accepted = pile_up(pile);
	expect(accepted == MANY_WORKS, "%u of %u accepted", accepted,
	       MANY_WORKS);
	expect_flushed(pile, accepted);

	for (i = 0; i < FLUSHERS; i++) {
		small = pile_new(64);
		if (!small)
			return -ENOMEM;
		small->slow_ms = 1;
		hands[i] = crew_hire("leaver", ANY_CPU, leaving_round, small);
		if (!hands[i])
			return 0;
	}
	schedule_timeout_killable(seconds * HZ);
	crew_come_through();
	crew_dismiss();
	for (i = 0; i < FLUSHERS; i++) {
		expect(!hands[i]->errors, "flusher %d: %llu errors, last %d", i,
		       hands[i]->errors, hands[i]->last_error);
		figure(hands[i]->count, "flushes_%d", i);
	}
	return 0;
}

const struct testcase flush_cases[] = {
	{ "flush", flush },
	{ "flush_exit", flush_exit },
	{ }
};
