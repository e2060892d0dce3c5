/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPUs are neither coming nor going, whoever may be bringing them up or taking
 * them down. A request for such CPUs alone has no reason to be refused.
 *
 * Our hotplug callbacks come after kstop's when a CPU comes up, before them when it
 * goes down: while a CPU is settled, its stopper takes works.
 */
#ifndef _KSTOPTORTURE_SETTLED_H
#define _KSTOPTORTURE_SETTLED_H

#include <linux/types.h>

struct cpumask;

int settled_start(void);
void settled_stop(void);

/* Goes up when a CPU has become unsettled, and when it has settled. */
unsigned long settled_changes(void);

/*
 * Of these CPUs, all present ones if NULL. To know whether they stayed so, read the
 * changes before this, and again afterwards.
 */
bool settled_all(const struct cpumask *cpus);

#endif /* _KSTOPTORTURE_SETTLED_H */
