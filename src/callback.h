/* SPDX-License-Identifier: GPL-2.0-only */
/* Calling what users pass, and telling who may wait. */
#ifndef _KSTOP_CALLBACK_H
#define _KSTOP_CALLBACK_H

#include "kstop.h"

int callback_run(cpu_stop_fn_t fn, void *arg);
int may_wait(const char *what, unsigned long caller);

#endif /* _KSTOP_CALLBACK_H */
