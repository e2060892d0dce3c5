/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bounded waits. Both give whether the condition came true in time.
 */
#ifndef _KSTOPTEST_SPIN_H
#define _KSTOPTEST_SPIN_H

#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/processor.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

/* In a callback, interrupts on or off. */
#define spin_for(condition, ms) ({					\
	u64 end__ = ktime_get_mono_fast_ns() + (u64)(ms) * NSEC_PER_MSEC; \
	bool came__;							\
									\
	while (!(came__ = (condition)) && ktime_get_mono_fast_ns() < end__) \
		cpu_relax();						\
	came__;								\
})

/* Where one may sleep. A killed waiter gives up. */
#define sleep_for(condition, ms) ({					\
	u64 end__ = ktime_get_mono_fast_ns() + (u64)(ms) * NSEC_PER_MSEC; \
	bool came__;							\
									\
	while (!(came__ = (condition)) &&				\
	       ktime_get_mono_fast_ns() < end__ &&			\
	       !fatal_signal_pending(current))				\
		usleep_range(100, 200);					\
	came__;								\
})

#endif /* _KSTOPTEST_SPIN_H */
