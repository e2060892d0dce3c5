// SPDX-License-Identifier: GPL-2.0-only
/* kstop_machine_opts(): what to stop, where to run, how it went. */
#include <linux/overflow.h>

#include "bystander.h"
#include "culprit.h"
#include "expect.h"
#include "hotplug.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define MOVE_MS		2000
#define BUSY_NS		NSEC_PER_MSEC
#define REPORTS		50
#define UNTOUCHED	0x5a5a5a5a	/* as report_spoil() has it */

#define refused(probe, call, want) do {					\
	int ret__ = (call);						\
									\
	expect(ret__ == (want), "%s: %d, not %d", #call, ret__, want);	\
	expect(!probe_runs(probe), "%s: fn ran", #call);		\
} while (0)

static int opts_on(struct probe *probe, const struct cpumask *stop,
		   const struct cpumask *run)
{
	const struct kstop_opts opts = { .stop = stop, .run = run };

	return kstop_machine_opts(probe_callback, probe, &opts, NULL);
}

static void bad_flags(struct probe *probe)
{
	struct kstop_opts opts = { };
	unsigned int bit;

	for (bit = 0; bit < BITS_PER_LONG; bit++) {
		opts.flags = 1UL << bit;
		if (opts.flags & (KSTOP_IRQ | KSTOP_ALIGN))
			continue;
		refused(probe, kstop_machine_opts(probe_callback, probe, &opts,
						  NULL), -EINVAL);
	}
}

/* @gone: a CPU that is down; fn runs on the rest. */
static void masks_with_offline(struct probe *probe, unsigned int gone,
			       struct cpumask *both)
{
	unsigned int first = cpumask_first(cpu_online_mask);
	int ret;

	cpumask_copy(both, cpumask_of(gone));
	cpumask_set_cpu(first, both);
	refused(probe, opts_on(probe, cpumask_of(gone), NULL), -ENOENT);
	refused(probe, opts_on(probe, cpumask_of(gone), cpumask_of(gone)),
		-ENOENT);
	refused(probe, opts_on(probe, both, cpumask_of(gone)), -ENOENT);
	refused(probe, opts_on(probe, cpumask_of(first), both), -EINVAL);
	refused(probe, opts_on(probe, cpumask_of(gone), cpumask_of(first)),
		-EINVAL);

	ret = opts_on(probe, both, both);
	expect(!ret, "CPUs %*pbl, one of them down: %d",
	       cpumask_pr_args(both), ret);
	expect_ran(probe, cpumask_of(first), INTERRUPTS_OFF, "one is down");
}

static void bad_masks(struct probe *probe, struct cpumask *both)
{
	unsigned int gone = hotplug_victim(nr_cpu_ids);
	unsigned int first = cpumask_first(cpu_online_mask);

	refused(probe, opts_on(probe, cpu_none_mask, NULL), -ENOENT);
	refused(probe, opts_on(probe, NULL, cpu_none_mask), -ENOENT);
	refused(probe, opts_on(probe, cpu_online_mask, cpu_none_mask), -ENOENT);
	if (gone >= nr_cpu_ids)
		return;
	refused(probe, opts_on(probe, cpumask_of(first), cpumask_of(gone)),
		-EINVAL);
	refused(probe, opts_on(probe, cpumask_of(first), cpu_online_mask),
		-EINVAL);
	if (!take_down(gone))
		return;
	masks_with_offline(probe, gone, both);
	bring_up(gone);
}

struct inner {
	struct probe	*probe;
	int		ret;
};

static int inner_callback(void *arg)
{
	struct inner *inner = arg;

	inner->ret = opts_on(inner->probe, NULL, NULL);
	return 0;
}

static void from_callback(struct probe *probe, cpu_stop_fn_t fn)
{
	struct inner inner = { .probe = probe };
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		inner.ret = 0;
		refused(probe, kstop_machine(fn, &inner, cpumask_of(cpu)), 0);
		expect(inner.ret == -EDEADLK, "from a callback: %d", inner.ret);
		inner.ret = 0;
		refused(probe, kstop_one_cpu(cpu, fn, &inner), 0);
		expect(inner.ret == -EDEADLK, "from a work: %d", inner.ret);
	}
}

/* What NULL and what all zeros mean. */
static void no_opts(struct probe *probe)
{
	const struct kstop_opts zeros = { };
	int ret;

	probe_reset(probe);
	probe->ret = 5;
	ret = kstop_machine_opts(probe_callback, probe, NULL, NULL);
	expect(ret == 5, "without opts: %d", ret);
	expect_ran_somewhere(probe, INTERRUPTS_OFF, "without opts");
	probe_reset(probe);
	probe->ret = 5;
	ret = kstop_machine_opts(probe_callback, probe, &zeros, NULL);
	expect(ret == 5, "all zeros: %d", ret);
	expect_ran_somewhere(probe, INTERRUPTS_OFF, "all zeros");
}

static int opts_errors(const struct params *params)
{
	struct cpumask *both = scratch_mask();
	struct probe *probe = probe_new();
	const struct kstop_opts zeros = { };

	if (!both || !probe)
		return -ENOMEM;
	refused(probe, kstop_machine_opts(NULL, probe, NULL, NULL), -EINVAL);
	refused(probe, kstop_machine_opts(NULL, probe, &zeros, NULL), -EINVAL);
	bad_flags(probe);
	from_callback(probe, inner_callback);
	bad_masks(probe, both);
	no_opts(probe);
	return 0;
}

/* fn of opts_masks: one CPU looks at those that stand and those that do not. */
struct look {
	struct watch	*watch;
	struct probe	*probe;
	unsigned int	looker;
	unsigned int	outside;	/* nr_cpu_ids: there is none */
	bool		moved;
};

static int look_callback(void *arg)
{
	struct look *look = arg;
	u64 before;

	if (raw_smp_processor_id() != look->looker)
		return probe_callback(look->probe);
	if (look->outside < nr_cpu_ids) {
		before = bystander_count(look->watch, look->outside);
		look->moved = spin_for(bystander_count(look->watch,
						       look->outside) != before,
				       MOVE_MS);
	}
	watch_callback(look->watch);
	return probe_callback(look->probe);
}

static void look_at(struct look *look, const struct cpumask *stop,
		    const struct cpumask *run, struct cpumask *watched)
{
	const struct kstop_opts opts = { .stop = stop, .run = run };
	char what[80];
	int ret;

	scnprintf(what, sizeof(what), "from %u stop %*pbl run %*pbl",
		  raw_smp_processor_id(), cpumask_pr_args(stop),
		  cpumask_pr_args(run));
	probe_reset(look->probe);
	look->looker = cpumask_first(run);
	cpumask_copy(watched, stop);
	cpumask_clear_cpu(look->looker, watched);
	watch_set(look->watch, watched);
	cpumask_andnot(watched, cpu_online_mask, stop);
	look->outside = cpumask_any(watched);
	look->moved = false;

	ret = kstop_machine_opts(look_callback, look, &opts, NULL);
	expect(!ret, "%s: %d", what, ret);
	expect_ran(look->probe, run, INTERRUPTS_OFF, what);
	expect_still(look->watch, what);
	if (look->outside < nr_cpu_ids)
		expect(look->moved, "%s: CPU %u stood still, too", what,
		       look->outside);
}

static void each_run(struct look *look, const struct cpumask *stop,
		     struct cpumask *watched)
{
	unsigned int first = cpumask_first(stop), last = cpumask_last(stop);

	look_at(look, stop, cpumask_of(first), watched);
	if (last == first)
		return;
	look_at(look, stop, cpumask_of(last), watched);
	look_at(look, stop, stop, watched);
}

/* Without a run mask fn runs on one of the stopped CPUs. */
static void run_on_any(struct probe *probe, const struct cpumask *stop)
{
	unsigned int cpu;
	int ret;

	probe_reset(probe);
	ret = opts_on(probe, stop, NULL);
	expect(!ret, "stop %*pbl: %d", cpumask_pr_args(stop), ret);
	expect_ran_somewhere(probe, INTERRUPTS_OFF, "no run mask");
	for_each_possible_cpu(cpu)
		expect(!atomic_read(&probe->cpu[cpu].runs) ||
		       cpumask_test_cpu(cpu, stop),
		       "stop %*pbl: ran on CPU %u", cpumask_pr_args(stop), cpu);
}

static void each_stop(struct look *look, struct cpumask *stop,
		      struct cpumask *watched)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		cpumask_copy(stop, cpumask_of(cpu));
		each_run(look, stop, watched);
		run_on_any(look->probe, stop);
		cpumask_copy(stop, cpu_online_mask);
		cpumask_clear_cpu(cpu, stop);
		each_run(look, stop, watched);
		run_on_any(look->probe, stop);
	}
	each_run(look, cpu_online_mask, watched);
}

static int opts_masks(const struct params *params)
{
	struct cpumask *watched = scratch_mask(), *stop = scratch_mask();
	struct look look = { .probe = probe_new() };
	unsigned int from;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	look.watch = watch_start();
	if (!watched || !stop || !look.probe || !look.watch)
		return -ENOMEM;
	watch_set(look.watch, cpumask_of(cpumask_last(cpu_online_mask)));
	stand_on(cpumask_first(cpu_online_mask));
	expect_sees_movement(look.watch);
	for_each_online_cpu(from) {
		if (!expect_go_on())
			break;
		stand_on(from);
		each_stop(&look, stop, watched);
	}
	watch_settle(look.watch);
	return 0;
}

static int hundred_callback(void *arg)
{
	return 100 + raw_smp_processor_id();
}

static void results_of(struct kstop_report *report, const struct cpumask *run)
{
	const struct kstop_opts opts = { .run = run };
	unsigned int cpu;
	int ret;

	report_spoil(report);
	ret = kstop_machine_opts(hundred_callback, NULL, &opts, report);
	expect(ret >= 100 && ret < 100 + nr_cpu_ids &&
	       cpumask_test_cpu(ret - 100, run), "on %*pbl: %d",
	       cpumask_pr_args(run), ret);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		int want = cpumask_test_cpu(cpu, run) ? 100 + cpu : UNTOUCHED;

		expect(report->results[cpu] == want,
		       "on %*pbl: results[%u] is %#x, not %#x",
		       cpumask_pr_args(run), cpu, report->results[cpu], want);
	}
}

/* The one CPU of kstop's choice has a result, too. */
static void result_of_any(struct kstop_report *report)
{
	unsigned int cpu, written = 0;
	int ret;

	report_spoil(report);
	ret = kstop_machine_opts(hundred_callback, NULL, NULL, report);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		written += report->results[cpu] != UNTOUCHED;
	expect(written == 1, "without a run mask: %u results", written);
	if (expect(ret >= 100 && ret < 100 + nr_cpu_ids,
		   "without a run mask: %d", ret))
		expect(report->results[ret - 100] == ret,
		       "without a run mask: %d, but results[%d] is %#x", ret,
		       ret - 100, report->results[ret - 100]);
}

static int opts_results(const struct params *params)
{
	struct kstop_report *report = report_new();
	struct cpumask *run = scratch_mask();
	unsigned int from, cpu;

	if (!report || !run)
		return -ENOMEM;
	for_each_online_cpu(from) {
		stand_on(from);
		result_of_any(report);
		results_of(report, cpu_online_mask);
		for_each_online_cpu(cpu) {
			results_of(report, cpumask_of(cpu));
			cpumask_copy(run, cpu_online_mask);
			cpumask_clear_cpu(cpu, run);
			if (!cpumask_empty(run))
				results_of(report, run);
		}
	}
	return 0;
}

static int busy_callback(void *unused)
{
	u64 end = ktime_get_mono_fast_ns() + BUSY_NS;

	while (ktime_get_mono_fast_ns() < end)
		cpu_relax();
	return 0;
}

static void expect_nobody_late(const struct kstop_report *report)
{
	unsigned int cpu;

	expect(cpumask_empty(report->late), "late: %*pbl",
	       cpumask_pr_args(report->late));
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		expect(report->reasons[cpu].reason == KSTOP_NOT_LATE,
		       "CPU %u: reason %d", cpu, report->reasons[cpu].reason);
}

static void expect_times(const struct kstop_report *report, u64 took)
{
	expect(report->gather_ns && report->gather_ns <= took,
	       "gathered for %llu of %llu ns", report->gather_ns, took);
	expect(report->stopped_ns >= BUSY_NS && report->stopped_ns <= took,
	       "stopped for %llu of %llu ns", report->stopped_ns, took);
	expect(report->total_ns <= took &&
	       report->total_ns >= report->gather_ns + report->stopped_ns,
	       "%llu ns in all, gathered %llu, stopped %llu, the caller waited %llu",
	       report->total_ns, report->gather_ns, report->stopped_ns, took);
}

static int opts_report(const struct params *params)
{
	unsigned int cycles = params->cycles ?: REPORTS, i;
	const struct kstop_opts opts = { .run = cpu_online_mask };
	struct kstop_report *report = report_new(), times = { };
	u64 start;
	int ret;

	if (!report)
		return -ENOMEM;
	for (i = 0; i < cycles && expect_go_on(); i++) {
		report_spoil(report);
		start = ktime_get_mono_fast_ns();
		ret = kstop_machine_opts(busy_callback, NULL, &opts, report);
		expect_times(report, ktime_get_mono_fast_ns() - start);
		expect(!ret, "with a report: %d", ret);
		expect_nobody_late(report);
	}
	/* Times alone are a report, too. */
	start = ktime_get_mono_fast_ns();
	ret = kstop_machine_opts(busy_callback, NULL, &opts, &times);
	expect(!ret, "with times only: %d", ret);
	expect_times(&times, ktime_get_mono_fast_ns() - start);
	figure(report->gather_ns, "gather_ns");
	figure(report->stopped_ns, "stopped_ns");
	figure(report->total_ns, "total_ns");
	return 0;
}

const struct testcase opts_cases[] = {
	{ "opts_errors", opts_errors },
	{ "opts_masks", opts_masks },
	{ "opts_results", opts_results },
	{ "opts_report", opts_report },
	{ }
};
