/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sharing: whole-machine stops that wait at the same time are calls of one request.
 *
 * At most one request is *open*: another caller may JOIN it, with a call of its own,
 * until the last commitment makes its word RUN. All such callers hold the hotplug
 * lock, so they mean the same CPUs.
 *
 * It may be open before it is queued. Who queues it has *claimed* it: the one who
 * opened it, after a moment in which others on its CPU may join; or another of its
 * callers who has waited for long enough, so that nobody depends on that one's
 * getting a CPU.
 */
#ifndef _KSTOP_SHARE_H
#define _KSTOP_SHARE_H

#include <linux/types.h>

struct request;
struct stop;

struct request *share_join(struct stop *stop);
struct request *share_open(struct request *req, struct stop *stop);
void share_wait_for_company(const struct request *req, const struct stop *stop);
bool share_claim(struct request *req);
bool share_claimed(const struct request *req);
void share_leave(struct request *req);
bool share_allowed(void);
bool share_time_left(u64 began);
int share_check(void);

#endif /* _KSTOP_SHARE_H */
