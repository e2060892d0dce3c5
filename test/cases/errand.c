// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitops.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "bystander.h"
#include "errand.h"
#include "expect.h"
#include "scratch.h"

#define UNTOUCHED	0x5a5a5a5a

struct ground *ground_new(bool watched)
{
	struct ground *ground = scratch_alloc(sizeof(*ground));

	if (ground && watched) {
		ground->watch = watch_start();
		if (!ground->watch)
			return NULL;
	}
	return ground;
}

void expect_ground(struct ground *ground)
{
	expect(!atomic_read(&ground->overlaps),
	       "%d times fn of one call ran beside that of another",
	       atomic_read(&ground->overlaps));
	expect(!atomic_read(&ground->moved),
	       "%d times something ran on a CPU that was stopped",
	       atomic_read(&ground->moved));
	expect(!atomic_read(&ground->inside),
	       "%d times a CPU was stopped with preemption off",
	       atomic_read(&ground->inside));
}

static u64 count_bystanders(struct ground *ground)
{
	unsigned int cpu;
	u64 sum = 0;

	if (!ground->watch)
		return 0;
	for_each_online_cpu(cpu) {
		sum += bystander_count(ground->watch, cpu);
		if (bystander_inside(ground->watch, cpu))
			atomic_inc(&ground->inside);
	}
	return sum;
}

/*
 * What the interrupt came upon, if there was one: the idle task has preemption off
 * once, nobody else at all. A thread that takes part has it off once.
 */
static bool good_context(const struct errand *errand)
{
	int count = preempt_count() & ~HARDIRQ_MASK;

	if (!irqs_disabled() || in_nmi())
		return false;
	if (hardirq_count() && !(errand->opts.flags & KSTOP_IRQ))
		return false;
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		return true;
	if (hardirq_count())
		return count == (is_idle_task(current) ? PREEMPT_OFFSET : 0);
	return count == PREEMPT_OFFSET;
}

static void look_around(struct errand *errand, unsigned int cpu)
{
	if (hardirq_count())
		atomic_inc(&errand->in_interrupt);
	if (!good_context(errand))
		atomic_inc(&errand->bad_context);
	if (READ_ONCE(errand->over))
		atomic_inc(&errand->after);
	if (cpu >= BITS_PER_LONG)
		return;
	if (test_and_set_bit(cpu, &errand->ran))
		return;
	/* Plain: to order this is kstop's work. */
	if (errand->question & 1)
		atomic_inc(&errand->stale);
	errand->answers[cpu] = errand->question + cpu;
}

static void enter(struct errand *errand)
{
	struct ground *ground = errand->ground;
	long owner;

	atomic_inc(&errand->inside);
	owner = atomic_long_cmpxchg(&ground->owner, 0, (long)errand);
	if (owner && owner != (long)errand)
		atomic_inc(&ground->overlaps);
	if (atomic_inc_return(&errand->runs) == 1)
		errand->overtaken = atomic_inc_return(&ground->done) - 1 -
				    errand->began;
}

static void leave(struct errand *errand)
{
	struct ground *ground = errand->ground;
	long owner = atomic_long_read(&ground->owner);

	/* Who comes last lets go of it; another of ours may just be coming. */
	if (owner && owner != (long)errand)
		atomic_inc(&ground->overlaps);
	if (atomic_dec_and_test(&errand->inside))
		atomic_long_set(&ground->owner, 0);
}

/* By the clock: a CPU that came up on a busy host may not know how long a loop takes. */
static void be_busy(unsigned int us)
{
	u64 end = ktime_get_mono_fast_ns() + us * NSEC_PER_USEC;

	while (ktime_get_mono_fast_ns() < end)
		cpu_relax();
}

int errand_callback(void *arg)
{
	struct errand *errand = arg;
	unsigned int cpu = raw_smp_processor_id();
	u64 count;

	enter(errand);
	count = count_bystanders(errand->ground);
	look_around(errand, cpu);
	if (errand->busy_us)
		be_busy(errand->busy_us);
	if (count != count_bystanders(errand->ground))
		atomic_inc(&errand->ground->moved);
	leave(errand);
	return errand->value ? errand->value + cpu : 0;
}

void errand_open(struct errand *errand, struct ground *ground,
		 enum errand_call call, const struct cpumask *run)
{
	u64 question = errand->question;

	memset(errand, 0, sizeof(*errand));
	errand->ground = ground;
	errand->call = call;
	errand->fn = errand_callback;
	errand->opts.run = run;
	/* Even: the present one. Odd: between two calls. */
	errand->question = (question | 1) + 1;
}

static int call(struct errand *errand)
{
	int ret;

	switch (errand->call) {
	case CALL_MACHINE:
		return kstop_machine(errand->fn, errand, errand->opts.run);
	case CALL_CPUSLOCKED:
		cpus_read_lock();
		ret = kstop_machine_cpuslocked(errand->fn, errand,
					       errand->opts.run);
		cpus_read_unlock();
		return ret;
	default:
		return kstop_machine_opts(errand->fn, errand, &errand->opts,
					  errand->report);
	}
}

static unsigned long first_cpus(const struct cpumask *mask)
{
	unsigned long bits = 0;
	unsigned int cpu;

	for_each_cpu(cpu, mask)
		if (cpu < BITS_PER_LONG && cpu_online(cpu))
			bits |= BIT(cpu);
	return bits;
}

/* The one that ran it, where nobody said which. */
static bool ran_right(const struct errand *errand, int runs)
{
	const struct cpumask *stop = errand->opts.stop ?: cpu_online_mask;

	if (errand->vague)
		return runs && runs == hweight_long(errand->ran);
	if (!errand->opts.run)
		return runs == 1 && hweight_long(errand->ran) == 1 &&
		       !(errand->ran & ~first_cpus(stop));
	return errand->ran == first_cpus(errand->opts.run) &&
	       runs == hweight_long(errand->ran);
}

static bool expect_result(const struct errand *errand, int ret, int runs)
{
	unsigned int cpu = ret - errand->value;

	if (!errand->value || !runs)
		return expect(!ret, "fn gave 0, the call %d", ret);
	return expect(cpu < BITS_PER_LONG && errand->ran & BIT(cpu),
		      "fn gave %d and the CPU's number, the call %d",
		      errand->value, ret);
}

static void expect_answers(const struct errand *errand)
{
	unsigned int cpu;

	for_each_set_bit(cpu, &errand->ran, BITS_PER_LONG)
		expect(errand->answers[cpu] == (errand->question - 1) + cpu,
		       "asked %llu, CPU %u answered %llu",
		       errand->question - 1, cpu, errand->answers[cpu]);
}

static void expect_results(const struct errand *errand)
{
	const int *results = errand->report->results;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		bool ran = cpu < BITS_PER_LONG && errand->ran & BIT(cpu);
		int want = !ran ? UNTOUCHED :
			   errand->value ? errand->value + (int)cpu : 0;

		expect(results[cpu] == want, "results[%u] is %#x, not %#x", cpu,
		       results[cpu], want);
	}
}

static void expect_report(const struct errand *errand, int ret)
{
	const struct kstop_report *report = errand->report;

	if (report->results)
		expect_results(errand);
	if (ret < 0)
		expect(!report->gather_ns && !report->stopped_ns,
		       "%d, but gathered in %llu ns, stopped for %llu", ret,
		       report->gather_ns, report->stopped_ns);
	else
		expect(report->gather_ns && report->total_ns >=
		       report->gather_ns + report->stopped_ns,
		       "gathered %llu, stopped %llu, total %llu ns",
		       report->gather_ns, report->stopped_ns, report->total_ns);
}

static void spoil(const struct kstop_report *report)
{
	unsigned int cpu;

	if (!report || !report->results)
		return;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		report->results[cpu] = UNTOUCHED;
}

/*
 * For how long this task was ready to run and another one ran, since it began. Who is
 * preempted at this very moment finds it changed, as nivcsw.
 */
static u64 kept_off_ns(void)
{
#ifdef CONFIG_SCHED_INFO
	return READ_ONCE(current->sched_info.run_delay);
#else
	return 0;
#endif
}

int errand_run(struct errand *errand)
{
	unsigned long preempted = READ_ONCE(current->nivcsw);
	u64 kept_off = kept_off_ns();
	int ret, runs;

	spoil(errand->report);
	errand->began = atomic_read(&errand->ground->done);
	ret = call(errand);
	errand->undisturbed = READ_ONCE(current->nivcsw) == preempted;
	errand->kept_off_ns = kept_off_ns() - kept_off;
	errand->question++;
	WRITE_ONCE(errand->over, true);
	runs = atomic_read(&errand->runs);
	errand->at_return = runs;
	if (ret < 0) {
		expect(!runs, "%d, but fn ran %d times", ret, runs);
	} else {
		expect(ran_right(errand, runs), "run %*pbl: %d times, on %#lx",
		       cpumask_pr_args(errand->opts.run ?: cpu_online_mask),
		       runs, errand->ran);
		expect_result(errand, ret, runs);
		expect_answers(errand);
	}
	if (errand->report && errand->call == CALL_OPTS)
		expect_report(errand, ret);
	expect(!atomic_read(&errand->bad_context) &&
	       !atomic_read(&errand->stale),
	       "of %d fn %d ran in a wrong context, %d with an old question",
	       runs, atomic_read(&errand->bad_context),
	       atomic_read(&errand->stale));
	return ret;
}

bool errand_settled(struct errand *errand)
{
	return expect(!atomic_read(&errand->after) &&
		      atomic_read(&errand->runs) == errand->at_return,
		      "fn ran %d times after the call, %d in all, %d at its end",
		      atomic_read(&errand->after), atomic_read(&errand->runs),
		      errand->at_return);
}
