// SPDX-License-Identifier: GPL-2.0-only
/*
 * "All" means all: right after load, and right after a CPU came up or went
 * down, kstop_machine() stops every online CPU and never fewer.
 */
#include <linux/cpu.h>

#include "expect.h"
#include "hotplug.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "spin.h"

#define ROLL_MS		2000
#define ROUNDS		3

struct roll {
	unsigned int	expected;
	atomic_t	present;	/* callbacks that have begun */
	atomic_t	complete;	/* that saw all the others begin */
	int		ret;
};

static struct roll at_load;

static int roll_callback(void *arg)
{
	struct roll *roll = arg;

	atomic_inc(&roll->present);
	if (spin_for(atomic_read(&roll->present) >= roll->expected, ROLL_MS))
		atomic_inc(&roll->complete);
	return 0;
}

static void call_roll(struct roll *roll)
{
	atomic_set(&roll->present, 0);
	atomic_set(&roll->complete, 0);
	cpus_read_lock();
	roll->expected = num_online_cpus();
	roll->ret = kstop_machine_cpuslocked(roll_callback, roll,
					     cpu_online_mask);
	cpus_read_unlock();
}

void all_stopped_at_load(void)
{
	call_roll(&at_load);
}

static void expect_all(const struct roll *roll, const char *when)
{
	unsigned int present = atomic_read(&roll->present);
	unsigned int complete = atomic_read(&roll->complete);

	expect(!roll->ret, "%s: %d", when, roll->ret);
	expect(present == roll->expected && complete == roll->expected,
	       "%s: fn ran on %u of %u CPUs, %u saw all", when, present,
	       roll->expected, complete);
}

/* The whole road, with the lock taken by kstop. */
static void expect_machine(const char *when)
{
	struct roll roll = { .expected = num_online_cpus() };

	roll.ret = kstop_machine(roll_callback, &roll, cpu_online_mask);
	expect_all(&roll, when);
}

static void expect_all_now(const char *when)
{
	struct roll roll;

	call_roll(&roll);
	expect_all(&roll, when);
	expect_machine(when);
}

static int all_stopped(const struct params *params)
{
	unsigned int rounds = params->cycles ?: ROUNDS, i;
	unsigned int online = num_online_cpus(), cpu = nr_cpu_ids;

	stand_on(cpumask_first(cpu_online_mask));
	expect_all(&at_load, "right after load");
	expect_all_now("at once");
	for (i = 0; i < rounds * (online - 1) && expect_go_on(); i++) {
		cpu = hotplug_victim(cpu);
		if (!take_down(cpu))
			break;
		/* By whichever comes first after the change. */
		if (i & 1)
			expect_machine("right after a CPU went down");
		expect_all_now("after a CPU went down");
		if (!bring_up(cpu))
			break;
		if (i & 1)
			expect_machine("right after a CPU came up");
		expect_all_now("after a CPU came up");
		expect(num_online_cpus() == online, "%u CPUs of %u online",
		       num_online_cpus(), online);
	}
	return 0;
}

const struct testcase all_stopped_cases[] = {
	{ "all_stopped", all_stopped },
	{ }
};
