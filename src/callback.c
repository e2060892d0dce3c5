// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "callback.h"
#include "stopper.h"

/**
 * struct misdeed - how a callback left its CPU
 * @fn: the callback, NULL if there is nothing to report
 * @arg: its argument
 * @before: preempt count when it was called
 * @after: and when it returned
 * @irqs: it was called with interrupts on
 * @irqs_after: it returned with interrupts on
 */
struct misdeed {
	cpu_stop_fn_t	fn;
	void		*arg;
	int		before;
	int		after;
	bool		irqs;
	bool		irqs_after;
};

static DEFINE_PER_CPU(struct misdeed, misdeeds);

/*
 * Put right what a callback left behind; such a CPU would never schedule again.
 * What to say of it has to wait: a console may need the CPUs that are stopped.
 */
static void callback_repair(const struct misdeed *misdeed)
{
	*this_cpu_ptr(&misdeeds) = *misdeed;
	if (misdeed->irqs_after != misdeed->irqs) {
		if (misdeed->irqs)
			local_irq_enable();
		else
			local_irq_disable();
	}
	preempt_count_set(misdeed->before);
}

/**
 * callback_report() - name the callback that misbehaved on this CPU, if one did
 *
 * Context: preemption off; this CPU holds up no other.
 */
void callback_report(void)
{
	struct misdeed *misdeed = this_cpu_ptr(&misdeeds);

	if (likely(!misdeed->fn))
		return;
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
	struct stopper *stopper = this_cpu_ptr(&stoppers);
	struct misdeed now = {
		.fn = fn,
		.arg = arg,
		.before = preempt_count(),
		.irqs = !irqs_disabled(),
	};
	bool outer = stopper->in_callback;
	int ret;

	stopper->in_callback = true;
	/* An interrupt on this CPU is not misled by the compiler. */
	barrier();
	ret = fn(arg);
	barrier();
	now.after = preempt_count();
	now.irqs_after = !irqs_disabled();
	if (unlikely(now.after != now.before || now.irqs_after != now.irqs))
		callback_repair(&now);
	stopper->in_callback = outer;
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
