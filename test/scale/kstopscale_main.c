// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopscale - how fast kstop is, beside the kernel's own and what else a module has
 *
 * Loaded, it measures, in a thread of its own; the parameters say what. While it
 * does and after, /sys/kernel/debug/kstopscale/ has
 *
 *	state	  "state: running" or "state: ended", "verdict: SUCCESS" or "FAILURE"
 *		  (or "UNLOADED": it is being told to go), "results: " and "samples: " how many there are
 *	results	  one line each, see results.h
 *
 * FAILURE is a call that did not do what it should. How fast a call is makes none.
 * CPUs must not come or go meanwhile.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

#include "load.h"
#include "measure.h"
#include "params.h"
#include "results.h"
#include "ways.h"

static struct dentry *dir;
static struct task_struct *task;
static const char *verdict;		/* NULL: it goes on */

static int state_show(struct seq_file *m, void *unused)
{
	const char *now = READ_ONCE(verdict);

	seq_printf(m, "state: %s\nverdict: %s\nresults: %u\nsamples: %u\n",
		   now ? "ended" : "running", now ?: "none", results_count(),
		   measure_rests());
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(state);
DEFINE_SHOW_ATTRIBUTE(results);

static int scale_main(void *unused)
{
	int ret = measure_all();

	WRITE_ONCE(verdict, !ret ? "SUCCESS" : ret == -EINTR ? "UNLOADED" : "FAILURE");
	pr_info("End of measuring: %s, %u results\n", verdict, results_count());
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static int check_params(void)
{
	return params_check() ?:
	       params_check_list("measures", params.measures, measure_known) ?:
	       params_check_list("ways", params.ways, way_known) ?:
	       params_check_list("loads", params.loads, load_known) ?:
	       params_check_list("profile", *params.profile ? params.profile : "all", way_known);
}

static int make_files(void)
{
	struct dentry *state, *results;

	/* Without its files the module is of no use, so errors do matter here. */
	dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	state = debugfs_create_file("state", 0400, dir, NULL, &state_fops);
	results = debugfs_create_file("results", 0400, dir, NULL, &results_fops);
	return PTR_ERR_OR_ZERO(state) ?: PTR_ERR_OR_ZERO(results);
}

static void clean_up(void)
{
	debugfs_remove(dir);	/* waits for readers */
	results_forget();
}

static int __init kstopscale_init(void)
{
	struct task_struct *new;
	int ret;

	ret = check_params();
	if (ret)
		return ret;
	params_print();
	ret = make_files();
	if (!ret) {
		new = kthread_run(scale_main, NULL, "kstop_scale");
		ret = PTR_ERR_OR_ZERO(new);
	}
	if (ret) {
		clean_up();
		return ret;
	}
	task = new;
	return 0;
}
module_init(kstopscale_init);

static void __exit kstopscale_exit(void)
{
	measure_end();
	kthread_stop(task);
	clean_up();
}
module_exit(kstopscale_exit);

MODULE_DESCRIPTION("Measure how fast CPUs are stopped, beside the kernel's own");
MODULE_LICENSE("GPL");
