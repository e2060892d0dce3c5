// SPDX-License-Identifier: GPL-2.0-only
/*
 * mainline_client - a module written for mainline's stop_machine()
 *
 * It does what such modules are seen to do: a plain 0 for a mask, an __init
 * callback, a retry loop around a callback that refuses, a kthread that stops
 * the machine now and then. Neither this file nor mainline_client_trap.c knows
 * kstop; the directories beside this one build them in different ways.
 *
 * Loading fails, with a line that says why, unless every callback ran, and ran
 * on the stopper it should: on the kernel's (migration/N) in
 * mainline_client_plain, in the caller's context or on kstop/N in the others.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/stop_machine.h>
#include <linux/string.h>

#include "mainline_client.h"

#define KTHREAD_STOPS	5

static atomic_t total = ATOMIC_INIT(0);

static bool comm_starts(const char *prefix)
{
	return !strncmp(current->comm, prefix, strlen(prefix));
}

static bool right_stopper(const struct sightings *seen)
{
	if (!strcmp(KBUILD_MODNAME, "mainline_client_plain"))
		return comm_starts("migration/");
	return current == seen->caller || comm_starts("kstop/");
}

void sighted(struct sightings *seen)
{
	atomic_inc(&seen->ran);
	if (!right_stopper(seen))
		atomic_inc(&seen->strange);
}

int sightings_check(struct sightings *seen, const char *test, int ret,
		    unsigned int want)
{
	unsigned int ran = atomic_read(&seen->ran);
	unsigned int strange = atomic_read(&seen->strange);

	atomic_add(ran, &total);
	if (!ret && ran == want && !strange)
		return 0;
	pr_err("%s: returned %d, %u callbacks of %u, %u of them on the wrong stopper or in the wrong context\n",
	       test, ret, ran, want, strange);
	return -EPROTO;
}

unsigned int sightings_total(void)
{
	return atomic_read(&total);
}

static int count(void *data)
{
	struct sightings *seen = data;

	sighted(seen);
	if (!irqs_disabled())
		atomic_inc(&seen->strange);
	WRITE_ONCE(seen->online, num_online_cpus());
	return 0;
}

static int __init count_at_init(void *data)
{
	return count(data);
}

static int __init init_callback_test(void)
{
	struct sightings seen = SIGHTINGS();
	int ret = stop_machine(count_at_init, &seen, 0);

	return sightings_check(&seen, "init callback", ret, 1);
}

/* As a hook framework has it that finds the code in use. */
static int refuse_thrice(void *data)
{
	struct sightings *seen = data;

	count(seen);
	return seen->refusals-- > 0 ? -EAGAIN : 0;
}

static int __init retry_test(void)
{
	struct sightings seen = SIGHTINGS();
	int ret;

	seen.refusals = 3;
	do {
		ret = stop_machine(refuse_thrice, &seen, NULL);
	} while (ret == -EAGAIN);
	return sightings_check(&seen, "retry loop", ret, 4);
}

struct on_cpu {
	struct sightings	seen;
	unsigned int		cpu;
};

static int count_on_cpu(void *data)
{
	struct on_cpu *on = data;

	if (raw_smp_processor_id() != on->cpu)
		atomic_inc(&on->seen.strange);
	return count(&on->seen);
}

static int __init one_cpu_mask_test(void)
{
	unsigned int cpu;
	int ret;

	for_each_online_cpu(cpu) {
		struct on_cpu on = { .seen = SIGHTINGS(), .cpu = cpu };

		ret = stop_machine(count_on_cpu, &on, cpumask_of(cpu));
		if (sightings_check(&on.seen, "mask of one CPU", ret, 1))
			return -EPROTO;
	}
	return 0;
}

static int __init whole_mask_test(void)
{
	struct sightings seen = SIGHTINGS();
	int ret = stop_machine(count, &seen, cpu_online_mask);

	return sightings_check(&seen, "mask of all CPUs", ret, seen.online);
}

static DECLARE_COMPLETION(kthread_done);

static int stop_now_and_then(void *data)
{
	struct sightings *seen = data;
	int i, ret = 0;

	seen->caller = current;
	for (i = 0; i < KTHREAD_STOPS && !ret; i++) {
		ret = stop_machine(count, seen, NULL);
		msleep(20);
	}
	complete(&kthread_done);
	while (!kthread_should_stop())
		msleep(20);
	return ret;
}

static int __init kthread_test(void)
{
	struct sightings seen = SIGHTINGS();
	struct task_struct *task;

	task = kthread_run(stop_now_and_then, &seen, "mainline_client");
	if (IS_ERR(task))
		return PTR_ERR(task);
	wait_for_completion(&kthread_done);
	return sightings_check(&seen, "kthread", kthread_stop(task),
			       KTHREAD_STOPS);
}

/* Not there in mainline_client_plain. */
int __weak family_test(void)
{
	return 0;
}

void __weak family_exit(void)
{
}

static int __init mainline_client_init(void)
{
	int err;

	err = init_callback_test() ?: retry_test() ?: one_cpu_mask_test() ?:
	      whole_mask_test() ?: kthread_test() ?: trap_test() ?:
	      family_test();
	if (err) {
		family_exit();
		return err;
	}
	pr_info("ok, %u callbacks\n", sightings_total());
	return 0;
}
module_init(mainline_client_init);

static void __exit mainline_client_exit(void)
{
	family_exit();
}
module_exit(mainline_client_exit);

MODULE_DESCRIPTION("kstop: a client written for mainline's stop_machine()");
MODULE_LICENSE("GPL");
