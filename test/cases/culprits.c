// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is late, and why: a culprit of each kind, and what the report says of it.
 * Then it goes, and the next request works.
 */
#include <linux/interrupt.h>

#include "bystander.h"
#include "crew.h"
#include "culprit.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"
#include "storm.h"

#define HOLD_MS		2000
#define LIMIT_NS	(200 * NSEC_PER_MSEC)
#define TRIES		5		/* of LIMIT_NS, inside HOLD_MS */
#define COME_MS		10000
#define LATE_TICKS_NS	(10 * TICK_NSEC)
#define GENEROUS_NS	NSEC_PER_SEC
#define BUSY_SECONDS	10

static int opts_limited(struct probe *probe, const struct cpumask *stop,
			u64 limit_ns, struct kstop_report *report)
{
	const struct kstop_opts opts = {
		.stop = stop,
		.timeout_ns = limit_ns,
	};

	probe_reset(probe);
	report_spoil(report);
	return kstop_machine_opts(probe_callback, probe, &opts, report);
}

static void expect_usable(struct probe *probe, const char *after)
{
	int ret;

	probe_reset(probe);
	ret = kstop_machine(probe_callback, probe, cpu_online_mask);
	expect(!ret, "kstop_machine after %s: %d", after, ret);
	expect_ran(probe, cpu_online_mask, INTERRUPTS_OFF, after);
}

/* True once the report was one to judge. */
static bool accuse(const struct culprit *culprit, struct probe *probe,
		   struct kstop_report *report, const struct cpumask *stop,
		   const char *what)
{
	int ret = opts_limited(probe, stop, LIMIT_NS, report);

	if (!expect(culprit_holds(culprit), "%s: it left too early", what))
		return true;
	expect(ret == -ETIMEDOUT, "%s: %d", what, ret);
	expect(!probe_runs(probe), "%s: fn ran", what);
	return ret != -ETIMEDOUT || expect_culprit(culprit, report, what);
}

static void accuse_until_clear(const struct culprit *culprit,
			       struct probe *probe,
			       struct kstop_report *report,
			       const struct cpumask *stop, const char *what)
{
	int i;

	for (i = 0; i < TRIES; i++)
		if (accuse(culprit, probe, report, stop, what))
			return;
	expect(false, "%s: its CPU never answered an interrupt", what);
}

static int culprit_of(enum culprit_kind kind, const char *what)
{
	struct kstop_report *report = report_new();
	struct probe *probe = probe_new();
	struct culprit *culprit;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!report || !probe)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	culprit = culprit_hire(kind, cpumask_last(cpu_online_mask));
	if (!culprit || !culprit_begin(culprit, HOLD_MS))
		return 0;
	accuse_until_clear(culprit, probe, report, NULL, what);
	culprit_end(culprit);
	expect_usable(probe, what);
	return 0;
}

static int culprit_preempt(const struct params *params)
{
	return culprit_of(CULPRIT_PREEMPT, "preemption off");
}

static int culprit_irqs(const struct params *params)
{
	return culprit_of(CULPRIT_IRQS, "interrupts off");
}

/* Deadline stoppers do not let a SCHED_FIFO task keep them away. */
static int fifo_in_vain(void)
{
	struct kstop_report *report = report_new();
	struct probe *probe = probe_new();
	struct culprit *culprit;
	int i, ret;

	if (!report || !probe)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	culprit = culprit_hire(CULPRIT_FIFO, cpumask_last(cpu_online_mask));
	if (!culprit || !culprit_begin(culprit, HOLD_MS))
		return 0;
	for (i = 0; i < TRIES; i++) {
		ret = opts_limited(probe, NULL, GENEROUS_NS, report);
		expect(!ret, "beside a SCHED_FIFO 99 task: %d, late %*pbl", ret,
		       cpumask_pr_args(report->late));
		expect_ran_somewhere(probe, INTERRUPTS_OFF, "beside a hog");
	}
	expect(culprit_holds(culprit), "the culprit left too early");
	culprit_end(culprit);
	return 0;
}

static int culprit_fifo(const struct params *params)
{
	if (num_online_cpus() < 2 || culprit_fifo_possible())
		return -EOPNOTSUPP;
	if (stoppers_policy() != SCHED_FIFO)
		return fifo_in_vain();
	return culprit_of(CULPRIT_FIFO, "SCHED_FIFO 99");
}

/* A callback that keeps a stopper busy, and when it began. */
struct busy {
	struct kstop_work	work;
	unsigned int		cpu;
	bool			runs;
	bool			end;
	bool			asked;
	int			ret;
	u64			since;
};

static noinline int long_busy_callback(void *arg)
{
	struct busy *busy = arg;

	busy->since = ktime_get_mono_fast_ns();
	smp_store_release(&busy->runs, true);
	spin_for(READ_ONCE(busy->end), HOLD_MS);
	WRITE_ONCE(busy->runs, false);
	return 0;
}

static noinline bool busy_by_nowait(struct busy *busy)
{
	bool ret = kstop_one_cpu_nowait(busy->cpu, long_busy_callback, busy,
					&busy->work);

	barrier();		/* no tail call: the caller has to show */
	return ret;
}

static noinline int busy_by_cpus(struct busy *busy)
{
	int ret = kstop_cpus(cpumask_of(busy->cpu), long_busy_callback, busy);

	barrier();
	return ret;
}

static int busy_round(void *arg)
{
	struct busy *busy = arg;

	if (busy->asked) {
		usleep_range(1000, 2000);
		return 1;
	}
	busy->asked = true;
	return busy_by_cpus(busy);
}

static void expect_busy(const struct busy *busy,
			const struct kstop_report *report, const char *by)
{
	const struct kstop_late *late = &report->reasons[busy->cpu];
	u64 longest = ktime_get_mono_fast_ns() - busy->since;
	char seen[192], words[192], caller[64];

	expect(cpumask_equal(report->late, cpumask_of(busy->cpu)),
	       "late: %*pbl, not %u", cpumask_pr_args(report->late),
	       busy->cpu);
	kstop_late_describe(seen, sizeof(seen), late);
	if (!expect(late->reason == KSTOP_BUSY, "reason %d: %s", late->reason,
		    seen))
		return;
	expect(late->fn == long_busy_callback, "blames %ps", late->fn);
	scnprintf(caller, sizeof(caller), "%ps", (void *)late->caller);
	expect(!strncmp(caller, by, strlen(by)) &&
	       strstr(caller, "[kstoptest]"), "blames caller %s, not %s",
	       caller, by);
	/* It counts in ticks, and ticks that came late come all at once. */
	expect(late->since_ns <= longest + LATE_TICKS_NS &&
	       late->since_ns + LATE_TICKS_NS >= LIMIT_NS,
	       "for %llu ns, at most %llu", late->since_ns, longest);
	scnprintf(words, sizeof(words),
		  "busy with long_busy_callback [kstoptest], called by %s, for %llu ms",
		  caller, div_u64(late->since_ns, NSEC_PER_MSEC));
	expect(!strcmp(seen, words), "\"%s\", not \"%s\"", seen, words);
}

static void accuse_busy(struct busy *busy, struct probe *probe,
			struct kstop_report *report, const char *by)
{
	int ret;

	if (!expect(sleep_for(smp_load_acquire(&busy->runs), COME_MS),
		    "the callback does not begin"))
		return;
	ret = opts_limited(probe, NULL, LIMIT_NS, report);
	if (expect(READ_ONCE(busy->runs), "the callback was over too early")) {
		expect(ret == -ETIMEDOUT, "beside a callback: %d", ret);
		expect(!probe_runs(probe), "fn ran");
		expect_busy(busy, report, by);
	}
	WRITE_ONCE(busy->end, true);
	expect_usable(probe, by);
}

static int culprit_work(const struct params *params)
{
	struct kstop_report *report = report_new();
	struct busy *busy = scratch_alloc(sizeof(*busy));
	struct probe *probe = probe_new();

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!report || !busy || !probe)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	busy->cpu = cpumask_last(cpu_online_mask);
	if (expect(busy_by_nowait(busy), "refused"))
		accuse_busy(busy, probe, report, "busy_by_nowait");
	return 0;
}

static int culprit_cpus(const struct params *params)
{
	struct kstop_report *report = report_new();
	struct busy *busy = scratch_alloc(sizeof(*busy));
	struct probe *probe = probe_new();
	unsigned int first = cpumask_first(cpu_online_mask);

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!report || !busy || !probe)
		return -ENOMEM;
	stand_on(first);
	busy->cpu = cpumask_last(cpu_online_mask);
	if (crew_hire("busy", first, busy_round, busy))
		accuse_busy(busy, probe, report, "busy_by_cpus");
	return 0;
}

/* The earlier request: it shares a CPU with the one that is looked at. */
struct earlier {
	struct cpumask	*cpus;
	struct probe	*probe;
	bool		asks;
	bool		back;
	int		ret;
};

static int earlier_round(void *arg)
{
	struct earlier *earlier = arg;

	if (earlier->asks) {
		usleep_range(1000, 2000);
		return 1;
	}
	WRITE_ONCE(earlier->asks, true);
	earlier->ret = kstop_cpus(earlier->cpus, probe_callback,
				  earlier->probe);
	smp_store_release(&earlier->back, true);
	return 0;
}

static void accuse_behind(struct culprit *culprit, struct earlier *earlier,
			  struct probe *probe, struct kstop_report *report)
{
	unsigned int shared = cpumask_first(cpu_online_mask);
	struct cpumask *stop = scratch_mask();

	if (!expect(stop, "no memory"))
		return;
	cpumask_set_cpu(shared, earlier->cpus);
	cpumask_set_cpu(culprit->cpu, earlier->cpus);
	cpumask_copy(stop, cpu_online_mask);
	cpumask_clear_cpu(culprit->cpu, stop);
	if (!culprit_begin(culprit, HOLD_MS) ||
	    !crew_hire("earlier", shared, earlier_round, earlier))
		return;
	expect(sleep_for(READ_ONCE(earlier->asks), COME_MS), "nobody asks");
	usleep_range(20000, 30000);
	accuse_until_clear(culprit, probe, report, stop, "behind another");
	expect(!READ_ONCE(earlier->back), "the earlier request was over");
	culprit_end(culprit);
	expect(sleep_for(smp_load_acquire(&earlier->back), COME_MS),
	       "the earlier request does not come back");
	expect(!earlier->ret, "the earlier request: %d", earlier->ret);
	expect_ran(earlier->probe, earlier->cpus, PREEMPTION_OFF, "earlier");
}

static int culprit_behind(const struct params *params)
{
	struct earlier *earlier = scratch_alloc(sizeof(*earlier));
	struct kstop_report *report = report_new();
	struct probe *probe = probe_new();
	struct culprit *culprit;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!earlier || !report || !probe)
		return -ENOMEM;
	earlier->cpus = scratch_mask();
	earlier->probe = probe_new();
	if (!earlier->cpus || !earlier->probe)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	culprit = culprit_hire(culprit_that_works(),
			       cpumask_last(cpu_online_mask));
	if (!culprit)
		return 0;
	accuse_behind(culprit, earlier, probe, report);
	expect_usable(probe, "behind another");
	return 0;
}

/* An ordinary busy CPU: a thread that never rests, and soft interrupts. */
static void busy_softirq(struct tasklet_struct *tasklet)
{
	udelay(100);
}

static int softirq_round(void *arg)
{
	tasklet_schedule(arg);
	usleep_range(200, 500);
	return 0;
}

static bool busy_hire(struct tasklet_struct *tasklets)
{
	static const struct {
		const char *name;
		round_fn_t round;
	} loads[] = {
		{ "native", storm_native }, { "machine", storm_machine },
		{ "nowait", storm_nowait },
	};
	struct stormer *stormer;
	unsigned int cpu, i;

	for (i = 0; i < ARRAY_SIZE(loads); i++) {
		stormer = scratch_alloc(sizeof(*stormer));
		if (!expect(stormer, "no memory"))
			return false;
		stormer_init(stormer, false);
		if (!crew_hire(loads[i].name, ANY_CPU, loads[i].round, stormer))
			return false;
	}
	for_each_online_cpu(cpu)
		if (!crew_hire("softirq", cpu, softirq_round, &tasklets[cpu]))
			return false;
	return watch_start();
}

/* A CPU that the hypervisor does not run is nobody's fault in here. */
static bool host_took_it(const struct kstop_report *report)
{
	unsigned int cpu;

	for_each_cpu(cpu, report->late)
		if (report->reasons[cpu].reason == KSTOP_NOT_SCHEDULED ||
		    report->reasons[cpu].reason == KSTOP_BUSY)
			return false;
	return true;
}

static void expect_busy_call(struct probe *probe, struct kstop_report *report,
			     int ret, u64 *away)
{
	unsigned int cpu = cpumask_first(report->late);
	char why[128] = "nobody is late";

	if (ret == -ETIMEDOUT && host_took_it(report)) {
		(*away)++;
		return;
	}
	if (cpu < nr_cpu_ids)
		kstop_late_describe(why, sizeof(why), &report->reasons[cpu]);
	expect(!ret, "on a busy machine: %d, late %*pbl: %s", ret,
	       cpumask_pr_args(report->late), why);
	expect_ran_somewhere(probe, INTERRUPTS_OFF, "on a busy machine");
}

static void busy_calls(unsigned int seconds, struct probe *probe,
		       struct kstop_report *report)
{
	u64 end = ktime_get_mono_fast_ns() + (u64)seconds * NSEC_PER_SEC;
	u64 calls = 0, longest = 0, away = 0;
	int ret;

	while (ktime_get_mono_fast_ns() < end && expect_go_on()) {
		ret = opts_limited(probe, NULL, GENEROUS_NS, report);
		expect_busy_call(probe, report, ret, &away);
		longest = max(longest, report->gather_ns);
		calls++;
	}
	expect(away * 10 <= calls, "%llu of %llu calls timed out", away, calls);
	figure(calls, "calls");
	figure(away, "timed_out_by_the_host");
	figure(longest, "gather_max_ns");
}

static int busy_but_fine(const struct params *params)
{
	struct tasklet_struct *tasklets =
		scratch_alloc(nr_cpu_ids * sizeof(*tasklets));
	struct kstop_report *report = report_new();
	struct probe *probe = probe_new();
	unsigned int cpu;

	if (!tasklets || !report || !probe)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		tasklet_setup(&tasklets[cpu], busy_softirq);
	if (busy_hire(tasklets))
		busy_calls(params->seconds ?: BUSY_SECONDS, probe, report);
	crew_dismiss();
	for_each_possible_cpu(cpu)
		tasklet_kill(&tasklets[cpu]);
	return 0;
}

const struct testcase culprits_cases[] = {
	{ "culprit_preempt", culprit_preempt },
	{ "culprit_irqs", culprit_irqs },
	{ "culprit_work", culprit_work },
	{ "culprit_cpus", culprit_cpus },
	{ "culprit_fifo", culprit_fifo },
	{ "culprit_behind", culprit_behind },
	{ "busy_but_fine", busy_but_fine },
	{ }
};
