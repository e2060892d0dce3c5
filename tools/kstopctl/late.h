/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KSTOPCTL_LATE_H
#define KSTOPCTL_LATE_H

#include "tool.h"

/* The CPUs that others wait for, with what "stoppers" says of them: an array. */
struct json_object *late_now(struct json_object *stoppers);

/* How often each CPU came last in the stops of "history": an array. */
struct json_object *late_last(struct json_object *stops);

#endif
