// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstop_pause() and kstop_resume(). Between the two nothing is judged, what
 * was seen is written down.
 */
#include <linux/sched/signal.h>

#include "bystander.h"
#include "../compat.h"
#include "crew.h"
#include "culprit.h"
#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"
#include "standing.h"
#include "storm.h"

#define MOVE_MS		2000
#define CYCLES		1000
#define LOOK_EVERY	10
#define HOLD_MS		3000
#define LIMIT_MS	50

/* One pause, and what was seen in it. */
struct section {
	struct watch	*watch;		/* at those who are held, or NULL */
	unsigned int	outside;	/* a CPU that is not, or nr_cpu_ids */
	struct standing	before;
	bool		moved;		/* the one outside did */
	bool		irqs_off;
	bool		preemptible;
	unsigned int	cpu[2];		/* at its beginning and end */
};

/* Where a task cannot be kept on its CPU there is no pause. */
static bool no_pause(void)
{
	struct standing before;
	int ret;

	standing_take(&before);
	ret = kstop_pause(cpu_none_mask, 0);
	if (!ret)
		kstop_resume();
	expect_same_standing(&before, "a pause that was refused");
	return ret == -EOPNOTSUPP;
}

static struct section *section_new(void)
{
	struct section *section = scratch_alloc(sizeof(*section));

	if (section)
		section->outside = nr_cpu_ids;
	return section;
}

static void inside(struct section *section)
{
	u64 count;

	section->cpu[0] = raw_smp_processor_id();
	section->irqs_off = irqs_disabled();
	section->preemptible = preemptible();
	if (section->watch) {
		watch_callback(section->watch);
		watch_callback(section->watch);
	}
	if (section->outside < nr_cpu_ids) {
		count = bystander_count(section->watch, section->outside);
		section->moved = spin_for(count !=
					  bystander_count(section->watch,
							  section->outside),
					  MOVE_MS);
	}
	section->cpu[1] = raw_smp_processor_id();
}

static int pause_section(struct section *section, const struct cpumask *mask,
			 u64 timeout_ns)
{
	int ret;

	standing_take(&section->before);
	ret = kstop_pause(mask, timeout_ns);
	if (ret)
		return ret;
	inside(section);
	kstop_resume();
	return 0;
}

static void expect_section(struct section *section, int ret, const char *what)
{
	expect_same_standing(&section->before, what);
	if (!expect(!ret, "%s: %d", what, ret))
		return;
	expect(section->irqs_off, "%s: interrupts were on", what);
	expect(!section->preemptible, "%s: it was preemptible", what);
	expect(section->cpu[0] == section->cpu[1], "%s: from CPU %u to %u",
	       what, section->cpu[0], section->cpu[1]);
	expect(section->outside >= nr_cpu_ids || section->moved,
	       "%s: CPU %u stood still, too", what, section->outside);
}

/* Those who were held go on. */
static void expect_released(struct watch *watch, const char *what)
{
	unsigned int cpu;
	u64 count;

	for_each_cpu(cpu, watch->watched) {
		count = bystander_count(watch, cpu);
		expect(sleep_for(bystander_count(watch, cpu) != count, MOVE_MS),
		       "%s: CPU %u stands still for good", what, cpu);
	}
}

static void hold(struct section *section, unsigned int from,
		 const struct cpumask *mask, struct cpumask *cpus)
{
	char what[64];
	int ret;

	scnprintf(what, sizeof(what), "CPU %u holds %*pbl", from,
		  cpumask_pr_args(mask));
	cpumask_copy(cpus, mask);
	cpumask_clear_cpu(from, cpus);
	watch_set(section->watch, cpus);
	cpumask_andnot(cpus, cpu_online_mask, mask);
	cpumask_clear_cpu(from, cpus);
	section->outside = cpumask_any(cpus);
	section->moved = false;
	ret = pause_section(section, mask == cpu_online_mask ? NULL : mask, 0);
	expect_section(section, ret, what);
	expect(raw_smp_processor_id() == from, "%s: now on CPU %u", what,
	       raw_smp_processor_id());
	expect_still(section->watch, what);
	expect_released(section->watch, what);
}

static void hold_each(struct section *section, unsigned int from,
		      struct cpumask *mask, struct cpumask *cpus)
{
	unsigned int cpu;

	hold(section, from, cpu_online_mask, cpus);
	for_each_online_cpu(cpu) {
		hold(section, from, cpumask_of(cpu), cpus);
		cpumask_copy(mask, cpu_online_mask);
		cpumask_clear_cpu(cpu, mask);
		if (!cpumask_empty(mask))
			hold(section, from, mask, cpus);
	}
}

static int pause_holds(const struct params *params)
{
	struct cpumask *mask = scratch_mask(), *cpus = scratch_mask();
	struct section *section = section_new();
	unsigned int from;

	if (no_pause())
		return -EOPNOTSUPP;
	if (!mask || !cpus || !section)
		return -ENOMEM;
	section->watch = watch_start();
	if (!section->watch)
		return -ENOMEM;
	for_each_online_cpu(from) {
		stand_on(from);
		cpumask_copy(cpus, cpu_online_mask);
		cpumask_clear_cpu(from, cpus);
		watch_set(section->watch, cpus);
		expect_sees_movement(section->watch);
		hold_each(section, from, mask, cpus);
	}
	watch_settle(section->watch);
	return 0;
}

static const struct sched_attr policies[] = {
	{ .sched_policy = SCHED_NORMAL },
	{ .sched_policy = SCHED_NORMAL, .sched_nice = 7 },
	{ .sched_policy = SCHED_NORMAL, .sched_nice = -3,
	  .sched_flags = SCHED_FLAG_RESET_ON_FORK },
	{ .sched_policy = SCHED_BATCH, .sched_nice = 2 },
	{ .sched_policy = SCHED_IDLE },
	{ .sched_policy = SCHED_FIFO, .sched_priority = 1 },
	{ .sched_policy = SCHED_FIFO, .sched_priority = 99,
	  .sched_flags = SCHED_FLAG_RESET_ON_FORK },
	{ .sched_policy = SCHED_RR, .sched_priority = 20 },
};

static void with_policy(struct section *section, const struct sched_attr *attr)
{
	char what[64];
	unsigned int cpu;
	int ret;

	scnprintf(what, sizeof(what), "policy %u nice %d priority %u flags %llu",
		  attr->sched_policy, attr->sched_nice, attr->sched_priority,
		  attr->sched_flags);
	ret = sched_setattr_nocheck(current, attr);
	if (!expect(!ret, "%s: cannot be set: %d", what, ret))
		return;
	set_cpus_allowed_ptr(current, cpu_online_mask);
	ret = pause_section(section, NULL, 0);
	expect_section(section, ret, what);
	ret = pause_section(section, NULL, NSEC_PER_SEC);
	expect_section(section, ret, what);
	for_each_online_cpu(cpu) {
		stand_on(cpu);
		ret = pause_section(section, cpumask_of(cpu), 0);
		expect_section(section, ret, what);
	}
}

static int pause_keeps(const struct params *params)
{
	struct sched_attr home = {
		.sched_policy	= current->policy,
		.sched_nice	= task_nice(current),
		.sched_priority	= current->rt_priority,
		.sched_flags	= current->sched_reset_on_fork ?
				  SCHED_FLAG_RESET_ON_FORK : 0,
	};
	struct section *section = section_new();
	int i, ret;

	if (no_pause())
		return -EOPNOTSUPP;
	if (!section)
		return -ENOMEM;
	if (sched_setattr_nocheck(current, &home) == -EOPNOTSUPP)
		return -EOPNOTSUPP;
	for (i = 0; i < ARRAY_SIZE(policies) && expect_go_on(); i++)
		with_policy(section, &policies[i]);
	ret = sched_setattr_nocheck(current, &home);
	expect(!ret, "cannot go back to policy %u: %d", home.sched_policy, ret);
	return 0;
}

/* Another caller of kstop_pause(). */
static int pauser_round(void *arg)
{
	struct section *section = arg;
	int ret = pause_section(section, NULL, 0);

	if (ret)
		return ret;
	if (!section->irqs_off || section->preemptible ||
	    section->cpu[0] != section->cpu[1] ||
	    !standing_same(&section->before))
		return -EPROTO;
	usleep_range(100, 500);
	return 0;
}

static struct hand *pauser_hire(int cpu)
{
	struct section *section = section_new();

	if (!expect(section, "no memory"))
		return NULL;
	return crew_hire("pauser", cpu, pauser_round, section);
}

static struct hand *stormer_hire(const char *name, round_fn_t round)
{
	struct stormer *stormer = scratch_alloc(sizeof(*stormer));

	if (!expect(stormer, "no memory"))
		return NULL;
	stormer_init(stormer, false);
	return crew_hire(name, ANY_CPU, round, stormer);
}

static void pause_once(struct section *section, struct watch *watch,
		       unsigned int i)
{
	struct cpumask *cpus = watch->watched;
	int ret;

	/* The watched cannot be chosen before it is known where we are. */
	section->watch = NULL;
	if (i % LOOK_EVERY == 0) {
		stand_on(i / LOOK_EVERY % num_online_cpus());
		watch_set(watch, cpu_online_mask);
		cpumask_clear_cpu(raw_smp_processor_id(), cpus);
		section->watch = watch;
	} else {
		set_cpus_allowed_ptr(current, cpu_online_mask);
	}
	ret = pause_section(section, NULL, 0);
	expect_section(section, ret, "under load");
	if (section->watch)
		expect_still(watch, "under load");
}

static int pause_loaded(const struct params *params)
{
	unsigned int cycles = params->cycles ?: CYCLES, i, nr = 0;
	struct section *section = section_new();
	struct watch *watch = watch_start();
	struct hand *hands[4] = { };

	if (no_pause())
		return -EOPNOTSUPP;
	if (!section || !watch)
		return -ENOMEM;
	hands[nr++] = stormer_hire("native", storm_native);
	hands[nr++] = stormer_hire("machine", storm_machine);
	hands[nr++] = pauser_hire(ANY_CPU);
	hands[nr++] = pauser_hire(cpumask_last(cpu_online_mask));
	for (i = 0; i < nr; i++)
		if (!hands[i])
			return 0;
	for (i = 0; i < cycles && expect_go_on(); i++)
		pause_once(section, watch, i);
	figure(i, "pauses");
	crew_come_through();
	watch_settle(watch);
	crew_dismiss();
	for (i = 0; i < nr; i++) {
		figure(hands[i]->count, "%s_%u", hands[i]->name, i);
		expect(!hands[i]->errors,
		       "%s: %llu rounds, %llu errors, the last %d",
		       hands[i]->name, hands[i]->count, hands[i]->errors,
		       hands[i]->last_error);
	}
	return 0;
}

static void run_into_limit(struct section *section, struct culprit *culprit,
			   const char *what)
{
	bool yields = culprit->kind == CULPRIT_FIFO &&
		      stoppers_policy() != SCHED_FIFO;
	int want = yields ? 0 : -ETIMEDOUT, ret;
	/* One that gives way is there at once, though the host may keep it waiting. */
	u64 limit = (yields ? HOLD_MS / 2 : LIMIT_MS) * NSEC_PER_MSEC, start;

	if (!culprit_begin(culprit, HOLD_MS))
		return;
	start = ktime_get_mono_fast_ns();
	ret = pause_section(section, NULL, limit);
	if (expect(culprit_holds(culprit), "%s left too early", what)) {
		expect(ret == want, "%s: %d, not %d", what, ret, want);
		expect(yields || ktime_get_mono_fast_ns() - start >= limit,
		       "%s: too early", what);
	}
	expect_same_standing(&section->before, what);
	/* Only those who come are held. */
	ret = pause_section(section, cpumask_of(raw_smp_processor_id()), 0);
	expect_section(section, ret, "beside a late CPU");
	culprit_end(culprit);
	ret = pause_section(section, NULL, 0);
	expect_section(section, ret, "after the late CPU");
	/* One that comes within the limit. */
	if (culprit_begin(culprit, 100)) {
		ret = pause_section(section, NULL, (u64)HOLD_MS * NSEC_PER_MSEC);
		expect_section(section, ret, "with a CPU late for 100 ms");
	}
	culprit_end(culprit);
}

static int pause_limit(const struct params *params)
{
	struct section *section = section_new();
	unsigned int last = cpumask_last(cpu_online_mask);
	struct culprit *culprit;

	if (num_online_cpus() < 2 || no_pause())
		return -EOPNOTSUPP;
	if (!section)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	culprit = culprit_hire(CULPRIT_PREEMPT, last);
	if (!culprit)
		return 0;
	run_into_limit(section, culprit, "preemption off");
	if (culprit_fifo_possible())
		return 0;
	culprit = culprit_hire(CULPRIT_FIFO, last);
	if (culprit)
		run_into_limit(section, culprit, "SCHED_FIFO 99");
	return 0;
}

/* What calls gave that were made between the two. */
struct inner {
	int			pause;
	int			waits[8];
	bool			nowait;
	unsigned int		ran_inside;
	struct kstop_work	work;
	struct probe		*probe;		/* of the work */
	struct probe		*nobody;	/* of those that must not run */
};

static void call_inside(struct inner *inner, unsigned int other)
{
	struct probe *p = inner->nobody;
	unsigned int self = raw_smp_processor_id();

	inner->waits[0] = kstop_machine(probe_callback, p, NULL);
	inner->waits[1] = kstop_machine_opts(probe_callback, p, NULL, NULL);
	inner->waits[2] = kstop_one_cpu(other, probe_callback, p);
	inner->waits[3] = kstop_cpus(cpu_online_mask, probe_callback, p);
	inner->waits[4] = try_kstop_cpus(cpu_online_mask, probe_callback, p);
	inner->waits[5] = kstop_rendezvous(cpu_online_mask, probe_callback,
					   NULL, NULL, p);
	inner->waits[6] = kstop_one_cpu(self, probe_callback, p);
	inner->waits[7] = other == self ? -EDEADLK :
			  kstop_two_cpus(self, other, probe_callback, p);
	inner->nowait = kstop_one_cpu_nowait(other, probe_callback,
					     inner->probe, &inner->work);
	inner->ran_inside = probe_runs(inner->probe);
	inner->pause = kstop_pause(NULL, 0);
}

static void misuse_inside(struct section *section, struct inner *inner)
{
	unsigned int other = cpumask_last(cpu_online_mask);
	int ret, i;

	probe_reset(inner->probe);
	probe_reset(inner->nobody);
	standing_take(&section->before);
	ret = kstop_pause(NULL, 0);
	if (!ret) {
		call_inside(inner, other);
		inside(section);
		kstop_resume();
	}
	expect_section(section, ret, "after misuse");
	if (ret)
		return;
	for (i = 0; i < ARRAY_SIZE(inner->waits); i++)
		expect(inner->waits[i] == -EDEADLK, "waiting call %d: %d", i,
		       inner->waits[i]);
	expect(inner->pause == -EDEADLK, "a second pause: %d", inner->pause);
	expect(inner->nowait, "kstop_one_cpu_nowait refused");
	expect(!inner->ran_inside, "the work ran on a CPU that is held");
	kstop_flush();
	expect_ran(inner->probe, cpumask_of(other), PREEMPTION_OFF, "the work");
	expect(!probe_runs(inner->nobody), "what was refused ran");
}

/* A task that has not paused anything. */
struct stranger {
	bool	wanted;
	bool	did;
};

static int stranger_round(void *arg)
{
	struct stranger *stranger = arg;

	if (!READ_ONCE(stranger->wanted) || READ_ONCE(stranger->did)) {
		usleep_range(100, 200);
		return 1;
	}
	kstop_resume();
	WRITE_ONCE(stranger->did, true);
	return 0;
}

static void resumed_by_stranger(struct section *section)
{
	unsigned int self = cpumask_first(cpu_online_mask);
	struct stranger *stranger = scratch_alloc(sizeof(*stranger));
	bool did;
	int ret;

	stand_on(self);
	if (!expect(stranger, "no memory") ||
	    !crew_hire("stranger", cpumask_last(cpu_online_mask),
		       stranger_round, stranger))
		return;
	standing_take(&section->before);
	ret = kstop_pause(cpumask_of(self), 0);
	if (!expect(!ret, "pause of one's own CPU: %d", ret))
		return;
	WRITE_ONCE(stranger->wanted, true);
	did = spin_for(READ_ONCE(stranger->did), MOVE_MS);
	inside(section);
	kstop_resume();
	expect(did, "the stranger did not get on");
	expect_section(section, ret, "resumed by a stranger");
}

static void resume_untidily(struct section *section)
{
	int ret;

	standing_take(&section->before);
	ret = kstop_pause(NULL, 0);
	if (!ret) {
		inside(section);
		local_irq_enable();
		kstop_resume();
	}
	expect_section(section, ret, "resumed with interrupts on");
	ret = kstop_pause(NULL, 0);
	if (!ret) {
		inside(section);
		preempt_disable();
		kstop_resume();
	}
	expect_section(section, ret, "resumed with a preempt count leaked");
}

static int pause_misuse(const struct params *params)
{
	struct section *section = section_new();
	struct inner *inner = scratch_alloc(sizeof(*inner));
	unsigned int from;

	if (no_pause())
		return -EOPNOTSUPP;
	if (!section || !inner)
		return -ENOMEM;
	inner->probe = probe_new();
	inner->nobody = probe_new();
	if (!inner->probe || !inner->nobody)
		return -ENOMEM;
	expect_splat("kstop_pause() and kstop_resume() misused");
	standing_take(&section->before);
	kstop_resume();
	expect_same_standing(&section->before, "resumed without a pause");
	for_each_online_cpu(from) {
		stand_on(from);
		misuse_inside(section, inner);
		resume_untidily(section);
	}
	if (num_online_cpus() > 1)
		resumed_by_stranger(section);
	stand_on(cpumask_first(cpu_online_mask));
	expect_section(section, pause_section(section, NULL, 0), "at last");
	return 0;
}

static int callback_pauses(void *arg)
{
	int *ret = arg;

	*ret = kstop_pause(NULL, 0);
	if (!*ret)
		kstop_resume();
	return 0;
}

static int pause_errors(const struct params *params)
{
	struct section *section = section_new();
	unsigned int cpu;
	int ret, inner;

	if (no_pause())
		return -EOPNOTSUPP;
	if (!section)
		return -ENOMEM;
	ret = pause_section(section, cpu_none_mask, 0);
	expect(ret == -ENOENT, "an empty mask: %d", ret);
	expect_same_standing(&section->before, "an empty mask");
	for_each_online_cpu(cpu) {
		ret = kstop_one_cpu(cpu, callback_pauses, &inner);
		expect(!ret && inner == -EDEADLK, "from a work: %d, %d", ret,
		       inner);
		ret = kstop_machine(callback_pauses, &inner, cpumask_of(cpu));
		expect(!ret && inner == -EDEADLK, "from a callback: %d, %d",
		       ret, inner);
	}
	for_each_possible_cpu(cpu) {
		if (cpu_online(cpu))
			continue;
		ret = pause_section(section, cpumask_of(cpu), 0);
		expect(ret == -ENOENT, "CPU %u, which is down: %d", cpu, ret);
	}
	expect_section(section, pause_section(section, cpu_possible_mask, 0),
		       "all possible CPUs");
	return 0;
}

const struct testcase pause_cases[] = {
	{ "pause_holds", pause_holds },
	{ "pause_keeps", pause_keeps },
	{ "pause_loaded", pause_loaded },
	{ "pause_limit", pause_limit },
	{ "pause_misuse", pause_misuse },
	{ "pause_errors", pause_errors },
	{ }
};
