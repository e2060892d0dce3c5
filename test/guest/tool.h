/* SPDX-License-Identifier: GPL-2.0-only */
/* kstopctl, where it was built for this guest. */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define TOOL		"/bin/kstopctl"

bool tool_there(void);

/*
 * Start it with these words, blanks between, on CPU 0: a hog may have another for
 * itself. Both its outputs go to @output, or where PID 1's go if that is negative.
 */
pid_t tool_start(const char *words, int output);

/* How it exited, 128 and more for a signal; -1: it was not started. */
int tool_status(pid_t pid);

/* Both at once: its outputs in one; how it exited. */
int tool_run(const char *words, char *output, size_t size);
int tool_run_as(uid_t user, const char *words, char *output, size_t size);

/* For the console. "json" lines are what the host looks at; complaints beside them are text. */
void tool_note(const char *output, bool json);

#endif
