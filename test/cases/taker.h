/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taker: takes a CPU away for a moment, at a moment one can choose, from
 * whatever runs there; from a stopper that has arrived, too.
 */
#ifndef _KSTOPTEST_TAKER_H
#define _KSTOPTEST_TAKER_H

#include <linux/hrtimer.h>
#include <linux/swait.h>
#include <linux/types.h>

/**
 * enum taking - by what
 * @TAKE_NOT: not at all
 * @TAKE_INTERRUPT: an interrupt that lasts
 * @TAKE_THREAD: a thread that goes ahead of every SCHED_FIFO task
 * @TAKE_NATIVE: callbacks of the kernel's own stopper, one after the other,
 *	as long as this is the choice
 * @TAKINGS: how many there are
 */
enum taking {
	TAKE_NOT,
	TAKE_INTERRUPT,
	TAKE_THREAD,
	TAKE_NATIVE,
	TAKINGS,
};

struct taker {
	unsigned int		cpu;
	enum taking		how;
	u64			delay_ns;	/* from now */
	u64			spin_ns;
	struct hrtimer		timer;
	struct swait_queue_head	wait;		/* a hard interrupt wakes it */
	bool			wanted;		/* the thread */
	bool			native;
	u64			taken[TAKINGS];
};

/* The running case's. NULL, with an expectation. */
struct taker *taker_hire(unsigned int cpu);
void taker_set(struct taker *taker, enum taking how, u64 delay_ns, u64 spin_ns);
/* Before the case ends. */
void taker_rest(struct taker *taker);

#endif /* _KSTOPTEST_TAKER_H */
