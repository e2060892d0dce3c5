/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that do the same thing over and over beside a case, and count. */
#ifndef MATE_H
#define MATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

/* In memory that both processes see. */
struct mate_share {
	atomic_bool	stop, held, idle;
	atomic_ulong	done;		/* steps that worked */
	atomic_ulong	refused;	/* that did not, as they may */
	atomic_ulong	failed;
	atomic_int	last_error;	/* of those that failed */
	unsigned long	steps;		/* the mate's own; 0 in the first step */
};

typedef void (*mate_step)(struct mate_share *share, void *arg);

struct mate {
	pid_t			pid;
	struct mate_share	*share;
};

bool mate_start(struct mate *mate, mate_step step, void *arg);

/* After hold has returned no step is under way; false: it does not end. */
bool mate_hold(struct mate *mate);
void mate_release(struct mate *mate);

/* False: it had to be killed, or did not even die. The share stays readable. */
bool mate_stop(struct mate *mate);
void mate_free(struct mate *mate);

/* Counts the result of a step: 0 or -errno; @one and @two are no failure. */
void mate_count(struct mate_share *share, int err, int one, int two);

/* A step: @arg is a line for the trigger. A CPU may be missing. */
void mate_trigger(struct mate_share *share, void *arg);

#endif
