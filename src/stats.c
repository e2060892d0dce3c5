// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/debug/kstop/stats */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "stats.h"

DEFINE_PER_CPU(struct events, events);

static const char * const event_names[EV_NR] = {
	[EV_REQUEST]	= "requests",
	[EV_WORK]	= "works",
	[EV_POOL_WAIT]	= "pool_waits",
	[EV_CALLER]	= "caller_took_part",
	[EV_HAND_OVER]	= "caller_handed_over",
	[EV_LEAVE]	= "leaves",
	[EV_RELAX]	= "relaxes",
	[EV_RETREAT]	= "retreats",
	[EV_ABORT]	= "aborts",
	[EV_RESTART]	= "restarts",
};

static struct dentry *dir;

static int stats_show(struct seq_file *m, void *unused)
{
	unsigned int ev, cpu;

	seq_puts(m, "version: 1\n");
	for (ev = 0; ev < EV_NR; ev++) {
		unsigned long sum = 0;

		for_each_possible_cpu(cpu)
			sum += READ_ONCE(per_cpu(events.count[ev], cpu));
		seq_printf(m, "%s: %lu\n", event_names[ev], sum);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

/* Without debugfs there are no files; that is no reason not to load. */
void stats_init(void)
{
	dir = debugfs_create_dir("kstop", NULL);
	debugfs_create_file("stats", 0400, dir, NULL, &stats_fops);
}

void stats_exit(void)
{
	debugfs_remove(dir);
}
