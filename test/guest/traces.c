// SPDX-License-Identifier: GPL-2.0-only
#include "traces.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kthreads.h"
#include "sysfs.h"

static bool threads_gone(char *what, size_t size)
{
	struct kthread list[1];

	/* kthread_stop() returns a little before a thread has left /proc. */
	for (int tries = 0; tries < 20; tries++) {
		if (!kthreads_find("kstop/", list, 1))
			return true;
		usleep(100 * 1000);
	}
	snprintf(what, size, "thread %s", list[0].comm);
	return false;
}

/* Does the directory hold an entry that begins with kstop? */
static bool dir_clean(const char *path, char *what, size_t size)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool clean = true;

	if (!dir) {
		snprintf(what, size, "cannot read %s", path);
		return false;
	}
	while (clean && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "kstop", 5))
			continue;
		snprintf(what, size, "%s/%s", path, entry->d_name);
		clean = false;
	}
	closedir(dir);
	return clean;
}

static bool hotplug_states_gone(char *what, size_t size)
{
	static const char path[] = "/sys/devices/system/cpu/hotplug/states";
	char text[16384], *line;

	if (file_read(path, text, sizeof(text)) <= 0) {
		snprintf(what, size, "cannot read %s", path);
		return false;
	}
	line = strstr(text, "kstop");
	if (!line)
		return true;
	snprintf(what, size, "hotplug state %.*s", (int)strcspn(line, "\n"), line);
	return false;
}

bool traces_gone(char *what, size_t size)
{
	return threads_gone(what, size) && hotplug_states_gone(what, size) &&
	       dir_clean("/sys/module", what, size) &&
	       dir_clean("/sys/kernel/debug", what, size);
}
