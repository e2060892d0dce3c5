/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KTAP on the console: one test line per result, "# " lines for people.
 *
 * Lines go through the kernel's log, so that none is torn by a kernel message and
 * what the kernel says in a case stands between the right lines. Until
 * ktap_open() has been called they go to standard output.
 */
#ifndef KTAP_H
#define KTAP_H

#include <stdbool.h>

struct ktap_counts {
	int	plan;		/* test lines printed */
	int	passed;
	int	failed;
	int	skipped;
};

void ktap_open(void);
void ktap_start(void);
struct ktap_counts ktap_end(void);	/* prints the plan */
struct ktap_counts ktap_counts(void);

/* One test line; @fmt says what was found, NULL: nothing to say. Returns @ok. */
__attribute__((format(printf, 3, 4)))
bool ktap_result(bool ok, const char *name, const char *fmt, ...);
__attribute__((format(printf, 2, 3)))
void ktap_skip(const char *name, const char *fmt, ...);

/* "# ..." */
__attribute__((format(printf, 1, 2)))
void ktap_note(const char *fmt, ...);

/* A plain line, for the demo; safe from any thread, like all of the above. */
__attribute__((format(printf, 1, 2)))
void say(const char *fmt, ...);

#endif
