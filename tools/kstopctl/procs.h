/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The threads of the machine, and how they are scheduled.
 */
#ifndef KSTOPCTL_PROCS_H
#define KSTOPCTL_PROCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct thread - from /proc/PID/task/TID/stat
 * @comm:	cleaned
 * @kernel:	a kernel thread
 * @policy:	SCHED_FIFO and so on
 */
struct thread {
	int		tid;
	char		comm[80];
	bool		kernel;
	unsigned int	policy;
	unsigned int	priority;
};

/* From the text of such a file; but for its tid. */
bool thread_parse(struct thread *thread, const char *text, size_t len);

/* Call @see for each thread. False if /proc is not there. */
bool threads_each(void (*see)(const struct thread *thread, void *data), void *data);

/* kstop/CPU. */
bool thread_is_stopper(const struct thread *thread, uint64_t *cpu);

const char *policy_name(unsigned int policy);

#endif
