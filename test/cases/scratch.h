/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scratch: memory that lives as long as the running case.
 *
 * It is zeroed, and given back when the case is over, unless something of the
 * case got lost (a thread that does not come back, a work that never ran) and
 * may still look at it. Then it stays, the module stays loaded, and no further
 * case runs: what they said would mean nothing.
 */
#ifndef _KSTOPTEST_SCRATCH_H
#define _KSTOPTEST_SCRATCH_H

#include <linux/cpumask.h>
#include <linux/types.h>

void *scratch_alloc(size_t size);		/* NULL if there is none */
struct cpumask *scratch_mask(void);		/* empty */

void scratch_free(void);			/* all of it */

void scratch_lose(const char *what);
bool scratch_lost(void);

#endif /* _KSTOPTEST_SCRATCH_H */
