// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "release.h"
#include "root.h"

struct release release_now(void)
{
	struct release release = { 0 };

	if (!root_line("/proc/sys/kernel/osrelease", release.text, sizeof(release.text)) ||
	    sscanf(release.text, "%u.%u", &release.major, &release.minor) != 2)
		release.major = 0;
	return release;
}

bool release_is_known(const struct release *release)
{
	return release->major;
}

static bool is_before(const struct release *release, unsigned int major, unsigned int minor)
{
	return release->major < major || (release->major == major && release->minor < minor);
}

/* The least that src/compat.h takes. */
bool release_is_too_old(const struct release *release)
{
	return release_is_known(release) && is_before(release, 5, 10);
}

bool release_has_no_pause(const struct release *release)
{
	return release_is_known(release) && is_before(release, 5, 11);
}

bool release_fixes_priority(const struct release *release)
{
	return release_is_known(release) && is_before(release, 5, 15);
}

/* Mainline 5f6bd380c7bd: the fair server is there instead. */
bool release_throttles_groups_only(const struct release *release)
{
	return release_is_known(release) && !is_before(release, 6, 12);
}
