/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that do nothing but use up CPU time, one for each CPU. */
#ifndef HOGS_H
#define HOGS_H

struct hogs;

/*
 * Hog i is bound to CPU i, except the one on @movable_cpu (-1: none), a CPU that
 * comes and goes: that one may run on CPU 0, too. @priority is for FIFO and RR.
 */
struct hogs *hogs_start(int policy, int priority, int movable_cpu);
void hogs_stop(struct hogs *hogs);

#endif
