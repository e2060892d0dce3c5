// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>

#include "stats.h"

DEFINE_PER_CPU(struct events, events);

static const char * const event_names[EV_NR] = {
	[EV_REQUEST]	= "requests",
	[EV_STOP]	= "stops",
	[EV_WORK]	= "works",
	[EV_POOL_WAIT]	= "pool_waits",
	[EV_CALLER]	= "caller_took_part",
	[EV_HAND_OVER]	= "caller_handed_over",
	[EV_SHARE]	= "shared",
	[EV_LEFT_OVER]	= "left_over",
	[EV_IRQ]	= "interrupt_took_part",
	[EV_IRQ_OVER]	= "interrupt_handed_over",
	[EV_LEAVE]	= "leaves",
	[EV_RELAX]	= "relaxes",
	[EV_RETREAT]	= "retreats",
	[EV_ABORT]	= "aborts",
	[EV_COMPLETE]	= "completed",
	[EV_TIMEOUT]	= "timeouts",
	[EV_KILL]	= "kills",
	[EV_RESTART]	= "restarts",
	[EV_LATE]	= "late_warnings",
	[EV_RECORD]	= "recorded",
};

/* Resetting leaves the counters alone, whose CPUs may be counting. */
static DEFINE_MUTEX(reset_mutex);	/* guards this; readers take it, too */
static unsigned long at_reset[EV_NR];

static unsigned long sum(enum event ev)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(events.count[ev], cpu));
	return sum;
}

/* /sys/kernel/debug/kstop/stats */
int stats_show(struct seq_file *m, void *unused)
{
	enum event ev;

	seq_puts(m, "version: 1\n");
	mutex_lock(&reset_mutex);
	for (ev = 0; ev < EV_NR; ev++)
		seq_printf(m, "%s: %lu\n", event_names[ev],
			   sum(ev) - at_reset[ev]);
	mutex_unlock(&reset_mutex);
	return 0;
}

void stats_reset(void)
{
	enum event ev;

	mutex_lock(&reset_mutex);
	for (ev = 0; ev < EV_NR; ev++)
		at_reset[ev] = sum(ev);
	mutex_unlock(&reset_mutex);
}
