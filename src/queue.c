// SPDX-License-Identifier: GPL-2.0-only
#include <linux/list.h>
#include <linux/smp.h>

#include "arrival.h"
#include "queue.h"
#include "record.h"
#include "stats.h"
#include "stretch.h"
#include "word.h"
#include "work.h"

/* Who is to stop. Under order_lock, so that no stopper comes or goes. */
static int choose_targets(struct request *req, const struct stop *stop, int self)
{
	struct cpumask *targets = req->targets;

	if (stop->pair) {
		cpumask_clear(targets);
		cpumask_set_cpu(stop->pair[0], targets);
		cpumask_set_cpu(stop->pair[1], targets);
	} else {
		/*
		 * Without the hotplug lock a CPU may come or go meanwhile: stoppers_enabled
		 * tells below whether it takes part.
		 */
		data_race(cpumask_and(targets, stop->mask, cpu_online_mask));
	}
	if (cpumask_empty(targets))
		return -ENOENT;
	if (stop->pauser)
		cpumask_set_cpu(smp_processor_id(), targets);
	/* Who shares has looked at that before, and for itself alone. */
	if (stop->nowhere && !stop->share &&
	    !cpumask_intersects(stop->run, targets))
		return stop->nowhere;
	if (self >= 0)
		cpumask_clear_cpu(self, targets);

	if (stop->missing) {
		if (!cpumask_subset(targets, stoppers_enabled))
			return stop->missing;
	} else {
		cpumask_and(targets, targets, stoppers_enabled);
	}
	if (self < 0 && cpumask_empty(targets))
		return -ENOENT;
	return 0;
}

/* Whether a request that is not over has a slot in the queue. */
static bool queue_in_use(struct stopper *stopper)
{
	struct kstop_work *work;
	bool used = false;

	raw_spin_lock(&stopper->lock);
	list_for_each_entry(work, &stopper->queue, list) {
		struct slot *slot = slot_of(work);

		/* A queued slot holds its request. */
		used |= slot && !word_over(atomic64_read(&slot->request->word));
	}
	raw_spin_unlock(&stopper->lock);
	return used;
}

/*
 * Only holders of order_lock add slots, so that a target found free stays free
 * until we are done.
 */
static bool in_use(const struct cpumask *targets)
{
	unsigned int cpu;

	for_each_cpu(cpu, targets)
		if (queue_in_use(stopper_of(cpu)))
			return true;
	return false;
}

static u64 last_id;	/* of a request; guarded by order_lock */

u64 queue_last_id(void)
{
	return READ_ONCE(last_id);
}

/* Its number, and where it is recorded, if it is. */
static void request_begins(struct request *req, const struct stop *stop)
{
	u64 id = last_id + 1;

	WRITE_ONCE(last_id, id);
	WRITE_ONCE(req->id, id);
	if (record_due())
		record_begin(req, stop);
}

static void slot_init(struct request *req, unsigned int cpu)
{
	req->slots[cpu] = (struct slot){ .request = req };
}

/* Where the only call of a request runs. */
static void choose_run(struct request *req, const struct stop *stop, int self)
{
	struct call *call = &req->calls[0];

	if (stop->run) {
		cpumask_and(call->run, stop->run, req->targets);
		if (self >= 0 && cpumask_test_cpu(self, stop->run))
			cpumask_set_cpu(self, call->run);
		call->nr_run = cpumask_weight(call->run);
	}
	if (stop->nr_run)
		*stop->nr_run = call->nr_run;
}

/*
 * All that participants read, before any of them can see it; but for their slots. Nobody
 * looks at the slot of another before all have been seen, or before it is in its queue.
 */
static void participants_init(struct request *req, const struct stop *stop, int self)
{
	unsigned int here = smp_processor_id();

	req->nr = cpumask_weight(req->targets);
	atomic_add(req->nr, &req->refs);
	if (self >= 0) {
		slot_init(req, self);
		req->nr++;
	}

	/* One unspecified, online: this one is the cheapest. */
	req->one = here;
	if (!cpumask_test_cpu(here, req->targets) && !cpumask_empty(req->targets))
		req->one = cpumask_first(req->targets);
	/* Those of others that share it are known already. */
	if (!stop->share)
		choose_run(req, stop, self);
}

/* Who is to see to a slot that is first in its queue. */
static enum server first_server(const struct request *req, bool own)
{
	if (own)
		return SLOT_CALLER;
	return req->irq ? SLOT_IRQ : SLOT_STOPPER;
}

/* Put a slot in its queue, and say whether somebody must be called for it. */
static void queue_slot(struct request *req, unsigned int cpu, bool own,
		       const struct stop *stop)
{
	struct stopper *stopper = stopper_of(cpu);
	struct slot *slot = &req->slots[cpu];
	bool first;

	slot_init(req, cpu);
	slot->pauser = own && stop->pauser;
	raw_spin_lock(&stopper->lock);
	first = list_empty(&stopper->queue);
	slot->server = first ? first_server(req, own) : SLOT_STOPPER;
	slot->wake = first && slot->server != SLOT_CALLER;
	slot->queued = true;
	queue_change(stopper);
	stopper->slots++;
	if (BUSTED_ORDER && cpu % 2 && !first)
		list_add(&slot->work.list, stopper->queue.next);
	else
		list_add_tail(&slot->work.list, &stopper->queue);
	queue_head_is(stopper, first ? slot : stopper->head);
	raw_spin_unlock(&stopper->lock);
}

/* Call for those who are to serve the slots: their stoppers, or by interrupt. */
static void call_for(struct request *req)
{
	unsigned int cpu;

	for_each_cpu(cpu, req->targets) {
		if (!req->slots[cpu].wake)
			continue;
		if (READ_ONCE(req->slots[cpu].server) == SLOT_IRQ)
			arrival_ask(cpu);
		else
			stopper_wake(stopper_of(cpu));
	}
}

/**
 * queue_add_request() - put a request's slots in its targets' queues
 * @req:  the request, which the caller holds and nobody else queues
 * @stop: what it is to do
 * @self: a participant without a queue (the calling CPU), or -1
 *
 * The wake-ups follow at once, in the same section with preemption off: a
 * stopper that ran here in between could wait for one that was not woken yet.
 *
 * Context: preemption off.
 * Return: 0; -ENOENT, -EAGAIN or @stop->missing, and nothing was queued.
 */
int queue_add_request(struct request *req, const struct stop *stop, int self)
{
	unsigned int cpu, here = smp_processor_id();
	unsigned long flags;
	int err;

	raw_spin_lock_irqsave(&order_lock, flags);
	err = choose_targets(req, stop, self);
	if (!err && stop->try && in_use(req->targets))
		err = -EAGAIN;
	if (!err) {
		participants_init(req, stop, self);
		request_begins(req, stop);
		for_each_cpu(cpu, req->targets)
			queue_slot(req, cpu, cpu == here, stop);
	}
	raw_spin_unlock_irqrestore(&order_lock, flags);
	if (err)
		return err;

	stretch();
	call_for(req);
	count_event(EV_REQUEST);
	return 0;
}

/* Take @slot off its queue. Says whether its thread has to look at the rest. */
static bool unlink_slot(struct stopper *stopper, struct slot *slot)
{
	bool head = list_is_first(&slot->work.list, &stopper->queue);

	lockdep_assert_held(&stopper->lock);
	queue_change(stopper);
	list_del(&slot->work.list);
	stopper->slots--;
	queue_changed(stopper);
	slot->queued = false;
	return head && !list_empty(&stopper->queue);
}

/**
 * queue_unlink() - this CPU has left the request: make way for the next
 * @slot: this CPU's slot
 * @role: who served it; a stopper thread looks at its queue by itself
 *
 * Context: preemption off.
 */
void queue_unlink(struct slot *slot, enum role role)
{
	struct stopper *stopper = this_cpu_ptr(&stoppers);
	unsigned long flags;
	bool more;

	raw_spin_lock_irqsave(&stopper->lock, flags);
	more = unlink_slot(stopper, slot);
	stopper_gets_on();
	raw_spin_unlock_irqrestore(&stopper->lock, flags);
	if (more && role != ROLE_STOPPER) {
		stretch();
		stopper_wake(stopper);
	}
}

/*
 * One slot of an aborted request. If its stopper has begun with it, it is left
 * to the stopper, which will see that there is nothing to do.
 */
static void withdraw_slot(struct request *req, unsigned int cpu)
{
	struct stopper *stopper = stopper_of(cpu);
	struct slot *slot = &req->slots[cpu];
	bool mine = false, wake = false;
	unsigned long flags;

	preempt_disable();
	raw_spin_lock_irqsave(&stopper->lock, flags);
	if (slot->queued && !slot->taken) {
		mine = true;
		wake = unlink_slot(stopper, slot);
	} else if (slot->queued) {
		WRITE_ONCE(slot->server, SLOT_STOPPER);
		wake = true;
	}
	raw_spin_unlock_irqrestore(&stopper->lock, flags);
	if (wake)
		stopper_wake(stopper);
	preempt_enable();
	if (mine)
		request_put(req);
}

/**
 * queue_withdraw() - take an aborted request out of the queues
 * @req: the request, which the caller holds
 *
 * Waits for nobody.
 */
void queue_withdraw(struct request *req)
{
	unsigned int cpu;

	for_each_cpu(cpu, req->targets)
		withdraw_slot(req, cpu);
}

/* Put a work at the end, and say whether the thread must be woken for it. */
static bool append_work(struct stopper *stopper, struct kstop_work *work)
{
	bool first = !stopper->works;

	lockdep_assert_held(&stopper->lock);
	queue_change(stopper);
	list_add_tail(&work->list, &stopper->queue);
	stopper->works++;
	queue_changed(stopper);
	return first && !stopper->working;
}

/**
 * queue_add_work() - queue a work for one CPU
 * @cpu: the CPU, in range
 * @work: the work, not in a queue
 *
 * Context: any but NMI.
 * Return: false if @cpu takes no works.
 */
bool queue_add_work(unsigned int cpu, struct kstop_work *work)
{
	struct stopper *stopper = stopper_of(cpu);
	bool queued, wake = false;
	unsigned long flags;

	preempt_disable();
	raw_spin_lock_irqsave(&stopper->lock, flags);
	queued = stopper->enabled;
	if (queued)
		wake = append_work(stopper, work);
	else if (BUSTED_DROP)
		INIT_LIST_HEAD(&work->list);
	raw_spin_unlock_irqrestore(&stopper->lock, flags);
	if (wake)
		stopper_wake(stopper);
	preempt_enable();
	return queued || BUSTED_DROP;
}

/**
 * queue_take_work() - take a work out
 * @stopper: whose queue it is in; a change of it has begun
 * @work: the work
 */
void queue_take_work(struct stopper *stopper, struct kstop_work *work)
{
	lockdep_assert_held(&stopper->lock);
	list_del_init(&work->list);
	stopper->works--;
}

/**
 * queue_cancel_work() - take a work back
 * @cpu: where it was queued
 * @work: the work, queued there before
 *
 * Return: false if it has begun.
 */
bool queue_cancel_work(unsigned int cpu, struct kstop_work *work)
{
	struct stopper *stopper = stopper_of(cpu);
	unsigned long flags;
	bool more = false, queued;

	preempt_disable();
	raw_spin_lock_irqsave(&stopper->lock, flags);
	queued = !list_empty(&work->list);
	if (queued) {
		more = list_is_first(&work->list, &stopper->queue) &&
		       !list_is_singular(&stopper->queue);
		queue_change(stopper);
		queue_take_work(stopper, work);
		queue_changed(stopper);
	}
	raw_spin_unlock_irqrestore(&stopper->lock, flags);
	if (more)
		stopper_wake(stopper);
	preempt_enable();
	return queued;
}

/**
 * queue_arrive() - see to the slot for which an interrupt was asked
 * @cpu: the CPU
 * @joins: this is that interrupt, and this CPU may take part in it; otherwise the
 *	slot is left to the stopper
 *
 * It may have been seen to before, or have been withdrawn.
 *
 * Context: any but NMI.
 * Return: the slot, to take part for now; or NULL.
 */
struct slot *queue_arrive(unsigned int cpu, bool joins)
{
	struct stopper *stopper = stopper_of(cpu);
	struct kstop_work *work;
	struct slot *slot;
	unsigned long flags;

	raw_spin_lock_irqsave(&stopper->lock, flags);
	work = list_first_entry_or_null(&stopper->queue, struct kstop_work,
					list);
	slot = work ? slot_of(work) : NULL;
	if (slot && (READ_ONCE(slot->server) != SLOT_IRQ || slot->taken))
		slot = NULL;
	if (slot && joins)
		slot->taken = true;
	else if (slot)
		WRITE_ONCE(slot->server, SLOT_STOPPER);
	raw_spin_unlock_irqrestore(&stopper->lock, flags);
	if (!slot || joins)
		return slot;
	stopper_wake(stopper);
	return NULL;
}

/**
 * queue_make_way() - leave a slot to the caller that serves it in person
 * @slot: the slot, at the head of the queue
 *
 * It cannot be withdrawn meanwhile, nor its caller be gone: that takes the lock.
 */
void queue_make_way(struct slot *slot)
{
	WRITE_ONCE(slot->server, SLOT_CALLER);
	swake_up_one(&slot->request->calls[0].wait);
}

/**
 * queue_next() - what a stopper thread is to do now
 * @stopper: this CPU's
 *
 * The head, if it is a work or a slot for the thread to serve. While the slot
 * at the head is relaxed, the first work behind it: works wait for nobody.
 *
 * Return: a work, or a slot's work, still queued; NULL if there is nothing.
 */
struct kstop_work *queue_next(struct stopper *stopper)
{
	struct kstop_work *work;

	lockdep_assert_held(&stopper->lock);
	list_for_each_entry(work, &stopper->queue, list) {
		struct slot *slot = slot_of(work);

		if (!slot)
			return work;
		if (list_is_first(&work->list, &stopper->queue) &&
		    READ_ONCE(slot->server) == SLOT_STOPPER)
			return work;
	}
	return NULL;
}

/**
 * queue_add_work_behind() - queue a work behind all nowait works there are
 * @cpu: the CPU
 * @work: the work
 *
 * Also where new works are refused but old ones are still being run. A work that
 * somebody waits for does not count; its CPU may be one that never comes.
 *
 * Return: false if there are none, and @work was not queued.
 */
bool queue_add_work_behind(unsigned int cpu, struct kstop_work *work)
{
	struct stopper *stopper = stopper_of(cpu);
	struct kstop_work *other;
	bool found;

	raw_spin_lock_irq(&stopper->lock);
	found = stopper->working && work_is_nowait(&stopper->now);
	list_for_each_entry(other, &stopper->queue, list)
		found |= !slot_of(other) && work_is_nowait(other);
	/* The thread is up for what it is behind. */
	if (found)
		append_work(stopper, work);
	raw_spin_unlock_irq(&stopper->lock);
	return found;
}

/* Whether @stopper has anything queued or in hand. */
bool queue_busy(struct stopper *stopper)
{
	bool busy;

	raw_spin_lock_irq(&stopper->lock);
	busy = stopper->working || !list_empty(&stopper->queue);
	raw_spin_unlock_irq(&stopper->lock);
	return busy;
}
