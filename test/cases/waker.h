/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waker: wakes every stopper thread all the time, for no reason, as a real
 * client's exit path does. Waiting code must live with that.
 */
#ifndef _KSTOPTEST_WAKER_H
#define _KSTOPTEST_WAKER_H

struct task_struct;

#define WAKER_TASKS	256

struct waker {
	unsigned int		nr;
	unsigned long		found_at;	/* in jiffies */
	struct task_struct	*tasks[WAKER_TASKS];
};

/* 1 while there is nobody to wake. */
int waker_round(void *arg);

/* After the last round: lets go of the threads. */
void waker_exit(struct waker *waker);

#endif /* _KSTOPTEST_WAKER_H */
