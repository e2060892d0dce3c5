// SPDX-License-Identifier: GPL-2.0-only
/*
 * KSTOP_IRQ: CPUs that arrive in an interrupt. It changes where fn runs and not what
 * a stop means, least of all that nobody is stopped inside a section with preemption
 * off: threads that are in such sections most of the time say so.
 *
 * Whether CPUs arrive in interrupts is for kstop to choose; kstop's counters
 * (interrupt_took_part, interrupt_handed_over) say how often they did, and the figure
 * in_interrupt here how often fn found itself in one.
 */
#include <linux/bottom_half.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include "crew.h"
#include "culprit.h"
#include "errand.h"
#include "expect.h"
#include "hogs.h"
#include "hotplug.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"
#include "storm.h"

#define SECONDS		6
#define MASK_ROUNDS	2		/* of each mask, again and again */
#define VALUES		1000
#define COUNTS		64
#define CALLERS		4
#define ERRANDS		64
#define LEAKS		200		/* tries for one in an interrupt */

/* Sections in which an interrupt must not take part. */
enum section {
	SECTION_PREEMPT,
	SECTION_SPINLOCK,
	SECTION_BH,
	SECTION_BOTH,
	SECTIONS,
};

/**
 * struct sitter - a thread that is inside a section most of the time
 * @inside:	of which kind, + 1; 0: outside
 * @count:	goes up inside, and outside
 * @lock:	its own
 */
struct sitter {
	unsigned int	inside;
	u64		count;
	spinlock_t	lock;
} ____cacheline_aligned;

/**
 * struct scene - one case's calls
 * @ground:	what must not be there twice
 * @sitters:	one on each CPU
 * @caught:	times that fn found one inside, by the kind of its section
 * @moved:	times that one went on while fn ran
 * @end:	when it has had its time, in jiffies
 * @nr:		calls
 * @in_interrupt: fn in a hard interrupt
 * @in_thread:	fn elsewhere
 */
struct scene {
	struct ground	*ground;
	struct sitter	*sitters;
	atomic_t	caught[SECTIONS];
	atomic_t	moved;
	unsigned long	end;
	atomic_t	nr;
	atomic_t	in_interrupt;
	atomic_t	in_thread;
};

struct visitor {
	struct errand	errand;		/* the first: fn's argument */
	struct scene	*scene;
};

static u32 random_below(u32 limit)
{
	return get_random_u32() % limit;
}

/* Which lock is held depends on the section. sparse, which cannot follow that, is told none. */
static void enter_section(struct sitter *sitter, enum section section)
{
	switch (section) {
	case SECTION_PREEMPT:
		preempt_disable();
		break;
	case SECTION_SPINLOCK:
		spin_lock(&sitter->lock);
		__release(&sitter->lock);
		break;
	case SECTION_BH:
		local_bh_disable();
		break;
	default:
		spin_lock_bh(&sitter->lock);
		__release(&sitter->lock);
	}
}

static void leave_section(struct sitter *sitter, enum section section)
{
	switch (section) {
	case SECTION_PREEMPT:
		preempt_enable();
		break;
	case SECTION_SPINLOCK:
		__acquire(&sitter->lock);
		spin_unlock(&sitter->lock);
		break;
	case SECTION_BH:
		local_bh_enable();
		break;
	default:
		__acquire(&sitter->lock);
		spin_unlock_bh(&sitter->lock);
	}
}

/* On PREEMPT_RT most of these have preemption on, and one may be stopped there. */
static bool has_preemption_off(enum section section)
{
	return section == SECTION_PREEMPT || !IS_ENABLED(CONFIG_PREEMPT_RT);
}

static int sitter_round(void *arg)
{
	struct sitter *sitter = arg;
	enum section section;
	int i;

	for (section = 0; section < SECTIONS; section++) {
		enter_section(sitter, section);
		if (has_preemption_off(section))
			WRITE_ONCE(sitter->inside, section + 1);
		for (i = 0; i < COUNTS; i++)
			WRITE_ONCE(sitter->count, sitter->count + 1);
		WRITE_ONCE(sitter->inside, 0);
		leave_section(sitter, section);
		WRITE_ONCE(sitter->count, sitter->count + 1);
	}
	return 0;
}

static u64 look_at_sitters(struct scene *scene, const struct cpumask *stopped)
{
	unsigned int cpu, inside;
	u64 sum = 0;

	if (!scene->sitters)
		return 0;
	for_each_cpu_and(cpu, stopped, cpu_online_mask) {
		inside = READ_ONCE(scene->sitters[cpu].inside);
		if (inside)
			atomic_inc(&scene->caught[inside - 1]);
		sum += READ_ONCE(scene->sitters[cpu].count);
	}
	return sum;
}

static int visit_callback(void *arg)
{
	struct visitor *visitor = arg;
	const struct cpumask *stopped = visitor->errand.opts.stop ?:
					cpu_online_mask;
	u64 count = look_at_sitters(visitor->scene, stopped);
	int ret = errand_callback(&visitor->errand);

	if (count != look_at_sitters(visitor->scene, stopped))
		atomic_inc(&visitor->scene->moved);
	return ret;
}

static struct scene *scene_new(bool sitters)
{
	struct scene *scene = scratch_alloc(sizeof(*scene));
	unsigned int cpu;

	if (!scene)
		return NULL;
	scene->ground = ground_new(false);
	if (!scene->ground)
		return NULL;
	if (!sitters)
		return scene;
	scene->sitters = scratch_alloc(nr_cpu_ids * sizeof(struct sitter));
	if (!scene->sitters)
		return NULL;
	for_each_online_cpu(cpu) {
		spin_lock_init(&scene->sitters[cpu].lock);
		if (!crew_hire("sitter", cpu, sitter_round,
			       &scene->sitters[cpu]))
			return NULL;
	}
	return scene;
}

static void expect_scene(struct scene *scene)
{
	static const char *const names[SECTIONS] = {
		"preempt_disable", "spin_lock", "local_bh_disable",
		"spin_lock_bh",
	};
	unsigned int i;

	for (i = 0; i < SECTIONS; i++)
		expect(!atomic_read(&scene->caught[i]),
		       "%d times a CPU was stopped inside %s()",
		       atomic_read(&scene->caught[i]), names[i]);
	expect(!atomic_read(&scene->moved),
	       "%d times a thread went on while fn ran",
	       atomic_read(&scene->moved));
	figure(atomic_read(&scene->nr), "calls");
	figure(atomic_read(&scene->in_interrupt), "in_interrupt");
	figure(atomic_read(&scene->in_thread), "in_thread");
}

static struct visitor *visitor_new(struct scene *scene)
{
	struct visitor *visitor = scratch_alloc(sizeof(*visitor));

	if (visitor)
		visitor->scene = scene;
	return visitor;
}

static void visit_open(struct visitor *visitor, const struct cpumask *stop,
		       const struct cpumask *run, unsigned long flags)
{
	errand_open(&visitor->errand, visitor->scene->ground, CALL_OPTS, run);
	visitor->errand.fn = visit_callback;
	visitor->errand.opts.stop = stop;
	visitor->errand.opts.flags = KSTOP_IRQ | flags;
}

static int visit(struct visitor *visitor)
{
	int ret = errand_run(&visitor->errand), in, all;

	in = atomic_read(&visitor->errand.in_interrupt);
	all = atomic_read(&visitor->errand.runs);
	atomic_inc(&visitor->scene->nr);
	atomic_add(in, &visitor->scene->in_interrupt);
	atomic_add(all - in, &visitor->scene->in_thread);
	return ret;
}

static bool goes_on(const struct scene *scene)
{
	return time_before(jiffies, scene->end) && expect_go_on();
}

static void visit_all(struct visitor *visitor, const struct cpumask *stop,
		      const struct cpumask *run)
{
	unsigned int i;
	int ret;

	for (i = 0; i < MASK_ROUNDS && goes_on(visitor->scene); i++) {
		visit_open(visitor, stop, run, i % 2 ? KSTOP_ALIGN : 0);
		visitor->errand.value = VALUES;
		ret = visit(visitor);
		expect(ret >= VALUES, "stop %*pbl run %*pbl: %d",
		       cpumask_pr_args(stop ?: cpu_online_mask),
		       cpumask_pr_args(run ?: cpu_online_mask), ret);
	}
}

/* From each CPU, each CPU and all but each, and all. */
static void each_mask(struct visitor *visitor, struct cpumask *mask)
{
	unsigned int from, cpu;

	for_each_online_cpu(from) {
		stand_on(from);
		visit_all(visitor, NULL, NULL);
		visit_all(visitor, NULL, cpu_online_mask);
		visit_all(visitor, cpu_online_mask, NULL);
		for_each_online_cpu(cpu) {
			visit_all(visitor, NULL, cpumask_of(cpu));
			visit_all(visitor, cpumask_of(cpu), NULL);
			cpumask_copy(mask, cpu_online_mask);
			cpumask_clear_cpu(cpu, mask);
			if (cpumask_empty(mask))
				continue;
			visit_all(visitor, NULL, mask);
			visit_all(visitor, mask, mask);
		}
	}
}

static int masks(const struct params *params, bool sitters)
{
	struct scene *scene = scene_new(sitters);
	struct cpumask *mask = scratch_mask();
	struct visitor *visitor;

	visitor = scene ? visitor_new(scene) : NULL;
	if (!visitor || !mask)
		return -ENOMEM;
	scene->end = jiffies + (params->seconds ?: SECONDS) * HZ;
	while (goes_on(scene))
		each_mask(visitor, mask);
	expect_scene(scene);
	expect_ground(scene->ground);
	return 0;
}

/* The other CPUs have nothing to do. */
static int irq_idle(const struct params *params)
{
	return masks(params, false);
}

static int irq_sections(const struct params *params)
{
	return masks(params, true);
}

/* One of several threads that call, with limits and without. */
struct caller {
	struct scene	*scene;
	struct visitor	*visitors[ERRANDS];
	struct cpumask	*stop;
	struct cpumask	*run;
	u64		next;
	u64		completed;
	u64		timed_out;
	u64		killed;
	u64		absent;
	bool		hotplug;
	struct hand	*hand;
};

static const struct cpumask *random_mask(struct cpumask *mask,
					 const struct cpumask *from)
{
	unsigned int cpu, nth = random_below(max(cpumask_weight(from), 1U));

	cpumask_clear(mask);
	for_each_cpu(cpu, from)
		if (!nth-- || random_below(2))
			cpumask_set_cpu(cpu, mask);
	return mask;
}

static const struct cpumask *random_online(struct cpumask *mask)
{
	/* They may come and go meanwhile. */
	return data_race(random_mask(mask, cpu_online_mask));
}

static void judge(struct caller *caller, const struct errand *errand, int ret)
{
	switch (ret) {
	case -ETIMEDOUT:
		caller->timed_out++;
		expect(errand->opts.timeout_ns, "-ETIMEDOUT without a limit");
		break;
	case -EINTR:
		caller->killed++;
		expect(signal_pending(current), "-EINTR without a signal");
		break;
	case -ENOENT:
	case -EBUSY:
		caller->absent++;
		expect(caller->hotplug, "%d, and nobody came or went", ret);
		break;
	default:
		caller->completed++;
		expect(ret >= 0, "kstop_machine_opts: %d", ret);
	}
}

static int caller_round(void *arg)
{
	struct caller *caller = arg;
	struct visitor *visitor = caller->visitors[caller->next++ % ERRANDS];
	struct errand *errand = &visitor->errand;
	const struct cpumask *stop = NULL, *run = NULL;

	errand_settled(errand);
	if (random_below(2))
		stop = random_online(caller->stop);
	if (random_below(2))
		run = stop ? random_mask(caller->run, stop) : random_online(caller->run);
	visit_open(visitor, stop, run, random_below(4) ? 0 : KSTOP_ALIGN);
	errand->vague = caller->hotplug;
	errand->value = random_below(2) ? VALUES : 0;
	if (!random_below(8))
		errand->busy_us = random_below(200);
	if (!random_below(3))
		errand->opts.timeout_ns = 1 + random_below(NSEC_PER_MSEC);
	judge(caller, errand, visit(visitor));
	flush_signals(current);
	usleep_range(10, 10 + random_below(2000));
	return expect_go_on() ? 0 : 1;
}

static struct caller *caller_new(struct scene *scene)
{
	struct caller *caller = scratch_alloc(sizeof(*caller));
	unsigned int i;

	if (!caller)
		return NULL;
	caller->scene = scene;
	caller->stop = scratch_mask();
	caller->run = scratch_mask();
	for (i = 0; i < ERRANDS; i++) {
		caller->visitors[i] = visitor_new(scene);
		if (!caller->visitors[i])
			return NULL;
		caller->visitors[i]->errand.ground = scene->ground;
	}
	return caller->stop && caller->run ? caller : NULL;
}

static bool hire_callers(struct caller *callers[], struct scene *scene,
			 bool hotplug)
{
	unsigned int i;

	for (i = 0; i < CALLERS; i++) {
		callers[i] = caller_new(scene);
		if (!expect(callers[i], "no memory"))
			return false;
		callers[i]->hotplug = hotplug;
		callers[i]->hand = crew_hire("caller", ANY_CPU, caller_round,
					     callers[i]);
		if (!callers[i]->hand)
			return false;
	}
	return true;
}

/*
 * What else is stopped, and by whom: the kernel's own stops, and other calls. Now and
 * then, as no interrupt takes part where something else is queued.
 */
struct other {
	struct stormer	stormer;
	round_fn_t	round;
	struct hand	*hand;
};

static int other_round(void *arg)
{
	struct other *other = arg;

	usleep_range(1000, 1000 * (2 + random_below(20)));
	return other->round(&other->stormer);
}

static const round_fn_t other_rounds[] = {
	storm_native, storm_one, storm_nowait, storm_cpus, storm_machine,
	storm_two,
};

#define OTHERS	ARRAY_SIZE(other_rounds)

static bool hire_others(struct other *others[], bool hotplug)
{
	unsigned int i;

	for (i = 0; i < OTHERS; i++) {
		struct other *other = scratch_alloc(sizeof(*other));

		if (!expect(other, "no memory"))
			return false;
		stormer_init(&other->stormer, hotplug);
		other->round = other_rounds[i];
		others[i] = other;
		other->hand = crew_hire("other", ANY_CPU, other_round, other);
		if (!other->hand)
			return false;
	}
	return true;
}

static void settle_others(struct other *const others[])
{
	unsigned int i;

	kstop_flush();
	for (i = 0; i < OTHERS; i++) {
		expect(!others[i]->hand->errors, "%pS beside them: %d",
		       others[i]->round, others[i]->hand->last_error);
		expect_none_lost(&others[i]->stormer, "others");
	}
}

static void settle(struct caller *const callers[], struct scene *scene)
{
	u64 completed = 0, timed_out = 0, killed = 0, absent = 0;
	unsigned int i, j;

	for (i = 0; i < CALLERS; i++) {
		for (j = 0; j < ERRANDS; j++)
			errand_settled(&callers[i]->visitors[j]->errand);
		expect(callers[i]->completed, "caller %u completed nothing", i);
		completed += callers[i]->completed;
		timed_out += callers[i]->timed_out;
		killed += callers[i]->killed;
		absent += callers[i]->absent;
	}
	expect_scene(scene);
	figure(completed, "completed");
	figure(timed_out, "timed_out");
	figure(killed, "killed");
	figure(absent, "absent");
}

static void disturb(struct caller *const callers[], struct culprit *culprit,
		    unsigned int seconds)
{
	unsigned long end = jiffies + seconds * HZ;

	while (time_before(jiffies, end) && expect_go_on()) {
		if (culprit && !culprit_begin(culprit, 1 + random_below(5)))
			break;
		usleep_range(5000, 20000);
		send_sig(SIGKILL, callers[random_below(CALLERS)]->hand->task, 1);
	}
}

/* Hogs, kills, a CPU with interrupts or preemption off, beside everything else. */
static int irq_storm(const struct params *params)
{
	unsigned int last = cpumask_last(cpu_online_mask), cpu;
	struct caller *callers[CALLERS];
	struct other *others[OTHERS];
	struct scene *scene = scene_new(true);
	struct culprit *culprit;

	if (!scene)
		return -ENOMEM;
	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	for_each_online_cpu(cpu) {
		struct worker *worker = scratch_alloc(sizeof(*worker));

		if (!worker || !crew_hire("worker", cpu, worker_round, worker))
			return -ENOMEM;
	}
	culprit = culprit_hire(CULPRIT_PREEMPT, last);
	if (!culprit || !hire_callers(callers, scene, false) ||
	    !hire_others(others, false))
		return 0;
	disturb(callers, culprit, params->seconds ?: SECONDS);
	crew_dismiss();
	if (scratch_lost())
		return 0;
	settle(callers, scene);
	settle_others(others);
	return 0;
}

static int irq_hotplug(const struct params *params)
{
	unsigned int victim = hotplug_victim(nr_cpu_ids), i;
	struct caller *callers[CALLERS];
	struct other *others[OTHERS];
	struct scene *scene = scene_new(false);

	if (victim >= nr_cpu_ids)
		return -EOPNOTSUPP;
	if (!scene)
		return -ENOMEM;
	stand_on(cpumask_first(cpu_online_mask));
	if (!hire_callers(callers, scene, true) || !hire_others(others, true))
		return 0;
	for (i = 0; i < 8 && expect_go_on(); i++) {
		if (!take_down(victim))
			break;
		usleep_range(1000, 5000);
		bring_up(victim);
		usleep_range(1000, 5000);
	}
	crew_dismiss();
	if (scratch_lost())
		return 0;
	settle(callers, scene);
	settle_others(others);
	return 0;
}

/* Callbacks that leave something behind, if possible in an interrupt. */
struct leaker {
	unsigned int	cpu;
	bool		irqs;		/* leaves interrupts on, else a count */
	bool		in_interrupt;
};

static noinline int leaky_irq_count_callback(void *arg)
{
	struct leaker *leaker = arg;

	leaker->in_interrupt |= !!hardirq_count();
	preempt_disable();
	return 3;
}

static noinline int leaky_irq_irqs_callback(void *arg)
{
	struct leaker *leaker = arg;

	leaker->in_interrupt |= !!hardirq_count();
	/* Lockdep takes that for the bug it is, and says so. */
	if (!hardirq_count() || !IS_ENABLED(CONFIG_PROVE_LOCKING))
		local_irq_enable();
	return 3;
}

static void leak_on(struct leaker *leaker, struct probe *probe)
{
	const struct kstop_opts opts = {
		.run = cpumask_of(leaker->cpu),
		.flags = KSTOP_IRQ,
	};
	unsigned int i;
	int ret;

	for (i = 0; i < LEAKS && !leaker->in_interrupt; i++) {
		ret = kstop_machine_opts(leaker->irqs ?
					 leaky_irq_irqs_callback :
					 leaky_irq_count_callback, leaker,
					 &opts, NULL);
		expect(ret == 3, "a leaky callback: %d", ret);
		probe_reset(probe);
		ret = kstop_machine(probe_callback, probe, cpu_online_mask);
		expect(!ret, "after a leaky callback: %d", ret);
		expect_ran(probe, cpu_online_mask, INTERRUPTS_OFF, "after");
		if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
			expect(probe->cpu[leaker->cpu].preempt_count ==
			       PREEMPT_OFFSET, "preempt count %#x",
			       probe->cpu[leaker->cpu].preempt_count);
		usleep_range(500, 1000);
	}
	expect(leaker->in_interrupt || !IS_ENABLED(CONFIG_PREEMPT_COUNT),
	       "CPU %u never ran fn in an interrupt", leaker->cpu);
	/* All of them may have been in one, where lockdep lets nothing leak. */
	if (leaker->irqs && IS_ENABLED(CONFIG_PROVE_LOCKING))
		kstop_machine(leaky_irq_irqs_callback, leaker,
			      cpumask_of(leaker->cpu));
}

static int irq_leak(const struct params *params)
{
	struct probe *probe = probe_new();
	struct leaker *leaker;
	unsigned int cpu;

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	expect_splat("leaky callbacks");
	stand_on(cpumask_first(cpu_online_mask));
	for_each_online_cpu(cpu) {
		leaker = scratch_alloc(2 * sizeof(*leaker));
		if (!leaker || !probe)
			return -ENOMEM;
		if (cpu == raw_smp_processor_id())
			continue;
		leaker[0].cpu = cpu;
		leaker[1].cpu = cpu;
		leaker[1].irqs = true;
		/* Where it is not counted nothing leaks. */
		if (IS_ENABLED(CONFIG_PREEMPT_COUNT))
			leak_on(&leaker[0], probe);
		leak_on(&leaker[1], probe);
	}
	return 0;
}

const struct testcase irq_cases[] = {
	{ "irq_idle", irq_idle },
	{ "irq_sections", irq_sections },
	{ "irq_storm", irq_storm },
	{ "irq_hotplug", irq_hotplug },
	{ "irq_leak", irq_leak },
	{ }
};
