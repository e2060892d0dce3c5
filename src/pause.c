// SPDX-License-Identifier: GPL-2.0-only
/* kstop_pause() and kstop_resume() */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

#include "callback.h"
#include "compat.h"
#include "late.h"
#include "part.h"
#include "policy.h"

/**
 * struct pause - the pause that this CPU is in
 * @task:	who paused; NULL if nobody
 * @count:	its preempt count when kstop_pause() returned
 * @part:	its part in the request
 * @saved:	its policy
 * @limit:	how long it waited
 * @caller:	who called kstop_pause()
 * @again:	who called it a second time, from inside the pause
 */
struct pause {
	struct task_struct	*task;
	int			count;
	struct part		part;
	struct policy_saved	saved;
	struct limit		limit;
	unsigned long		caller;
	unsigned long		again;
};

static DEFINE_PER_CPU(struct pause, pauses);

/* All that kstop_pause() may sleep for. */
static int gather(struct stop *stop, struct pause *pause)
{
	int err;

	stop->run = cpumask_of(raw_smp_processor_id());
	if (stop->limit.timeout_ns)
		limit_start(&stop->limit);
	do {
		err = rendezvous_pause(stop, &pause->part);
	} while (err == -ERESTART);
	pause->limit = stop->limit;
	return err;
}

static void hold(struct pause *mine)
{
	mine->task = current;
	mine->count = preempt_count();
	limit_stop(&mine->limit);
	*this_cpu_ptr(&pauses) = *mine;
	this_cpu_write(stoppers.in_callback, true);
}

int kstop_pause(const struct cpumask *mask, u64 timeout_ns)
{
	struct stop stop = {
		/* For those who ask what keeps them. */
		.fn = (void *)kstop_pause,
		.what = "kstop_pause",
		.caller = _RET_IP_,
		.mask = mask ?: cpu_online_mask,
		.missing = -EBUSY,
		.pauser = true,
		.restart = RESTART_IF_LEAVING,
		.limit.timeout_ns = timeout_ns,
	};
	struct pause mine = { .caller = _RET_IP_ };
	int err;

	/* What there is to say of that waits until the others go on. */
	if (this_cpu_read(pauses.task) == current) {
		this_cpu_write(pauses.again, _RET_IP_);
		return -EDEADLK;
	}
	err = may_wait("kstop_pause", _RET_IP_);
	if (err)
		return err;
	if (!COMPAT_CAN_PIN)
		return -EOPNOTSUPP;

	migrate_disable();
	policy_raise(&mine.saved);
	err = gather(&stop, &mine);
	if (!err) {
		hold(&mine);
		return 0;
	}
	late_over(&mine.limit, stop.fn, stop.caller, false);
	policy_restore(&mine.saved);
	migrate_enable();
	return err;
}
EXPORT_SYMBOL_GPL(kstop_pause);

/* Say what went wrong in a pause, when it is over. */
static void complain(const struct pause *pause, unsigned long caller,
		     bool irqs_on, int count)
{
	WARN_ONCE(pause->again, "kstop: kstop_pause() by %pS in a pause\n",
		  (void *)pause->again);
	WARN_ONCE(irqs_on, "kstop: kstop_resume() by %pS with IRQs on\n",
		  (void *)caller);
	WARN_ONCE(count != pause->count,
		  "kstop: kstop_resume() by %pS with preempt count %#x, kstop_pause() left %#x\n",
		  (void *)caller, count, pause->count);
	late_over(&pause->limit, (void *)kstop_pause, pause->caller,
		  true);
}

void kstop_resume(void)
{
	struct pause *pause = raw_cpu_ptr(&pauses), mine;
	bool irqs_on = !irqs_disabled();
	int count = preempt_count();

	if (WARN_ONCE(pause->task != current || count & (NMI_MASK | HARDIRQ_MASK),
		      "kstop: kstop_resume() by %pS, which has not paused\n",
		      (void *)_RET_IP_))
		return;

	local_irq_disable();
	preempt_count_set(pause->count);
	/* The next one on this CPU may come as soon as preemption is on. */
	mine = *pause;
	pause->task = NULL;
	this_cpu_write(stoppers.in_callback, false);
	rendezvous_resume(&mine.part);
	complain(&mine, _RET_IP_, irqs_on, count);
	policy_restore(&mine.saved);
	migrate_enable();
}
EXPORT_SYMBOL_GPL(kstop_resume);
