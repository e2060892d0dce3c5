// SPDX-License-Identifier: GPL-2.0-only
/* All operations at once: from many threads, and while CPUs come and go. */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/sched.h>

#include "crew.h"
#include "expect.h"
#include "hotplug.h"
#include "kstop.h"
#include "kstoptest.h"
#include "loops.h"
#include "scratch.h"
#include "storm.h"

#define MANY_THREADS	32		/* more than kstop has requests */
#define MANY_SECONDS	5
#define STORM_THREADS	6
#define NOWAIT_THREADS	2
#define HOTPLUG_CYCLES	200

struct storm {
	unsigned int	nr;
	struct hand	*hands[MANY_THREADS];
	struct stormer	*stormers[MANY_THREADS];
};

static bool storm_add(struct storm *storm, unsigned int threads,
		      const char *name, round_fn_t round, bool hotplug)
{
	struct stormer *stormer;
	struct hand *hand;

	while (threads--) {
		stormer = scratch_alloc(sizeof(*stormer));
		if (!expect(stormer, "no memory"))
			return false;
		stormer_init(stormer, hotplug);
		hand = crew_hire(name, ANY_CPU, round, stormer);
		if (!hand)
			return false;
		storm->stormers[storm->nr] = stormer;
		storm->hands[storm->nr++] = hand;
	}
	return true;
}

static void storm_end(struct storm *storm)
{
	u64 calls = 0, accepted = 0, refused = 0;
	unsigned int i;

	crew_come_through();
	crew_dismiss();
	if (scratch_lost())
		return;
	kstop_flush();
	for (i = 0; i < storm->nr; i++) {
		struct hand *hand = storm->hands[i];

		expect(!hand->errors, "thread %u: %llu errors, the last %d", i,
		       hand->errors, hand->last_error);
		expect_none_lost(storm->stormers[i], hand->name);
		calls += hand->count;
		accepted += storm->stormers[i]->accepted;
		refused += storm->stormers[i]->refused;
	}
	figure(calls, "calls");
	figure(accepted, "works_accepted");
	figure(refused, "works_refused");
}

static int many_threads(const struct params *params)
{
	unsigned int seconds = params->seconds ?: MANY_SECONDS;
	struct storm storm = { };

	if (!storm_add(&storm, MANY_THREADS, "many", storm_any, false))
		return 0;
	while (seconds-- && expect_go_on())
		schedule_timeout_killable(HZ);
	storm_end(&storm);
	return 0;
}

static u64 hotplug_cycle(unsigned int cpu, unsigned int i)
{
	u64 start = ktime_get_ns();

	if (!take_down(cpu))
		return 0;
	/* Every other time let the storm see it gone for a while. */
	if (i & 1)
		usleep_range(5000, 10000);
	if (!bring_up(cpu))
		return 0;
	return ktime_get_ns() - start;
}

static int hotplug_storm(const struct params *params)
{
	unsigned int cycles = params->cycles ?: HOTPLUG_CYCLES, i;
	unsigned int cpu = hotplug_victim(nr_cpu_ids);
	struct storm storm = { };
	u64 took, longest = 0;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!storm_add(&storm, STORM_THREADS, "storm", storm_any, true) ||
	    !storm_add(&storm, NOWAIT_THREADS, "nowait", storm_nowait, true))
		return 0;
	for (i = 0; i < cycles && expect_go_on(); i++) {
		took = hotplug_cycle(cpu, i);
		if (!took)
			break;
		longest = max(longest, took);
		cpu = hotplug_victim(cpu);
	}
	storm_end(&storm);
	expect(i == cycles, "%u of %u cycles", i, cycles);
	figure(i, "cycles");
	figure(div_u64(longest, NSEC_PER_MSEC), "longest_cycle_ms");
	return 0;
}

static const char *const spurious_cases[] = {
	"one", "two", "nowait", "cpus", "try", "machine", "core", "gang",
	"nowait_irqoff", "exclusion", "message_passing", "flush", "nested",
	"try_busy", "disjoint", "many_threads",
};

static int spurious(const struct params *params)
{
	const struct params small = {
		.seconds = params->seconds ?: 1,
		.cycles = params->cycles ?: 10,
	};
	unsigned int i;
	int ret = loop_start("wake", ANY_CPU);

	if (!expect(!ret || ret == -EBUSY, "no wake loop: %d", ret))
		return 0;
	for (i = 0; i < ARRAY_SIZE(spurious_cases) && expect_go_on(); i++) {
		const struct testcase *testcase =
			testcase_find(spurious_cases[i]);
		int sub = testcase->run(&small);

		expect(!sub || sub == -EOPNOTSUPP, "%s: %d", testcase->name,
		       sub);
		crew_dismiss();
	}
	expect(loop_count("wake"), "nobody was woken");
	/* If user space had started it, it is still wanted. */
	if (!ret)
		expect(!loop_stop("wake"), "the wake loop did not end");
	return 0;
}

const struct testcase stress_cases[] = {
	{ "many_threads", many_threads },
	{ "hotplug_storm", hotplug_storm },
	{ "spurious", spurious },
	{ }
};
