/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The callback of every operation, which looks around where it finds itself.
 *
 * What it looks at: where and how often it runs, in which context, whether what
 * the caller wrote before the call is there, and whether the CPUs that should
 * stand still do (witness.h). What the caller looks at when the call is over: the
 * same of what fn wrote, the result, and its own context.
 *
 * A probe knows what is right for a whole command. A visit is one request of
 * it: opened before the call, its address is fn's argument, closed after it.
 * What fn or the close finds wrong is a violation of kstop's contract: it is
 * counted, and the first one is kept in words.
 */
#ifndef _KSTOPTORTURE_PROBE_H
#define _KSTOPTORTURE_PROBE_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/types.h>

/**
 * struct probe - what a command's callbacks should find, and did
 * @irqs_off:	fn runs with interrupts off, else with interrupts on
 * @standstill:	no CPU can come or go while fn runs
 * @busy_us:	how long fn takes
 * @stopped_max: the longest time, in ns, from when the first fn of a request
 *		began to when its last fn ended. All CPUs of the request were
 *		held that long for certain. It is a lower bound: fn cannot see
 *		how long they stood still before it began and after it ended.
 * @violations:	number of broken promises
 * @first:	the first of them
 */
struct probe {
	bool		irqs_off;
	bool		standstill;
	u32		busy_us;
	atomic64_t	stopped_max;
	atomic_t	violations;
	char		first[112];
};

#define LETTER_WORDS	4

/**
 * struct visit - one request's callbacks
 * @probe:	the command's
 * @where:	where fn may run, NULL for any online CPU
 * @ran:	where it has, NULL if nobody keeps book
 * @min:	if the call succeeds, fn has run at least so often
 * @max:	and at most so often
 * @everywhere:	fn is to run on every online CPU of @where
 * @due:	how often exactly, if fn was able to tell, else 0
 * @held:	CPUs that stand still, interrupts off, while fn runs; NULL: none is
 *		known to
 * @interrupt:	fn may be called from a hard interrupt
 * @answer:	what fn gives
 * @letter:	what the caller wrote before the call, plainly: a different text
 *		each time
 * @replies:	what fn wrote on each CPU, plainly; NULL if nobody asks
 * @preempt:	the caller's preempt count before the call
 * @irqs_off:	the caller's interrupts were off before the call
 * @open:	the call has begun and not yet returned
 * @began:	when it began, ns
 * @latency:	how long it took, ns, valid after a successful call
 * @entered:	when the first fn began, ns, 0 before that
 * @callbacks:	number of times fn was entered
 * @bad:	violations of this request
 */
struct visit {
	struct probe		*probe;
	const struct cpumask	*where;
	struct cpumask		*ran;
	unsigned int		min;
	unsigned int		max;
	bool			everywhere;
	unsigned int		due;
	const struct cpumask	*held;
	bool			interrupt;
	int			answer;
	u64			letter[LETTER_WORDS];
	u64			*replies;
	int			preempt;
	bool			irqs_off;
	bool			open;
	u64			began;
	u64			latency;
	atomic64_t		entered;
	atomic_t		callbacks;
	atomic_t		bad;
};

/* The callback; its argument is a visit. Returns its answer. */
int probe_fn(void *visit);

/* A part of it, with a book of its own for where it has run. */
void probe_run(struct visit *visit, struct cpumask *ran);

/* A promise was broken. Never prints: the machine may be stopped. */
__printf(2, 3) void violate(struct visit *visit, const char *fmt, ...);
__printf(2, 0) void probe_violate(struct probe *probe, const char *fmt, va_list args);

/* Forget the last request. */
void visit_init(struct visit *visit, struct probe *probe, struct cpumask *ran);

/* The call is about to begin. */
void visit_open(struct visit *visit, const struct cpumask *where, unsigned int min,
		unsigned int max);

/*
 * The call gave @ret, and it was over at @ended (ns).
 * Returns 0 if it gave the callbacks' answer, a negative error, or -EPROTO if the
 * request broke a promise.
 */
int visit_close(struct visit *visit, int ret, u64 ended);

#endif /* _KSTOPTORTURE_PROBE_H */
