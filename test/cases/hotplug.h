/* SPDX-License-Identifier: GPL-2.0-only */
/* CPUs that a case takes down and brings up. */
#ifndef _KSTOPTEST_HOTPLUG_H
#define _KSTOPTEST_HOTPLUG_H

#include <linux/types.h>

/*
 * The online CPU after @previous, never the first one, which often cannot go.
 * nr_cpu_ids: there is just one.
 */
unsigned int hotplug_victim(unsigned int previous);

/* With an expectation that it works. Not while bound to that CPU. */
bool take_down(unsigned int cpu);
bool bring_up(unsigned int cpu);

#endif /* _KSTOPTEST_HOTPLUG_H */
