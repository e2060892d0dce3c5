// SPDX-License-Identifier: GPL-2.0-only
/*
 * The callback of every operation, see probe.h.
 */
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>

#include "probe.h"

void violate(struct visit *visit, const char *fmt, ...)
{
	struct probe *probe = visit->probe;
	va_list args;

	atomic_inc(&visit->bad);
	if (atomic_inc_return(&probe->violations) != 1)
		return;
	va_start(args, fmt);
	vscnprintf(probe->first, sizeof(probe->first), fmt, args);
	va_end(args);
}

static void check_context(struct visit *visit, unsigned int cpu)
{
	if (irqs_disabled() != visit->probe->irqs_off)
		violate(visit, "interrupts are %s on CPU %u", irqs_disabled() ? "off" : "on",
			cpu);
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT) && !preempt_count())
		violate(visit, "preemption is on, on CPU %u", cpu);
	if (!in_task())
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

static unsigned int count_online(const struct cpumask *mask)
{
	unsigned int cpu, n = 0;

	for_each_cpu_and(cpu, mask, cpu_online_mask)
		n++;
	return n;
}

/*
 * Spin by the delay loop, not by the clock: with every CPU stopped nobody
 * updates the timekeeper, and a short clocksource wraps or stands still.
 */
static void spin(u32 us)
{
	mdelay(us / 1000);
	udelay(us % 1000);
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
	bool first = atomic_inc_return(&visit->callbacks) == 1;

	/*
	 * CPUs that run fn together all try, one wins; they differ by less than
	 * it takes them to leave the rendezvous.
	 */
	atomic64_cmpxchg(&visit->entered, 0, ktime_get_ns());
	check_context(visit, cpu);
	check_place(visit, ran, cpu);
	if (first && probe->standstill && visit->everywhere)
		visit->due = count_online(visit->where);
	spin(probe->busy_us);
	note_stopped(visit, ktime_get_ns());
}

int probe_fn(void *arg)
{
	struct visit *visit = arg;

	probe_run(visit, visit->ran);
	return 0;
}

void visit_init(struct visit *visit, struct probe *probe, struct cpumask *ran)
{
	*visit = (struct visit) { .probe = probe, .ran = ran };
	if (ran)
		cpumask_clear(ran);
}

void visit_open(struct visit *visit, const struct cpumask *where, unsigned int min,
		unsigned int max)
{
	visit->where = where;
	visit->min = min;
	visit->max = max;
	visit->began = ktime_get_ns();
	WRITE_ONCE(visit->open, true);
}

int visit_close(struct visit *visit, int ret, u64 ended)
{
	unsigned int callbacks = atomic_read(&visit->callbacks);

	WRITE_ONCE(visit->open, false);
	visit->latency = ended - visit->began;
	if (ret > 0)
		violate(visit, "the call gave %d, no fn did", ret);
	else if (ret && callbacks)
		violate(visit, "the call gave %d after fn had run %u times", ret, callbacks);
	else if (!ret && (callbacks < visit->min || callbacks > visit->max))
		violate(visit, "fn ran %u times, %u to %u are right", callbacks, visit->min,
			visit->max);
	else if (visit->due && callbacks != visit->due)
		violate(visit, "fn ran %u times, on %u CPUs is right", callbacks, visit->due);
	return atomic_read(&visit->bad) ? -EPROTO : ret;
}
