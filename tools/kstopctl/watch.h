/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KSTOPCTL_WATCH_H
#define KSTOPCTL_WATCH_H

#include <json-c/json.h>

/* What went on in @seconds, from "stats" before and after, and from "stoppers": an object. */
struct json_object *watch_line(struct json_object *before, struct json_object *after,
			       struct json_object *stoppers, double seconds);

#endif
