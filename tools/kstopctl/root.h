/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's files, of this machine or below another directory.
 */
#ifndef KSTOPCTL_ROOT_H
#define KSTOPCTL_ROOT_H

#include <stdbool.h>
#include <stddef.h>

#include "tool.h"

#define DEBUGFS		"/sys/kernel/debug"

/* More than that no file of kstop's has with 8192 CPUs. */
#define FILE_BYTES_MAX	(16 << 20)

/* Read files below @dir; "" or "/" is this machine. */
void root_set(const char *dir);

/* Whether they are another machine's, or made up. */
bool root_is_other(void);

/* The path below that directory, to be freed. */
__attribute__((format(printf, 1, 2)))
char *root_path(const char *fmt, ...);

bool root_exists(const char *path);

/**
 * root_read() - a whole file
 * @path:	as it is on a running machine
 * @len:	its length; or NULL
 *
 * Return: the text with a NUL behind it, to be freed; NULL with errno. EFBIG: there
 * is more than FILE_BYTES_MAX of it.
 */
char *root_read(const char *path, size_t *len);

/* The file's first line, cut to @size, cleaned; false without one. */
bool root_line(const char *path, char *line, size_t size);

/* The number that is in the file; false if there is none. */
bool root_number(const char *path, long long *number);

/* Write in one go. Return: 0, or errno. */
int root_write(const char *path, const char *text);

/**
 * root_need() - read a debugfs file of a module
 * @module:	whose
 * @file:	its name in the module's directory
 * @text:	what is in it, to be freed
 * @len:	its length
 *
 * Return: DONE; or, with a reason, NOT_LOADED, NOT_ALLOWED, NOT_UNDERSTOOD, FAILED.
 */
enum status root_need(struct tool *tool, const char *module, const char *file,
		      char **text, size_t *len);

/* Whether it is in the kernel. */
bool root_loaded(const char *module);

/* Why a file of that module could not be read or written, from errno. */
enum status root_refused(struct tool *tool, const char *module, const char *path, int err);

#endif
