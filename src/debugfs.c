// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "debugfs.h"
#include "fault.h"
#include "history.h"
#include "late.h"
#include "latency.h"
#include "stats.h"

DEFINE_SHOW_ATTRIBUTE(stoppers);
DEFINE_SHOW_ATTRIBUTE(timeline);

/* "reset" and nothing else. */
static ssize_t write_reset(const char *name, const char __user *from,
			   size_t length, void (*reset)(void))
{
	char text[sizeof("reset\n")] = "";

	if (copy_from_user(text, from, min(length, sizeof(text) - 1)))
		return -EFAULT;
	if (length >= sizeof(text) || !sysfs_streq(text, "reset")) {
		pr_err_ratelimited("%s: only \"reset\" can be written there\n", name);
		return -EINVAL;
	}
	reset();
	return length;
}

/* A file that can be read, and reset. */
#define DEFINE_RESETTABLE(name)							\
static int name ## _open(struct inode *inode, struct file *file)		\
{										\
	return single_open(file, name ## _show, inode->i_private);		\
}										\
										\
static ssize_t name ## _write(struct file *file, const char __user *from,	\
			      size_t length, loff_t *pos)			\
{										\
	return write_reset(#name, from, length, name ## _reset);		\
}										\
										\
static const struct file_operations name ## _fops = {				\
	.owner		= THIS_MODULE,						\
	.open		= name ## _open,					\
	.read		= seq_read,						\
	.write		= name ## _write,					\
	.llseek		= seq_lseek,						\
	.release	= single_release,					\
}

DEFINE_RESETTABLE(stats);
DEFINE_RESETTABLE(latency);
DEFINE_RESETTABLE(history);

static struct dentry *dir;

/* Without debugfs there are no files; that is no reason not to load. */
void files_init(void)
{
	dir = load_step(debugfs_create_dir("kstop", NULL), ERR_PTR(-ENOMEM));
	load_step(debugfs_create_file("stats", 0600, dir, NULL, &stats_fops),
		  NULL);
	load_step(debugfs_create_file("stoppers", 0400, dir, NULL,
				      &stoppers_fops), NULL);
	load_step(debugfs_create_file("latency", 0600, dir, NULL,
				      &latency_fops), NULL);
	load_step(debugfs_create_file("history", 0600, dir, NULL,
				      &history_fops), NULL);
	load_step(debugfs_create_file("timeline", 0400, dir, NULL,
				      &timeline_fops), NULL);
}

/* Waits for readers. */
void files_exit(void)
{
	debugfs_remove(dir);
}
