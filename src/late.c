// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "ask.h"
#include "late.h"
#include "limit.h"
#include "queue.h"
#include "request.h"
#include "stats.h"
#include "stopper.h"
#include "word.h"
#include "work.h"

/**
 * struct doubt - how long to doubt what was seen
 * @soon_ns: who gets on within that time was on its way
 * @answer_ns: who has not answered an interrupt by then does not answer
 */
struct doubt {
	u64	soon_ns;
	u64	answer_ns;
};

/* For a caller whose limit has run out. */
static const struct doubt hurry = {
	.soon_ns	= NSEC_PER_MSEC,
	.answer_ns	= 5 * NSEC_PER_MSEC,
};

/* For the log and for who reads a file. A hypervisor may keep a CPU for long. */
static const struct doubt leisure = {
	.soon_ns	= 20 * NSEC_PER_MSEC,
	.answer_ns	= 50 * NSEC_PER_MSEC,
};

/* So many CPUs get their reason in a line of the log. */
#define REASONS_IN_LOG	4

/* What a CPU does about its queue. */
enum doing {
	DOES_OFF,	/* takes no works */
	DOES_IDLE,	/* nothing to do */
	DOES_WORK,	/* in a work's callback */
	DOES_GATHER,	/* waits for others, spinning */
	DOES_RELAX,	/* waits for others, at work meanwhile */
	DOES_COMMIT,	/* waits for others, with IRQs off */
	DOES_RUN,	/* stopped, while fn runs here or elsewhere */
	DOES_NOTHING,	/* has something to do and does not do it */
};

static const char * const doing_names[] = {
	[DOES_OFF]	= "off",
	[DOES_IDLE]	= "idle",
	[DOES_WORK]	= "work",
	[DOES_GATHER]	= "gather",
	[DOES_RELAX]	= "relaxed",
	[DOES_COMMIT]	= "commit",
	[DOES_RUN]	= "run",
	[DOES_NOTHING]	= "late",
};

/**
 * struct sight - one CPU, seen at one moment
 * @doing:	what it does
 * @busy:	in a callback that others may be waiting for
 * @queued:	works and slots in its queue
 * @fn:		of the work or request it is about
 * @caller:	who asked for that
 * @taker:	the task that takes part in its stopper's place, or NULL
 * @since:	when fn began, if @busy
 * @beat:	to see whether it gets on
 * @question:	to see whether it answers
 */
struct sight {
	enum doing	doing;
	bool		busy;
	unsigned int	queued;
	cpu_stop_fn_t	fn;
	unsigned long	caller;
	const void	*taker;
	unsigned long	since;
	unsigned int	beat;
	unsigned int	question;
};

/**
 * struct diagnosis - who was late when one looked
 * @when:	that moment
 * @todo:	CPUs still to be looked at
 * @behind:	what the CPU that is being looked at waits for
 * @seen:	CPUs that were
 * @late:	those of them that are late
 * @sights:	what was seen of each in @seen
 */
struct diagnosis {
	u64		when;
	struct cpumask	todo;
	struct cpumask	behind;
	struct cpumask	seen;
	struct cpumask	late;
	struct sight	sights[];
};

static bool is_late(const struct sight *sight)
{
	return sight->busy || sight->doing == DOES_NOTHING;
}

static void see_work(struct sight *sight, const struct stopper *stopper)
{
	sight->doing = DOES_WORK;
	sight->busy = true;
	sight->fn = stopper->fn;
	sight->caller = stopper->now.caller;
	sight->since = stopper->since;
}

static enum doing slot_doing(const struct slot *slot, u64 word)
{
	bool here = READ_ONCE(slot->counted) &&
		    READ_ONCE(slot->round) == word_round(word);

	switch (word_state(word)) {
	case GATHER:
		if (READ_ONCE(slot->server) == SLOT_RELAXED)
			return DOES_RELAX;
		return here ? DOES_GATHER : DOES_NOTHING;
	case COMMIT:
		return here && READ_ONCE(slot->committed) ? DOES_COMMIT :
							    DOES_NOTHING;
	case RUN:
		return DOES_RUN;
	default:
		return DOES_NOTHING;
	}
}

/* The call to name: whose turn it is, or one of those that wait. */
static const struct call *call_now(const struct request *req, u64 word)
{
	unsigned int calls = word_calls(word);

	if (word_state(word) == RUN)
		return &req->calls[word_turn(word)];
	return &req->calls[calls ? __ffs(calls) : 0];
}

/* The slot at the head of a queue, and the CPUs that it waits for. */
static enum doing see_slot(struct sight *sight, const struct stopper *stopper,
			   const struct slot *slot, struct cpumask *behind)
{
	struct request *req = slot->request;
	u64 word = atomic64_read_acquire(&req->word);
	const struct call *call = call_now(req, word);

	sight->fn = call->fn;
	sight->caller = call->caller;
	if (READ_ONCE(slot->server) == SLOT_CALLER)
		sight->taker = req->task;
	sight->doing = slot_doing(slot, word);
	if (sight->doing == DOES_RUN &&
	    call_runs_on(req, word_turn(word), stopper->cpu) &&
	    READ_ONCE(slot->ran) != word_turn(word) + 1) {
		sight->busy = true;
		sight->since = READ_ONCE(slot->since) ?: jiffies;
	}
	cpumask_copy(behind, req->targets);
	return sight->doing;
}

/* One look at a CPU, which may be changing. */
static void look(const struct stopper *stopper, struct sight *sight,
		 struct cpumask *behind)
{
	const struct slot *slot = stopper->head;

	*sight = (struct sight){
		.doing = stopper->enabled ? DOES_IDLE : DOES_OFF,
		.queued = stopper->works + stopper->slots,
		.beat = READ_ONCE(stopper->beat),
	};
	cpumask_clear(behind);
	if (slot) {
		/*
		 * If it has left the queue meanwhile, and is used anew, nonsense is
		 * read, and thrown away.
		 */
		data_race(see_slot(sight, stopper, slot, behind));
	} else if (sight->queued) {
		sight->doing = DOES_NOTHING;
	}
	/* Behind a relaxed slot a work delays nobody. */
	if (stopper->working && (!slot || sight->doing == DOES_NOTHING))
		see_work(sight, stopper);
}

/* Look at one CPU, and for which ones it waits, without any lock; stopper.h. */
static void see(const struct stopper *stopper, struct sight *sight,
		struct cpumask *behind)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&stopper->changes);
		look(stopper, sight, behind);
	} while (read_seqcount_retry(&stopper->changes, seq));
}

/**
 * late_look() - see who is late now
 * @among: the CPUs of the request that is delayed
 *
 * Sends an interrupt to each late one, to ask what runs there.
 *
 * Context: process, may sleep.
 * Return: what was seen, to be given back with late_free(); NULL without memory.
 */
struct diagnosis *late_look(const struct cpumask *among)
{
	struct diagnosis *late;
	unsigned int cpu;

	late = kvzalloc(struct_size(late, sights, nr_cpu_ids),
			GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!late)
		return NULL;
	/* A caller's, which may have CPUs that cannot be. */
	cpumask_and(&late->todo, among, cpu_possible_mask);
	while ((cpu = cpumask_first(&late->todo)) < nr_cpu_ids) {
		struct sight *sight = &late->sights[cpu];

		see(stopper_of(cpu), sight, &late->behind);
		cpumask_or(&late->todo, &late->todo, &late->behind);
		cpumask_set_cpu(cpu, &late->seen);
		cpumask_andnot(&late->todo, &late->todo, &late->seen);
		if (!is_late(sight))
			continue;
		cpumask_set_cpu(cpu, &late->late);
		sight->question = ask(cpu);
	}
	late->when = ktime_get_mono_fast_ns();
	return late;
}

void late_free(struct diagnosis *late)
{
	kvfree(late);
}

static bool has_got_on(const struct diagnosis *late, unsigned int cpu)
{
	return READ_ONCE(stopper_of(cpu)->beat) != late->sights[cpu].beat;
}

/* Who is to take part there runs there, and is not in a callback. */
static bool is_at_it(const struct sight *sight, const struct answer *answer)
{
	return !sight->busy && (answer->stopper ||
				(sight->taker && answer->task == sight->taker));
}

/*
 * Take off the list who gets on, or is found at it: a hypervisor may take a CPU
 * away in the middle of that. Return: whether all others have answered.
 */
static bool sift(struct diagnosis *late, const struct doubt *doubt)
{
	bool soon = ktime_get_mono_fast_ns() - late->when < doubt->soon_ns;
	struct answer answer;
	unsigned int cpu;
	bool all = true;

	for_each_cpu(cpu, &late->late) {
		const struct sight *sight = &late->sights[cpu];
		bool told = answered(cpu, sight->question, &answer);

		if ((soon && has_got_on(late, cpu)) ||
		    (told && is_at_it(sight, &answer)))
			cpumask_clear_cpu(cpu, &late->late);
		else
			all &= told;
	}
	return all && !soon;
}

/* Wait until there is no more doubt who is late. */
static void make_sure(struct diagnosis *late, const struct doubt *doubt)
{
	while (!cpumask_empty(&late->late) && !sift(late, doubt) &&
	       ktime_get_mono_fast_ns() - late->when < doubt->answer_ns)
		usleep_range(100, 200);
}

/* Why @cpu is late. */
static void reason_of(const struct diagnosis *late, unsigned int cpu,
		      struct kstop_late *why)
{
	const struct sight *sight = &late->sights[cpu];
	struct answer answer;

	*why = (struct kstop_late){ .reason = KSTOP_ARRIVING };
	if (sight->busy) {
		why->reason = KSTOP_BUSY;
		why->fn = sight->fn;
		why->caller = sight->caller;
		why->since_ns = jiffies64_to_nsecs(jiffies - sight->since);
	} else if (!answered(cpu, sight->question, &answer)) {
		if (!has_got_on(late, cpu))
			why->reason = KSTOP_IRQS_OFF;
	} else if (!answer.idle) {
		why->reason = KSTOP_NOT_SCHEDULED;
		memcpy(why->comm, answer.comm, sizeof(why->comm));
		why->pid = answer.pid;
		why->policy = answer.policy;
		why->priority = answer.priority;
		why->nice = answer.nice;
		why->atomic = answer.atomic;
	}
}

/**
 * late_tell() - put into a report who was late
 * @late: what was seen when it was given up, or NULL
 * @report: the report
 *
 * Context: process, may sleep.
 */
void late_tell(struct diagnosis *late, struct kstop_report *report)
{
	unsigned int cpu;

	if (!late || !report || (!report->late && !report->reasons))
		return;
	make_sure(late, &hurry);
	if (report->late)
		cpumask_copy(report->late, &late->late);
	if (report->reasons)
		for_each_cpu(cpu, &late->late)
			reason_of(late, cpu, &report->reasons[cpu]);
}

static int describe_policy(char *buf, size_t size, const struct kstop_late *late)
{
	switch (late->policy) {
	case SCHED_FIFO:
		return scnprintf(buf, size, "SCHED_FIFO %u", late->priority);
	case SCHED_RR:
		return scnprintf(buf, size, "SCHED_RR %u", late->priority);
	case SCHED_DEADLINE:
		return scnprintf(buf, size, "SCHED_DEADLINE");
	case SCHED_IDLE:
		return scnprintf(buf, size, "SCHED_IDLE");
	default:
		return scnprintf(buf, size, "%s, nice %d",
				 late->policy == SCHED_BATCH ? "SCHED_BATCH" :
							       "SCHED_OTHER",
				 late->nice);
	}
}

int kstop_late_describe(char *buf, size_t size, const struct kstop_late *late)
{
	char policy[40];

	switch (late->reason) {
	case KSTOP_NOT_SCHEDULED:
		describe_policy(policy, sizeof(policy), late);
		/* A name may hold anything, but this is part of a line. */
		return scnprintf(buf, size,
				 "not scheduled, %*pE:%d (%s) runs there%s",
				 (int)strnlen(late->comm, sizeof(late->comm)),
				 late->comm, late->pid, policy,
				 late->atomic ? ", preemption off" : "");
	case KSTOP_BUSY:
		return scnprintf(buf, size,
				 "busy with %ps, called by %ps, for %llu ms",
				 late->fn, (void *)late->caller,
				 div_u64(late->since_ns, NSEC_PER_MSEC));
	case KSTOP_IRQS_OFF:
		return scnprintf(buf, size,
				 "does not answer an interrupt (IRQs off there?)");
	case KSTOP_ARRIVING:
		return scnprintf(buf, size, "on its way");
	default:
		return scnprintf(buf, size, "not late");
	}
}
EXPORT_SYMBOL_GPL(kstop_late_describe);

/* The reasons, CPU by CPU, as far as they fit. */
static void describe_all(const struct diagnosis *late, char *buf, size_t size)
{
	unsigned int cpu, nr = 0, weight = cpumask_weight(&late->late);
	struct kstop_late why;
	size_t len = 0;

	for_each_cpu(cpu, &late->late) {
		if (nr == REASONS_IN_LOG) {
			scnprintf(buf + len, size - len, "; and so on");
			return;
		}
		reason_of(late, cpu, &why);
		if (weight > 1)
			len += scnprintf(buf + len, size - len, "%sCPU %u: ",
					 nr ? "; " : "", cpu);
		len += kstop_late_describe(buf + len, size - len, &why);
		nr++;
	}
}

static void warn(const struct limit *limit, cpu_stop_fn_t fn,
		 unsigned long caller, const struct cpumask *among)
{
	struct diagnosis *late = late_look(among);
	char why[400];

	if (!late)
		return;
	make_sure(late, &leisure);
	if (cpumask_empty(&late->late)) {
		pr_warn("%ps, called by %ps, waits for %u ms: all CPUs get on, none is late\n",
			fn, (void *)caller, limit_waited_ms(limit));
	} else {
		describe_all(late, why, sizeof(why));
		pr_warn("%ps, called by %ps, waits for CPU%s %*pbl for %u ms: %s\n",
			fn, (void *)caller,
			cpumask_weight(&late->late) == 1 ? "" : "s",
			cpumask_pr_args(&late->late), limit_waited_ms(limit),
			why);
	}
	late_free(late);
}

/**
 * late_warn() - say in the log who is late
 * @limit: of the caller that has waited so long
 * @fn: what it wants to run
 * @caller: who it is
 * @among: the CPUs that it stops
 *
 * One after the other: who prints has preemption off, and is not to be found late
 * for that by the next. A caller does not wait for its turn, it may have a limit.
 *
 * Context: process, may sleep.
 */
void late_warn(struct limit *limit, cpu_stop_fn_t fn, unsigned long caller,
	       const struct cpumask *among)
{
	static DEFINE_MUTEX(turn);

	if (!mutex_trylock(&turn)) {
		limit_warn_soon(limit);
		return;
	}
	warn(limit, fn, caller, among);
	mutex_unlock(&turn);
	limit_warn_later(limit);
	count_event(EV_LATE);
}

/**
 * late_over() - if it was said that a caller waits, say that it does no more
 * @limit: the caller's
 * @fn: what it wants to run
 * @caller: who it is
 * @done: it got all its CPUs; or it gave up
 */
void late_over(const struct limit *limit, cpu_stop_fn_t fn,
	       unsigned long caller, bool done)
{
	if (!limit->warned)
		return;
	pr_warn("%ps, called by %ps, %s after %u ms\n", fn, (void *)caller,
		done ? "has all its CPUs" : "gave up", limit_waited_ms(limit));
}

static void show_one(struct seq_file *m, const struct diagnosis *late,
		     unsigned int cpu)
{
	const struct sight *sight = &late->sights[cpu];
	struct task_struct *thread = stopper_of(cpu)->thread;
	bool is_late = cpumask_test_cpu(cpu, &late->late) && !sight->busy;
	struct kstop_late why;
	char text[200];

	seq_printf(m, "%u %s %s %u %u ", cpu,
		   /* Who got on meanwhile was on its way. */
		   sight->doing == DOES_NOTHING && !is_late ? "gather" :
		   doing_names[sight->doing],
		   thread && thread->policy == SCHED_DEADLINE ? "deadline" :
								"fifo",
		   thread ? thread->rt_priority : 0, sight->queued);
	if (is_late) {
		reason_of(late, cpu, &why);
		kstop_late_describe(text, sizeof(text), &why);
		seq_printf(m, "%s\n", text);
	} else if (sight->fn) {
		seq_printf(m, "%ps, called by %ps\n", sight->fn,
			   (void *)sight->caller);
	} else {
		seq_puts(m, "-\n");
	}
}

/* /sys/kernel/debug/kstop/stoppers */
int stoppers_show(struct seq_file *m, void *unused)
{
	struct diagnosis *late = late_look(cpu_possible_mask);
	unsigned int cpu;

	if (!late)
		return -ENOMEM;
	make_sure(late, &leisure);
	seq_puts(m, "version: 1\ncpu state policy priority queued doing\n");
	for_each_possible_cpu(cpu)
		show_one(m, late, cpu);
	late_free(late);
	return 0;
}
