/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hogs: threads that keep CPUs busy, each in a way of its own, wherever they are.
 *
 *	normal	  an ordinary task that never sleeps
 *	idle	  a SCHED_IDLE one
 *	fifo	  SCHED_FIFO at the highest priority, 2 ms at a time
 *	deadline  SCHED_DEADLINE, 2 of 10 ms
 *	preempt	  keeps preemption off, up to 5 ms
 *	irqsoff	  keeps interrupts off, up to 1 ms
 *	irq	  sends all CPUs interrupts, as fast as it can, which look whether their
 *		  CPU is held
 *	softirq	  timers that take half a millisecond, on all CPUs in turn
 */
#ifndef _KSTOPTORTURE_HOGS_H
#define _KSTOPTORTURE_HOGS_H

#define HOG_NAMES	"normal, idle, fifo, deadline, preempt, irqsoff, irq, softirq, or all"

/* @list: names and commas. 0; -EINVAL and a line about which; another error. */
int hogs_start(const char *list);
void hogs_stop(void);

#endif /* _KSTOPTORTURE_HOGS_H */
