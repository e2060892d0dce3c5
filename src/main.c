// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "ask.h"
#include "budget.h"
#include "debugfs.h"
#include "policy.h"
#include "request.h"
#include "stopper.h"

static int __init kstop_init(void)
{
	int err;

	err = policy_check();
	if (err)
		return err;
	err = budgets_check();
	if (err)
		return err;

	err = requests_init();
	if (err)
		return err;
	ask_init();
	err = stoppers_init();
	if (err)
		goto free_requests;
	files_init();

	pr_info("stoppers on %u CPUs\n", num_online_cpus());
	return 0;

free_requests:
	requests_exit();
	return err;
}

static void __exit kstop_exit(void)
{
	files_exit();
	stoppers_exit();
	ask_exit();
	requests_exit();
}

module_init(kstop_init);
module_exit(kstop_exit);

MODULE_DESCRIPTION("Stops CPUs: per-CPU stopper threads and a stop_machine() family for modules");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.2.0");
