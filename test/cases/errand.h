/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errand: one whole-machine call of several that are made at the same time, and may
 * share a stop. It says what it wants, its callback writes down what it finds, and
 * in the end it tells whether that goes together. It outlives the call, and tells
 * much later, too, whether fn ran after it.
 *
 * All errands of a case have one *ground*: what must not be there twice at a time.
 */
#ifndef _KSTOPTEST_ERRAND_H
#define _KSTOPTEST_ERRAND_H

#include <linux/atomic.h>
#include <linux/cpumask.h>

#include "kstop.h"

struct watch;
struct errand;

/**
 * struct ground - what errands share
 * @owner:	the errand whose fn runs, NULL: none
 * @done:	errands whose fn has begun, ever
 * @overlaps:	fn of one while that of another had not returned
 * @watch:	bystanders that have to stand still meanwhile, or NULL
 * @moved:	times that one did not
 * @inside:	times that one was stopped inside a section
 */
struct ground {
	atomic_long_t	owner;
	atomic_t	done;
	atomic_t	overlaps;
	struct watch	*watch;
	atomic_t	moved;
	atomic_t	inside;
};

/* What is called. */
enum errand_call {
	CALL_MACHINE,
	CALL_CPUSLOCKED,
	CALL_OPTS,
	CALLS,
};

/**
 * struct errand - one call
 * @ground:	of the case
 * @call:	which call it is
 * @fn:		what to call, errand_callback() or something that calls it
 * @opts:	what is wanted; ->run for all of them, the rest for CALL_OPTS only
 * @report:	for CALL_OPTS, or NULL
 * @value:	what fn returns on CPU n: @value + n; 0: 0
 * @busy_us:	how long fn takes
 * @vague:	CPUs come and go: which of them ran it nobody knows for sure
 * @inside:	CPUs that are in fn now
 * @runs:	times that fn has begun
 * @after:	of these, after the call was over
 * @in_interrupt: of these, in a hard interrupt
 * @bad_context: of these, in a context where it should not be
 * @stale:	of these, with a question that was an old one
 * @over:	the call is
 * @at_return:	@runs when it was
 * @ran:	on these of the first CPUs, a bit each
 * @question:	what the caller wrote, plainly
 * @answers:	what fn wrote on each of the first CPUs, plainly
 * @began:	ground's @done when the call was made
 * @overtaken:	fn of how many others began before its own
 * @undisturbed: the caller was not preempted, which it could have been before kstop knew
 *		of it
 * @kept_off_ns: so long it was ready to run and another task ran; 0 where it is not known
 */
struct errand {
	struct ground		*ground;
	enum errand_call	call;
	cpu_stop_fn_t		fn;
	struct kstop_opts	opts;
	struct kstop_report	*report;
	int			value;
	unsigned int		busy_us;
	bool			vague;
	atomic_t		inside;
	atomic_t		runs;
	atomic_t		after;
	atomic_t		in_interrupt;
	atomic_t		bad_context;
	atomic_t		stale;
	bool			over;
	int			at_return;
	unsigned long		ran;
	u64			question;
	u64			answers[BITS_PER_LONG];
	int			began;
	int			overtaken;
	bool			undisturbed;
	u64			kept_off_ns;
};

/* The running case's; with bystanders or without. NULL: no memory, no thread. */
struct ground *ground_new(bool watched);
void expect_ground(struct ground *ground);

/* Forget the last call: whole machine, one CPU, no limit, fn returns 0 at once. */
void errand_open(struct errand *errand, struct ground *ground,
		 enum errand_call call, const struct cpumask *run);

/*
 * Make the call and judge it: what it returned is what fn did. -ENOENT, -ETIMEDOUT
 * and -EINTR mean that fn ran nowhere; whether they are right is for who made it.
 */
int errand_run(struct errand *errand);

/* Nothing has happened since. */
bool errand_settled(struct errand *errand);

/* @arg is the errand. */
int errand_callback(void *arg);

#endif /* _KSTOPTEST_ERRAND_H */
