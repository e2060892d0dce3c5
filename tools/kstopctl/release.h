/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's release, and what depends on it: nowhere else does kstopctl compare
 * versions.
 */
#ifndef KSTOPCTL_RELEASE_H
#define KSTOPCTL_RELEASE_H

#include <stdbool.h>

/**
 * struct release - of the kernel that runs
 * @text:	all of it; "" if it cannot be seen
 * @major:	0 if that is not in it
 */
struct release {
	char		text[128];
	unsigned int	major, minor;
};

struct release release_now(void);
bool release_is_known(const struct release *release);

/* Of one that is not known none of these is said. */
bool release_is_too_old(const struct release *release);		/* for kstop */
bool release_has_no_pause(const struct release *release);
bool release_fixes_priority(const struct release *release);	/* modules cannot choose */

/* It throttles real-time tasks only with CONFIG_RT_GROUP_SCHED. */
bool release_throttles_groups_only(const struct release *release);

#endif
