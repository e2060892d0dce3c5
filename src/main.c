// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "align.h"
#include "arrival.h"
#include "ask.h"
#include "budget.h"
#include "debugfs.h"
#include "latency.h"
#include "policy.h"
#include "record.h"
#include "request.h"
#include "share.h"
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
	err = share_check();
	if (err)
		return err;

	err = latency_init();
	if (err)
		return err;
	err = records_init();
	if (err)
		goto free_latency;
	err = requests_init();
	if (err)
		goto free_records;
	ask_init();
	arrivals_init();
	align_init();
	err = stoppers_init();
	if (err)
		goto free_requests;
	files_init();

	pr_info("stoppers on %u CPUs\n", num_online_cpus());
	return 0;

free_requests:
	requests_exit();
free_records:
	records_exit();
free_latency:
	latency_exit();
	return err;
}

static bool any_interrupt_on_its_way(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (ask_pending(cpu) || arrival_pending(cpu))
			return true;
	return false;
}

/* Every interrupt must have come back before its code goes away. */
static void interrupts_exit(void)
{
	unsigned int polls = 0;

	while (any_interrupt_on_its_way()) {
		if (++polls % 10000 == 0)
			pr_warn("unloading waits for a CPU that does not answer an interrupt\n");
		usleep_range(1000, 1100);
	}
	/* And the last has left it: its handler is an RCU reader. */
	synchronize_rcu();
}

static void __exit kstop_exit(void)
{
	files_exit();
	stoppers_exit();
	interrupts_exit();
	requests_exit();
	records_exit();
	latency_exit();
}

module_init(kstop_init);
module_exit(kstop_exit);

MODULE_DESCRIPTION("Stops CPUs: per-CPU stopper threads and a stop_machine() family for modules");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.2.0");
