/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's log: what kstop's modules say there.
 */
#ifndef KSTOPCTL_KMSG_H
#define KSTOPCTL_KMSG_H

#include "text.h"
#include "tool.h"

#define KMSG_LATE_MAX	1024	/* what is said of late CPUs, the newest */

/* A place in the log; -1: it cannot be read, which is no error. */
int kmsg_now(void);

/**
 * kmsg_repeat() - say on standard error what kstop's modules said since
 * @since:	of kmsg_now(); it stays open
 * @begins:	how what one looks for begins; or NULL
 *
 * Return: whether one of them begins like that.
 */
bool kmsg_repeat(const struct tool *tool, int since, const char *begins);

/**
 * kmsg_late() - who was late, as far as the log goes back
 * @readable:	whether it could be read
 *
 * Return: an array of objects, at most KMSG_LATE_MAX.
 */
struct json_object *kmsg_late(bool *readable);

/* That, from the text of /dev/kmsg. */
struct json_object *kmsg_parse_late(const char *text, size_t len);

#endif
