/* SPDX-License-Identifier: GPL-2.0-only */
/* Calling what users pass, and telling who may wait. */
#ifndef _KSTOP_CALLBACK_H
#define _KSTOP_CALLBACK_H

#include "stopper.h"

/*
 * Whether this is a callback. One access to the CPU this runs on: while a
 * callback runs there nothing else does, so who is preemptible reads false.
 */
static inline bool in_callback(void)
{
	return this_cpu_read(stoppers.in_callback);
}

/**
 * struct misdeed - how a callback left its CPU
 * @fn: the callback, NULL if there is nothing to report
 * @arg: its argument
 * @before: preempt count when it was called
 * @after: and when it returned
 * @irqs: it was called with interrupts on
 * @irqs_after: it returned with interrupts on
 */
struct misdeed {
	cpu_stop_fn_t	fn;
	void		*arg;
	int		before;
	int		after;
	bool		irqs;
	bool		irqs_after;
};

DECLARE_PER_CPU(struct misdeed, misdeeds);

int callback_run(cpu_stop_fn_t fn, void *arg);
void callback_report_it(void);

/* If a callback misbehaved on this CPU, name it. Preemption is off. */
static inline void callback_report(void)
{
	if (unlikely(this_cpu_read(misdeeds.fn)))
		callback_report_it();
}

int may_wait(const char *what, unsigned long caller);

#endif /* _KSTOP_CALLBACK_H */
