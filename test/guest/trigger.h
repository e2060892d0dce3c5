/* SPDX-License-Identifier: GPL-2.0-only */
/* kstoptorture's trigger: one operation a line, and what came of it. */
#ifndef TRIGGER_H
#define TRIGGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

#define TRIGGER_LATE	4	/* reasons kept */

struct trigger_result {
	char		op[16];
	long		requests;
	long		completed;
	long		failed;
	long		error;		/* 0 or a positive errno */
	long		callbacks;
	uint64_t	min_ns, p50_ns, p99_ns, max_ns;
	uint64_t	stopped_max_ns;
	char		late_cpus[64];
	char		late[TRIGGER_LATE][160];	/* why; of CPU 0, 1 and so on */
};

bool trigger_there(void);
int trigger_write_bytes(const void *bytes, size_t len);		/* 0 or -errno */

/* Writes the line, reads the result. Returns the write's result. */
__attribute__((format(printf, 2, 3)))
int trigger(struct trigger_result *result, const char *fmt, ...);

/*
 * The line is written by a process of its own, on CPU @cpu, which does not come
 * back before kstop does: it can be killed. For one that has ended, wait gives
 * what the write gave, -EINTR if it was killed, or -ETIME after that many
 * seconds.
 */
__attribute__((format(printf, 2, 3)))
pid_t trigger_start(int cpu, const char *fmt, ...);
int trigger_wait(pid_t pid, int seconds);

/* The result as it is now, for who wrote the line by himself. */
void trigger_read(struct trigger_result *result);

/* What of the result file is missing or cannot be, in words; NULL: nothing. */
const char *trigger_result_problem(const struct trigger_result *result);

#endif
