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

int callback_run(cpu_stop_fn_t fn, void *arg);
void callback_report(void);
int may_wait(const char *what, unsigned long caller);

#endif /* _KSTOP_CALLBACK_H */
