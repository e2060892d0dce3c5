/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Aligned start (KSTOP_ALIGN): fn begins on several CPUs at the same moment.
 *
 * In RUN, so they may wait for each other. When all are ready, which leaves them with
 * nothing to do but to look, the last one says when: at a value of the monotonic
 * clock that is a moment ahead, if that clock is one to be read in no time; else
 * at once, since all see that sooner than they could read the clock.
 */
#ifndef _KSTOP_ALIGN_H
#define _KSTOP_ALIGN_H

#include <linux/init.h>

struct request;

void __init align_init(void);
void align_wait(struct request *req, unsigned int nr);

#endif /* _KSTOP_ALIGN_H */
