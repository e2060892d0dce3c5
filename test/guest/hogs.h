/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that do nothing but use up CPU time. */
#ifndef HOGS_H
#define HOGS_H

#include <sys/types.h>

#include "sched_attr.h"

struct hogs;

/*
 * One for each CPU. Hog i is bound to CPU i, except the one on @movable_cpu (-1: none), a CPU that
 * comes and goes: that one may run on CPU 0, too. @priority is for FIFO and RR. All of them, or NULL.
 */
struct hogs *hogs_start(int policy, int priority, int movable_cpu);
void hogs_stop(struct hogs *hogs);

/* One on one CPU, by that name, once it runs with that policy; or -errno. */
pid_t hog_start(int cpu, const char *name, const struct policy *policy);
void hog_stop(pid_t hog);

#endif
