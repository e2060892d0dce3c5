/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stoppers: one thread and one queue per CPU.
 *
 * A queue holds works for this CPU alone (struct kstop_work) and slots of
 * requests for several CPUs (struct slot), in the order they came. Its lock is
 * the CPU's own. Who adds slots to more than one queue holds order_lock
 * meanwhile, so that any two requests stand in the same order in every queue
 * they share; works wait for nobody, so their place does not matter.
 *
 * Locks: cpus_read_lock > order_lock > stopper.lock > (wake-ups, scheduler);
 * share_lock is taken alone
 *
 * Who wakes the thread. It may sleep while its queue holds nothing for it to
 * do: no work, and no slot at the head whose server is SLOT_STOPPER. Whoever
 * ends that state wakes it:
 *
 *	adds a work					if there was none, nor
 *							is one running
 *	adds a slot					if the queue was empty
 *							(SLOT_IRQ: an interrupt)
 *	turns the head from _CALLER, _RELAXED or
 *	 _IRQ to SLOT_STOPPER				always
 *	takes away the head, not being the thread	if more is behind it
 *
 * A thread that has a work to do, or is at one, looks at the queue again before it
 * sleeps, so one wake-up is enough for all of them.
 *
 * A slot behind another needs no wake-up; so a caller that takes part is not
 * pushed off its CPU by every request that queues up behind its own.
 *
 * The thread looks at its queue after it has set its task state, under the
 * queue's lock; those who change the queue do so under that lock and wake
 * afterwards. It does not mind being woken for nothing.
 *
 * Who only wants to know what a CPU does takes no lock, and looks at no work, whose
 * memory is its owner's: @changes is odd while @enabled to @head change, and another
 * afterwards. A slot that was the head in between held its request, so what was read
 * of that belongs together, too; one that was not is memory of the pool all the same.
 * Barriers: those of the sequence counter, with their partners in late.c's see().
 * Forbidden: one work's callback with another's caller; a slot's request as it was
 * when it was used before.
 */
#ifndef _KSTOP_STOPPER_H
#define _KSTOP_STOPPER_H

#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>

#include "kstop.h"

struct slot;

/**
 * struct stopper - one CPU's thread and queue
 * @lock:		guards all down to @queue
 * @changes:		written around changes; for readers without the lock
 * @enabled:		takes works; written with order_lock held, too
 * @working:		the thread is inside a work's callback
 * @works:		so many are in the queue
 * @slots:		and so many of these
 * @now:		the work it is at, a copy,
 * @fn:			the callback that it is about,
 * @since:		and since when, in jiffies
 * @head:		first in the queue, or NULL if that is a work, or nothing
 * @queue:		of struct kstop_work and struct slot
 * @thread:		kstop/N, from the CPU's first coming up to unload
 * @cpu:		its number
 * @in_callback:	this CPU is inside a callback; its own CPU only
 * @beat:		goes up whenever this CPU gets on with its queue; written
 *			by its own CPU, read by who wonders whether it is stuck
 */
struct stopper {
	raw_spinlock_t		lock;
	seqcount_raw_spinlock_t	changes;
	bool			enabled;
	bool			working;
	unsigned int		works;
	unsigned int		slots;
	struct kstop_work	now;
	cpu_stop_fn_t		fn;
	unsigned long		since;
	const struct slot	*head;
	struct list_head	queue;
	struct task_struct	*thread;
	unsigned int		cpu;
	bool			in_callback;
	unsigned int		beat;
};

DECLARE_PER_CPU_SHARED_ALIGNED(struct stopper, stoppers);

/* Held while slots are added to queues and while a stopper is en-/disabled. */
extern raw_spinlock_t order_lock;

/* The CPUs whose stoppers take works; guarded by order_lock. */
extern cpumask_var_t stoppers_enabled;

static inline struct stopper *stopper_of(unsigned int cpu)
{
	return per_cpu_ptr(&stoppers, cpu);
}

static inline void stopper_wake(struct stopper *stopper)
{
	wake_up_process(stopper->thread);
}

/* On the CPU it is about. */
static inline void stopper_gets_on(void)
{
	this_cpu_inc(stoppers.beat);
}

int stoppers_init(void);
void stoppers_exit(void);

#endif /* _KSTOP_STOPPER_H */
