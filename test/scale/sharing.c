// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/stop_machine.h>
#include <linux/string.h>

#include "crew.h"
#include "measure.h"
#include "params.h"
#include "results.h"
#include "samples.h"
#include "ways.h"

/*
 * Which stop it is, counted from outside: whatever runs in a stop asks for an
 * interrupt on another CPU, which has interrupts off till the stop's end and comes to
 * the next one only after it has taken it. (It takes them in the order in which they
 * were asked for, so also before one that calls it to the next stop.)
 */
static unsigned int epoch;
static atomic_t asked;

static void next_epoch(void *unused)
{
	atomic_set(&asked, 0);
	/* In the end it is called on several CPUs, where the number is of no account. */
	WRITE_ONCE(epoch, READ_ONCE(epoch) + 1);
}

static call_single_data_t csd = { .func = next_epoch };

/* What a crowd is about; its members' callbacks write the epochs. */
struct crowd {
	const struct way	*way;
	unsigned int		*epochs;
};

static int note_epoch(void *arg)
{
	unsigned int *slot = arg;

	*slot = READ_ONCE(epoch) + 1;
	if (!atomic_xchg(&asked, 1))
		smp_call_function_single_async(cpumask_any_but(cpu_online_mask,
							       smp_processor_id()), &csd);
	return 0;
}

static void call_once(struct member *member)
{
	const struct crowd *crowd = member->crew->arg;

	member->error = crowd->way->call(note_epoch, &crowd->epochs[member->number], NULL);
}

/* The callers become ready while no CPU can run one: none is before the others. */
static int let_go(void *arg)
{
	crew_go(arg);
	return 0;
}

/* The number of different ones; 0 if a callback did not run. */
static unsigned int count_stops(const struct crowd *crowd)
{
	unsigned int i, k, stops = 0;

	for (i = 0; i < params.crowd; i++) {
		if (!crowd->epochs[i])
			return 0;
		for (k = 0; k < i && crowd->epochs[k] != crowd->epochs[i]; k++)
			;
		stops += k == i;
	}
	return stops;
}

/* What is taken, of each way that stops the machine, for a crowd. */
struct tally {
	struct series	stops;		/* how many there were */
	struct series	time;		/* until the last call has returned */
};

static int sample(struct crew *crew, unsigned int n, struct tally *tally)
{
	struct crowd *crowd = crew->arg;
	unsigned int stops;
	s64 ret;
	u64 began;

	measure_rest();
	crowd->way = &ways[n];
	memset(crowd->epochs, 0, params.crowd * sizeof(*crowd->epochs));
	began = ktime_get_ns();
	ret = stop_machine(let_go, crew, NULL) ?: crew_wait(crew);
	samples_add(&tally->time.of[n], measure_units(ktime_get_ns() - began));
	if (ret < 0)
		return ret;
	stops = count_stops(crowd);
	samples_add(&tally->stops.of[n], stops);
	return stops ? 0 : -EPROTO;
}

static int report(struct tally *tally)
{
	struct situation situation = {
		.measure	= "sharing",
		.load		= "idle",
		.callers	= params.crowd,
	};
	unsigned int n;
	int ret;

	for_each_way(n) {
		if (!ways[n].stops)
			continue;
		situation.variant = "stops";
		situation.unit = "stops";
		ret = results_add(&situation, ways[n].name, &tally->stops.of[n]);
		situation.variant = "all_done";
		situation.unit = measure_unit();
		ret = ret ?: results_add(&situation, ways[n].name, &tally->time.of[n]);
		if (ret)
			return ret;
	}
	return 0;
}

static int take_turns(struct crew *crew, struct tally *tally)
{
	unsigned int i, n;
	int ret;

	for (i = 0; measure_more(i, params.samples); i++) {
		for_each_way(n) {
			ret = ways[n].stops ? sample(crew, n, tally) : 0;
			if (ret)
				return ret;
		}
	}
	return 0;
}

/* An interrupt that is still under way belongs to the module's code. */
static void wait_for_epoch(void)
{
	while (atomic_read(&asked))
		cpu_relax();
	smp_call_function(next_epoch, NULL, 1);
}

static int with_crew(struct crowd *crowd, struct tally *tally)
{
	struct crew crew;
	int ret;

	ret = crew_start(&crew, params.crowd, -1, call_once, crowd);
	if (!ret) {
		ret = take_turns(&crew, tally);
		wait_for_epoch();
	}
	crew_stop(&crew);
	return ret;
}

int measure_sharing(void)
{
	struct crowd crowd = { };
	struct tally tally;
	int ret;

	if (num_online_cpus() < 2)
		return 0;
	memset(&tally, 0, sizeof(tally));
	crowd.epochs = kcalloc(params.crowd, sizeof(*crowd.epochs), GFP_KERNEL);
	ret = !crowd.epochs ? -ENOMEM : series_alloc(&tally.stops, params.samples) ?:
					series_alloc(&tally.time, params.samples);
	if (!ret)
		ret = with_crew(&crowd, &tally);
	if (!ret && !measure_ending())
		ret = report(&tally);
	series_free(&tally.stops);
	series_free(&tally.time);
	kfree(crowd.epochs);
	return ret;
}
