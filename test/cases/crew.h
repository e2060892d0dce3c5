/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Crew: kthreads that do one round of something again and again.
 *
 * A round is short or killable. Its result is tallied: 0 counts, a positive
 * value is a refusal that is no error, a negative one is an error.
 */
#ifndef _KSTOPTEST_CREW_H
#define _KSTOPTEST_CREW_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/types.h>

struct hand;

typedef int (*round_fn_t)(void *arg);

struct hand {
	struct list_head	node;		/* among the case's hands */
	struct task_struct	*task;		/* NULL once dismissed */
	struct completion	done;
	round_fn_t		round;
	void			*arg;
	char			name[16];
	bool			stop;
	u64			count;
	u64			refused;
	u64			errors;
	int			last_error;
};

#define ANY_CPU	(-1)

/*
 * Takes on a hand, bound to @cpu or not. It is embedded in something zeroed
 * that outlives it.
 */
int hand_hire(struct hand *hand, const char *name, int cpu, round_fn_t round,
	      void *arg);

/*
 * Waits for the hand's round to end, kills it if that takes too long. False if
 * it did not come back even so; then it is lost (scratch.h).
 */
bool hand_dismiss(struct hand *hand);

/* The same for the hands of the running case; memory is the case's. */
struct hand *crew_hire(const char *name, int cpu, round_fn_t round, void *arg);
/*
 * Waits until each has done a round, while all go on: a case may be over before the
 * host has let all of them run.
 */
void crew_come_through(void);
void crew_dismiss_one(struct hand *hand);
void crew_dismiss(void);

#endif /* _KSTOPTEST_CREW_H */
