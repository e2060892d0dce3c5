/* SPDX-License-Identifier: GPL-2.0-only */
/* A thread that takes CPUs down and brings them up. */
#ifndef _KSTOPTORTURE_ONOFF_H
#define _KSTOPTORTURE_ONOFF_H

#include <linux/types.h>

/**
 * struct onoff - what came of it
 * @offlines:	times a CPU was taken down
 * @onlines:	times one was brought up
 * @refused:	times it could not be taken down for now (-EBUSY), which kstop may
 *		cause, when one of its callbacks takes long
 * @failed:	times that anything else happened
 */
struct onoff {
	u64	offlines;
	u64	onlines;
	u64	refused;
	u64	failed;
};

extern struct onoff onoff;

int onoff_start(unsigned int interval_ms, u32 seed);
void onoff_stop(void);			/* and bring up those that were there at first */

#endif /* _KSTOPTORTURE_ONOFF_H */
