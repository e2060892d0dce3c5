/* SPDX-License-Identifier: GPL-2.0-only */
/* A torture from start to verdict, see params.h for what it can be like. */
#ifndef _KSTOPTORTURE_TORTURE_H
#define _KSTOPTORTURE_TORTURE_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

struct seq_file;

/* If there is to be one. After an error, too, there is something to stop. */
int torture_start(void);

/*
 * End it, if it has not ended, and tell the verdict, if it has not been told. Nobody
 * may be reading any more. Waits for every caller, as the module is to go.
 */
void torture_stop(void);

/*
 * A violation of kstop's contract, for certain. The first ones get a line in the log,
 * the others are counted.
 */
__printf(1, 2) void torture_violation(const char *fmt, ...);

/* Log lines of a torture that goes on: "key: value". */
int torture_show(struct seq_file *m, void *unused);

#endif /* _KSTOPTORTURE_TORTURE_H */
