/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between kernels for kstopscale, beyond src/compat.h. */
#ifndef _KSTOPSCALE_COMPAT_H
#define _KSTOPSCALE_COMPAT_H

#include <linux/hrtimer.h>

#include "../../src/compat.h"

/* hrtimer_init() and an assignment until 6.13 */
static inline void compat_hrtimer_setup(struct hrtimer *timer,
					enum hrtimer_restart (*fn)(struct hrtimer *),
					clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, fn, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = fn;
#endif
}

#endif /* _KSTOPSCALE_COMPAT_H */
