// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/sched/prio.h>

#include "budget.h"
#include "request.h"
#include "stats.h"
#include "stopper.h"

static int priority = MAX_RT_PRIO - 1;
module_param(priority, int, 0444);
MODULE_PARM_DESC(priority,
	"SCHED_FIFO priority of the stopper threads, 1 to 99 (default 99)");

static int __init kstop_init(void)
{
	int err;

	if (priority < 1 || priority > MAX_RT_PRIO - 1) {
		pr_err("priority=%d is out of range, 1 to %d\n", priority,
		       MAX_RT_PRIO - 1);
		return -EINVAL;
	}
	err = budgets_check();
	if (err)
		return err;

	err = requests_init();
	if (err)
		return err;
	err = stoppers_init(priority);
	if (err)
		goto free_requests;
	stats_init();

	pr_info("stoppers on %u CPUs\n", num_online_cpus());
	return 0;

free_requests:
	requests_exit();
	return err;
}

static void __exit kstop_exit(void)
{
	stats_exit();
	stoppers_exit();
	requests_exit();
}

module_init(kstop_init);
module_exit(kstop_exit);

MODULE_DESCRIPTION("Stops CPUs: per-CPU stopper threads and a stop_machine() family for modules");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
