// SPDX-License-Identifier: GPL-2.0-only
/*
 * The callback of every operation, see probe.h.
 */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "../compat.h"
#include "probe.h"
#include "witness.h"

void probe_violate(struct probe *probe, const char *fmt, va_list args)
{
	if (atomic_inc_return(&probe->violations) == 1)
		vscnprintf(probe->first, sizeof(probe->first), fmt, args);
}

void violate(struct visit *visit, const char *fmt, ...)
{
	va_list args;

	atomic_inc(&visit->bad);
	va_start(args, fmt);
	probe_violate(visit->probe, fmt, args);
	va_end(args);
}

static void check_context(struct visit *visit, unsigned int cpu)
{
	bool off = irqs_disabled();

	if (off != visit->probe->irqs_off)
		violate(visit, "interrupts are %s on CPU %u", off ? "off" : "on", cpu);
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT) && !preempt_count())
		violate(visit, "preemption is on, on CPU %u", cpu);
	if (!in_task() && !(visit->interrupt && in_hardirq() && !in_nmi()))
		violate(visit, "not in process context on CPU %u, preempt count %x", cpu,
			preempt_count());
}

static void check_place(struct visit *visit, struct cpumask *ran, unsigned int cpu)
{
	if (!READ_ONCE(visit->open))
		violate(visit, "fn runs on CPU %u, but the call is over", cpu);
	if (visit->where && !cpumask_test_cpu(cpu, visit->where))
		violate(visit, "fn runs on CPU %u, where it should not", cpu);
	if (ran && cpumask_test_and_set_cpu(cpu, ran))
		violate(visit, "fn runs twice on CPU %u", cpu);
}

/*
 * Plain accesses on purpose: it is the stop that has to order them, so this comes before
 * anything of fn's that does. Gives its first word.
 */
static u64 read_letter(struct visit *visit, unsigned int cpu)
{
	u64 text = visit->letter[0];
	unsigned int i;

	for (i = 1; i < LETTER_WORDS; i++) {
		if (visit->letter[i] != text + i)
			violate(visit, "CPU %u finds word %u of an old letter", cpu, i);
	}
	return text;
}

/* It shows the caller which text was there; plainly, and after anything that orders. */
static void write_reply(struct visit *visit, unsigned int cpu, u64 text)
{
	if (visit->replies)
		visit->replies[cpu] = text ^ cpu;
}

/* Who ran fn has answered this very letter, and nobody else has. */
static void read_replies(struct visit *visit)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		u64 right = cpumask_test_cpu(cpu, visit->ran) ? visit->letter[0] ^ cpu : 0;

		if (visit->replies[cpu] != right)
			violate(visit, "the reply of CPU %u is %llx, %llx is right", cpu,
				visit->replies[cpu], right);
	}
}

static unsigned int count_online(const struct cpumask *mask)
{
	unsigned int cpu, n = 0;

	for_each_cpu_and(cpu, mask, cpu_online_mask)
		n++;
	return n;
}

#define STEPS_PER_US	1000U	/* more than any CPU makes */

/*
 * Spin until the clock says so by which it is measured. That one may not go on: with
 * every CPU stopped nobody updates the timekeeper, and a short clocksource wraps; then
 * sched_clock() ends it, or in the end the number of steps. The delay loop would not
 * do: how long it takes is measured when a CPU comes up, and where that CPU had
 * to wait for a core of the host then, udelay() is far too short.
 */
static void spin(u32 us)
{
	u64 start = ktime_get_ns(), other = sched_clock(), ns = us * 1000ULL;
	u64 steps = (u64)us * STEPS_PER_US;

	while (ktime_get_ns() - start < ns && sched_clock() - other < 4 * ns && steps--)
		cpu_relax();
}

static void note_stopped(struct visit *visit, u64 now)
{
	atomic64_t *max = &visit->probe->stopped_max;
	s64 stopped = now - atomic64_read(&visit->entered);
	s64 old = atomic64_read(max);

	while (stopped > old && !atomic64_try_cmpxchg(max, &old, stopped))
		;
}

void probe_run(struct visit *visit, struct cpumask *ran)
{
	struct probe *probe = visit->probe;
	unsigned int cpu = raw_smp_processor_id();
	u64 text = read_letter(visit, cpu);
	bool first = atomic_inc_return(&visit->callbacks) == 1;

	/*
	 * CPUs that run fn together all try, one wins; they differ by less than
	 * it takes them to leave the rendezvous.
	 */
	atomic64_cmpxchg(&visit->entered, 0, ktime_get_ns());
	witness_hold(visit);
	check_context(visit, cpu);
	check_place(visit, ran, cpu);
	if (first && probe->standstill && visit->everywhere)
		visit->due = count_online(visit->where);
	spin(probe->busy_us);
	witness_release(visit);
	note_stopped(visit, ktime_get_ns());
	write_reply(visit, cpu, text);
}

int probe_fn(void *arg)
{
	struct visit *visit = arg;

	probe_run(visit, visit->ran);
	return visit->answer;
}

void visit_init(struct visit *visit, struct probe *probe, struct cpumask *ran)
{
	*visit = (struct visit) { .probe = probe, .ran = ran };
	if (ran)
		cpumask_clear(ran);
}

/* A text that was not there before. Plainly, see read_letter(). */
static void write_letter(struct visit *visit)
{
	static atomic64_t letters;
	u64 text = atomic64_add_return(LETTER_WORDS, &letters) << 16;
	unsigned int i;

	for (i = 0; i < LETTER_WORDS; i++)
		visit->letter[i] = text + i;
	if (visit->replies)
		memset(visit->replies, 0, nr_cpu_ids * sizeof(*visit->replies));
}

void visit_open(struct visit *visit, const struct cpumask *where, unsigned int min,
		unsigned int max)
{
	visit->where = where;
	visit->min = min;
	visit->max = max;
	visit->preempt = preempt_count();
	visit->irqs_off = irqs_disabled();
	visit->began = ktime_get_ns();
	WRITE_ONCE(visit->open, true);
	write_letter(visit);
}

static void check_result(struct visit *visit, int ret)
{
	unsigned int callbacks = atomic_read(&visit->callbacks);

	if (ret > 0 && (ret != visit->answer || !callbacks))
		violate(visit, "the call gave %d, %u callbacks gave %d", ret, callbacks,
			visit->answer);
	else if (ret < 0 && callbacks)
		violate(visit, "the call gave %d after fn had run %u times", ret, callbacks);
	else if (!ret && callbacks && visit->answer)
		violate(visit, "the call gave 0, %u callbacks gave %d", callbacks,
			visit->answer);
	else if (ret >= 0 && (callbacks < visit->min || callbacks > visit->max))
		violate(visit, "fn ran %u times, %u to %u are right", callbacks, visit->min,
			visit->max);
	else if (visit->due && callbacks != visit->due)
		violate(visit, "fn ran %u times, on %u CPUs is right", callbacks, visit->due);
}

/* Whatever became of the call. */
static void check_caller(struct visit *visit)
{
	bool off = irqs_disabled();

	if (off != visit->irqs_off)
		violate(visit, "interrupts are %s after the call", off ? "off" : "on");
	if (preempt_count() != visit->preempt)
		violate(visit, "preempt count %x after the call, %x before", preempt_count(),
			visit->preempt);
}

int visit_close(struct visit *visit, int ret, u64 ended)
{
	WRITE_ONCE(visit->open, false);
	visit->latency = ended - visit->began;
	check_caller(visit);
	check_result(visit, ret);
	if (visit->replies && visit->ran)
		read_replies(visit);
	if (atomic_read(&visit->bad))
		return -EPROTO;
	return min(ret, 0);
}
