// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "callback.h"
#include "stopper.h"

/* Put right what @fn left behind; such a CPU would never schedule again. */
static void callback_repair(cpu_stop_fn_t fn, void *arg, int count, bool irqs)
{
	int left = preempt_count();
	bool irqs_left = !irqs_disabled();

	if (irqs_left != irqs) {
		if (irqs)
			local_irq_enable();
		else
			local_irq_disable();
		WARN_RATELIMIT(1, "kstop: callback %ps(%p) returned with IRQs %s\n",
			       fn, arg, irqs_left ? "on" : "off");
	}
	if (left != count) {
		preempt_count_set(count);
		WARN_RATELIMIT(1, "kstop: callback %ps(%p) leaked preempt count: %#x before, %#x after\n",
			       fn, arg, count, left);
	}
}

/**
 * callback_run() - call a user's function
 * @fn: the function
 * @arg: its argument
 *
 * Context: preemption off; interrupts as @fn is to find them.
 * Return: what @fn returned.
 */
int callback_run(cpu_stop_fn_t fn, void *arg)
{
	struct stopper *stopper = this_cpu_ptr(&stoppers);
	int count = preempt_count();
	bool irqs = !irqs_disabled();
	int ret;

	stopper->in_callback = true;
	/* An interrupt on this CPU is not misled by the compiler. */
	barrier();
	ret = fn(arg);
	barrier();
	if (unlikely(preempt_count() != count || irqs == irqs_disabled()))
		callback_repair(fn, arg, count, irqs);
	stopper->in_callback = false;
	return ret;
}

/**
 * may_wait() - whether a call that waits is possible here
 * @what: the call's name
 * @caller: who made it
 *
 * Return: 0; -EDEADLK in a callback, and, with a warning, in atomic context.
 */
int may_wait(const char *what, unsigned long caller)
{
	if (in_callback())
		return -EDEADLK;
	if (WARN_ONCE(in_atomic() || irqs_disabled(),
		      "kstop: %s() by %pS would sleep in atomic context: preempt count %#x, IRQs %s\n",
		      what, (void *)caller, preempt_count(),
		      irqs_disabled() ? "off" : "on"))
		return -EDEADLK;
	might_sleep();
	return 0;
}
