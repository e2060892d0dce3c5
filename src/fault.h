/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults at load, for the tests. Every call in which loading acquires something
 * is a step; built with -DKSTOP_FAULTS, the module has a parameter fail_step=N,
 * and the N-th step fails as if the kernel had refused it. Otherwise this is
 * nothing.
 */
#ifndef KSTOP_FAULT_H
#define KSTOP_FAULT_H

#include <linux/types.h>

#ifdef KSTOP_FAULTS
bool fault_due(const char *call);
#else
#define fault_due(call)	false
#endif

/* What @call gives, or @failure; then @call is not made. */
#define load_step(call, failure)	(fault_due(#call) ? (failure) : (call))

#endif
