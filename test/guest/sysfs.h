/* SPDX-License-Identifier: GPL-2.0-only */
/* Small files in /sys and /proc, and what the tests want from there. */
#ifndef SYSFS_H
#define SYSFS_H

#include <stdbool.h>
#include <stddef.h>

#define CLOCKSOURCE_MAX	8
#define CLOCKSOURCE_LEN	32

/* Bytes read (the buffer ends with a NUL, a last newline is cut), or -errno. */
int file_read(const char *path, char *buf, size_t size);
int file_write(const char *path, const char *text);	/* 0 or -errno */
int file_write_bytes(const char *path, const void *bytes, size_t len);

int cpus_present(void);			/* highest CPU number + 1 */
int cpus_online(void);			/* how many */
bool cpu_online(int cpu);
int cpu_set_online(int cpu, bool online);	/* 0 or -errno */
int cpu_core_threads(int cpu);		/* online hardware threads of its core */

int clocksources(char list[][CLOCKSOURCE_LEN], int max);	/* how many that go on by themselves */
int clocksource_get(char *name, size_t size);
int clocksource_set(const char *name);

/* Kernel messages less severe than this stay off the console. Returns the old. */
int console_level(int level);

#endif
