// SPDX-License-Identifier: GPL-2.0-only
/* The caller's side of a rendezvous; the protocol is told in rendezvous.h. */
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/sched/clock.h>

#include "late.h"
#include "part.h"
#include "queue.h"
#include "rendezvous.h"
#include "stats.h"

/* Give up, if fn cannot have begun. */
static bool request_abort(struct request *req)
{
	struct part part = {
		.req = req,
		.word = atomic64_read(&req->word),
	};

	do {
		if (word_state(part.word) != GATHER &&
		    word_state(part.word) != COMMIT)
			return false;
	} while (!part_change(&part, word_next(part.word, ABORTED)));

	count_event(EV_ABORT);
	if (word_seen(part.word) == req->nr)
		budget_learn_tries(1);
	queue_withdraw(req);
	return true;
}

static int count_end(int err)
{
	switch (err) {
	case -ETIMEDOUT:
		count_event(EV_TIMEOUT);
		break;
	case -EINTR:
		count_event(EV_KILL);
		break;
	case -ERESTART:
		count_event(EV_RESTART);
		break;
	}
	return err;
}

/*
 * Give up with @err, and say in the report who was late. That has to be looked at
 * before, since an aborted request is in nobody's way any more.
 */
static bool give_up(struct request *req, const struct stop *stop, int err)
{
	struct diagnosis *late = NULL;

	if (stop->report && err != -ERESTART)
		late = late_look(req->targets);
	if (!request_abort(req)) {
		late_free(late);
		return false;
	}
	late_tell(late, stop->report);
	late_free(late);
	return true;
}

/*
 * Whether to let go of all that a waiting stop holds, and to try again: it keeps
 * the hotplug lock, or a CPU that is to go down. The mask may be a moment old; in
 * a second one looks again.
 */
static bool better_start_over(const struct request *req, const struct stop *stop)
{
	switch (stop->restart) {
	case RESTART_ALWAYS:
		return true;
	case RESTART_IF_LEAVING:
		return !cpumask_subset(req->targets, stoppers_enabled);
	default:
		return false;
	}
}

/* What the end of a wait means: an error to give up with, or 0. */
static int wait_error(enum wait_end end)
{
	switch (end) {
	case WAIT_KILLED:
		return -EINTR;
	case WAIT_OVER:
		return -ETIMEDOUT;
	case WAIT_TICK:
		return -ERESTART;
	default:
		return 0;
	}
}

static bool is_released(const void *req)
{
	return READ_ONCE(((const struct request *)req)->released);
}

/* Sleep until all is over. */
static int caller_wait(struct request *req, struct stop *stop)
{
	struct limit *limit = &stop->limit;
	enum wait_end end;
	int err;

	for (;;) {
		end = limit_wait(limit, &req->wait, is_released, req);
		if (end == WAIT_DONE)
			return 0;
		if (end == WAIT_WARN)
			late_warn(limit, stop->fn, stop->caller, req->targets);
		if (end == WAIT_TICK && !better_start_over(req, stop))
			continue;
		err = wait_error(end);
		if (!err)
			continue;
		if (give_up(req, stop, err))
			return err;
		/* fn has begun or is about to; that has no limit but its own. */
		limit->deaf = true;
	}
}

static void request_setup(struct request *req, const struct stop *stop)
{
	atomic64_set(&req->word, 0);
	atomic_set(&req->refs, 1);
	req->hint = 0;
	req->ret = 0;
	req->gang = stop->gang;
	req->fn = stop->fn;
	req->arg = stop->arg;
	req->caller = stop->caller;
	req->task = current;
	req->released = false;
	req->results = stop->report ? stop->report->results : NULL;
	req->timed = stop->report;
	req->run_at = 0;
	req->release_at = 0;
}

/* Those it would stop, for a caller that did not come so far as to ask them. */
static const struct cpumask *wanted(const struct stop *stop)
{
	return stop->pair ? cpumask_of(stop->pair[0]) : stop->mask;
}

/* A request from the pool; ERR_PTR() as rendezvous(). */
static struct request *caller_request(struct stop *stop)
{
	struct diagnosis *late;
	struct request *req;
	enum wait_end end;
	int err;

	if (stop->try)
		return request_try_get() ?: ERR_PTR(-EAGAIN);
	for (;;) {
		req = request_get(&stop->limit, &end);
		if (req)
			return req;
		if (end == WAIT_WARN)
			late_warn(&stop->limit, stop->fn, stop->caller,
				  wanted(stop));
		/* It keeps no CPU, only perhaps the hotplug lock. */
		if (end == WAIT_TICK && stop->restart != RESTART_ALWAYS)
			continue;
		err = wait_error(end);
		if (!err)
			continue;
		if (stop->report && err != -ERESTART) {
			late = late_look(wanted(stop));
			late_tell(late, stop->report);
			late_free(late);
		}
		return ERR_PTR(err);
	}
}

/* The caller takes part on its own CPU. True if it was there to the end. */
static bool caller_join(struct request *req, struct slot *slot,
			const struct limit *limit)
{
	struct part part = {
		.req = req,
		.slot = slot,
		.role = ROLE_CALLER,
		.start = local_clock(),
	};

	if (limit->timeout_ns)
		part.end = part.start + limit_left_ns(limit);
	/* A caller that stays to the end of a stop sees that end itself. */
	req->notify = req->gang;
	switch (part_take(&part)) {
	case WANTED:
		req->notify = true;
		WRITE_ONCE(slot->server, SLOT_STOPPER);
		stopper_wake(this_cpu_ptr(&stoppers));
		break;
	case RELAXED:
		/* Our stopper comes when it is woken. */
		req->notify = true;
		if (!part.end)
			budget_learn(req->nr, 2 * part.budget.ns);
		break;
	default:
		count_event(EV_CALLER);
		return true;
	}
	count_event(EV_HAND_OVER);
	return false;
}

/* How long it all took; the caller still holds the request. */
static void report_times(const struct request *req, const struct limit *limit,
			 struct kstop_report *report)
{
	u64 start = ktime_to_ns(limit->start);

	if (!report)
		return;
	report->gather_ns = req->run_at - start;
	report->stopped_ns = req->release_at - req->run_at;
}

/**
 * rendezvous() - stop CPUs as asked
 * @stop: what is wanted
 * @ret: what the callbacks returned, if 0 is returned
 *
 * Context: process, may sleep.
 * Return: 0; or fn has run nowhere and never will: -ENOENT, -EAGAIN,
 * @stop->missing, -EINTR after a fatal signal, -ETIMEDOUT; -ERESTART if it was
 * given up only to let others have their turn.
 */
int rendezvous(struct stop *stop, int *ret)
{
	struct request *req;
	bool joined = false;
	struct slot *slot;
	int err;

	limit_new_try(&stop->limit);
	req = caller_request(stop);
	if (IS_ERR(req))
		return count_end(PTR_ERR(req));
	request_setup(req, stop);

	preempt_disable();
	slot = &req->slots[smp_processor_id()];
	slot->server = SLOT_STOPPER;
	/* Who does not take part itself is told by the last. */
	req->notify = true;
	err = queue_add_request(req, stop, -1);
	if (!err && slot->server == SLOT_CALLER)
		joined = caller_join(req, slot, &stop->limit);
	preempt_enable();

	if (!err && (!joined || req->gang))
		err = caller_wait(req, stop);
	if (!err) {
		*ret = READ_ONCE(req->ret);
		report_times(req, &stop->limit, stop->report);
		count_event(EV_COMPLETE);
	}
	request_put(req);
	return count_end(err);
}

/* For a CPU that cannot sleep: those who hold requests do not wait for it. */
static struct request *request_spin(void)
{
	struct request *req;

	while (!(req = request_try_get()))
		cpu_relax();
	return req;
}

/**
 * rendezvous_inactive() - the same, from a CPU without an enabled stopper
 * @stop: what is wanted; all of the mask is stopped, and the calling CPU
 * @ret: what the callbacks returned, if 0 is returned
 *
 * Context: hotplug callback on the CPU it is about; no CPU comes or goes. Does
 * not sleep if that CPU is not online.
 * Return: as rendezvous().
 */
int rendezvous_inactive(struct stop *stop, int *ret)
{
	unsigned int cpu = raw_smp_processor_id();
	struct part part = {
		.role = cpu_online(cpu) ? ROLE_NO_STOPPER : ROLE_OFFLINE,
	};
	int err;

	if (part.role == ROLE_OFFLINE)
		part.req = request_spin();
	else
		part.req = caller_request(stop);
	if (IS_ERR(part.req))
		return PTR_ERR(part.req);
	request_setup(part.req, stop);
	part.req->notify = false;

	preempt_disable();
	part.slot = &part.req->slots[cpu];
	err = queue_add_request(part.req, stop, cpu);
	if (!err)
		part_take(&part);
	preempt_enable();

	if (!err)
		count_event(EV_COMPLETE);
	*ret = READ_ONCE(part.req->ret);
	request_put(part.req);
	return err;
}

static bool is_mine(const void *slot)
{
	return READ_ONCE(((const struct slot *)slot)->server) == SLOT_CALLER;
}

/*
 * Sleep until the stopper here makes way; or give up. That is never too late:
 * without us there is no point of no return.
 */
static int pauser_wait(struct part *part, struct stop *stop)
{
	struct request *req = part->req;
	enum wait_end end;
	int err;

	for (;;) {
		end = limit_wait(&stop->limit, &req->wait, is_mine, part->slot);
		if (end == WAIT_DONE)
			return 0;
		if (end == WAIT_WARN)
			late_warn(&stop->limit, stop->fn, stop->caller,
				  req->targets);
		if (end == WAIT_TICK && !better_start_over(req, stop))
			continue;
		err = wait_error(end);
		if (err && give_up(req, stop, err))
			return err;
	}
}

/* Take part, as far as it goes without sleeping. */
static enum outcome pauser_join(struct part *part)
{
	enum outcome outcome;

	if (!is_mine(part->slot))
		return RELAXED;
	outcome = part_arrive(part);
	if (outcome == RELAXED && part->start && !part->end)
		budget_learn(part->req->nr, 2 * part->budget.ns);
	return outcome;
}

/*
 * The caller serves its own slot, whenever it is first and not relaxed. Returns
 * 0 with preemption and IRQs off when all have committed.
 */
static int pauser_gather(struct part *part, struct stop *stop)
{
	enum outcome outcome;
	int err = 0;

	part->start = local_clock();
	while (!err) {
		outcome = pauser_join(part);
		if (outcome == ARRIVED)
			return 0;
		/* What comes now is no measure of how long gathering takes. */
		part->start = 0;
		preempt_enable();
		if (outcome == RELAXED)
			err = pauser_wait(part, stop);
		else if (give_up(part->req, stop, -EINTR))
			err = -EINTR;
		preempt_disable();
	}
	return err;
}

/**
 * rendezvous_pause() - stop CPUs, and return while they stand
 * @stop: what is wanted; ->pauser is set
 * @part: where to keep what rendezvous_resume() needs
 *
 * Context: process, may sleep, bound to this CPU, which is in the mask.
 * Return: 0 with preemption and IRQs off; or as rendezvous().
 */
int rendezvous_pause(struct stop *stop, struct part *part)
{
	struct request *req;
	int err;

	limit_new_try(&stop->limit);
	req = caller_request(stop);
	if (IS_ERR(req))
		return count_end(PTR_ERR(req));
	request_setup(req, stop);
	req->notify = false;

	preempt_disable();
	*part = (struct part) {
		.req = req,
		.slot = &req->slots[smp_processor_id()],
		.role = ROLE_PAUSER,
	};
	if (stop->limit.timeout_ns)
		part->end = local_clock() + limit_left_ns(&stop->limit);
	err = queue_add_request(req, stop, -1);
	if (!err)
		err = pauser_gather(part, stop);
	if (!err)
		return 0;
	preempt_enable();
	request_put(req);
	return count_end(err);
}

/**
 * rendezvous_resume() - let them go
 * @part: what rendezvous_pause() left
 *
 * Context: as rendezvous_pause() returned; preemption and IRQs are on afterwards.
 */
void rendezvous_resume(struct part *part)
{
	part_returned(part);
	local_irq_restore(part->flags);
	part_leave(part);
	request_put(part->req);
	count_event(EV_COMPLETE);
	preempt_enable();
}
