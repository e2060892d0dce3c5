/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RUN: the calls of a request have their turns, the oldest first. Whoever is the
 * last to return from the fn of one makes it the turn of the next, or RELEASE.
 */
#ifndef _KSTOP_RUN_H
#define _KSTOP_RUN_H

#include "part.h"

u64 run_first(struct request *req, u64 word);
void run(struct part *part);
void run_tell(struct request *req);

#endif /* _KSTOP_RUN_H */
