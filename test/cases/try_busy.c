// SPDX-License-Identifier: GPL-2.0-only
/*
 * try_kstop_cpus() beside another request for several CPUs: -EAGAIN if they
 * share a CPU, whether that one waits or runs; works for single CPUs do not
 * count, and elsewhere it goes ahead.
 */
#include <linux/preempt.h>

#include "crew.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define HOLD_MS		5000
#define SEEN_MS		3000

/* Something that holds CPUs until released, or for HOLD_MS. */
struct hold {
	const struct cpumask	*mask;		/* of the request */
	bool			go;		/* do it now */
	unsigned int		hold_ms;	/* at most; 0 = HOLD_MS */
	atomic_t		holding;	/* CPUs that came to hold */
	bool			release;
	bool			over;		/* the request has returned */
	int			ret;
};

static int hold_callback(void *arg)
{
	struct hold *hold = arg;

	atomic_inc(&hold->holding);
	spin_for(READ_ONCE(hold->release), hold->hold_ms ?: HOLD_MS);
	return 0;
}

static int idle_round(void)
{
	usleep_range(500, 1000);
	return 0;
}

/* The hands' rounds; each holds once. */

static int hold_by_request(void *arg)
{
	struct hold *hold = arg;

	if (!READ_ONCE(hold->go) || READ_ONCE(hold->over))
		return idle_round();
	hold->ret = kstop_cpus(hold->mask, hold_callback, hold);
	/* Pairs with let_go(). */
	smp_store_release(&hold->over, true);
	return hold->ret;
}

static int hold_by_work(void *arg)
{
	struct hold *hold = arg;

	if (!READ_ONCE(hold->go) || READ_ONCE(hold->over))
		return idle_round();
	hold->ret = kstop_one_cpu(cpumask_first(hold->mask), hold_callback,
				  hold);
	/* Pairs with let_go(). */
	smp_store_release(&hold->over, true);
	return hold->ret;
}

static int hold_preemption(void *arg)
{
	struct hold *hold = arg;

	if (!READ_ONCE(hold->go) || READ_ONCE(hold->over))
		return idle_round();
	preempt_disable();
	hold_callback(hold);
	preempt_enable();
	WRITE_ONCE(hold->over, true);
	return 0;
}

static int try_on(const struct cpumask *mask, struct probe *probe)
{
	probe_reset(probe);
	return try_kstop_cpus(mask, probe_callback, probe);
}

static void expect_busy(const struct cpumask *mask, struct probe *probe,
			const char *when)
{
	int ret = try_on(mask, probe);

	expect(ret == -EAGAIN, "%s: try_kstop_cpus on %*pbl: %d", when,
	       cpumask_pr_args(mask), ret);
	expect(!probe_runs(probe), "%s: fn ran on %*pbl", when,
	       cpumask_pr_args(mask));
}

static void expect_free(const struct cpumask *mask, struct probe *probe,
			const char *when)
{
	int ret = try_on(mask, probe);

	expect(!ret, "%s: try_kstop_cpus on %*pbl: %d", when,
	       cpumask_pr_args(mask), ret);
	expect_ran(probe, mask, PREEMPTION_OFF, when);
}

static void let_go(struct hold *hold, const char *what)
{
	WRITE_ONCE(hold->release, true);
	expect(sleep_for(smp_load_acquire(&hold->over), SEEN_MS), "%s: not over",
	       what);
	expect(!hold->ret, "%s: %d", what, hold->ret);
}

/*
 * The last CPU keeps preemption off, so that a request for the first and the
 * last stays queued.
 */
static int while_queued(struct probe *probe, struct cpumask *pair)
{
	unsigned int first = cpumask_first(cpu_online_mask);
	unsigned int last = cpumask_last(cpu_online_mask);
	struct hold *late = scratch_alloc(sizeof(*late));
	struct hold *queued = scratch_alloc(sizeof(*queued));

	if (!late || !queued)
		return -ENOMEM;
	cpumask_set_cpu(first, pair);
	cpumask_set_cpu(last, pair);
	queued->mask = pair;
	/* Both first: making a thread may take the CPU that is held. */
	if (!crew_hire("late", last, hold_preemption, late) ||
	    !crew_hire("queued", first, hold_by_request, queued))
		return 0;
	WRITE_ONCE(late->go, true);
	expect(sleep_for(atomic_read(&late->holding), SEEN_MS),
	       "CPU %u is not late", last);
	WRITE_ONCE(queued->go, true);
	expect(sleep_for(try_on(cpumask_of(first), probe) == -EAGAIN, SEEN_MS),
	       "no -EAGAIN beside a request that is queued");
	expect_busy(cpumask_of(first), probe, "queued");
	expect_busy(cpumask_of(last), probe, "queued");
	expect_busy(pair, probe, "queued");
	expect_busy(cpu_online_mask, probe, "queued");
	expect(!atomic_read(&queued->holding), "queued: it runs already");

	WRITE_ONCE(queued->release, true);
	let_go(late, "preemption off");
	let_go(queued, "queued request");
	crew_dismiss();
	expect_free(cpu_online_mask, probe, "after a queued request");
	return 0;
}

/* A request runs on the last two CPUs, we try from the first. */
static int while_running(struct probe *probe, struct cpumask *pair)
{
	unsigned int first = cpumask_first(cpu_online_mask), cpu;
	struct hold *running = scratch_alloc(sizeof(*running));
	struct cpumask *others = scratch_mask();

	if (!running || !others)
		return -ENOMEM;
	cpumask_copy(others, cpu_online_mask);
	cpumask_clear(pair);
	cpumask_set_cpu(cpumask_last(others), pair);
	cpumask_clear_cpu(cpumask_last(others), others);
	cpumask_set_cpu(cpumask_last(others), pair);
	cpumask_clear_cpu(cpumask_last(others), others);

	running->mask = pair;
	running->go = true;
	if (!crew_hire("running", cpumask_first(pair), hold_by_request, running))
		return 0;
	expect(sleep_for(atomic_read(&running->holding) == 2, SEEN_MS),
	       "the request does not run");
	for_each_cpu(cpu, pair)
		expect_busy(cpumask_of(cpu), probe, "running");
	expect_busy(pair, probe, "running");
	expect_busy(cpu_online_mask, probe, "running");
	expect_free(cpumask_of(first), probe, "beside a running request");
	expect_free(others, probe, "beside a running request");
	expect(atomic_read(&running->holding) == 2 && !READ_ONCE(running->over),
	       "the request was over too early");

	let_go(running, "running request");
	crew_dismiss();
	expect_free(cpu_online_mask, probe, "after a running request");
	return 0;
}

/* A work for one CPU is waited for, not counted: it ends by itself. */
static int beside_work(struct probe *probe)
{
	unsigned int last = cpumask_last(cpu_online_mask);
	struct hold *work = scratch_alloc(sizeof(*work));

	if (!work)
		return -ENOMEM;
	work->mask = cpumask_of(last);
	work->hold_ms = 200;
	work->go = true;
	if (!crew_hire("work", cpumask_first(cpu_online_mask), hold_by_work,
		       work))
		return 0;
	expect(sleep_for(atomic_read(&work->holding), SEEN_MS),
	       "the work does not run");
	expect_free(cpumask_of(last), probe, "behind a work");
	let_go(work, "work");
	crew_dismiss();
	return 0;
}

static int try_busy(const struct params *params)
{
	struct cpumask *pair = scratch_mask();
	struct probe *probe = probe_new();
	int ret;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!pair || !probe)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	expect_free(cpu_online_mask, probe, "idle");
	ret = while_queued(probe, pair);
	if (!ret)
		ret = beside_work(probe);
	if (!ret && num_online_cpus() >= 3)
		ret = while_running(probe, pair);
	return ret;
}

const struct testcase try_busy_cases[] = {
	{ "try_busy", try_busy },
	{ }
};
