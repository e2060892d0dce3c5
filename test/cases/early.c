// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls while a CPU is online and has no stopper that takes works: on its way
 * up, before kstop has enabled it, and on its way down, after. Each gives an
 * error, none hangs.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>

#include "../compat.h"
#include "crew.h"
#include "expect.h"
#include "hotplug.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define ROUNDS		3
#define LINGER_MS	100
#define COME_MS		10000

/* Before kstop's own when coming up; borrowed, no x86 machine has it. */
#define EARLY_STATE	CPUHP_AP_PERF_S390_CF_ONLINE

struct early {
	struct probe		*probe;		/* of all the calls made */
	struct kstop_work	work;
	bool			made;
	bool			nowait;
	bool			online;
	int			one;
	int			two;
	int			cpus;
	int			try;
	int			rendezvous;
	int			machine;
	int			core;
	int			pause;
	int			pause_other;
	/* The other thread looks at these, and writes them, at any time. */
	bool			lingers;
	bool			called;		/* by another thread meanwhile */
	int			opts;
};

/* The hotplug callback gets no argument. */
static struct early *early;

static int pause_and_resume(const struct cpumask *mask)
{
	int ret = kstop_pause(mask, NSEC_PER_SEC);

	if (!ret)
		kstop_resume();
	return ret;
}

/* In the thread of the CPU's hotplug, on that CPU; the lock is held for it. */
static void make_calls(struct early *e, unsigned int cpu)
{
	unsigned int other = cpumask_any_but(cpu_online_mask, cpu);
	const struct cpumask *self = cpumask_of(cpu);

	e->online = cpu_online(cpu);
	e->one = kstop_one_cpu(cpu, probe_callback, e->probe);
	e->two = kstop_two_cpus(other, cpu, probe_callback, e->probe);
	e->nowait = kstop_one_cpu_nowait(cpu, probe_callback, e->probe,
					 &e->work);
	e->cpus = kstop_cpus(self, probe_callback, e->probe);
	e->try = try_kstop_cpus(self, probe_callback, e->probe);
	e->rendezvous = kstop_rendezvous(self, probe_callback, NULL, NULL,
					 e->probe);
	e->machine = kstop_machine_cpuslocked(probe_callback, e->probe, NULL);
	e->core = kstop_core_cpuslocked(cpu, probe_callback, e->probe);
	e->pause = pause_and_resume(NULL);
	e->pause_other = pause_and_resume(cpumask_of(other));
	e->made = true;
}

static int early_callback(unsigned int cpu)
{
	if (!early)
		return 0;
	make_calls(early, cpu);
	WRITE_ONCE(early->lingers, true);
	sleep_for(READ_ONCE(early->called), COME_MS);
	msleep(LINGER_MS);
	return 0;
}

/* The one call that waits for the hotplug lock, which its limit leaves out. */
static int bystander_round(void *arg)
{
	const struct kstop_opts opts = { .timeout_ns = 10ULL * NSEC_PER_SEC };
	struct early *e = arg;
	int ret;

	/* In this order; pairs with early_reset(). */
	if (smp_load_acquire(&e->called) || !READ_ONCE(e->lingers)) {
		usleep_range(1000, 2000);
		return 1;
	}
	WRITE_ONCE(e->called, true);
	ret = kstop_machine_opts(probe_callback, e->probe, &opts, NULL);
	WRITE_ONCE(e->opts, ret);
	return ret;
}

static void expect_refused(struct early *e, const char *when)
{
	const int no_pause = COMPAT_CAN_PIN ? -EBUSY : -EOPNOTSUPP;

	if (!expect(e->made, "%s: no callback", when))
		return;
	expect(e->online, "%s: the CPU was not online", when);
	expect(e->one == -ENOENT, "%s: kstop_one_cpu %d", when, e->one);
	expect(e->two == -ENOENT, "%s: kstop_two_cpus %d", when, e->two);
	expect(!e->nowait, "%s: kstop_one_cpu_nowait accepted", when);
	expect(e->cpus == -ENOENT, "%s: kstop_cpus %d", when, e->cpus);
	expect(e->try == -ENOENT, "%s: try_kstop_cpus %d", when, e->try);
	expect(e->rendezvous == -ENOENT, "%s: kstop_rendezvous %d", when,
	       e->rendezvous);
	expect(e->machine == -EBUSY, "%s: kstop_machine_cpuslocked %d", when,
	       e->machine);
	expect(e->core == -EBUSY || e->core == -ENOENT,
	       "%s: kstop_core_cpuslocked %d", when, e->core);
	expect(e->pause == no_pause, "%s: kstop_pause %d", when, e->pause);
	expect(e->pause_other == no_pause, "%s: kstop_pause of another %d", when,
	       e->pause_other);
}

static void early_reset(struct early *e)
{
	struct probe *probe = e->probe;

	memset(e, 0, offsetof(struct early, lingers));
	e->probe = probe;
	WRITE_ONCE(e->opts, 0);
	WRITE_ONCE(e->lingers, false);
	/* Last: or there is a moment at which nobody has called and a CPU lingers. */
	smp_store_release(&e->called, false);
	probe_reset(probe);
}

/* The other thread's call has been let in by now, or soon is. */
static void expect_let_in(struct early *e, struct hand *hand, u64 before,
			  const char *when)
{
	expect(sleep_for(READ_ONCE(hand->count) != before, COME_MS),
	       "%s: kstop_machine_opts from elsewhere: %d", when,
	       READ_ONCE(e->opts));
	expect_ran_somewhere(e->probe, INTERRUPTS_OFF, when);
}

static bool one_way(struct early *e, struct hand *hand, unsigned int cpu,
		    bool (*way)(unsigned int cpu), const char *when)
{
	u64 before = READ_ONCE(hand->count);

	early_reset(e);
	early = e;
	if (!way(cpu))
		return false;
	early = NULL;
	expect_refused(e, when);
	expect_let_in(e, hand, before, when);
	return true;
}

static int early_calls(const struct params *params)
{
	unsigned int rounds = params->cycles ?: ROUNDS, i;
	unsigned int cpu = hotplug_victim(nr_cpu_ids);
	struct early *e = scratch_alloc(sizeof(*e));
	unsigned int first = cpumask_first(cpu_online_mask);
	struct hand *hand;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!e)
		return -ENOMEM;
	e->probe = probe_new();
	if (!e->probe)
		return -ENOMEM;
	stand_on(first);
	if (cpuhp_setup_state_nocalls(EARLY_STATE, "kstoptest:early",
				      early_callback, early_callback))
		return -EOPNOTSUPP;
	hand = crew_hire("elsewhere", first, bystander_round, e);
	for (i = 0; hand && i < rounds && expect_go_on(); i++) {
		if (!one_way(e, hand, cpu, take_down, "going down") ||
		    !one_way(e, hand, cpu, bring_up, "coming up"))
			break;
		cpu = hotplug_victim(cpu);
	}
	early = NULL;
	cpuhp_remove_state_nocalls(EARLY_STATE);
	return 0;
}

const struct testcase early_cases[] = {
	{ "early_calls", early_calls },
	{ }
};
