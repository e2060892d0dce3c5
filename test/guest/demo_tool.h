/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The demo as a user would do it: kstopctl's command lines, and what it says. Where
 * kstopctl is not in the guest, modules are loaded and unloaded without it.
 */
#ifndef DEMO_TOOL_H
#define DEMO_TOOL_H

#include <stddef.h>

#define DEMO_OUTPUT_MAX	(64 * 1024)

/*
 * Prints the command and its output, which @output also gets (NULL: not wanted). How it
 * exited.
 */
int demo_command(const char *words, char *output, size_t size);

/* 0, -errno, or a positive exit status. @options: of kstop, NULL: none. */
int demo_load(const char *options);	/* kstop and kstoptorture */
int demo_unload(void);			/* both */

#endif
