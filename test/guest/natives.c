// SPDX-License-Identifier: GPL-2.0-only
#include "natives.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "sysfs.h"

#define TRACING		"/sys/kernel/debug/tracing"
#define GROUP		"kstop_natives"

static const struct {
	const char	*name;
	const char	*function;
} probes[NATIVES] = {
	[NATIVE_MACHINE]	= { "machine",	"stop_machine_cpuslocked" },
	[NATIVE_ONE_CPU]	= { "one_cpu",	"stop_one_cpu" },
	[NATIVE_ONE_CPU_NOWAIT]	= { "one_cpu_nowait", "stop_one_cpu_nowait" },
	[NATIVE_MIGRATION]	= { "migration", "migration_cpu_stop" },
	[NATIVE_TWO_CPUS]	= { "two_cpus",	"stop_two_cpus" },
};

static bool known;

/* Each write to this file adds a probe or takes one away. */
static int change(const char *line)
{
	int fd = open(TRACING "/kprobe_events", O_WRONLY | O_APPEND | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, line, strlen(line)) < 0)
		err = -errno;
	close(fd);
	return err;
}

void natives_open(void)
{
	char line[128];
	int err = 0;

	for (int n = NATIVE_NONE + 1; n < NATIVES && !err; n++) {
		snprintf(line, sizeof(line), "p:" GROUP "/%s %s", probes[n].name,
			 probes[n].function);
		err = change(line);
	}
	if (!err)
		err = file_write(TRACING "/events/" GROUP "/enable", "1");
	known = !err;
	if (err)
		ktap_note("the kernel's own stops are not counted: %s", strerror(-err));
}

bool natives_known(void)
{
	return known;
}

const char *native_name(enum native native)
{
	return probes[native].name;
}

static void take_line(struct natives *natives, const char *line)
{
	char name[64];
	uint64_t hits;

	if (sscanf(line, "%63s %" SCNu64, name, &hits) != 2)
		return;
	for (int n = NATIVE_NONE + 1; n < NATIVES; n++)
		if (!strcmp(name, probes[n].name))
			natives->count[n] = hits;
}

void natives_read(struct natives *natives)
{
	char text[4096], *line, *save;

	*natives = (struct natives){ 0 };
	if (!known || file_read(TRACING "/kprobe_profile", text, sizeof(text)) < 0)
		return;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		take_line(natives, line);
}

void natives_close(void)
{
	char line[128];

	if (known)
		file_write(TRACING "/events/" GROUP "/enable", "0");
	known = false;
	for (int n = NATIVE_NONE + 1; n < NATIVES; n++) {
		snprintf(line, sizeof(line), "-:" GROUP "/%s", probes[n].name);
		change(line);
	}
}
