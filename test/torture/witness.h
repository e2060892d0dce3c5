/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Witnesses: a thread on every CPU that would see it if a stop were none.
 *
 * A witness spends most of its time in sections with preemption off, and in each
 * it writes two words that are never the same outside of one. While fn runs, the
 * CPUs that stand still are *held*: marked so, by fn, each in a counter of its own.
 *
 *	A witness that finds its CPU held in its section, or finds that it was held
 *	meanwhile, has refuted the stop: somebody outside of it ran.
 *	An interrupt that finds its CPU held has refuted it, too.
 *	An fn that finds one of the held CPUs' witnesses inside its section, or its
 *	two words different, has caught it where it should not be.
 *
 * The words and the mark of the section are plain on purpose: that the stop orders
 * them is part of what is checked.
 */
#ifndef _KSTOPTORTURE_WITNESS_H
#define _KSTOPTORTURE_WITNESS_H

#include "probe.h"

/* What witnesses and interrupts have found. */
extern struct probe witness_probe;

int witness_start(void);
void witness_stop(void);

/* From fn: the CPUs of visit->held are held from here to there. */
void witness_hold(struct visit *visit);
void witness_release(struct visit *visit);

/* An interrupt's look at its CPU, for smp_call_function_single(). */
void witness_interrupt(void *unused);

/* How many sections there have been. */
u64 witness_sections(void);

#endif /* _KSTOPTORTURE_WITNESS_H */
