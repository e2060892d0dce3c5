// SPDX-License-Identifier: GPL-2.0-only
#include "pressure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "kmsg.h"
#include "ktap.h"
#include "mods.h"
#include "sysfs.h"

/*
 * The others are to come to something, too: every other second is theirs, since a
 * host with fewer CPUs than the guest makes each stop a long one.
 */
#define OPTIONS		"torture_type=mixed duration_s=0 callers=2 stutter_s=1 stat_interval_s=60"
#define TORTURE_FILE	"/sys/kernel/debug/kstoptorture/torture"

static int mark = -1;		/* in the log, since the start */

bool pressure_start(const char *test)
{
	char name[80];
	int err;

	mark = kmsg_mark();
	err = mods_load("kstoptorture", OPTIONS);
	if (!err)
		return true;
	snprintf(name, sizeof(name), "%s.torture", test);
	ktap_result(false, name, "%s: %s", OPTIONS, strerror(-err));
	mods_unload("kstop");
	kmsg_close(mark);
	return false;
}

static uint64_t number_of(const char *text, const char *key)
{
	char format[64];
	uint64_t number;
	const char *at;

	snprintf(format, sizeof(format), "\n%s: ", key);
	at = strstr(text, format);
	return at && sscanf(at + strlen(format), "%" SCNu64, &number) == 1 ? number : 0;
}

void pressure_read(struct pressure *pressure)
{
	char text[4096];

	*pressure = (struct pressure){ 0 };
	if (file_read(TORTURE_FILE, text, sizeof(text)) < 0)
		return;
	pressure->running = !strncmp(text, "state: running\n", 15);
	pressure->requests = number_of(text, "completed");
	pressure->violations = number_of(text, "violations");
}

void pressure_stop(const char *test)
{
	char name[80], line[256] = "no verdict in the log";
	bool said;

	check_leave(test, "kstoptorture");
	said = kmsg_find(mark, "kstoptorture: End of test: ", NULL, line, sizeof(line));
	kmsg_close(mark);
	snprintf(name, sizeof(name), "%s.torture", test);
	ktap_result(said && strstr(line, ": SUCCESS"), name, "%s", line);
}
