// SPDX-License-Identifier: GPL-2.0-only
/* The calls that stop several CPUs, as contracts over rendezvous(). */
#include <linux/cpu.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/topology.h>

#include "callback.h"
#include "rendezvous.h"
#include "stats.h"

/*
 * The *_cpuslocked() calls trust their callers: lockdep_assert_cpus_held() is not
 * exported to modules.
 */

/* How long kstop_machine() keeps the hotplug lock when a CPU is late. */
#define HOLD_LIMIT	HZ

/* A caller that is to wait: the common checks, the stop, the result. */
static int stop_and_wait(const char *what, const struct stop *stop)
{
	int err, ret;

	if (!stop->fn)
		return -EINVAL;
	err = may_wait(what, stop->caller);
	if (err)
		return err;
	err = rendezvous(stop, &ret);
	return err ?: ret;
}

int kstop_two_cpus(unsigned int cpu1, unsigned int cpu2, cpu_stop_fn_t fn,
		   void *arg)
{
	const unsigned int pair[] = { cpu1, cpu2 };
	struct stop stop = {
		.fn = fn,
		.arg = arg,
		.caller = _RET_IP_,
		.pair = pair,
		.missing = -ENOENT,
		.timeout = MAX_SCHEDULE_TIMEOUT,
	};

	if (cpu1 == cpu2 || cpu1 >= nr_cpu_ids || cpu2 >= nr_cpu_ids)
		return -EINVAL;
	stop.run = cpumask_of(cpu1);
	return stop_and_wait("kstop_two_cpus", &stop);
}
EXPORT_SYMBOL_GPL(kstop_two_cpus);

int kstop_cpus(const struct cpumask *mask, cpu_stop_fn_t fn, void *arg)
{
	const struct stop stop = {
		.fn = fn,
		.arg = arg,
		.caller = _RET_IP_,
		.mask = mask,
		.run = mask,
		.gang = true,
		.timeout = MAX_SCHEDULE_TIMEOUT,
	};

	if (!mask)
		return -EINVAL;
	return stop_and_wait("kstop_cpus", &stop);
}
EXPORT_SYMBOL_GPL(kstop_cpus);

int try_kstop_cpus(const struct cpumask *mask, cpu_stop_fn_t fn, void *arg)
{
	const struct stop stop = {
		.fn = fn,
		.arg = arg,
		.caller = _RET_IP_,
		.mask = mask,
		.run = mask,
		.gang = true,
		.try = true,
		.timeout = MAX_SCHEDULE_TIMEOUT,
	};

	if (!mask)
		return -EINVAL;
	return stop_and_wait("try_kstop_cpus", &stop);
}
EXPORT_SYMBOL_GPL(try_kstop_cpus);

static struct stop machine_stop(cpu_stop_fn_t fn, void *data,
				const struct cpumask *cpus,
				unsigned long caller)
{
	return (struct stop) {
		.fn = fn,
		.arg = data,
		.caller = caller,
		.mask = cpu_online_mask,
		.missing = -EBUSY,
		.run = cpus,
		.timeout = MAX_SCHEDULE_TIMEOUT,
	};
}

int kstop_machine_cpuslocked(cpu_stop_fn_t fn, void *data,
			     const struct cpumask *cpus)
{
	struct stop stop = machine_stop(fn, data, cpus, _RET_IP_);

	return stop_and_wait("kstop_machine_cpuslocked", &stop);
}
EXPORT_SYMBOL_GPL(kstop_machine_cpuslocked);

int kstop_machine(cpu_stop_fn_t fn, void *data, const struct cpumask *cpus)
{
	struct stop stop = machine_stop(fn, data, cpus, _RET_IP_);
	int err, ret;

	if (!fn)
		return -EINVAL;
	err = may_wait("kstop_machine", _RET_IP_);
	if (err)
		return err;

	stop.timeout = HOLD_LIMIT;
	for (;;) {
		cpus_read_lock();
		err = rendezvous(&stop, &ret);
		cpus_read_unlock();
		if (err != -ETIMEDOUT)
			return err ?: ret;
		/* Hotplug had its chance; the online CPUs may be others now. */
		count_event(EV_RESTART);
	}
}
EXPORT_SYMBOL_GPL(kstop_machine);

int kstop_core_cpuslocked(unsigned int cpu, cpu_stop_fn_t fn, void *data)
{
	struct stop stop = {
		.fn = fn,
		.arg = data,
		.caller = _RET_IP_,
		.missing = -EBUSY,
		.timeout = MAX_SCHEDULE_TIMEOUT,
	};

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	stop.mask = topology_sibling_cpumask(cpu);
	stop.run = stop.mask;
	if (fn && !cpu_online(cpu))
		return -ENOENT;
	return stop_and_wait("kstop_core_cpuslocked", &stop);
}
EXPORT_SYMBOL_GPL(kstop_core_cpuslocked);

int kstop_machine_from_inactive_cpu(cpu_stop_fn_t fn, void *data,
				    const struct cpumask *cpus)
{
	struct stop stop = machine_stop(fn, data, cpus, _RET_IP_);
	struct stopper *stopper = raw_cpu_ptr(&stoppers);
	unsigned int cpu = raw_smp_processor_id();
	int err, ret;

	if (!fn)
		return -EINVAL;
	if (in_callback())
		return -EDEADLK;
	if (WARN_ONCE(cpu_active(cpu),
		      "kstop: %s() by %pS on CPU %u, which is active\n",
		      __func__, (void *)_RET_IP_, cpu))
		return -EINVAL;
	if (cpu_online(cpu)) {
		err = may_wait(__func__, _RET_IP_);
		if (err)
			return err;
	}

	if (READ_ONCE(stopper->enabled))
		err = rendezvous(&stop, &ret);
	else
		err = rendezvous_inactive(&stop, &ret);
	return err ?: ret;
}
EXPORT_SYMBOL_GPL(kstop_machine_from_inactive_cpu);
