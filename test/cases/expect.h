/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Expectations: what a case says must hold, and what it has to report.
 *
 * Process context only; a callback records, and the case judges afterwards.
 */
#ifndef _KSTOPTEST_EXPECT_H
#define _KSTOPTEST_EXPECT_H

#include <linux/compiler.h>
#include <linux/types.h>

struct seq_file;

/* True if it held. The words say what was seen and what was wanted. */
#define expect(held, fmt, ...) \
	expect_at(!!(held), __FILE__, __LINE__, fmt, ##__VA_ARGS__)

__printf(4, 5)
bool expect_at(bool held, const char *file, int line, const char *fmt, ...);

/* A "key: value" line of the result; the key is a format. */
__printf(2, 3)
void figure(u64 value, const char *key, ...);

/* Tells whoever judges the log that the next splat was asked for. */
void expect_splat(const char *what);

/* A long case looks here: false once it was killed or has failed enough. */
bool expect_go_on(void);

/* The running case's life. */
void expect_begin(const char *name);
unsigned int expect_failures(void);
unsigned int expect_checks(void);
void expect_end(const char *verdict);
void expect_where(const char **file, int *line, unsigned long *when);
void expect_show(struct seq_file *m);

#endif /* _KSTOPTEST_EXPECT_H */
