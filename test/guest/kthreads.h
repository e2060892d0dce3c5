/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel threads of one kind, "prefix/CPU", as /proc shows them. */
#ifndef KTHREADS_H
#define KTHREADS_H

#include <sys/types.h>

struct kthread {
	pid_t	pid;
	int	cpu;		/* the number in its name */
	int	policy;
	int	priority;
	int	bound_cpu;	/* the one CPU it may run on, -1: more than one */
	char	state;
	char	comm[32];
};

/* Ordered by CPU; returns how many there are (only @max are stored). */
int kthreads_find(const char *prefix, struct kthread *list, int max);
const char *policy_name(int policy);

/* Of any task, the letter in /proc; '?' if there is none. */
char task_state(pid_t pid);

void kthreads_show_stacks(const char *prefix);

#endif
