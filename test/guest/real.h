/* SPDX-License-Identifier: GPL-2.0-only */
/* The small Debian in /real, and programs that run in it. */
#ifndef REAL_H
#define REAL_H

#include <stdbool.h>
#include <stdint.h>

#define REAL_LACKING	77	/* exit status: this machine lacks what it takes */

struct real_end {
	int		status;		/* exit status; -1: none, see why */
	uint64_t	work;		/* what it said it has done */
	char		why[160];	/* its last words, or ours */
};

bool real_open(void);		/* false: there is no such root */
bool real_has(const char *path);	/* such a file is in it */
bool real_mount(const char *type, const char *dir);	/* there; false: says why not */

/*
 * Runs @command in /real/third, with the given seconds as first argument, and
 * relays what it says. After @limit_s it is ended. No other process of user
 * space is left then.
 */
void real_run(const char *name, const char *command, int seconds, int limit_s,
	      struct real_end *end);

#endif
