// SPDX-License-Identifier: GPL-2.0-only
/*
 * pause: the writer itself goes on while the others are held, and does there
 * what a callback does. Latency is from before the pause to afterwards.
 */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/smp.h>

#include <kstop.h>

#include "ops.h"
#include "parse.h"

/*
 * Who stands still, if the hotplug lock is held: a CPU that comes up during a pause
 * does not.
 */
static void hold(struct run *run)
{
	const struct cpumask *stop = command_cpus(run->cmd, KEY_STOP);

	cpumask_and(&run->held, stop ?: cpu_online_mask, cpu_online_mask);
	cpumask_set_cpu(smp_processor_id(), &run->held);
	run->visit.held = &run->held;
}

/* The writer may be on any CPU, one that is to be held or not. */
int pause_call(struct run *run)
{
	const struct command *cmd = run->cmd;
	int ret;

	if (run->cpuslocked)
		cpus_read_lock();
	run->visit.answer = 0;
	visit_open(&run->visit, NULL, 1, 1);
	ret = kstop_pause(command_cpus(cmd, KEY_STOP), cmd->timeout_us * 1000ULL);
	if (!ret) {
		if (run->cpuslocked)
			hold(run);
		probe_run(&run->visit, run->visit.ran);
		kstop_resume();
	}
	ret = run_close(run, ret);
	if (run->cpuslocked)
		cpus_read_unlock();
	return ret;
}
