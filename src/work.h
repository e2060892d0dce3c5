/* SPDX-License-Identifier: GPL-2.0-only */
/* Works: callbacks for one CPU. */
#ifndef _KSTOP_WORK_H
#define _KSTOP_WORK_H

#include "kstop.h"

bool work_is_nowait(const struct kstop_work *work);
cpu_stop_fn_t work_fn(const struct kstop_work *work);
void work_run(struct kstop_work *work);

#endif /* _KSTOP_WORK_H */
