// SPDX-License-Identifier: GPL-2.0-only
/* The caller's side of a rendezvous; the protocol is told in rendezvous.h. */
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/sched/clock.h>
#include <linux/sched/stat.h>

#include "late.h"
#include "part.h"
#include "queue.h"
#include "rendezvous.h"
#include "run.h"
#include "share.h"
#include "stats.h"
#include "stretch.h"
#include "trace.h"

/*
 * CANCEL: take a call out, if its fn cannot have begun. The last one to go takes the
 * request with it.
 */
static bool call_cancel(struct request *req, unsigned int call)
{
	struct part part = {
		.req = req,
		.word = atomic64_read(&req->word),
	};
	u64 new;

	do {
		if (word_state(part.word) != GATHER &&
		    word_state(part.word) != COMMIT)
			return BUSTED_CANCEL;
		new = part.word - BIT(call) * WORD_CALL;
		if (!word_calls(new))
			new = word_next(new, ABORTED);
	} while (!part_change(&part, new));

	count_event(EV_ABORT);
	trace_kstop_cancel(req, call);
	if (word_state(new) != ABORTED)
		return true;
	trace_kstop_abort(req, call);
	if (word_seen(new) == req->nr)
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

/* The CPUs that it stops. One that is shared need not be queued yet. */
static const struct cpumask *concerned(const struct request *req,
				       const struct stop *stop)
{
	return stop->share ? stop->mask : req->targets;
}

/*
 * Give up with @err, and say in the report who was late. That has to be looked at
 * before, since an aborted request is in nobody's way any more.
 */
static bool give_up(struct request *req, const struct stop *stop, int err)
{
	struct diagnosis *late = NULL;

	if (stop->report && err != -ERESTART)
		late = late_look(concerned(req, stop));
	stretch();
	if (!call_cancel(req, stop->call)) {
		late_free(late);
		return false;
	}
	if (err == -ETIMEDOUT)
		trace_kstop_timeout(READ_ONCE(req->id), stop,
				    concerned(req, stop));
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
		/* Without a lock, as said above. */
		return !data_race(cpumask_subset(req->targets,
						 stoppers_enabled));
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

/* Acquire: what its caller looks at next, the word above all, is no older. */
static bool is_told(const void *call)
{
	return smp_load_acquire(&((const struct call *)call)->told);
}

/**
 * call_setup() - write down what a caller wants of a request
 * @req: the request, which the caller holds
 * @call: which of its calls
 * @stop: what is wanted
 *
 * Where fn runs is left to who queues the request, unless it is shared.
 */
void call_setup(struct request *req, unsigned int call, const struct stop *stop)
{
	struct call *what = &req->calls[call];

	what->fn = stop->fn;
	what->arg = stop->arg;
	what->caller = stop->caller;
	what->ticket = stop->ticket;
	what->align = stop->align;
	what->ret = 0;
	what->results = stop->report ? stop->report->results : NULL;
	/* Who does not take part itself is told by the last. */
	what->notify = true;
	what->told = false;
	what->one = !stop->run;
	what->nr_run = 1;
	if (stop->share && stop->run) {
		cpumask_and(what->run, stop->run, cpu_online_mask);
		what->nr_run = cpumask_weight(what->run);
	}
}

static void request_setup(struct request *req, struct stop *stop)
{
	stop->call = 0;
	atomic64_set(&req->word, WORD_CALL);
	atomic_set(&req->refs, 1);
	req->hint = 0;
	req->gang = stop->gang;
	req->irq = stop->irq;
	req->timed = stop->report;
	req->task = NULL;
	req->id = 0;
	req->record = NULL;
	req->run_at = 0;
	req->release_at = 0;
	req->nr_calls = 1;
	req->claimed = !stop->share;
	req->err = 0;
	call_setup(req, 0, stop);
}

/* Those it would stop (of a pair, the first), for a caller that did not come so far as to ask them. */
static const struct cpumask *wanted(const struct stop *stop)
{
	return stop->pair ? cpumask_of(stop->pair[0]) : stop->mask;
}

/* A request from the pool; ERR_PTR() as rendezvous(). */
static struct request *new_request(struct stop *stop)
{
	struct waiter waiter = { };
	struct diagnosis *late;
	struct request *req;
	enum wait_end end;
	int err;

	if (stop->try)
		return request_try_get() ?: ERR_PTR(-EAGAIN);
	for (;;) {
		req = request_get(&waiter, &stop->limit, &end);
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
		req = request_give_up(&waiter);
		if (req)
			return req;
		if (err == -ETIMEDOUT)
			trace_kstop_timeout(0, stop, wanted(stop));
		if (stop->report && err != -ERESTART) {
			late = late_look(wanted(stop));
			late_tell(late, stop->report);
			late_free(late);
		}
		return ERR_PTR(err);
	}
}

/* A request with a call for the caller, which holds it; ERR_PTR() as rendezvous(). */
static struct request *caller_request(struct stop *stop)
{
	struct request *req, *other;

	req = stop->share ? share_join(stop) : NULL;
	if (req)
		return req;
	req = new_request(stop);
	if (IS_ERR(req))
		return req;
	request_setup(req, stop);
	if (!stop->share)
		return req;
	stretch();
	other = share_open(req, stop);
	if (other != req)
		request_put(req);
	else
		share_wait_for_company(req, stop);
	return other;
}

/* The caller takes part on its own CPU. True if it was there to the end. */
static bool caller_join(struct request *req, struct slot *slot,
			const struct stop *stop)
{
	struct call *call = &req->calls[stop->call];
	struct part part = {
		.req = req,
		.slot = slot,
		.role = ROLE_CALLER,
	};

	if (budget_wants_to_learn())
		part.start = sched_clock();
	if (stop->limit.timeout_ns)
		part.end = sched_clock() + limit_left_ns(&stop->limit);
	/* A caller that stays to the end of a stop sees that end itself. */
	call->notify = req->gang;
	switch (part_take(&part)) {
	case WANTED:
		call->notify = true;
		WRITE_ONCE(slot->server, SLOT_STOPPER);
		stopper_wake(this_cpu_ptr(&stoppers));
		break;
	case RELAXED:
		/* Our stopper comes when it is woken. */
		call->notify = true;
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

/* It could not be queued; its callers get that error, all of them. */
static void request_fail(struct request *req, int err)
{
	struct part part = {
		.req = req,
		.word = atomic64_read(&req->word),
	};

	req->err = err;
	while (!part_change(&part, word_next(part.word, ABORTED)))
		;
	run_tell(req);
}

/*
 * Queue the request, unless somebody else does, and take part. True if the caller was
 * there to the end, or if that failed.
 */
static bool caller_start(struct request *req, struct stop *stop)
{
	bool joined = false;
	struct slot *slot;
	int err;

	stretch();
	preempt_disable();
	if (stop->share && !share_claim(req))
		goto out;
	slot = &req->slots[smp_processor_id()];
	slot->server = SLOT_STOPPER;
	WRITE_ONCE(req->task, current);
	err = queue_add_request(req, stop, -1);
	if (err)
		request_fail(req, err);
	else if (slot->server == SLOT_CALLER)
		joined = caller_join(req, slot, stop) && !req->gang;
	joined |= err;
out:
	preempt_enable();
	return joined;
}

/*
 * Who has nobody to make way for need not sleep and be woken for a wait that is most
 * likely short. It can be preempted, so nobody depends on its going on (R1).
 */
static void spin_a_while(const struct call *call, const struct limit *limit)
{
	u64 ns = budget_gather_ns(num_online_cpus());
	struct budget budget;
	unsigned int spins = 0, cpu = raw_smp_processor_id();

	if (limit->timeout_ns)
		ns = min(ns, limit_left_ns(limit));
	budget_start(&budget, ns);
	/* Another CPU's clock may show anything. */
	while (!is_told(call) && single_task_running() &&
	       raw_smp_processor_id() == cpu && !budget_gone(&budget, spins++)) {
		cpu_relax();
		if (need_resched())
			schedule();
	}
}

/*
 * Sleep until all is over. What is not queued yet is looked after once more before
 * long: nobody depends on its opener's getting a CPU.
 */
static int caller_wait(struct request *req, struct stop *stop)
{
	struct limit *limit = &stop->limit;
	enum wait_end end;
	bool claimed;
	int err;

	/*
	 * Without involuntary preemption the stopper here runs now. Most often all is
	 * over when it is our turn again: then we need neither sleep nor be woken.
	 */
	cond_resched();
	spin_a_while(&req->calls[stop->call], limit);
	for (;;) {
		claimed = share_claimed(req);
		if (!claimed)
			limit_tick_soon(limit);
		end = limit_wait(limit, &req->calls[stop->call].wait, is_told,
				 &req->calls[stop->call]);
		if (end == WAIT_DONE)
			return 0;
		/* A tick that came soon is not the one to start over at. */
		if (!claimed)
			limit->ticks = false;
		if (end == WAIT_WARN)
			late_warn(limit, stop->fn, stop->caller,
				  concerned(req, stop));
		if (end == WAIT_TICK && !claimed && caller_start(req, stop))
			return 0;
		if (end == WAIT_TICK &&
		    (!claimed || !better_start_over(req, stop)))
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

/* How it went, for a caller that still holds the request. */
static int call_end(const struct request *req, const struct stop *stop, int *ret)
{
	struct kstop_report *report = stop->report;
	u64 word = atomic64_read_acquire(&req->word);

	if (word_state(word) == ABORTED)
		return req->err;
	/* Its turn did not come in this stop. */
	if (!BUSTED_SHARE && word_calls(word) & BIT(stop->call)) {
		count_event(EV_LEFT_OVER);
		return -ERESTART;
	}
	*ret = READ_ONCE(req->calls[stop->call].ret);
	if (report) {
		report->gather_ns = req->run_at - ktime_to_ns(stop->limit.start);
		report->stopped_ns = req->release_at - req->run_at;
	}
	count_event(EV_COMPLETE);
	return 0;
}

/**
 * rendezvous() - stop CPUs as asked
 * @stop: what is wanted
 * @ret: what the callbacks returned, if 0 is returned
 *
 * Context: process, may sleep.
 * Return: 0; or fn has run nowhere and never will: -ENOENT, -EAGAIN,
 * @stop->missing, -EINTR after a fatal signal, -ETIMEDOUT; -ERESTART if it was
 * given up only to let others have their turn, or was left over.
 */
int rendezvous(struct stop *stop, int *ret)
{
	struct request *req;
	int err = 0;

	stop->call = 0;
	stop->company = false;
	/* Those who share get no error that is one caller's alone. */
	if (stop->share && stop->nowhere &&
	    !cpumask_intersects(stop->run, cpu_online_mask))
		return stop->nowhere;
	req = caller_request(stop);
	if (IS_ERR(req))
		return count_end(PTR_ERR(req));
	/* Who has joined leaves that to who opened it. */
	if (stop->call || !caller_start(req, stop))
		err = caller_wait(req, stop);
	if (!err)
		err = call_end(req, stop, ret);
	if (stop->share)
		share_leave(req);
	if (unlikely(READ_ONCE(req->record)))
		record_end(req, stop, err, err ? 0 : *ret);
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
		part.req = new_request(stop);
	if (IS_ERR(part.req))
		return PTR_ERR(part.req);
	request_setup(part.req, stop);
	part.req->calls[0].notify = false;
	part.req->task = current;

	preempt_disable();
	part.slot = &part.req->slots[cpu];
	err = queue_add_request(part.req, stop, cpu);
	if (!err)
		part_take(&part);
	preempt_enable();

	if (!err)
		count_event(EV_COMPLETE);
	*ret = READ_ONCE(part.req->calls[0].ret);
	if (part.req->record)
		record_end(part.req, stop, err, *ret);
	request_put(part.req);
	return err;
}

static bool is_mine(const void *slot)
{
	return READ_ONCE(((const struct slot *)slot)->server) == SLOT_CALLER;
}

/* Do what is due. To give up is never too late: without us there is no point of no return. */
static int pauser_does(struct request *req, struct stop *stop,
		       enum wait_end due)
{
	int err;

	if (due == WAIT_WARN)
		late_warn(&stop->limit, stop->fn, stop->caller, req->targets);
	if (due == WAIT_TICK && !better_start_over(req, stop))
		return 0;
	err = wait_error(due);
	return err && give_up(req, stop, err) ? err : 0;
}

/* Sleep until the stopper here makes way; or give up. */
static int pauser_wait(struct part *part, struct stop *stop)
{
	struct request *req = part->req;
	enum wait_end end;
	int err;

	do {
		end = limit_wait(&stop->limit, &req->calls[0].wait, is_mine,
				 part->slot);
		err = pauser_does(req, stop, end);
	} while (end != WAIT_DONE && !err);
	return err;
}

/* Give way; who is wanted all the time would never sleep, and never see what is due. */
static int pauser_give_way(struct part *part, struct stop *stop)
{
	count_event(EV_LEAVE);
	schedule();
	return pauser_does(part->req, stop, limit_look(&stop->limit));
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

	part->start = sched_clock();
	while (!err) {
		outcome = pauser_join(part);
		if (outcome == ARRIVED)
			return 0;
		/* What comes now is no measure of how long gathering takes. */
		part->start = 0;
		preempt_enable();
		if (outcome == RELAXED)
			err = pauser_wait(part, stop);
		else
			err = pauser_give_way(part, stop);
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
	req = new_request(stop);
	if (IS_ERR(req))
		return count_end(PTR_ERR(req));
	request_setup(req, stop);
	req->calls[0].notify = false;
	req->task = current;

	preempt_disable();
	*part = (struct part) {
		.req = req,
		.slot = &req->slots[smp_processor_id()],
		.role = ROLE_PAUSER,
	};
	if (stop->limit.timeout_ns)
		part->end = sched_clock() + limit_left_ns(&stop->limit);
	err = queue_add_request(req, stop, -1);
	if (!err)
		err = pauser_gather(part, stop);
	if (!err) {
		WRITE_ONCE(part->slot->since, jiffies);
		if (unlikely(part->row))
			record_pause(part, stop);
		return 0;
	}
	if (req->record)
		record_end(req, stop, err, 0);
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
	if (unlikely(part->row))
		record_returned(part, 0);
	part_returned(part);
	local_irq_restore(part->flags);
	part_leave(part);
	if (unlikely(part->row))
		record_resumed(part);
	request_put(part->req);
	count_event(EV_COMPLETE);
	preempt_enable();
}
