/* SPDX-License-Identifier: GPL-2.0-only */
/* kstoptest.ko: cases that run in the kernel, and its background loops. */
#ifndef TESTMOD_H
#define TESTMOD_H

#include <stdbool.h>
#include <stdint.h>

#define TESTMOD_NAME_LEN	32

struct testmod_loop {
	char		name[TESTMOD_NAME_LEN];
	uint64_t	count;		/* calls that did what they were for */
	uint64_t	errors;
	uint64_t	refused;	/* as they may be: a CPU was offline */
};

/* Both return how many there are. */
int testmod_cases(char names[][TESTMOD_NAME_LEN], int max);
int testmod_loops(struct testmod_loop *loops, int max);

/* "start machine", "stop all"; 0 or -errno. */
__attribute__((format(printf, 1, 2)))
int testmod_loop(const char *fmt, ...);

/*
 * Runs "NAME key=value ..." and prints what it found and one test line with the
 * name @test. @limit_s: it may take that long before one wonders.
 */
bool testmod_run(const char *test, const char *command, int limit_s);

#endif
