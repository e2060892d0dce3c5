// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callers with limits of all sizes and without, some of them killed, while a
 * culprit comes and goes.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/sched/signal.h>

#include "crew.h"
#include "culprit.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"
#include "stake.h"

#define SECONDS		60
#define CALLERS		8
#define STAKES		512		/* in turn: a late run still finds its own */
#define SHORTEST_NS	(50 * NSEC_PER_USEC)
#define LONGEST_NS	(20 * NSEC_PER_MSEC)
#define CLEAR_NS	(5 * NSEC_PER_MSEC)	/* the innocent are there by then */
#define HOLD_MAX_MS	40
#define FAREWELL_MS	50
#define OTHERS_SHARE	10		/* one in so many clear cases, at most */
#define MISSED_SHARE	100		/* and one in so many */
#define MORE_SECONDS	20		/* until each outcome has been there */

struct gambler {
	struct culprit		*culprit;
	struct hand		*hand;
	struct cpumask		*stop;
	struct cpumask		*run;
	struct kstop_report	*report;
	struct stake		*stakes;
	u64			requests;
	u64			completed;
	u64			timed_out;
	u64			killed;
	u64			accused;	/* timed out, clearly the culprit's fault */
	u64			named;		/* and nobody else was late */
	u64			others;		/* somebody else was named, too */
	u64			missed;		/* and the culprit was not */
	unsigned int		next;		/* stake */
};

static u32 random_below(u32 limit)
{
	return get_random_u32() % limit;
}

/* Some of @from, never none. */
static void random_subset(struct cpumask *mask, const struct cpumask *from)
{
	unsigned int cpu, nth = random_below(cpumask_weight(from));

	cpumask_clear(mask);
	for_each_cpu(cpu, from)
		if (!nth-- || random_below(2))
			cpumask_set_cpu(cpu, mask);
}

static u64 random_limit(void)
{
	u64 most = LONGEST_NS >> random_below(9);

	return SHORTEST_NS + random_below(most);
}

/* A CPU that is kept all the time by one that is there before and after. */
static bool held_throughout(const struct culprit *culprit, unsigned int shift)
{
	return culprit_holds(culprit) &&
	       READ_ONCE(culprit->holds_begun) == shift;
}

/*
 * The culprit kept its CPU all the time, so it has to be in the report of whoever
 * stops that CPU. Others may be late, too: where there are more virtual CPUs
 * than real ones, any of them may be taken away in the middle of something.
 *
 * And there is a moment at which nobody is late: another request is at the head of
 * the queue there, had that CPU before the culprit did and has relaxed; its last CPU
 * comes just now, and the stopper is not woken yet. (By reasoning: on a host that
 * ran one virtual CPU of two it was one clear case in 896.)
 *
 * Both must stay the exception; settle() sees to it.
 */
static void judge_late(struct gambler *gambler, const struct kstop_opts *opts)
{
	const struct kstop_report *report = gambler->report;
	unsigned int cpu, culprit = gambler->culprit->cpu;
	bool in = cpumask_test_cpu(culprit, report->late);

	if (!opts->stop || cpumask_test_cpu(culprit, opts->stop))
		gambler->missed += !in;
	for_each_cpu(cpu, report->late)
		if (cpu != culprit && report->reasons[cpu].reason ==
		    KSTOP_NOT_SCHEDULED)
			gambler->others++;
	gambler->accused++;
	gambler->named += in && cpumask_weight(report->late) == 1;
}

static void judge_report(struct gambler *gambler, int ret, bool held,
			 const struct kstop_opts *opts)
{
	const struct kstop_report *report = gambler->report;

	if (!ret) {
		expect(cpumask_empty(report->late), "0, but late are %*pbl",
		       cpumask_pr_args(report->late));
		expect(report->gather_ns && report->total_ns >=
		       report->gather_ns + report->stopped_ns,
		       "gathered %llu, stopped %llu, total %llu ns",
		       report->gather_ns, report->stopped_ns, report->total_ns);
		return;
	}
	expect(cpumask_subset(report->late, cpu_online_mask),
	       "late are %*pbl", cpumask_pr_args(report->late));
	expect(!report->gather_ns && !report->stopped_ns,
	       "%d, but gathered for %llu ns, stopped for %llu", ret,
	       report->gather_ns, report->stopped_ns);
	if (ret == -ETIMEDOUT && held && opts->timeout_ns >= CLEAR_NS)
		judge_late(gambler, opts);
}

static void judge(struct gambler *gambler, struct stake *stake, int ret,
		  const struct kstop_opts *opts, bool held)
{
	stake_close(stake, ret, opts->stop ?: cpu_online_mask, opts->run);
	judge_report(gambler, ret, held, opts);
	gambler->requests++;
	switch (ret) {
	case 0:
		gambler->completed++;
		break;
	case -ETIMEDOUT:
		gambler->timed_out++;
		expect(opts->timeout_ns, "-ETIMEDOUT without a limit");
		break;
	case -EINTR:
		gambler->killed++;
		expect(signal_pending(current), "-EINTR without a signal");
		break;
	default:
		expect(false, "kstop_machine_opts: %d", ret);
	}
}

static int gamble(void *arg)
{
	struct gambler *gambler = arg;
	struct stake *stake = &gambler->stakes[gambler->next++ % STAKES];
	unsigned int shift = READ_ONCE(gambler->culprit->holds_begun);
	bool held = culprit_holds(gambler->culprit);
	struct kstop_opts opts = { };
	int ret;

	stake_settled(stake);
	stake_open(stake);
	report_spoil(gambler->report);
	if (random_below(4)) {
		random_subset(gambler->stop, cpu_online_mask);
		opts.stop = gambler->stop;
	}
	if (random_below(3)) {
		random_subset(gambler->run, opts.stop ?: cpu_online_mask);
		opts.run = gambler->run;
	}
	if (random_below(4))
		opts.timeout_ns = random_limit();
	ret = kstop_machine_opts(stake_callback, stake, &opts, gambler->report);
	held = held && held_throughout(gambler->culprit, shift);
	judge(gambler, stake, ret, &opts, held);
	flush_signals(current);
	if (!random_below(4))
		usleep_range(10, 500);
	return 0;
}

static struct gambler *gambler_hire(struct culprit *culprit)
{
	struct gambler *gambler = scratch_alloc(sizeof(*gambler));

	if (!gambler)
		return NULL;
	gambler->culprit = culprit;
	gambler->stop = scratch_mask();
	gambler->run = scratch_mask();
	gambler->report = report_new();
	gambler->stakes = scratch_alloc(STAKES * sizeof(struct stake));
	if (!gambler->stop || !gambler->run || !gambler->report ||
	    !gambler->stakes)
		return NULL;
	gambler->hand = crew_hire("gambler", ANY_CPU, gamble, gambler);
	return gambler->hand ? gambler : NULL;
}

/*
 * What all callers have counted. Each counts for itself, and while they are at it a
 * number of a moment ago will do.
 */
static struct gambler sum_up(struct gambler *const gamblers[])
{
	struct gambler sum = { }, one;
	unsigned int i;

	for (i = 0; i < CALLERS; i++) {
		/* See above. */
		one = data_race(*gamblers[i]);
		sum.requests += one.requests;
		sum.completed += one.completed;
		sum.timed_out += one.timed_out;
		sum.killed += one.killed;
		sum.accused += one.accused;
		sum.named += one.named;
		sum.others += one.others;
		sum.missed += one.missed;
	}
	return sum;
}

/* Has there been one of each? */
static bool seen_all(const struct gambler *sum)
{
	return sum->completed && sum->timed_out && sum->killed && sum->named;
}

/* A host that gives the guest a tenth of a core lets few things happen in a second. */
static bool goes_on(struct gambler *const gamblers[], unsigned long end)
{
	struct gambler sum;

	if (time_before(jiffies, end))
		return true;
	sum = sum_up(gamblers);
	return !seen_all(&sum) && time_before(jiffies, end + MORE_SECONDS * HZ);
}

static void storm(struct gambler *const gamblers[], struct culprit *culprit,
		  unsigned int seconds)
{
	unsigned long end = jiffies + seconds * HZ;
	unsigned int holds = 0, kills = 0;

	while (goes_on(gamblers, end) && expect_go_on()) {
		if (!culprit_begin(culprit, 1 + random_below(HOLD_MAX_MS)))
			break;
		holds++;
		if (random_below(2)) {
			send_sig(SIGKILL, gamblers[random_below(CALLERS)]->hand
				 ->task, 1);
			kills++;
		}
		if (!expect(sleep_for(!culprit_holds(culprit), 10000),
			    "the culprit stays"))
			break;
		usleep_range(1000, 1000 * (2 + random_below(HOLD_MAX_MS)));
	}
	figure(holds, "holds");
	figure(kills, "signals");
}

static void settle(struct gambler *const gamblers[])
{
	struct gambler sum;
	unsigned int i, j;

	for (i = 0; i < CALLERS; i++)
		for (j = 0; j < STAKES; j++)
			stake_settled(&gamblers[i]->stakes[j]);
	sum = sum_up(gamblers);
	expect(sum.requests == sum.completed + sum.timed_out + sum.killed,
	       "%llu requests, %llu completed, %llu timed out, %llu killed",
	       sum.requests, sum.completed, sum.timed_out, sum.killed);
	expect(seen_all(&sum),
	       "%llu completed, %llu timed out, %llu killed, %llu clear cases",
	       sum.completed, sum.timed_out, sum.killed, sum.named);
	expect(sum.others * OTHERS_SHARE <= sum.accused + OTHERS_SHARE,
	       "in %llu clear cases %llu others were named", sum.accused, sum.others);
	expect(sum.missed * MISSED_SHARE <= sum.accused + MISSED_SHARE,
	       "in %llu clear cases the culprit was missed in %llu", sum.accused,
	       sum.missed);
	figure(sum.missed, "culprit_missed");
	figure(sum.others, "others_named");
	figure(sum.requests, "requests");
	figure(sum.completed, "completed");
	figure(sum.timed_out, "timed_out");
	figure(sum.killed, "killed");
	figure(sum.accused, "culprits_fault");
	figure(sum.named, "nobody_else_late");
}

static int limits_storm(const struct params *params)
{
	struct gambler *gamblers[CALLERS];
	struct probe *probe = probe_new();
	struct culprit *culprit;
	unsigned int i;
	int ret;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!probe)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	culprit = culprit_hire(culprit_that_works(),
			       cpumask_last(cpu_online_mask));
	if (!culprit)
		return 0;
	for (i = 0; i < CALLERS; i++) {
		gamblers[i] = gambler_hire(culprit);
		if (!expect(gamblers[i], "cannot start caller %u", i))
			return 0;
	}
	storm(gamblers, culprit, params->seconds ?: SECONDS);
	crew_dismiss();
	if (scratch_lost())
		return 0;
	msleep(FAREWELL_MS);
	ret = kstop_machine(probe_callback, probe, cpu_online_mask);
	expect(!ret, "kstop_machine after the storm: %d", ret);
	expect_ran(probe, cpu_online_mask, INTERRUPTS_OFF, "after the storm");
	settle(gamblers);
	return 0;
}

const struct testcase limits_storm_cases[] = {
	{ "limits_storm", limits_storm },
	{ }
};
