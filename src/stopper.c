// SPDX-License-Identifier: GPL-2.0-only
/* The stopper threads: made, parked and unparked by smpboot. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/smpboot.h>

#include "compat.h"
#include "fault.h"
#include "policy.h"
#include "queue.h"
#include "rendezvous.h"
#include "stopper.h"
#include "stretch.h"
#include "work.h"

/* A CPU whose stopper is not done by then does not go down. */
#define DRAIN_LIMIT	(10 * HZ)

DEFINE_PER_CPU_SHARED_ALIGNED(struct stopper, stoppers);
DEFINE_RAW_SPINLOCK(order_lock);
cpumask_var_t stoppers_enabled;

static enum cpuhp_state hotplug_state;
static bool exiting;

static int stopper_should_run(unsigned int cpu)
{
	struct stopper *stopper = stopper_of(cpu);
	unsigned long flags;
	bool work;

	raw_spin_lock_irqsave(&stopper->lock, flags);
	work = queue_next(stopper);
	raw_spin_unlock_irqrestore(&stopper->lock, flags);
	return work;
}

/*
 * The one in hand is done; take @work in hand, unless it is NULL. Works are copied and
 * unlinked before they run: from then on their memory is their owner's.
 */
static void take_work(struct stopper *stopper, struct kstop_work *work)
{
	queue_change(stopper);
	stopper->working = work;
	if (work) {
		stopper->now.fn = work->fn;
		stopper->now.arg = work->arg;
		stopper->now.caller = work->caller;
		stopper->fn = work_fn(work);
		stopper->since = jiffies;
		queue_take_work(stopper, work);
	}
	queue_changed(stopper);
}

/*
 * Do one thing, if there is one. The thread is not preempted in between, so no caller
 * on this CPU finds the queue empty before the work has run.
 */
static bool stopper_step(struct stopper *stopper)
{
	struct kstop_work *work;
	struct slot *slot = NULL;

	raw_spin_lock_irq(&stopper->lock);
	work = queue_next(stopper);
	if (work)
		slot = slot_of(work);
	if (stopper->working || (work && !slot))
		take_work(stopper, slot ? NULL : work);
	stopper_gets_on();
	if (slot && slot->pauser) {
		queue_make_way(slot);
		slot = NULL;
	} else if (slot) {
		slot->taken = true;
	}
	raw_spin_unlock_irq(&stopper->lock);

	stretch();
	if (slot)
		rendezvous_join(slot);
	else if (stopper->working)
		work_run(&stopper->now);
	return work;
}

/*
 * Kernels without involuntary preemption let the kernel's own stoppers in only
 * where one asks for it; the others where preemption is on.
 */
static void stopper_run(unsigned int cpu)
{
	struct stopper *stopper = stopper_of(cpu);
	bool more;

	do {
		preempt_disable();
		do {
			more = stopper_step(stopper);
		} while (more && !need_resched());
		preempt_enable();
		if (need_resched())
			schedule();
	} while (more);
}

static struct smp_hotplug_thread stopper_threads = {
	.store			= &stoppers.thread,
	.create			= policy_apply,
	.thread_should_run	= stopper_should_run,
	.thread_fn		= stopper_run,
	.thread_comm		= "kstop/%u",
};

static void stopper_enable(struct stopper *stopper, bool enable)
{
	raw_spin_lock_irq(&order_lock);
	raw_spin_lock(&stopper->lock);
	queue_change(stopper);
	stopper->enabled = enable;
	queue_changed(stopper);
	if (enable)
		cpumask_set_cpu(stopper->cpu, stoppers_enabled);
	else
		cpumask_clear_cpu(stopper->cpu, stoppers_enabled);
	raw_spin_unlock(&stopper->lock);
	raw_spin_unlock_irq(&order_lock);
}

static int stopper_up(unsigned int cpu)
{
	if (fault_due("stopper_up(cpu)"))
		return -ENOMEM;
	stopper_enable(stopper_of(cpu), true);
	return 0;
}

/* Wait until all that was accepted has run. */
static bool stopper_drain(struct stopper *stopper)
{
	unsigned long limit = jiffies + DRAIN_LIMIT;

	while (queue_busy(stopper)) {
		if (time_after(jiffies, limit)) {
			if (!READ_ONCE(exiting))
				return false;
			pr_warn("CPU %u: unloading waits for the stopper to finish\n",
				stopper->cpu);
			limit = jiffies + DRAIN_LIMIT;
		}
		usleep_range(50, 200);
	}
	return true;
}

/* smpboot's parking, which comes next, could only hang. */
static int stopper_down(unsigned int cpu)
{
	struct stopper *stopper = stopper_of(cpu);

	stopper_enable(stopper, false);
	if (stopper_drain(stopper))
		return 0;

	stopper_enable(stopper, true);
	pr_warn("CPU %u cannot go down: its stopper has not finished within %u s\n",
		cpu, DRAIN_LIMIT / HZ);
	return -EBUSY;
}

/* From here on hotplug leaves the threads as they are. */
static void park_threads(void)
{
	unsigned int cpu;

	cpus_read_lock();
	stopper_threads.selfparking = true;
	for_each_online_cpu(cpu)
		kthread_park(stopper_of(cpu)->thread);
	cpus_read_unlock();
}

static void stop_threads(void)
{
	if (COMPAT_STOPS_PARKED_ONLY)
		park_threads();
	smpboot_unregister_percpu_thread(&stopper_threads);
}

/**
 * stoppers_init() - make the threads, for all online CPUs and those to come
 *
 * When this returns 0, every online CPU takes works.
 */
int stoppers_init(void)
{
	unsigned int cpu;
	int err;

	for_each_possible_cpu(cpu) {
		struct stopper *stopper = stopper_of(cpu);

		raw_spin_lock_init(&stopper->lock);
		seqcount_raw_spinlock_init(&stopper->changes, &stopper->lock);
		INIT_LIST_HEAD(&stopper->queue);
		stopper->cpu = cpu;
	}

	if (!load_step(zalloc_cpumask_var(&stoppers_enabled, GFP_KERNEL), false))
		return -ENOMEM;
	err = load_step(smpboot_register_percpu_thread(&stopper_threads), -ENOMEM);
	if (err)
		goto free_mask;
	err = policy_error();
	if (err)
		goto unregister_threads;
	err = load_step(cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "kstop:online",
					  stopper_up, stopper_down), -ENOSPC);
	if (err < 0)
		goto unregister_threads;
	hotplug_state = err;
	return 0;

unregister_threads:
	stop_threads();
free_mask:
	free_cpumask_var(stoppers_enabled);
	return err;
}

/*
 * Finish what is pending, then stop the threads: in smpboot's loop a request
 * to stop comes before work.
 */
void stoppers_exit(void)
{
	WRITE_ONCE(exiting, true);
	cpuhp_remove_state(hotplug_state);
	stop_threads();
	free_cpumask_var(stoppers_enabled);
}
