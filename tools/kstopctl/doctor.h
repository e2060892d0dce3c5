/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What on a machine matters to kstop. Each check says what it found, whether
 * that is good or bad, and what to do.
 */
#ifndef KSTOPCTL_DOCTOR_H
#define KSTOPCTL_DOCTOR_H

#include "tool.h"

enum verdict {
	FINE,		/* as it should be */
	NOTE,		/* worth knowing */
	SLOW,		/* makes kstop slow, or lets a task keep it waiting */
	BAD,		/* keeps it from working */
	UNKNOWN,	/* could not be seen */
};

#define PRIORITY_FIXED	50	/* of the stoppers, where modules cannot choose */

/* Add to the list; the advice, "" for none, is what to do about it. */
__attribute__((format(printf, 5, 6)))
void found(struct json_object *findings, const char *check, enum verdict verdict,
	   const char *advice, const char *fmt, ...);

enum answer {
	NO,
	YES,
	UNSEEN,
};

/* Whether the kernel has CONFIG_@name. */
enum answer kernel_option(const char *name);

/* Whether a file system of this type is mounted there. */
enum answer is_mounted(const char *where, const char *type);

/* Whether it can have policy=deadline, as far as is known. */
bool kernel_has_deadline(void);

void check_kernel(struct json_object *findings);	/* release, configuration */
void check_modules(struct json_object *findings);	/* can it be loaded, is it there */
void check_debugfs(struct json_object *findings);
void check_cpus(struct json_object *findings);		/* isolated, offline, idle, clock */
void check_scheduler(struct json_object *findings);	/* throttling, tasks before kstop */

#endif
