// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/smpboot.h>

#include "../compat.h"
#include "witness.h"

#define SECTIONS	20		/* in a row */
#define SECTION_US	10
#define PAUSE_US	300		/* between rows: others want the CPU, too */

/**
 * struct witness - one CPU's
 * @held:	how many callbacks hold this CPU now
 * @holds:	how many ever did
 * @inside:	the witness is in its section; plain
 * @one:	goes up at the section's begin; plain
 * @two:	goes up at its end; plain
 * @sections:	number of them
 * @thread:	for smpboot
 */
struct witness {
	atomic_t		held;
	atomic_t		holds;
	bool			inside;
	u64			one;
	u64			two;
	u64			sections;
	struct task_struct	*thread;
};

static DEFINE_PER_CPU_SHARED_ALIGNED(struct witness, witnesses);

struct probe witness_probe;
static bool on_duty;

static __printf(1, 2) void testify(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	probe_violate(&witness_probe, fmt, args);
	va_end(args);
}

static void section(struct witness *witness, unsigned int cpu)
{
	int holds;

	preempt_disable();
	holds = atomic_read(&witness->holds);
	if (atomic_read(&witness->held))
		testify("CPU %u is held, and its witness runs", cpu);
	witness->inside = true;
	witness->one++;
	udelay(SECTION_US);
	witness->two++;
	witness->inside = false;
	if (atomic_read(&witness->held) || atomic_read(&witness->holds) != holds)
		testify("CPU %u was held while its witness had preemption off", cpu);
	WRITE_ONCE(witness->sections, witness->sections + 1);
	preempt_enable();
}

/*
 * By a timer that goes off in the hard interrupt. On PREEMPT_RT others are served by
 * ktimers/N, and when the CPU goes down that thread is parked before this one, which
 * would then sleep for ever, with the hotplug lock held by who waits for it.
 */
static void witness_rest(void)
{
	ktime_t rest = ns_to_ktime(PAUSE_US * NSEC_PER_USEC);

	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_hrtimeout_range(&rest, PAUSE_US * NSEC_PER_USEC,
				 HRTIMER_MODE_REL_HARD);
}

static void witness_run(unsigned int cpu)
{
	int i;

	for (i = 0; i < SECTIONS; i++) {
		section(per_cpu_ptr(&witnesses, cpu), cpu);
		cond_resched();
	}
	witness_rest();
}

static int witness_should_run(unsigned int cpu)
{
	return true;
}

static struct smp_hotplug_thread threads = {
	.store			= &witnesses.thread,
	.thread_should_run	= witness_should_run,
	.thread_fn		= witness_run,
	.thread_comm		= "kstop_witness/%u",
};

int witness_start(void)
{
	int ret = smpboot_register_percpu_thread(&threads);

	WRITE_ONCE(on_duty, !ret);
	return ret;
}

/* As kstop does with its own: from here on hotplug leaves them as they are. */
static void park_threads(void)
{
	unsigned int cpu;

	cpus_read_lock();
	threads.selfparking = true;
	for_each_online_cpu(cpu)
		kthread_park(per_cpu(witnesses.thread, cpu));
	cpus_read_unlock();
}

void witness_stop(void)
{
	if (!on_duty)
		return;
	WRITE_ONCE(on_duty, false);
	if (COMPAT_STOPS_PARKED_ONLY)
		park_threads();
	smpboot_unregister_percpu_thread(&threads);
}

static void look(struct visit *visit, const struct witness *witness, unsigned int cpu)
{
	if (witness->inside)
		violate(visit, "CPU %u is held inside a section with preemption off", cpu);
	else if (witness->one != witness->two)
		violate(visit, "CPU %u is held, its witness has written %llu and %llu", cpu,
			witness->one, witness->two);
}

/*
 * No CPU of the mask comes or goes while it stands still; who is not online need
 * not, and its witness is parked.
 */
void witness_hold(struct visit *visit)
{
	/* Each CPU of a rendezvous writes it. */
	const struct cpumask *held = READ_ONCE(visit->held);
	unsigned int cpu;

	if (!held || !READ_ONCE(on_duty))
		return;
	for_each_cpu(cpu, held) {
		struct witness *witness = per_cpu_ptr(&witnesses, cpu);

		atomic_inc(&witness->holds);
		atomic_inc(&witness->held);
		look(visit, witness, cpu);
	}
}

void witness_release(struct visit *visit)
{
	const struct cpumask *held = READ_ONCE(visit->held);
	unsigned int cpu;

	if (!held || !READ_ONCE(on_duty))
		return;
	for_each_cpu(cpu, held) {
		struct witness *witness = per_cpu_ptr(&witnesses, cpu);

		look(visit, witness, cpu);
		atomic_dec(&witness->held);
	}
}

void witness_interrupt(void *unused)
{
	unsigned int cpu = smp_processor_id();

	if (atomic_read(&per_cpu_ptr(&witnesses, cpu)->held))
		testify("CPU %u is held, and takes an interrupt", cpu);
}

u64 witness_sections(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(&witnesses, cpu)->sections);
	return sum;
}
