// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstop_machine_from_inactive_cpu(), from hotplug callbacks of a CPU that goes
 * down or comes up: online but not active (AP_ONLINE section), and not even
 * online (STARTING section).
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>

#include "bystander.h"
#include "expect.h"
#include "hotplug.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define ROUNDS		3
#define MEETING_MS	5000

/* A CPU not online yet is borrowed a state that no x86 machine has. */
#define STARTING_STATE	CPUHP_AP_QCOM_TIMER_STARTING

/* One visit of a hotplug callback: what the calls made there gave. */
struct visit {
	bool			made;
	bool			online;
	bool			active;
	bool			irqs_off;
	struct cpumask		*all;		/* online CPUs and this one */
	int			ret_somewhere;	/* cpus == NULL */
	int			ret_all;
	int			ret_self;
	int			ret_watch;
	struct probe		*somewhere;
	struct probe		*self;
	struct probe		*everywhere;
	atomic_t		met;		/* callbacks on all */
	unsigned int		expected;
	struct watch		*watch;
};

/* The hotplug callbacks get no argument. */
static struct visit *up_visit, *down_visit;

static int meeting_callback(void *arg)
{
	struct visit *visit = arg;

	probe_callback(visit->everywhere);
	atomic_inc(&visit->met);
	spin_for(atomic_read(&visit->met) >= visit->expected, MEETING_MS);
	return 0;
}

static void make_visit(struct visit *visit, unsigned int cpu)
{
	visit->online = cpu_online(cpu);
	visit->active = cpumask_test_cpu(cpu, cpu_active_mask);
	visit->irqs_off = irqs_disabled();
	cpumask_copy(visit->all, cpu_online_mask);
	cpumask_set_cpu(cpu, visit->all);
	visit->expected = cpumask_weight(visit->all);

	visit->ret_somewhere =
		kstop_machine_from_inactive_cpu(probe_callback,
						visit->somewhere, NULL);
	visit->ret_self =
		kstop_machine_from_inactive_cpu(probe_callback, visit->self,
						cpumask_of(cpu));
	visit->ret_all =
		kstop_machine_from_inactive_cpu(meeting_callback, visit,
						visit->all);
	if (visit->watch) {
		cpumask_copy(visit->watch->watched, visit->all);
		cpumask_clear_cpu(cpu, visit->watch->watched);
		visit->ret_watch =
			kstop_machine_from_inactive_cpu(watch_callback,
							visit->watch,
							cpumask_of(cpu));
	}
	visit->made = true;
}

static int coming_up(unsigned int cpu)
{
	if (up_visit)
		make_visit(up_visit, cpu);
	return 0;
}

static int going_down(unsigned int cpu)
{
	if (down_visit)
		make_visit(down_visit, cpu);
	return 0;
}

static struct visit *visit_new(void)
{
	struct visit *visit = scratch_alloc(sizeof(*visit));

	if (!visit)
		return NULL;
	visit->all = scratch_mask();
	visit->somewhere = probe_new();
	visit->self = probe_new();
	visit->everywhere = probe_new();
	return visit->all && visit->somewhere && visit->self &&
	       visit->everywhere ? visit : NULL;
}

static void visit_reset(struct visit *visit)
{
	visit->made = false;
	probe_reset(visit->somewhere);
	probe_reset(visit->self);
	probe_reset(visit->everywhere);
	atomic_set(&visit->met, 0);
	if (visit->watch)
		watch_set(visit->watch, cpu_none_mask);
}

static void expect_visit(struct visit *visit, unsigned int cpu,
			 const char *when)
{
	if (!expect(visit->made, "%s: no callback for CPU %u", when, cpu))
		return;
	expect(!visit->active, "%s: CPU %u was active", when, cpu);
	expect(!visit->ret_somewhere, "%s: on NULL: %d", when,
	       visit->ret_somewhere);
	expect_ran_somewhere(visit->somewhere, INTERRUPTS_OFF, when);
	expect(!visit->ret_self, "%s: on itself: %d", when, visit->ret_self);
	expect_ran(visit->self, cpumask_of(cpu), INTERRUPTS_OFF, when);
	expect(!visit->ret_all, "%s: on all: %d", when, visit->ret_all);
	expect_ran(visit->everywhere, visit->all, INTERRUPTS_OFF, when);
	if (visit->watch) {
		expect(!visit->ret_watch, "%s: watching: %d", when,
		       visit->ret_watch);
		expect(cpumask_weight(visit->watch->watched) ==
		       visit->expected - 1, "%s: watched too few", when);
		expect_still(visit->watch, when);
	}
}

/* One CPU down and up; NULL visits are not looked at. */
static bool cycle(unsigned int cpu, bool online, const char *when)
{
	visit_reset(up_visit);
	if (down_visit)
		visit_reset(down_visit);
	if (!take_down(cpu))
		return false;
	if (down_visit)
		expect_visit(down_visit, cpu, "going down");
	if (!bring_up(cpu))
		return false;
	expect_visit(up_visit, cpu, when);
	expect(up_visit->online == online, "%s: CPU %u was %s", when, cpu,
	       online ? "not online" : "online");
	return true;
}

static void each_cycle(unsigned int rounds, bool online, const char *when)
{
	unsigned int cpu = hotplug_victim(nr_cpu_ids), i;

	for (i = 0; i < rounds && expect_go_on(); i++) {
		if (!cycle(cpu, online, when))
			return;
		cpu = hotplug_victim(cpu);
	}
}

static int inactive_online(const struct params *params)
{
	unsigned int rounds = params->cycles ?: ROUNDS;
	unsigned int first = cpumask_first(cpu_online_mask);
	struct visit *up, *down;
	int state;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	stand_on(first);
	up = visit_new();
	down = visit_new();
	if (!up || !down)
		return -ENOMEM;
	up->watch = watch_start();
	if (!up->watch)
		return -ENOMEM;
	down->watch = up->watch;
	watch_set(up->watch, cpumask_of(cpumask_last(cpu_online_mask)));
	expect_sees_movement(up->watch);

	up_visit = up;
	down_visit = down;
	state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
					  "kstoptest:online", coming_up,
					  going_down);
	if (expect(state >= 0, "no hotplug state: %d", state)) {
		each_cycle(rounds, true, "coming up");
		cpuhp_remove_state_nocalls(state);
	}
	up_visit = NULL;
	down_visit = NULL;
	watch_settle(up->watch);
	return 0;
}

static int inactive_starting(const struct params *params)
{
	unsigned int rounds = params->cycles ?: ROUNDS;
	struct visit *up;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	up = visit_new();
	if (!up)
		return -ENOMEM;
	if (cpuhp_setup_state_nocalls(STARTING_STATE, "kstoptest:starting",
				      coming_up, NULL))
		return -EOPNOTSUPP;
	up_visit = up;
	each_cycle(rounds, false, "starting");
	expect(!up->made || up->irqs_off, "starting with interrupts on");
	up_visit = NULL;
	cpuhp_remove_state_nocalls(STARTING_STATE);
	return 0;
}

const struct testcase inactive_cases[] = {
	{ "inactive_online", inactive_online },
	{ "inactive_starting", inactive_starting },
	{ }
};
