/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel has logged since a mark. */
#ifndef KMSG_H
#define KMSG_H

#include <stdbool.h>
#include <stddef.h>

/* A mark at the log's present end, to be given back with kmsg_close(); or -errno. */
int kmsg_mark(void);
void kmsg_close(int mark);

/*
 * The next line after the mark that holds all of the given strings (NULL: any)
 * is copied to @line; what user space wrote does not count. The mark moves
 * behind it, or to the end of the log.
 */
bool kmsg_find(int mark, const char *one, const char *two, char *line, size_t size);

#endif
