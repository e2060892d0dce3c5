// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/printk.h>

#include "fault.h"

/* 0 when the fault has been, as with /proc/self/fail-nth. */
static unsigned int fail_step;
module_param(fail_step, uint, 0444);
MODULE_PARM_DESC(fail_step, "which step of the load fails (none)");

/**
 * fault_due() - count a step of the load
 * @call: its name
 *
 * The load, and the hotplug threads it waits for, come here one at a time.
 *
 * Return: whether the step is to fail.
 */
bool fault_due(const char *call)
{
	if (!fail_step || --fail_step)
		return false;
	pr_info("fault: %s\n", call);
	return true;
}
