/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What else the CPUs have to do.
 *
 *	idle	  nothing
 *	cfs	  an ordinary thread on each CPU that never sleeps
 *	softirq	  a timer on each CPU that takes 200 of 500 us, in softirq context
 */
#ifndef _KSTOPSCALE_LOAD_H
#define _KSTOPSCALE_LOAD_H

#include <linux/types.h>

extern const char * const loads[];
extern const unsigned int nr_loads;

bool load_known(const char *name);

/* No CPU may come or go until load_stop(). 0 or an error, and then nothing is left. */
int load_start(const char *name);
void load_stop(void);

#endif /* _KSTOPSCALE_LOAD_H */
