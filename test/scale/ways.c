// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/stop_machine.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "marks.h"
#include "params.h"
#include "ways.h"

#if defined(KSTOP_IRQ) || defined(KSTOP_ALIGN)
static int call_opts(cpu_stop_fn_t fn, void *arg, const struct cpumask *cpus,
		     unsigned long flags)
{
	const struct kstop_opts opts = { .run = cpus, .flags = flags };

	return kstop_machine_opts(fn, arg, &opts, NULL);
}
#endif

#ifdef KSTOP_IRQ
static int call_irq(cpu_stop_fn_t fn, void *arg, const struct cpumask *cpus)
{
	return call_opts(fn, arg, cpus, KSTOP_IRQ);
}
#endif

#ifdef KSTOP_ALIGN
static int call_align(cpu_stop_fn_t fn, void *arg, const struct cpumask *cpus)
{
	return call_opts(fn, arg, cpus, KSTOP_ALIGN);
}
#endif

/**
 * struct meeting - of all CPUs in a call-function interrupt
 * @fn:		what runs when all are there
 * @arg:	its argument
 * @cpus:	where
 * @first:	where, if @cpus is NULL
 * @nr:		how many are to come
 * @ret:	what fn returned
 * @here:	how many have come; polled by all
 * @done:	how many have been through; polled by all
 * @left:	how many will not touch this any more; polled by the caller
 */
struct meeting {
	cpu_stop_fn_t		fn;
	void			*arg;
	const struct cpumask	*cpus;
	unsigned int		first;
	int			nr;
	int			ret;
	atomic_t		here ____cacheline_aligned_in_smp;
	atomic_t		done ____cacheline_aligned_in_smp;
	atomic_t		left ____cacheline_aligned_in_smp;
};

static void meet(atomic_t *count, int nr)
{
	/* What a CPU did before it came all the others see after they have left. */
	smp_mb__before_atomic();
	atomic_inc(count);
	while (atomic_read(count) < nr)
		cpu_relax();
	/* Pairs with the barrier above, on each of the others. */
	smp_mb();
}

static void attend(void *arg)
{
	struct meeting *meeting = arg;
	unsigned int cpu = smp_processor_id();

	meet(&meeting->here, meeting->nr);
	if (meeting->cpus ? cpumask_test_cpu(cpu, meeting->cpus) : cpu == meeting->first) {
		int ret = meeting->fn(meeting->arg);

		if (ret)
			WRITE_ONCE(meeting->ret, ret);
	}
	meet(&meeting->done, meeting->nr);
	/* Pairs with the caller's acquire: the meeting is on its stack. */
	atomic_fetch_inc_release(&meeting->left);
}

/* Two meetings at a time would wait for each other. */
static DEFINE_MUTEX(meeting_lock);

static int call_on_each_cpu(cpu_stop_fn_t fn, void *arg, const struct cpumask *cpus)
{
	struct meeting meeting = { .fn = fn, .arg = arg, .cpus = cpus };

	cpus_read_lock();
	mutex_lock(&meeting_lock);
	meeting.first = cpumask_first(cpu_online_mask);
	meeting.nr = num_online_cpus();
	/* Told to wait, kernels before 5.13 do so before the function's turn here. */
	on_each_cpu(attend, &meeting, 0);
	smp_cond_load_acquire(&meeting.left.counter, VAL >= meeting.nr);
	mutex_unlock(&meeting_lock);
	cpus_read_unlock();
	return meeting.ret;
}

/* What schedule_on_each_cpu() does; it is not exported. One call at a time. */
static DEFINE_PER_CPU(struct work_struct, each_works);
static struct meeting each;
static DEFINE_MUTEX(each_lock);

static void each_work(struct work_struct *unused)
{
	unsigned int cpu = raw_smp_processor_id();	/* bound to it */
	int ret;

	if (each.cpus ? !cpumask_test_cpu(cpu, each.cpus) : cpu != each.first)
		return;
	ret = each.fn(each.arg);
	if (ret)
		WRITE_ONCE(each.ret, ret);
}

static int call_each_work(cpu_stop_fn_t fn, void *arg, const struct cpumask *cpus)
{
	unsigned int cpu;
	int ret;

	cpus_read_lock();
	mutex_lock(&each_lock);
	each.fn = fn;
	each.arg = arg;
	each.cpus = cpus;
	each.first = cpumask_first(cpu_online_mask);
	each.ret = 0;
	for_each_online_cpu(cpu) {
		INIT_WORK(per_cpu_ptr(&each_works, cpu), each_work);
		schedule_work_on(cpu, per_cpu_ptr(&each_works, cpu));
	}
	for_each_online_cpu(cpu)
		flush_work(per_cpu_ptr(&each_works, cpu));
	ret = each.ret;
	mutex_unlock(&each_lock);
	cpus_read_unlock();
	return ret;
}

const struct way ways[] = {
	{ "native",		stop_machine,		true,	true },
	{ "kstop",		kstop_machine,		true,	true },
#ifdef KSTOP_IRQ
	{ "kstop_irq",		call_irq,		true,	true },
#endif
#ifdef KSTOP_ALIGN
	{ "kstop_align",	call_align,		true,	true },
#endif
	{ "on_each_cpu",	call_on_each_cpu,	true },
	{ "each_work",		call_each_work },
};

const unsigned int nr_ways = ARRAY_SIZE(ways);

bool way_known(const char *name)
{
	unsigned int n;

	for (n = 0; n < nr_ways; n++) {
		if (!strcmp(name, ways[n].name))
			return true;
	}
	return false;
}

unsigned int way_next(unsigned int n)
{
	while (n && n < nr_ways && !params_has(params.ways, ways[n].name))
		n++;
	return n;
}

static int count_run(void *arg)
{
	atomic_inc(arg);
	return 0;
}

int way_try(const struct way *way)
{
	atomic_t ran = ATOMIC_INIT(0);
	int ret;

	mark(MARK_CALL);
	ret = way->call(count_run, &ran, NULL);
	if (!ret && atomic_read(&ran) == 1)
		return 0;
	pr_err("!!! %s gave %d, and fn ran %d times\n", way->name, ret, atomic_read(&ran));
	return ret < 0 ? ret : -EPROTO;
}

int series_alloc(struct series *series, unsigned int max)
{
	unsigned int n;

	BUILD_BUG_ON(ARRAY_SIZE(ways) > WAYS_MAX);
	memset(series, 0, sizeof(*series));
	for_each_way(n) {
		if (samples_alloc(&series->of[n], max)) {
			series_free(series);
			return -ENOMEM;
		}
	}
	return 0;
}

void series_free(struct series *series)
{
	unsigned int n;

	for (n = 0; n < nr_ways; n++)
		samples_free(&series->of[n]);
}
