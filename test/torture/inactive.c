// SPDX-License-Identifier: GPL-2.0-only
/*
 * inactive: the call is for a CPU that is coming up, so one is taken down and
 * brought up again, and a hotplug callback makes the call on it. At that point
 * the CPU is online, and not yet active. Latency is that of the call alone.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/timekeeping.h>

#include <kstop.h>

#include "ops.h"
#include "parse.h"

/*
 * The request that waits for its CPU to come up. The hotplug callback has no
 * argument. Written while no callback is installed, by who has pending_lock; in
 * between by the callback alone.
 */
static struct {
	struct run	*run;
	bool		called;
	int		ret;
} pending;

static DEFINE_MUTEX(pending_lock);

static int inactive_online(unsigned int cpu)
{
	struct run *run = pending.run;
	int ret;

	/* Somebody else may bring up CPUs meanwhile, this one too. */
	if (cpu != run->cmd->first || pending.called)
		return 0;
	pending.called = true;
	run_open(run);
	ret = kstop_machine_from_inactive_cpu(probe_fn, &run->visit, run_where(run));
	pending.ret = visit_close(&run->visit, ret, ktime_get_ns());
	return 0;
}

#ifdef CONFIG_HOTPLUG_CPU
/* Both calls give 1 if somebody else was faster. */
static int cycle(unsigned int cpu)
{
	int ret;

	ret = remove_cpu(cpu);
	if (ret < 0)
		return ret;
	ret = add_cpu(cpu);
	if (ret < 0) {
		pr_warn("inactive: CPU %u does not come up again, error %d\n", cpu, ret);
		return ret;
	}
	return 0;
}
#else
static int cycle(unsigned int cpu)
{
	return -EOPNOTSUPP;
}
#endif

static int cycle_with_callback(struct run *run)
{
	unsigned int cpu = run->cmd->first;
	int state, ret;

	pending.run = run;
	pending.called = false;
	state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "kstop/torture:inactive",
					  inactive_online, NULL);
	if (state < 0)
		return state;
	ret = cycle(cpu);
	cpuhp_remove_state_nocalls(state);
	if (ret)
		return ret;
	/* Up again, but it did not come past the callback: then it never was down. */
	return pending.called ? pending.ret : -EAGAIN;
}

int inactive_call(struct run *run)
{
	int ret;

	if (!cpu_online(run->cmd->first))
		return -ENOENT;
	ret = mutex_lock_killable(&pending_lock);
	if (ret)
		return ret;
	ret = cycle_with_callback(run);
	mutex_unlock(&pending_lock);
	return ret;
}
