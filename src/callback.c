// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "callback.h"
#include "stopper.h"

DEFINE_PER_CPU(struct misdeed, misdeeds);

/*
 * Put right what a callback left behind; such a CPU would never schedule again.
 * What to say of it has to wait: a console may need the CPUs that are stopped.
 */
static noinline void callback_repair(cpu_stop_fn_t fn, void *arg, int before,
				     bool irqs)
{
	struct misdeed *misdeed = this_cpu_ptr(&misdeeds);

	*misdeed = (struct misdeed) {
		.fn = fn,
		.arg = arg,
		.before = before,
		.after = preempt_count(),
		.irqs = irqs,
		.irqs_after = !irqs_disabled(),
	};
	if (misdeed->irqs_after != irqs) {
		if (irqs)
			local_irq_enable();
		else
			local_irq_disable();
	}
	preempt_count_set(before);
}

/**
 * callback_report_it() - name the callback that misbehaved on this CPU
 *
 * Context: preemption off; this CPU holds up no other.
 */
void callback_report_it(void)
{
	struct misdeed *misdeed = this_cpu_ptr(&misdeeds);

	WARN_RATELIMIT(misdeed->irqs_after != misdeed->irqs,
		       "kstop: callback %ps(%p) returned with IRQs %s\n",
		       misdeed->fn, misdeed->arg,
		       misdeed->irqs_after ? "on" : "off");
	WARN_RATELIMIT(misdeed->after != misdeed->before,
		       "kstop: callback %ps(%p) leaked preempt count: %#x before, %#x after\n",
		       misdeed->fn, misdeed->arg, misdeed->before,
		       misdeed->after);
	misdeed->fn = NULL;
}

/**
 * callback_run() - call a user's function
 * @fn: the function
 * @arg: its argument
 *
 * Context: preemption off; interrupts as @fn is to find them.
 * Return: what @fn returned. If it misbehaved, callback_report() is to say so as
 * soon as this CPU holds up no other.
 */
int callback_run(cpu_stop_fn_t fn, void *arg)
{
	bool outer = this_cpu_read(stoppers.in_callback);
	bool irqs = !irqs_disabled();
	int before = preempt_count();
	int ret;

	this_cpu_write(stoppers.in_callback, true);
	/* An interrupt on this CPU is not misled by the compiler. */
	barrier();
	ret = fn(arg);
	barrier();
	if (unlikely(preempt_count() != before || irqs != !irqs_disabled()))
		callback_repair(fn, arg, before, irqs);
	this_cpu_write(stoppers.in_callback, outer);
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
