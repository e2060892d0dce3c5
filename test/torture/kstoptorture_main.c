// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstoptorture - kstop's calls from user space, one line each; and in a torture
 *
 *	cd /sys/kernel/debug/kstoptorture
 *	cat trigger				# the grammar
 *	echo machine run=0-1 repeat=1000 >trigger
 *	cat result
 *
 * The write returns when the last request is over; its errno is that of the
 * first request that failed. EPROTO means that kstop did not keep its
 * contract, the log says how. EINVAL comes with a line in the log if it was
 * the input.
 *
 * Several writers go ahead at the same time, as one may be waiting for a CPU
 * that does not come. They measure each other then, and result is that of the
 * one which ended last.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <kstop.h>

#include "ops.h"
#include "parse.h"
#include "result.h"
#include "torture.h"

static struct dentry *dir;

static ssize_t trigger_write(struct file *file, const char __user *buf, size_t count,
			     loff_t *ppos)
{
	struct command *cmd;
	char *line;
	int ret;

	/* A long line needs no more than to be seen to be long. */
	line = memdup_user_nul(buf, min_t(size_t, count, LINE_BYTES_MAX + 2));
	if (IS_ERR(line))
		return PTR_ERR(line);
	cmd = command_parse(line, count);
	kfree(line);
	if (IS_ERR(cmd))
		return PTR_ERR(cmd);

	ret = command_run(cmd);
	kfree(cmd);
	return ret ? ret : count;
}

static int trigger_open(struct inode *inode, struct file *file)
{
	return single_open(file, operations_show, NULL);
}

static const struct file_operations trigger_fops = {
	.owner		= THIS_MODULE,
	.open		= trigger_open,
	.read		= seq_read,
	.write		= trigger_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int result_open(struct inode *inode, struct file *file)
{
	return single_open(file, result_show, NULL);
}

static const struct file_operations result_fops = {
	.owner		= THIS_MODULE,
	.open		= result_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int torture_open(struct inode *inode, struct file *file)
{
	return single_open(file, torture_show, NULL);
}

static const struct file_operations torture_fops = {
	.owner		= THIS_MODULE,
	.open		= torture_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};

/* Also what was left by an error on the way up. */
static void clean_up(void)
{
	debugfs_remove(dir);	/* waits for readers and writers */
	torture_stop();
	kstop_flush();
	result_forget();
}

static int __init kstoptorture_init(void)
{
	struct dentry *trigger, *result, *torture;
	int ret;

	/* Without its files the module is of no use, so errors do matter here. */
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	result = debugfs_create_file("result", 0600, dir, NULL, &result_fops);
	trigger = debugfs_create_file("trigger", 0600, dir, NULL, &trigger_fops);
	torture = debugfs_create_file("torture", 0400, dir, NULL, &torture_fops);
	ret = PTR_ERR_OR_ZERO(trigger) ?: PTR_ERR_OR_ZERO(result) ?: PTR_ERR_OR_ZERO(torture);
	if (!ret)
		ret = torture_start();
	if (ret) {
		clean_up();
		return ret;
	}
	pr_info("loaded, see trigger and result in debugfs\n");
	return 0;
}
module_init(kstoptorture_init);

static void __exit kstoptorture_exit(void)
{
	clean_up();
}
module_exit(kstoptorture_exit);

MODULE_DESCRIPTION("Stop CPUs from a debugfs file, and check how kstop does it");
MODULE_LICENSE("GPL");
