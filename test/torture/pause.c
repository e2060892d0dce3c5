// SPDX-License-Identifier: GPL-2.0-only
/*
 * pause: the writer itself goes on while the others are held, and does there
 * what a callback does. Latency is from before the pause to afterwards.
 */
#include <linux/irqflags.h>
#include <linux/preempt.h>

#include <kstop.h>

#include "ops.h"
#include "parse.h"

/* Whatever became of it. */
static void check_after(struct run *run)
{
	if (irqs_disabled())
		violate(&run->visit, "interrupts are off afterwards");
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT) && preempt_count())
		violate(&run->visit, "preempt count %x afterwards", preempt_count());
}

/* The writer may be on any CPU, one that is to be held or not. */
int pause_call(struct run *run)
{
	const struct command *cmd = run->cmd;
	int ret;

	visit_open(&run->visit, NULL, 1, 1);
	ret = kstop_pause(command_cpus(cmd, KEY_STOP), cmd->timeout_us * 1000ULL);
	if (!ret) {
		probe_run(&run->visit, NULL);
		kstop_resume();
	}
	check_after(run);
	return run_close(run, ret);
}
