// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/random.h>
#include <linux/stop_machine.h>
#include <linux/topology.h>

#include "../compat.h"
#include "crew.h"
#include "expect.h"
#include "storm.h"

/* What one call's callbacks did. It lives on the waiting caller's stack. */
struct tally {
	const struct cpumask	*where;
	atomic_t		runs;
	atomic_t		astray;
};

static int tally_callback(void *arg)
{
	struct tally *tally = arg;

	atomic_inc(&tally->runs);
	if (!cpumask_test_cpu(raw_smp_processor_id(), tally->where))
		atomic_inc(&tally->astray);
	return 0;
}

/* Between least and most runs if kstop said 0, none if it said anything else. */
static int verdict(struct stormer *stormer, struct tally *tally, int ret,
		   unsigned int least, unsigned int most)
{
	unsigned int runs = atomic_read(&tally->runs);

	if (atomic_read(&tally->astray))
		return -EPROTO;
	if (!ret)
		return runs >= least && runs <= most ? 0 : -EPROTO;
	if (runs)
		return -EPROTO;
	return ret == -ENOENT && stormer->hotplug ? 1 : ret;
}

static u32 dice(struct stormer *stormer, u32 sides)
{
	u32 x = stormer->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	stormer->random = x;
	return x % sides;
}

/* Those that may be asked for. One that is down for now is worth asking. */
static const struct cpumask *candidates(const struct stormer *stormer)
{
	return stormer->hotplug ? cpu_present_mask : cpu_online_mask;
}

static unsigned int random_cpu(struct stormer *stormer)
{
	int start = dice(stormer, nr_cpu_ids);
	unsigned int cpu = cpumask_next(start - 1, candidates(stormer));

	return cpu < nr_cpu_ids ? cpu : cpumask_first(candidates(stormer));
}

static unsigned int other_cpu(struct stormer *stormer, unsigned int cpu)
{
	unsigned int other = random_cpu(stormer);

	return other != cpu ? other : cpumask_any_but(candidates(stormer), cpu);
}

/* Never empty. */
static void random_mask(struct stormer *stormer)
{
	unsigned int cpu;

	cpumask_clear(&stormer->mask);
	cpumask_set_cpu(random_cpu(stormer), &stormer->mask);
	for_each_cpu(cpu, candidates(stormer))
		if (dice(stormer, 2))
			cpumask_set_cpu(cpu, &stormer->mask);
}

void stormer_init(struct stormer *stormer, bool hotplug)
{
	stormer->hotplug = hotplug;
	stormer->random = get_random_u32() | 1;
}

int storm_one(void *arg)
{
	struct stormer *stormer = arg;
	unsigned int cpu = random_cpu(stormer);
	struct tally tally = { .where = cpumask_of(cpu) };
	int ret = kstop_one_cpu(cpu, tally_callback, &tally);

	return verdict(stormer, &tally, ret, 1, 1);
}

static int two_on(struct stormer *stormer, unsigned int cpu, unsigned int other)
{
	struct tally tally = { .where = cpumask_of(cpu) };
	int ret = kstop_two_cpus(cpu, other, tally_callback, &tally);

	return verdict(stormer, &tally, ret, 1, 1);
}

int storm_two(void *arg)
{
	struct stormer *stormer = arg;
	unsigned int cpu = random_cpu(stormer);
	unsigned int other = other_cpu(stormer, cpu);

	/* With a single CPU there is no other. */
	return other < nr_cpu_ids ? two_on(stormer, cpu, other) : 1;
}

static int work_callback(void *arg)
{
	struct storm_work *work = arg;
	struct stormer *stormer = work->owner;

	if (raw_smp_processor_id() != work->cpu)
		atomic_inc(&stormer->astray);
	/* From here on the owner may queue it again. */
	if (!atomic_xchg(&work->busy, 0))
		atomic_inc(&stormer->twice);
	atomic64_inc(&stormer->ran);
	return 0;
}

static struct storm_work *idle_work(struct stormer *stormer)
{
	struct storm_work *work;

	for (work = stormer->works; work < &stormer->works[STORM_WORKS]; work++)
		if (!atomic_read(&work->busy))
			return work;
	return NULL;
}

int storm_nowait(void *arg)
{
	struct stormer *stormer = arg;
	struct storm_work *work = idle_work(stormer);

	if (!work) {
		usleep_range(20, 50);
		return 1;
	}
	work->owner = stormer;
	work->cpu = random_cpu(stormer);
	atomic_set(&work->busy, 1);
	if (kstop_one_cpu_nowait(work->cpu, work_callback, work, &work->work)) {
		stormer->accepted++;
		return 0;
	}
	atomic_set(&work->busy, 0);
	stormer->refused++;
	return stormer->hotplug ? 1 : -ENOENT;
}

void expect_none_lost(struct stormer *stormer, const char *whose)
{
	u64 ran = atomic64_read(&stormer->ran);

	expect(ran == stormer->accepted, "%s: %llu works accepted, %llu ran",
	       whose, stormer->accepted, ran);
	expect(!atomic_read(&stormer->astray), "%s: %d works ran elsewhere",
	       whose, atomic_read(&stormer->astray));
	expect(!atomic_read(&stormer->twice), "%s: %d works ran twice", whose,
	       atomic_read(&stormer->twice));
	expect(!stormer->refused || stormer->hotplug, "%s: %llu works refused",
	       whose, stormer->refused);
}

static int cpus_on(struct stormer *stormer)
{
	unsigned int most = cpumask_weight(&stormer->mask);
	struct tally tally = { .where = &stormer->mask };
	int ret = kstop_cpus(&stormer->mask, tally_callback, &tally);

	return verdict(stormer, &tally, ret, stormer->hotplug ? 1 : most, most);
}

int storm_cpus(void *arg)
{
	random_mask(arg);
	return cpus_on(arg);
}

int storm_try(void *arg)
{
	struct stormer *stormer = arg;
	struct tally tally = { .where = &stormer->mask };
	unsigned int most;
	int ret;

	random_mask(stormer);
	most = cpumask_weight(&stormer->mask);
	ret = try_kstop_cpus(&stormer->mask, tally_callback, &tally);
	ret = verdict(stormer, &tally, ret, stormer->hotplug ? 1 : most, most);
	/* Saying so is what it is for. */
	return ret == -EAGAIN ? 0 : ret;
}

int storm_machine(void *arg)
{
	struct stormer *stormer = arg;
	struct tally tally = { .where = candidates(stormer) };
	unsigned int most = cpumask_weight(tally.where);
	int ret;

	if (dice(stormer, 2)) {
		ret = kstop_machine(tally_callback, &tally, NULL);
		return verdict(stormer, &tally, ret, 1, 1);
	}
	ret = kstop_machine(tally_callback, &tally, tally.where);
	return verdict(stormer, &tally, ret, stormer->hotplug ? 1 : most, most);
}

int storm_machine_cpuslocked(void *arg)
{
	struct stormer *stormer = arg;
	struct tally tally = { .where = cpu_online_mask };
	int ret;

	cpus_read_lock();
	ret = kstop_machine_cpuslocked(tally_callback, &tally, cpu_online_mask);
	ret = verdict(stormer, &tally, ret, num_online_cpus(),
		      num_online_cpus());
	cpus_read_unlock();
	return ret;
}

int storm_core(void *arg)
{
	struct stormer *stormer = arg;
	unsigned int cpu = random_cpu(stormer), siblings;
	struct tally tally = { .where = &stormer->mask };
	int ret;

	cpus_read_lock();
	cpumask_and(&stormer->mask, topology_sibling_cpumask(cpu),
		    cpu_online_mask);
	siblings = cpumask_weight(&stormer->mask);
	ret = kstop_core_cpuslocked(cpu, tally_callback, &tally);
	cpus_read_unlock();
	return verdict(stormer, &tally, ret, siblings, siblings);
}

int storm_opts(void *arg)
{
	struct stormer *stormer = arg;
	struct tally tally = { .where = &stormer->mask };
	const struct kstop_opts opts = {
		.stop = &stormer->mask,
		.run = &stormer->mask,
		.timeout_ns = dice(stormer, 2) * dice(stormer, NSEC_PER_MSEC),
	};
	unsigned int most;
	int ret;

	random_mask(stormer);
	most = cpumask_weight(&stormer->mask);
	ret = kstop_machine_opts(tally_callback, &tally, &opts, NULL);
	ret = verdict(stormer, &tally, ret, stormer->hotplug ? 1 : most, most);
	return ret == -ETIMEDOUT && opts.timeout_ns ? 1 : ret;
}

int storm_rendezvous(void *arg)
{
	struct stormer *stormer = arg;
	struct tally tally = { .where = &stormer->mask };
	unsigned int most;
	int ret;

	random_mask(stormer);
	most = 3 * cpumask_weight(&stormer->mask);
	ret = kstop_rendezvous(&stormer->mask, tally_callback, tally_callback,
			       tally_callback, &tally);
	return verdict(stormer, &tally, ret, stormer->hotplug ? 3 : most, most);
}

int storm_pause(void *arg)
{
	struct stormer *stormer = arg;
	bool off;
	int ret;

	random_mask(stormer);
	ret = kstop_pause(&stormer->mask, 0);
	if (!COMPAT_CAN_PIN)
		return ret == -EOPNOTSUPP ? 1 : -EPROTO;
	if (ret)
		return (ret == -ENOENT || ret == -EBUSY) && stormer->hotplug ?
		       1 : ret;
	off = irqs_disabled();
	kstop_resume();
	return off && !irqs_disabled() ? 0 : -EPROTO;
}

int storm_flush(void *arg)
{
	kstop_flush();
	return 0;
}

/* A subset of two CPUs is stopped in both ways. */
static int subset(struct stormer *stormer, unsigned int cpu, unsigned int other)
{
	if (cpu != other && dice(stormer, 2))
		return two_on(stormer, cpu, other);
	cpumask_clear(&stormer->mask);
	cpumask_set_cpu(cpu, &stormer->mask);
	cpumask_set_cpu(other, &stormer->mask);
	return cpus_on(stormer);
}

static unsigned int nth_cpu(const struct stormer *stormer, unsigned int n)
{
	unsigned int cpu, last = 0;

	for_each_cpu(cpu, candidates(stormer)) {
		last = cpu;
		if (!n--)
			break;
	}
	return last;
}

/* With 3 CPUs or more: the first and second, the second and third. */
int storm_subset_a(void *arg)
{
	struct stormer *stormer = arg;
	bool pair = cpumask_weight(candidates(stormer)) > 2;

	return subset(stormer, nth_cpu(stormer, 0),
		      nth_cpu(stormer, pair ? 1 : 0));
}

int storm_subset_b(void *arg)
{
	struct stormer *stormer = arg;
	bool pair = cpumask_weight(candidates(stormer)) > 2;

	return subset(stormer, nth_cpu(stormer, pair ? 2 : 1),
		      nth_cpu(stormer, pair ? 1 : 0));
}

int storm_native(void *arg)
{
	struct stormer *stormer = arg;
	struct tally tally = { .where = cpu_possible_mask };
	int ret = stop_machine(tally_callback, &tally, NULL);

	return verdict(stormer, &tally, ret, 1, 1);
}

/* What the kernel's own does, by kstop. */
int storm_plain(void *arg)
{
	struct stormer *stormer = arg;
	struct tally tally = { .where = cpu_possible_mask };
	int ret = kstop_machine(tally_callback, &tally, NULL);

	return verdict(stormer, &tally, ret, 1, 1);
}

int storm_native_ms(void *arg)
{
	usleep_range(1000, 1200);
	return storm_native(arg);
}

int storm_plain_ms(void *arg)
{
	usleep_range(1000, 1200);
	return storm_plain(arg);
}

int storm_any(void *arg)
{
	static const round_fn_t rounds[] = {
		storm_one, storm_two, storm_nowait, storm_nowait, storm_nowait,
		storm_cpus, storm_try, storm_machine, storm_machine_cpuslocked,
		storm_core, storm_subset_a, storm_subset_b, storm_flush,
		storm_opts, storm_rendezvous, storm_pause,
	};

	return rounds[dice(arg, ARRAY_SIZE(rounds))](arg);
}
