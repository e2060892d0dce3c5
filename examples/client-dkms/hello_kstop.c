// SPDX-License-Identifier: GPL-2.0-only
/*
 * hello_kstop - a module that uses kstop, and that DKMS builds
 *
 * Loading it stops the machine once; the log has one line.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/smp.h>
#include <kstop.h>

static int where(void *data)
{
	*(unsigned int *)data = raw_smp_processor_id();
	return 0;
}

static int __init hello_kstop_init(void)
{
	struct kstop_report report = {};
	unsigned int cpu = 0;
	int err;

	err = kstop_machine_opts(where, &cpu, NULL, &report);
	if (err)
		return err;
	pr_info("the machine stood still for %llu ns, CPU %u saw it\n",
		report.stopped_ns, cpu);
	return 0;
}
module_init(hello_kstop_init);

static void __exit hello_kstop_exit(void)
{
}
module_exit(hello_kstop_exit);

MODULE_DESCRIPTION("Example of a module that uses kstop and is built by DKMS");
MODULE_LICENSE("GPL");
