/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KSTOPCTL_BENCH_H
#define KSTOPCTL_BENCH_H

#include <json-c/json.h>

/* Add to each of "results" how its median is to the kernel's own. */
void bench_compare(struct json_object *results);

#endif
