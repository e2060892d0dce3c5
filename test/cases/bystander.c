// SPDX-License-Identifier: GPL-2.0-only
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "bystander.h"
#include "crew.h"
#include "expect.h"
#include "scratch.h"
#include "spin.h"

#define LOOK_NS		NSEC_PER_MSEC
#define SECTIONS	64		/* preempt-off sections in a round */
#define COUNTS		32		/* steps inside one */
#define CONTROL_LOOKS	2000	/* far more than it takes, but on a busy host */

struct poke {
	call_single_data_t	csd;
	atomic_t		sent;
	atomic_t		taken;
	int			before;		/* taken, when the look began */
};

static DEFINE_PER_CPU_ALIGNED(struct poke, pokes);

static int bystander_round(void *arg)
{
	struct bystander *me = arg;
	int i, j;

	for (i = 0; i < SECTIONS; i++) {
		preempt_disable();
		WRITE_ONCE(me->inside, true);
		for (j = 0; j < COUNTS; j++)
			WRITE_ONCE(me->inside_count, me->inside_count + 1);
		WRITE_ONCE(me->inside, false);
		preempt_enable();
		WRITE_ONCE(me->outside_count, me->outside_count + 1);
	}
	return 0;
}

static void poke_taken(void *unused)
{
	atomic_inc(&this_cpu_ptr(&pokes)->taken);
}

/* One poke for a CPU at a time: the csd is in use until it was taken. */
static void poke(unsigned int cpu)
{
	struct poke *poke = per_cpu_ptr(&pokes, cpu);

	poke->before = atomic_read(&poke->taken);
	if (atomic_read(&poke->sent) != poke->before)
		return;
	poke->csd.func = poke_taken;
	if (!smp_call_function_single_async(cpu, &poke->csd))
		atomic_inc(&poke->sent);
}

static bool poked(unsigned int cpu)
{
	struct poke *poke = per_cpu_ptr(&pokes, cpu);

	return atomic_read(&poke->taken) != poke->before;
}

static bool poke_settled(unsigned int cpu)
{
	struct poke *poke = per_cpu_ptr(&pokes, cpu);

	return atomic_read(&poke->taken) == atomic_read(&poke->sent);
}

static bool watch_alloc(struct watch *watch)
{
	watch->bystanders = scratch_alloc(nr_cpu_ids * sizeof(struct bystander));
	watch->before = scratch_alloc(2 * nr_cpu_ids * sizeof(u64));
	watch->watched = scratch_mask();
	watch->moved = scratch_mask();
	watch->inside = scratch_mask();
	watch->interrupted = scratch_mask();
	return watch->bystanders && watch->before && watch->watched &&
	       watch->moved && watch->inside && watch->interrupted;
}

struct watch *watch_start(void)
{
	struct watch *watch = scratch_alloc(sizeof(*watch));
	unsigned int cpu;

	if (!watch || !watch_alloc(watch))
		return NULL;
	for_each_online_cpu(cpu) {
		if (!crew_hire("bystander", cpu, bystander_round,
			       &watch->bystanders[cpu]))
			return NULL;
	}
	return watch;
}

void watch_set(struct watch *watch, const struct cpumask *cpus)
{
	watch_settle(watch);
	cpumask_copy(watch->watched, cpus);
	cpumask_clear(watch->moved);
	cpumask_clear(watch->inside);
	cpumask_clear(watch->interrupted);
	watch->looks = 0;
}

static void look_before(struct watch *watch, unsigned int cpu)
{
	const struct bystander *by = &watch->bystanders[cpu];

	watch->before[2 * cpu] = READ_ONCE(by->inside_count);
	watch->before[2 * cpu + 1] = READ_ONCE(by->outside_count);
	if (READ_ONCE(by->inside))
		cpumask_set_cpu(cpu, watch->inside);
	poke(cpu);
}

static void look_after(struct watch *watch, unsigned int cpu)
{
	const struct bystander *by = &watch->bystanders[cpu];

	if (watch->before[2 * cpu] != READ_ONCE(by->inside_count) ||
	    watch->before[2 * cpu + 1] != READ_ONCE(by->outside_count))
		cpumask_set_cpu(cpu, watch->moved);
	if (poked(cpu))
		cpumask_set_cpu(cpu, watch->interrupted);
}

int watch_callback(void *arg)
{
	struct watch *watch = arg;
	u64 end = ktime_get_mono_fast_ns() + LOOK_NS;
	unsigned int cpu;

	for_each_cpu(cpu, watch->watched)
		look_before(watch, cpu);
	while (ktime_get_mono_fast_ns() < end)
		cpu_relax();
	for_each_cpu(cpu, watch->watched)
		look_after(watch, cpu);
	watch->looks++;
	return 0;
}

void expect_still(struct watch *watch, const char *what)
{
	expect(watch->looks, "%s: nobody looked", what);
	expect(cpumask_empty(watch->moved), "%s: code ran on CPUs %*pbl", what,
	       cpumask_pr_args(watch->moved));
	expect(cpumask_empty(watch->inside),
	       "%s: CPUs %*pbl were stopped with preemption off", what,
	       cpumask_pr_args(watch->inside));
	expect(cpumask_empty(watch->interrupted),
	       "%s: CPUs %*pbl took an interrupt", what,
	       cpumask_pr_args(watch->interrupted));
}

static bool saw_everything(struct watch *watch)
{
	return cpumask_subset(watch->watched, watch->moved) &&
	       cpumask_subset(watch->watched, watch->inside) &&
	       cpumask_subset(watch->watched, watch->interrupted);
}

void expect_sees_movement(struct watch *watch)
{
	int i;

	for (i = 0; i < CONTROL_LOOKS && !saw_everything(watch); i++) {
		watch_settle(watch);
		watch_callback(watch);
		usleep_range(100, 500);
	}
	expect(saw_everything(watch),
	       "control: of CPUs %*pbl saw %*pbl move, %*pbl in a section, %*pbl interrupted",
	       cpumask_pr_args(watch->watched), cpumask_pr_args(watch->moved),
	       cpumask_pr_args(watch->inside),
	       cpumask_pr_args(watch->interrupted));
}

u64 bystander_count(const struct watch *watch, unsigned int cpu)
{
	return READ_ONCE(watch->bystanders[cpu].inside_count) +
	       READ_ONCE(watch->bystanders[cpu].outside_count);
}

bool bystander_inside(const struct watch *watch, unsigned int cpu)
{
	return READ_ONCE(watch->bystanders[cpu].inside);
}

void watch_settle(struct watch *watch)
{
	unsigned int cpu;

	for_each_cpu(cpu, watch->watched) {
		if (!sleep_for(poke_settled(cpu), 10000))
			scratch_lose("an interrupt for a bystander's CPU");
	}
}
