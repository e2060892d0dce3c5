// SPDX-License-Identifier: GPL-2.0-only
/* kstop_rendezvous(): three functions in step. */
#include <linux/atomic.h>

#include "bystander.h"
#include "expect.h"
#include "hotplug.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define CYCLES		100
#define PHASES		3
#define STEP_NS		(20 * NSEC_PER_USEC)

enum phase { SETUP, ACTION, TEARDOWN };

static const char *const phase_names[PHASES] = { "setup", "action", "teardown" };

/* One rendezvous: who is how far, and what was seen out of step. */
struct phases {
	unsigned int	expected;	/* CPUs */
	unsigned int	looker;		/* in teardown, at @watch */
	unsigned int	slow;		/* this CPU comes last to the end of each */
	bool		present[PHASES];	/* those that are not NULL */
	int		ret[PHASES];
	unsigned int	odd_cpu;	/* where they return that, or nr_cpu_ids */
	struct watch	*watch;
	struct probe	*probe[PHASES];
	atomic_t	began[PHASES];
	atomic_t	ended[PHASES];
	atomic_t	too_early;	/* began before all had ended the one before */
	atomic_t	too_late;	/* ended when somebody was in the next one */
};

static int nothing_callback(void *arg)
{
	return 0;
}

/* Not at once, and on each CPU differently: a barrier has something to do. */
static void linger(const struct phases *phases)
{
	unsigned int cpu = raw_smp_processor_id();
	unsigned int steps = cpu == phases->slow ? 5 : cpu % 4;
	u64 end = ktime_get_mono_fast_ns() + steps * STEP_NS;

	while (ktime_get_mono_fast_ns() < end)
		cpu_relax();
}

static int run_phase(struct phases *phases, enum phase phase)
{
	unsigned int cpu = raw_smp_processor_id();
	int i;

	for (i = 0; i < (int)phase; i++)
		if (phases->present[i] && atomic_read(&phases->ended[i]) !=
		    phases->expected)
			atomic_inc(&phases->too_early);
	atomic_inc(&phases->began[phase]);
	linger(phases);
	probe_callback(phases->probe[phase]);
	if (phase == TEARDOWN && phases->watch && cpu == phases->looker)
		watch_callback(phases->watch);
	for (i = phase + 1; i < PHASES; i++)
		if (atomic_read(&phases->began[i]))
			atomic_inc(&phases->too_late);
	atomic_inc(&phases->ended[phase]);
	return phases->odd_cpu >= nr_cpu_ids || phases->odd_cpu == cpu ?
	       phases->ret[phase] : 0;
}

static int setup_callback(void *arg)
{
	return run_phase(arg, SETUP);
}

static int action_callback(void *arg)
{
	return run_phase(arg, ACTION);
}

static int teardown_callback(void *arg)
{
	return run_phase(arg, TEARDOWN);
}

static void phases_reset(struct phases *phases)
{
	int i;

	for (i = 0; i < PHASES; i++) {
		phases->present[i] = true;
		phases->ret[i] = 0;
		probe_reset(phases->probe[i]);
		atomic_set(&phases->began[i], 0);
		atomic_set(&phases->ended[i], 0);
	}
	phases->odd_cpu = nr_cpu_ids;
	atomic_set(&phases->too_early, 0);
	atomic_set(&phases->too_late, 0);
}

static struct phases *phases_new(void)
{
	struct phases *phases = scratch_alloc(sizeof(*phases));
	int i;

	if (!phases)
		return NULL;
	for (i = 0; i < PHASES; i++) {
		phases->probe[i] = probe_new();
		if (!phases->probe[i])
			return NULL;
	}
	phases_reset(phases);
	return phases;
}

static int call_rendezvous(struct phases *phases, const struct cpumask *mask)
{
	phases->expected = cpumask_weight(mask);
	return kstop_rendezvous(mask,
				phases->present[SETUP] ? setup_callback : NULL,
				phases->present[ACTION] ? action_callback : NULL,
				phases->present[TEARDOWN] ? teardown_callback :
				NULL, phases);
}

static void expect_in_step(struct phases *phases, const struct cpumask *mask)
{
	int i;

	for (i = 0; i < PHASES; i++)
		expect_ran(phases->probe[i],
			   phases->present[i] ? mask : cpu_none_mask,
			   INTERRUPTS_OFF, phase_names[i]);
	expect(!atomic_read(&phases->too_early),
	       "on %*pbl: %d began before all had ended the one before",
	       cpumask_pr_args(mask), atomic_read(&phases->too_early));
	expect(!atomic_read(&phases->too_late),
	       "on %*pbl: %d ended after the next had begun",
	       cpumask_pr_args(mask), atomic_read(&phases->too_late));
}

static void step_on(struct phases *phases, const struct cpumask *mask,
		    struct cpumask *watched, unsigned int i)
{
	int ret;

	phases_reset(phases);
	phases->slow = i % nr_cpu_ids;
	phases->looker = cpumask_first(mask);
	cpumask_copy(watched, mask);
	cpumask_clear_cpu(phases->looker, watched);
	watch_set(phases->watch, watched);
	ret = call_rendezvous(phases, mask);
	expect(!ret, "kstop_rendezvous on %*pbl: %d", cpumask_pr_args(mask),
	       ret);
	expect_in_step(phases, mask);
	expect_still(phases->watch, "in teardown");
}

static void step_on_each(struct phases *phases, struct cpumask *mask,
			 struct cpumask *watched, unsigned int i)
{
	unsigned int cpu;

	step_on(phases, cpu_online_mask, watched, i);
	for_each_online_cpu(cpu) {
		step_on(phases, cpumask_of(cpu), watched, i);
		cpumask_copy(mask, cpu_online_mask);
		cpumask_clear_cpu(cpu, mask);
		if (!cpumask_empty(mask))
			step_on(phases, mask, watched, i);
	}
}

static int rendezvous_order(const struct params *params)
{
	unsigned int cycles = params->cycles ?: CYCLES, i;
	struct cpumask *mask = scratch_mask(), *watched = scratch_mask();
	unsigned int from = cpumask_first(cpu_online_mask);
	struct phases *phases = phases_new();

	if (!mask || !watched || !phases)
		return -ENOMEM;
	phases->watch = watch_start();
	if (!phases->watch)
		return -ENOMEM;
	for (i = 0; i < cycles && expect_go_on(); i++) {
		stand_on(from);
		/* Few masks most of the time, all of them now and then. */
		if (i % 16)
			step_on(phases, cpu_online_mask, watched, i);
		else
			step_on_each(phases, mask, watched, i);
		from = cpumask_next(from, cpu_online_mask);
		if (from >= nr_cpu_ids)
			from = cpumask_first(cpu_online_mask);
	}
	watch_settle(phases->watch);
	return 0;
}

/* Each of the three may be missing; what is left keeps step. */
static int rendezvous_null(const struct params *params)
{
	unsigned int cycles = params->cycles ?: 20, i, which;
	struct phases *phases = phases_new();
	int ret, phase;

	if (!phases)
		return -ENOMEM;
	for (i = 0; i < cycles && expect_go_on(); i++) {
		for (which = 0; which < BIT(PHASES); which++) {
			phases_reset(phases);
			phases->slow = i % nr_cpu_ids;
			for (phase = 0; phase < PHASES; phase++)
				phases->present[phase] = which & BIT(phase);
			ret = call_rendezvous(phases, cpu_online_mask);
			expect(!ret, "set %u: %d", which, ret);
			expect_in_step(phases, cpu_online_mask);
		}
	}
	return 0;
}

/* Whatever one returns, all three run; one of the values comes back. */
static void results(struct phases *phases, unsigned int odd_cpu)
{
	static const int odd[] = { 7, -7, -ETIMEDOUT };
	int ret, phase, i;

	for (phase = 0; phase < PHASES; phase++) {
		for (i = 0; i < ARRAY_SIZE(odd); i++) {
			phases_reset(phases);
			phases->odd_cpu = odd_cpu;
			phases->ret[phase] = odd[i];
			ret = call_rendezvous(phases, cpu_online_mask);
			expect(ret == odd[i], "%s returned %d, the result is %d",
			       phase_names[phase], odd[i], ret);
			expect_in_step(phases, cpu_online_mask);
		}
	}
	phases_reset(phases);
	phases->odd_cpu = odd_cpu;
	for (phase = 0; phase < PHASES; phase++)
		phases->ret[phase] = phase + 1;
	ret = call_rendezvous(phases, cpu_online_mask);
	expect(ret >= 1 && ret <= PHASES, "1, 2 and 3 returned, result %d", ret);
}

static int inner_callback(void *arg)
{
	int *ret = arg;

	*ret = kstop_rendezvous(cpu_online_mask, nothing_callback,
				nothing_callback, nothing_callback, NULL);
	return 0;
}

static void expect_error(struct phases *phases, const struct cpumask *mask,
			 int want, const char *what)
{
	int ret, i;

	phases_reset(phases);
	ret = kstop_rendezvous(mask, setup_callback, action_callback,
			       teardown_callback, phases);
	expect(ret == want, "%s: %d, not %d", what, ret, want);
	for (i = 0; i < PHASES; i++)
		expect(!probe_runs(phases->probe[i]), "%s: %s ran", what,
		       phase_names[i]);
}

static void with_offline(struct phases *phases, unsigned int gone)
{
	int ret;

	expect_error(phases, cpumask_of(gone), -ENOENT, "a CPU that is down");
	ret = kstop_rendezvous(cpumask_of(gone), NULL, NULL, NULL, NULL);
	expect(ret == -ENOENT, "barrier of a CPU that is down: %d", ret);
	phases_reset(phases);
	phases->expected = num_online_cpus();
	ret = kstop_rendezvous(cpu_possible_mask, setup_callback,
			       action_callback, teardown_callback, phases);
	expect(!ret, "beside a CPU that is down: %d", ret);
	expect_in_step(phases, cpu_online_mask);
}

static int rendezvous_errors(const struct params *params)
{
	unsigned int gone = hotplug_victim(nr_cpu_ids), cpu;
	struct phases *phases = phases_new();
	int ret, inner = 0;

	if (!phases)
		return -ENOMEM;
	expect_error(phases, NULL, -EINVAL, "without a mask");
	expect_error(phases, cpu_none_mask, -ENOENT, "an empty mask");
	ret = kstop_rendezvous(NULL, NULL, NULL, NULL, NULL);
	expect(ret == -EINVAL, "without anything: %d", ret);
	ret = kstop_rendezvous(cpu_online_mask, NULL, inner_callback, NULL,
			       &inner);
	expect(!ret && inner == -EDEADLK, "from its own action: %d, inside %d",
	       ret, inner);
	ret = kstop_one_cpu(cpumask_last(cpu_online_mask), inner_callback,
			    &inner);
	expect(!ret && inner == -EDEADLK, "from a work: %d, inside %d", ret,
	       inner);
	results(phases, nr_cpu_ids);
	for_each_online_cpu(cpu)
		results(phases, cpu);
	if (gone < nr_cpu_ids && take_down(gone)) {
		with_offline(phases, gone);
		bring_up(gone);
	}
	return 0;
}

const struct testcase phases_cases[] = {
	{ "rendezvous_order", rendezvous_order },
	{ "rendezvous_null", rendezvous_null },
	{ "rendezvous_errors", rendezvous_errors },
	{ }
};
