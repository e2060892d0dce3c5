/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is late, and why.
 *
 * A CPU is late if its own next step is missing: the head of its queue waits
 * for nobody but this CPU itself. That is a property of the CPU, whichever request
 * asks. A CPU that has arrived, or has relaxed, or stands behind a request that
 * waits for others, is not late; in the last case it is one of those others.
 * So who looks for what delays a request begins with the request's CPUs, and goes
 * on to the CPUs of what stands at the heads of their queues.
 *
 * A look is a snapshot, and a CPU that is found between two steps may be well on
 * its way: who gets on within a moment after it is not late.
 */
#ifndef _KSTOP_LATE_H
#define _KSTOP_LATE_H

#include <linux/cpumask.h>

#include "kstop.h"
#include "limit.h"

struct diagnosis;
struct seq_file;

struct diagnosis *late_look(const struct cpumask *among);
void late_tell(struct diagnosis *late, struct kstop_report *report);
void late_free(struct diagnosis *late);

void late_warn(struct limit *limit, cpu_stop_fn_t fn, unsigned long caller,
	       const struct cpumask *among);
void late_over(const struct limit *limit, cpu_stop_fn_t fn,
	       unsigned long caller, bool done);

int stoppers_show(struct seq_file *m, void *unused);

#endif /* _KSTOP_LATE_H */
