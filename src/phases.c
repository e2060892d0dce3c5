// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstop_rendezvous(): three functions in step.
 *
 * It is one callback in RUN, so that all are committed and R1 lets them wait for
 * each other. The barriers in it count on a line that no waiting CPU writes.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/nmi.h>

#include "callback.h"
#include "compat.h"
#include "machine.h"

#define PHASES		3
#define TOUCH_EVERY	4096

/**
 * struct phases - the functions and who is through with them
 * @fn:		setup, action, teardown, each of which may be NULL
 * @arg:	their argument
 * @nr:		CPUs that run them; written before any of them does
 * @through:	functions returned from, of all CPUs together
 *
 * On the caller's stack, who leaves it when all have returned.
 */
struct phases {
	cpu_stop_fn_t	fn[PHASES];
	void		*arg;
	unsigned int	nr;
	atomic_t	through;
};

/* Wait until all CPUs are through with as many functions as this one. */
static void barrier_wait(struct phases *phases, unsigned int phase)
{
	int all = phases->nr * (phase + 1);
	unsigned int spins = 0;

	/* Ordered after the function, before the next; pairs with itself. */
	if (atomic_inc_return(&phases->through) == all)
		return;
	/* Whoever writes this word wakes a CPU that waits for an event (arm64). */
	while (atomic_cond_read_acquire(&phases->through, VAL >= all ||
					++spins % TOUCH_EVERY == 0) < all) {
		touch_nmi_watchdog();
		rcu_momentary_eqs();
	}
}

static int phases_run(void *arg)
{
	struct phases *phases = arg;
	unsigned int phase;
	int ret = 0, now;

	for (phase = 0; phase < PHASES; phase++) {
		if (phases->fn[phase]) {
			now = callback_run(phases->fn[phase], phases->arg);
			ret = ret ?: now;
		}
		/* The last barrier is RELEASE. */
		if (phase < PHASES - 1)
			barrier_wait(phases, phase);
	}
	return ret;
}

int kstop_rendezvous(const struct cpumask *mask, cpu_stop_fn_t setup,
		     cpu_stop_fn_t action, cpu_stop_fn_t teardown, void *arg)
{
	struct phases phases = {
		.fn = { setup, action, teardown },
		.arg = arg,
		.through = ATOMIC_INIT(0),
	};
	struct stop stop = {
		.fn = phases_run,
		.arg = &phases,
		.caller = _RET_IP_,
		.mask = mask,
		.run = mask,
		.nr_run = &phases.nr,
		.restart = RESTART_IF_LEAVING,
	};

	if (!mask)
		return -EINVAL;
	return stop_and_wait("kstop_rendezvous", &stop);
}
EXPORT_SYMBOL_GPL(kstop_rendezvous);
