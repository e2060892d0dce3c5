// SPDX-License-Identifier: GPL-2.0-only
/* The pool of requests, and the line of those who wait for one. */
#include <linux/slab.h>

#include "fault.h"
#include "record.h"
#include "request.h"
#include "stats.h"
#include "stretch.h"

/*
 * Enough that callers rarely wait, few enough that the slots (one for each
 * possible CPU in each request) stay small on a large machine.
 */
#define POOL_MIN	16
#define POOL_MAX	64

static DEFINE_RAW_SPINLOCK(pool_lock);		/* guards both */
static struct request *pool;			/* linked by ->next */
static LIST_HEAD(line);
static unsigned int nr_requests;

/* Last in, first out: the lines are warm. */
static void pool_add(struct request *req)
{
	req->next = pool;
	pool = req;
}

static struct request *pool_take(void)
{
	struct request *req = pool;

	if (req)
		pool = req->next;
	return req;
}

static void request_free(struct request *req)
{
	unsigned int i;

	for (i = 0; i < CALLS_MAX; i++)
		free_cpumask_var(req->calls[i].run);
	free_cpumask_var(req->targets);
	kfree(req);
}

static bool masks_alloc(struct request *req)
{
	unsigned int i;

	for (i = 0; i < CALLS_MAX; i++)
		if (!zalloc_cpumask_var(&req->calls[i].run, GFP_KERNEL))
			return false;
	return zalloc_cpumask_var(&req->targets, GFP_KERNEL);
}

static struct request *request_alloc(void)
{
	struct request *req;
	unsigned int i;

	req = load_step(kzalloc(struct_size(req, slots, nr_cpu_ids), GFP_KERNEL),
			NULL);
	if (!req)
		return NULL;
	if (!load_step(masks_alloc(req), false)) {
		/* What was not allocated is NULL. */
		request_free(req);
		return NULL;
	}
	for (i = 0; i < CALLS_MAX; i++)
		init_swait_queue_head(&req->calls[i].wait);
	return req;
}

int requests_init(void)
{
	unsigned int i, nr = clamp(2 * num_possible_cpus(), POOL_MIN, POOL_MAX);

	for (i = 0; i < nr; i++) {
		struct request *req = request_alloc();

		if (!req) {
			requests_exit();
			return -ENOMEM;
		}
		pool_add(req);
		nr_requests++;
	}
	return 0;
}

/* Every request must be back: the stoppers that held them are gone. */
void requests_exit(void)
{
	struct request *req;

	while ((req = pool_take())) {
		request_free(req);
		nr_requests--;
	}
	WARN_ONCE(nr_requests, "kstop: %u requests are still held, and leaked\n",
		  nr_requests);
}

/**
 * request_try_get() - a request, if there is one right now
 *
 * Context: any but NMI.
 * Return: a request that the caller holds, or NULL.
 */
struct request *request_try_get(void)
{
	struct request *req;
	unsigned long flags;

	raw_spin_lock_irqsave(&pool_lock, flags);
	req = pool_take();
	raw_spin_unlock_irqrestore(&pool_lock, flags);
	return req;
}

static bool handed_over(const void *waiter)
{
	return READ_ONCE(((const struct waiter *)waiter)->req);
}

/* A request that is there, or a place in the line. */
static struct request *take_or_queue(struct waiter *waiter)
{
	struct request *req;

	init_swait_queue_head(&waiter->wait);
	raw_spin_lock_irq(&pool_lock);
	req = pool_take();
	if (!req)
		list_add_tail(&waiter->list, &line);
	raw_spin_unlock_irq(&pool_lock);
	waiter->queued = !req;
	return req;
}

/**
 * request_get() - a request, first come, first served
 * @waiter: the caller's, all 0 when it begins; request_give_up() ends it
 * @limit: the caller's
 * @end: if there is none: why the waiting has ended
 *
 * Who waits on, after something was due, still has its place.
 *
 * Context: process, may sleep; holds no lock but perhaps the hotplug lock.
 * Return: a request that the caller holds, and it is in line no more; or NULL, and
 * something of @limit is due.
 */
struct request *request_get(struct waiter *waiter, struct limit *limit,
			    enum wait_end *end)
{
	struct request *req;

	if (!waiter->queued) {
		req = take_or_queue(waiter);
		if (req)
			return req;
		count_event(EV_POOL_WAIT);
	}
	*end = limit_wait(limit, &waiter->wait, handed_over, waiter);
	/* Who hands over is done with @waiter when it lets go of that lock. */
	raw_spin_lock_irq(&pool_lock);
	req = waiter->req;
	raw_spin_unlock_irq(&pool_lock);
	return req;
}

/**
 * request_give_up() - leave the line
 * @waiter: of a caller that got none from request_get()
 *
 * Return: the request that it was handed at the last moment, or NULL.
 */
struct request *request_give_up(struct waiter *waiter)
{
	raw_spin_lock_irq(&pool_lock);
	if (!waiter->req)
		list_del(&waiter->list);
	raw_spin_unlock_irq(&pool_lock);
	return waiter->req;
}

/**
 * request_put() - let go of a request
 * @req: the request; not to be touched afterwards
 *
 * Fully ordered: all accesses of all who held it come before its next use. That is
 * more than refcount_t promises, and nothing is freed at 0 that it could protect.
 *
 * Context: any but NMI. A stopper calls it with preemption off.
 */
void request_put(struct request *req)
{
	struct waiter *waiter;
	unsigned long flags;

	stretch();
	if (!atomic_dec_and_test(&req->refs))
		return;

	if (unlikely(req->record))
		record_publish(req->record);

	raw_spin_lock_irqsave(&pool_lock, flags);
	waiter = list_first_entry_or_null(&line, struct waiter, list);
	if (waiter) {
		list_del(&waiter->list);
		WRITE_ONCE(waiter->req, req);
		/* Under the lock: it takes that before it goes on. */
		swake_up_one(&waiter->wait);
	} else {
		pool_add(req);
	}
	raw_spin_unlock_irqrestore(&pool_lock, flags);
}
