// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time limits: the ends of the range, with a CPU that does not come and
 * without, and that a signal ends each wait that has none.
 */
#include <linux/cpu.h>
#include <linux/sched/signal.h>

#include "../compat.h"
#include "crew.h"
#include "culprit.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define HOLD_MS		3000
#define SLACK_MS	1000	/* until a task runs on a busy host */
#define LIMIT_MS	10	/* what the contract allows on top of a limit */
#define HOUR_NS		(3600ULL * NSEC_PER_SEC)
#define COME_MS		10000

static void limit_with(const struct culprit *culprit, struct probe *probe,
		       struct kstop_report *report, u64 limit_ns)
{
	const struct kstop_opts opts = {
		.run = cpu_online_mask,
		.timeout_ns = limit_ns,
	};
	u64 start = ktime_get_mono_fast_ns(), took;
	int ret;

	probe_reset(probe);
	report_spoil(report);
	ret = kstop_machine_opts(probe_callback, probe, &opts, report);
	took = ktime_get_mono_fast_ns() - start;
	if (!expect(culprit_holds(culprit), "the culprit left too early"))
		return;
	expect(ret == -ETIMEDOUT, "limit of %llu ns: %d", limit_ns, ret);
	expect(!probe_runs(probe), "limit of %llu ns: fn ran", limit_ns);
	expect(took >= limit_ns, "limit of %llu ns: back after %llu", limit_ns,
	       took);
	expect(took <= limit_ns + (LIMIT_MS + SLACK_MS) * NSEC_PER_MSEC,
	       "limit of %llu ns: back after %llu", limit_ns, took);
	/* In a short time others may not have come either. */
	expect(cpumask_test_cpu(culprit->cpu, report->late),
	       "limit of %llu ns: late are %*pbl, not %u", limit_ns,
	       cpumask_pr_args(report->late), culprit->cpu);
	expect(!report->gather_ns && !report->stopped_ns &&
	       report->total_ns >= limit_ns && report->total_ns <= took,
	       "limit of %llu ns: gathered %llu, stopped %llu, total %llu",
	       limit_ns, report->gather_ns, report->stopped_ns,
	       report->total_ns);
}

static void limit_without(struct probe *probe, struct kstop_report *report,
			  const struct cpumask *stop, u64 limit_ns)
{
	const struct kstop_opts opts = {
		.stop = stop,
		.run = stop,
		.timeout_ns = limit_ns,
	};
	int ret;

	probe_reset(probe);
	report_spoil(report);
	ret = kstop_machine_opts(probe_callback, probe, &opts, report);
	expect(!ret, "limit of %llu ns, nobody late: %d", limit_ns, ret);
	expect_ran(probe, stop, INTERRUPTS_OFF, "nobody late");
	expect(cpumask_empty(report->late), "nobody late, but %*pbl",
	       cpumask_pr_args(report->late));
}

static int opts_limits(const struct params *params)
{
	static const u64 limits[] = {
		1, 50 * NSEC_PER_USEC, 500 * NSEC_PER_USEC, 10 * NSEC_PER_MSEC,
		100 * NSEC_PER_MSEC,
	};
	struct kstop_report *report = report_new();
	struct cpumask *others = scratch_mask();
	struct probe *probe = probe_new();
	struct culprit *culprit;
	unsigned int i;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!report || !others || !probe)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	culprit = culprit_hire(culprit_that_works(),
			       cpumask_last(cpu_online_mask));
	if (!culprit || !culprit_begin(culprit, HOLD_MS))
		return 0;
	for (i = 0; i < ARRAY_SIZE(limits); i++)
		limit_with(culprit, probe, report, limits[i]);
	cpumask_copy(others, cpu_online_mask);
	cpumask_clear_cpu(culprit->cpu, others);
	limit_without(probe, report, others, HOUR_NS);
	culprit_end(culprit);

	limit_without(probe, report, cpu_online_mask, HOUR_NS);
	limit_without(probe, report, cpu_online_mask, S64_MAX);
	limit_without(probe, report, cpu_online_mask, U64_MAX);
	/* One that is long enough for the late CPU. */
	if (culprit_begin(culprit, 200))
		limit_without(probe, report, cpu_online_mask, HOUR_NS);
	return 0;
}

/* A call that waits for the culprit, and is to be killed. */
struct waiter {
	const char	*name;
	int		(*call)(struct waiter *waiter);
	unsigned int	late;		/* the culprit's CPU */
	struct probe	*probe;
	bool		calls;
	bool		back;
	int		ret;
};

static int wait_one(struct waiter *w)
{
	return kstop_one_cpu(w->late, probe_callback, w->probe);
}

static int wait_two(struct waiter *w)
{
	unsigned int other = cpumask_any_but(cpu_online_mask, w->late);

	return kstop_two_cpus(other, w->late, probe_callback, w->probe);
}

static int wait_cpus(struct waiter *w)
{
	return kstop_cpus(cpu_online_mask, probe_callback, w->probe);
}

static int wait_try(struct waiter *w)
{
	return try_kstop_cpus(cpu_online_mask, probe_callback, w->probe);
}

static int wait_machine(struct waiter *w)
{
	return kstop_machine(probe_callback, w->probe, cpu_online_mask);
}

static int wait_machine_cpuslocked(struct waiter *w)
{
	int ret;

	cpus_read_lock();
	ret = kstop_machine_cpuslocked(probe_callback, w->probe, NULL);
	cpus_read_unlock();
	return ret;
}

static int wait_core(struct waiter *w)
{
	int ret;

	cpus_read_lock();
	ret = kstop_core_cpuslocked(w->late, probe_callback, w->probe);
	cpus_read_unlock();
	return ret;
}

static int wait_opts(struct waiter *w)
{
	const struct kstop_opts opts = { .timeout_ns = HOUR_NS };

	return kstop_machine_opts(probe_callback, w->probe, &opts, NULL);
}

static int wait_rendezvous(struct waiter *w)
{
	return kstop_rendezvous(cpu_online_mask, probe_callback,
				probe_callback, probe_callback, w->probe);
}

static int wait_pause(struct waiter *w)
{
	int ret = kstop_pause(NULL, 0);

	if (!ret)
		kstop_resume();
	return ret;
}

static int waiter_round(void *arg)
{
	struct waiter *waiter = arg;

	if (READ_ONCE(waiter->back)) {
		usleep_range(1000, 2000);
		return 1;
	}
	WRITE_ONCE(waiter->calls, true);
	WRITE_ONCE(waiter->ret, waiter->call(waiter));
	flush_signals(current);
	smp_store_release(&waiter->back, true);
	return 0;
}

static void kill_waiter(struct waiter *waiter, struct culprit *culprit)
{
	struct hand *hand;
	bool held;

	probe_reset(waiter->probe);
	if (!culprit_begin(culprit, COME_MS))
		return;
	/* Its own CPU is a healthy one. */
	hand = crew_hire("waiter", cpumask_first(cpu_online_mask),
			 waiter_round, waiter);
	if (!hand)
		return;
	expect(sleep_for(READ_ONCE(waiter->calls), COME_MS), "%s: no call",
	       waiter->name);
	usleep_range(20000, 30000);
	expect(!READ_ONCE(waiter->back), "%s did not wait: %d", waiter->name,
	       READ_ONCE(waiter->ret));
	send_sig(SIGKILL, hand->task, 1);
	expect(sleep_for(smp_load_acquire(&waiter->back), COME_MS / 2),
	       "%s cannot be killed", waiter->name);
	held = culprit_holds(culprit);
	culprit_end(culprit);
	crew_dismiss_one(hand);
	expect(held, "%s: the culprit left too early", waiter->name);
	expect(waiter->ret == -EINTR, "%s, killed: %d", waiter->name,
	       waiter->ret);
	/* Whatever is still queued runs before these. */
	expect(!kstop_machine(probe_callback, waiter->probe, cpu_online_mask),
	       "%s, killed, and then kstop_machine", waiter->name);
	expect(probe_runs(waiter->probe) == num_online_cpus(),
	       "%s, killed: fn ran", waiter->name);
}

static int killed(const struct params *params)
{
	static const struct waiter calls[] = {
		{ "kstop_one_cpu", wait_one },
		{ "kstop_two_cpus", wait_two },
		{ "kstop_cpus", wait_cpus },
		{ "try_kstop_cpus", wait_try },
		{ "kstop_machine", wait_machine },
		{ "kstop_machine_cpuslocked", wait_machine_cpuslocked },
		{ "kstop_core_cpuslocked", wait_core },
		{ "kstop_machine_opts", wait_opts },
		{ "kstop_rendezvous", wait_rendezvous },
		{ "kstop_pause", wait_pause },
	};
	struct probe *probe = probe_new();
	struct culprit *culprit;
	struct waiter *waiter;
	unsigned int i;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	stand_on(cpumask_first(cpu_online_mask));
	culprit = culprit_hire(culprit_that_works(),
			       cpumask_last(cpu_online_mask));
	if (!probe || !culprit)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(calls) && expect_go_on(); i++) {
		if (calls[i].call == wait_pause && !COMPAT_CAN_PIN)
			continue;
		waiter = scratch_alloc(sizeof(*waiter));
		if (!waiter)
			return -ENOMEM;
		*waiter = calls[i];
		waiter->late = culprit->cpu;
		waiter->probe = probe;
		kill_waiter(waiter, culprit);
	}
	return 0;
}

const struct testcase limits_cases[] = {
	{ "opts_limits", opts_limits },
	{ "killed", killed },
	{ }
};
