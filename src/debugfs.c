// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "debugfs.h"
#include "fault.h"
#include "late.h"
#include "stats.h"

DEFINE_SHOW_ATTRIBUTE(stats);
DEFINE_SHOW_ATTRIBUTE(stoppers);

static struct dentry *dir;

/* Without debugfs there are no files; that is no reason not to load. */
void files_init(void)
{
	dir = load_step(debugfs_create_dir("kstop", NULL), ERR_PTR(-ENOMEM));
	load_step(debugfs_create_file("stats", 0400, dir, NULL, &stats_fops),
		  NULL);
	load_step(debugfs_create_file("stoppers", 0400, dir, NULL,
				      &stoppers_fops), NULL);
}

/* Waits for readers. */
void files_exit(void)
{
	debugfs_remove(dir);
}
