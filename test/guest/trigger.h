/* SPDX-License-Identifier: GPL-2.0-only */
/* kstoptorture's trigger: one operation a line, and what came of it. */
#ifndef TRIGGER_H
#define TRIGGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trigger_result {
	char		op[16];
	long		requests;
	long		completed;
	long		failed;
	long		error;		/* 0 or a positive errno */
	long		callbacks;
	uint64_t	min_ns, p50_ns, p99_ns, max_ns;
};

bool trigger_there(void);
int trigger_write_bytes(const void *bytes, size_t len);		/* 0 or -errno */

/* Writes the line, reads the result. Returns the write's result. */
__attribute__((format(printf, 2, 3)))
int trigger(struct trigger_result *result, const char *fmt, ...);

/* What of the result file is missing or cannot be, in words; NULL: nothing. */
const char *trigger_result_problem(const struct trigger_result *result);

#endif
