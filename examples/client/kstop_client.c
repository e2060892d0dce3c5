// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstop_client - a module that uses kstop; copy it and put your own code in
 *
 * Loading it stops the machine once and visits each CPU;
 * the log has one line. kstop.h is the manual for all of this.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/module.h>
#include <kstop.h>

static unsigned long word;
static struct kstop_work work;		/* kstop's from queueing until fn begins */

/* All other CPUs spin with interrupts off: nobody sees a half-done change. */
static int patch(void *data)
{
	word = *(unsigned long *)data;
	return 0;
}

/* In the stopper of one CPU, preemption off; the other CPUs go on. */
static int whereami(void *data)
{
	*(unsigned int *)data = raw_smp_processor_id();
	return 0;
}

static int later(void *data)
{
	pr_debug("the work ran on CPU %u\n", raw_smp_processor_id());
	return 0;
}

static int __init kstop_client_init(void)
{
	unsigned int cpu, here, visited = 0;
	unsigned long value = 42;
	int err;

	err = kstop_machine(patch, &value, NULL);
	if (err)
		return err;

	for_each_online_cpu(cpu) {
		err = kstop_one_cpu(cpu, whereami, &here);
		if (err == -ENOENT)
			continue;	/* it has just gone down */
		if (err)
			return err;
		if (here != cpu)
			return -EPROTO;
		visited++;
	}

	/* Does not wait; until later() has begun, leave work alone. */
	if (!kstop_one_cpu_nowait(raw_smp_processor_id(), later, NULL, &work))
		return -ENOENT;

	pr_info("ok, word is %lu, visited %u CPUs\n", word, visited);
	return 0;
}
module_init(kstop_client_init);

static void __exit kstop_client_exit(void)
{
	kstop_flush();		/* later() and work are about to go away */
}
module_exit(kstop_client_exit);

MODULE_DESCRIPTION("Example of a module that uses kstop");
MODULE_LICENSE("GPL");
