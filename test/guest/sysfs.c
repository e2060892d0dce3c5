// SPDX-License-Identifier: GPL-2.0-only
#include "sysfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CPU_DIR		"/sys/devices/system/cpu"
#define CLOCK_DIR	"/sys/devices/system/clocksource/clocksource0"

int file_read(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -errno;
	while (len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += n;
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return n;
	if (len && buf[len - 1] == '\n')
		len--;
	buf[len] = '\0';
	return len;
}

int file_write_bytes(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;
	int ret;

	if (fd < 0)
		return -errno;
	n = write(fd, bytes, len);
	ret = n < 0 ? -errno : (size_t)n < len ? -EIO : 0;
	close(fd);
	return ret;
}

int file_write(const char *path, const char *text)
{
	return file_write_bytes(path, text, strlen(text));
}

/* Calls @fn for each CPU of a list like 0-2,5. */
static void for_each_in_list(const char *list, void (*fn)(int cpu, void *arg), void *arg)
{
	while (*list >= '0' && *list <= '9') {
		char *end;
		long first = strtol(list, &end, 10), last = first;

		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		for (long cpu = first; cpu <= last; cpu++)
			fn(cpu, arg);
		list = *end == ',' ? end + 1 : end;
	}
}

static void count_cpu(int cpu, void *arg)
{
	(void)cpu;
	++*(int *)arg;
}

static void highest_cpu(int cpu, void *arg)
{
	int *top = arg;

	if (cpu + 1 > *top)
		*top = cpu + 1;
}

struct wanted {
	int	cpu;
	bool	found;
};

static void match_cpu(int cpu, void *arg)
{
	struct wanted *wanted = arg;

	wanted->found |= cpu == wanted->cpu;
}

static void walk_cpus(const char *file, void (*fn)(int cpu, void *arg), void *arg)
{
	char path[128], list[1024];

	snprintf(path, sizeof(path), CPU_DIR "/%s", file);
	if (file_read(path, list, sizeof(list)) > 0)
		for_each_in_list(list, fn, arg);
}

int cpus_present(void)
{
	int top = 0;

	walk_cpus("present", highest_cpu, &top);
	return top;
}

int cpus_online(void)
{
	int count = 0;

	walk_cpus("online", count_cpu, &count);
	return count;
}

bool cpu_online(int cpu)
{
	struct wanted wanted = { .cpu = cpu };

	walk_cpus("online", match_cpu, &wanted);
	return wanted.found;
}

int cpu_set_online(int cpu, bool online)
{
	char path[128];

	snprintf(path, sizeof(path), CPU_DIR "/cpu%d/online", cpu);
	return file_write(path, online ? "1" : "0");
}

int cpu_core_threads(int cpu)
{
	char file[64];
	int count = 0;

	snprintf(file, sizeof(file), "cpu%d/topology/thread_siblings_list", cpu);
	walk_cpus(file, count_cpu, &count);
	return count;
}

static int some_clocksources(char list[][CLOCKSOURCE_LEN], int max, bool jiffies)
{
	char buf[256], *save, *word;
	int n = 0;

	if (file_read(CLOCK_DIR "/available_clocksource", buf, sizeof(buf)) < 0)
		return 0;
	for (word = strtok_r(buf, " \n", &save); word && n < max;
	     word = strtok_r(NULL, " \n", &save))
		if (jiffies || !strstr(word, "jiffies"))
			snprintf(list[n++], CLOCKSOURCE_LEN, "%s", word);
	return n;
}

/*
 * Not jiffies where there are two others. While those are the clock it stands still when CPU 0
 * has its interrupts off, and so does all that waits with a time limit by it: 7.x hangs in its own
 * clocksource watchdog beside its own stop_machine(), see docs/kernels.md.
 */
int clocksources(char list[][CLOCKSOURCE_LEN], int max)
{
	int n = some_clocksources(list, max, false);

	return n > 1 ? n : some_clocksources(list, max, true);
}

int clocksource_get(char *name, size_t size)
{
	return file_read(CLOCK_DIR "/current_clocksource", name, size);
}

int clocksource_set(const char *name)
{
	return file_write(CLOCK_DIR "/current_clocksource", name);
}

int console_level(int level)
{
	char buf[64];
	int old = 7;

	if (file_read("/proc/sys/kernel/printk", buf, sizeof(buf)) > 0)
		old = atoi(buf);
	snprintf(buf, sizeof(buf), "%d", level);
	file_write("/proc/sys/kernel/printk", buf);
	return old;
}
