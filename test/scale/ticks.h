/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CPU's cycle counter: a clock that costs next to nothing and, where the kernel's
 * own is a device, does not serialize the CPUs. It is taken to be the same on all.
 */
#ifndef _KSTOPSCALE_TICKS_H
#define _KSTOPSCALE_TICKS_H

#include <linux/timex.h>
#include <linux/types.h>

/* Compare it with the kernel's clock, 20 ms long. 0; -EOPNOTSUPP: there is none. */
int ticks_calibrate(void);
u64 ticks_to_ns(u64 ticks);
u64 ticks_from_ns(u64 ns);

static inline u64 ticks_now(void)
{
	return get_cycles();
}

#endif /* _KSTOPSCALE_TICKS_H */
