/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loops: background load that user space starts and stops.
 *
 *	start NAME [cpu=N]	-EBUSY if it runs; cpu= binds its thread
 *	stop NAME		-ENOENT if it does not run, -EPROTO if it lost
 *	stop all		 a work or a thread
 *
 * Reading gives for each loop that runs
 *
 *	NAME count errors refused=N last_error=N [gap_max_ns=N]
 */
#ifndef _KSTOPTEST_LOOPS_H
#define _KSTOPTEST_LOOPS_H

#include <linux/types.h>

struct seq_file;

int loops_command(char *command);
int loops_show(struct seq_file *m, void *unused);
int loops_stop_all(void);

/* For a case that wants a loop beside it. */
int loop_start(const char *name, int cpu);
int loop_stop(const char *name);
u64 loop_count(const char *name);	/* 0 if it does not run */

#endif /* _KSTOPTEST_LOOPS_H */
