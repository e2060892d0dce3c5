/* SPDX-License-Identifier: GPL-2.0-only */
/* The stoppers' queues: who is put where, in which order; see stopper.h. */
#ifndef _KSTOP_QUEUE_H
#define _KSTOP_QUEUE_H

#include "rendezvous.h"
#include "request.h"
#include "stopper.h"

/**
 * queue_change() - before a stopper's queue, or what it has in hand, changes
 * @stopper: whose; its lock is held
 */
static inline void queue_change(struct stopper *stopper)
{
	write_seqcount_begin(&stopper->changes);
}

/**
 * queue_head_is() - after that, if one knows
 * @stopper: whose
 * @head: the slot that is first now, or NULL
 */
static inline void queue_head_is(struct stopper *stopper, const struct slot *head)
{
	stopper->head = head;
	write_seqcount_end(&stopper->changes);
}

/**
 * queue_changed() - after that
 * @stopper: whose
 */
static inline void queue_changed(struct stopper *stopper)
{
	struct kstop_work *work;

	work = list_first_entry_or_null(&stopper->queue, struct kstop_work,
					list);
	queue_head_is(stopper, work ? slot_of(work) : NULL);
}

int queue_add_request(struct request *req, const struct stop *stop, int self);
void queue_unlink(struct slot *slot, enum role role);
void queue_withdraw(struct request *req);
u64 queue_last_id(void);

bool queue_add_work(unsigned int cpu, struct kstop_work *work);
bool queue_add_work_behind(unsigned int cpu, struct kstop_work *work);
void queue_take_work(struct stopper *stopper, struct kstop_work *work);
bool queue_cancel_work(unsigned int cpu, struct kstop_work *work);

struct slot *queue_arrive(unsigned int cpu, bool joins);
void queue_make_way(struct slot *slot);
struct kstop_work *queue_next(struct stopper *stopper);
bool queue_busy(struct stopper *stopper);

#endif /* _KSTOP_QUEUE_H */
