/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arrival by interrupt (KSTOP_IRQ): a CPU takes part in a request from the interrupt
 * that asks it to, if that came where it could have been preempted as well.
 */
#ifndef _KSTOP_ARRIVAL_H
#define _KSTOP_ARRIVAL_H

#include <linux/types.h>

void arrival_ask(unsigned int cpu);
void arrivals_init(void);
bool arrival_pending(unsigned int cpu);

#endif /* _KSTOP_ARRIVAL_H */
