// SPDX-License-Identifier: GPL-2.0-only
/* The calls that stop several CPUs, as contracts over rendezvous(). */
#include <linux/cpu.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/sched/signal.h>
#include <linux/topology.h>

#include "callback.h"
#include "late.h"
#include "machine.h"
#include "share.h"
#include "stats.h"
#include "trace.h"

/*
 * The *_cpuslocked() calls trust their callers: lockdep_assert_cpus_held() is not
 * exported to modules.
 */

/* The hotplug lock, before the limit runs out or a fatal signal comes. */
static int hotplug_lock(struct limit *limit)
{
	ktime_t step = 100 * NSEC_PER_USEC;
	enum wait_end due;

	if (!limit->timeout_ns) {
		cpus_read_lock();
		return 0;
	}
	while (!cpus_read_trylock()) {
		due = limit_due(limit);
		if (due == WAIT_OVER) {
			count_event(EV_TIMEOUT);
			return -ETIMEDOUT;
		}
		if (fatal_signal_pending(current)) {
			count_event(EV_KILL);
			return -EINTR;
		}
		set_current_state(TASK_KILLABLE);
		schedule_hrtimeout_range(&step, 0, HRTIMER_MODE_REL_HARD);
	}
	return 0;
}

static int try_once(struct stop *stop, int *ret)
{
	int err;

	limit_new_try(&stop->limit);
	if (stop->restart != RESTART_ALWAYS)
		return rendezvous(stop, ret);
	err = hotplug_lock(&stop->limit);
	if (err == -ETIMEDOUT)
		trace_kstop_timeout(0, stop, stop->mask);
	if (err)
		return err;
	err = rendezvous(stop, ret);
	cpus_read_unlock();
	return err;
}

/**
 * stop_and_wait() - what most calls do: check, stop, wait, once or again
 * @what: the call's name
 * @stop: what is wanted
 *
 * With RESTART_ALWAYS the hotplug lock is taken for each try, and between two of
 * them, with no lock held, hotplug and suspend have their chance; the online
 * CPUs may be others then.
 *
 * Return: an error or what the callbacks returned.
 */
int stop_and_wait(const char *what, struct stop *stop)
{
	int err, ret;

	if (!stop->fn)
		return -EINVAL;
	stop->what = what;
	err = may_wait(what, stop->caller);
	if (err)
		return err;
	if (stop->limit.timeout_ns || stop->report)
		limit_start(&stop->limit);
	while ((err = try_once(stop, &ret)) == -ERESTART) {
		/* It was not in use when it was accepted. */
		stop->try = false;
	}
	late_over(&stop->limit, stop->fn, stop->caller, !err);
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
		.restart = RESTART_IF_LEAVING,
	};

	if (cpu1 == cpu2 || cpu1 >= nr_cpu_ids || cpu2 >= nr_cpu_ids)
		return -EINVAL;
	stop.run = cpumask_of(cpu1);
	return stop_and_wait("kstop_two_cpus", &stop);
}
EXPORT_SYMBOL_GPL(kstop_two_cpus);

int kstop_cpus(const struct cpumask *mask, cpu_stop_fn_t fn, void *arg)
{
	struct stop stop = {
		.fn = fn,
		.arg = arg,
		.caller = _RET_IP_,
		.mask = mask,
		.run = mask,
		.gang = true,
		.restart = RESTART_IF_LEAVING,
	};

	if (!mask)
		return -EINVAL;
	return stop_and_wait("kstop_cpus", &stop);
}
EXPORT_SYMBOL_GPL(kstop_cpus);

int try_kstop_cpus(const struct cpumask *mask, cpu_stop_fn_t fn, void *arg)
{
	struct stop stop = {
		.fn = fn,
		.arg = arg,
		.caller = _RET_IP_,
		.mask = mask,
		.run = mask,
		.gang = true,
		.try = true,
		.restart = RESTART_IF_LEAVING,
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
		.share = share_allowed(),
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

	stop.restart = RESTART_ALWAYS;
	return stop_and_wait("kstop_machine", &stop);
}
EXPORT_SYMBOL_GPL(kstop_machine);

int kstop_core_cpuslocked(unsigned int cpu, cpu_stop_fn_t fn, void *data)
{
	struct stop stop = {
		.fn = fn,
		.arg = data,
		.caller = _RET_IP_,
		.missing = -EBUSY,
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

	stop.what = __func__;
	stop.share = false;
	if (READ_ONCE(stopper->enabled))
		err = rendezvous(&stop, &ret);
	else
		err = rendezvous_inactive(&stop, &ret);
	return err ?: ret;
}
EXPORT_SYMBOL_GPL(kstop_machine_from_inactive_cpu);
