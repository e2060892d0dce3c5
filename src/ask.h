/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asking a CPU what runs there, by an interrupt. A CPU that does not answer has
 * interrupts off, or is not run at all.
 */
#ifndef _KSTOP_ASK_H
#define _KSTOP_ASK_H

#include <linux/sched.h>
#include <linux/types.h>

/**
 * struct answer - what the interrupt found
 * @task:	the task that runs there, to be compared only
 * @comm:	the task's name
 * @pid:	its pid
 * @policy:	its scheduling policy
 * @priority:	its real-time priority
 * @nice:	its nice value
 * @atomic:	it has preemption or softirqs off
 * @idle:	it is the idle task
 * @stopper:	it is this CPU's stopper
 */
struct answer {
	const void	*task;
	char		comm[TASK_COMM_LEN];
	pid_t		pid;
	unsigned int	policy;
	unsigned int	priority;
	int		nice;
	bool		atomic;
	bool		idle;
	bool		stopper;
};

void ask_init(void);
bool ask_pending(unsigned int cpu);

unsigned int ask(unsigned int cpu);
bool answered(unsigned int cpu, unsigned int question, struct answer *answer);

#endif /* _KSTOP_ASK_H */
