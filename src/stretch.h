/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Windows, for the tests: between two steps of the protocol another CPU can take one of
 * its own. What goes wrong then may do so once in days; built with -DKSTOP_STRETCH,
 * which keeps some of these windows open for up to 128 us every other time, in seconds.
 * Otherwise this is nothing.
 */
#ifndef KSTOP_STRETCH_H
#define KSTOP_STRETCH_H

#ifdef KSTOP_STRETCH
#include <linux/delay.h>
#include <linux/hash.h>
#include <linux/sched/clock.h>

static inline void stretch(void)
{
	u32 dice = hash_64(sched_clock(), 4);

	if (dice < 8)
		udelay(1 << dice);
}
#else
static inline void stretch(void)
{
}
#endif

#endif
