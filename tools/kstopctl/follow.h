/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A companion module that is loaded to do something, and unloaded afterwards.
 */
#ifndef KSTOPCTL_FOLLOW_H
#define KSTOPCTL_FOLLOW_H

#include "tool.h"

/**
 * struct errand - what it is to do
 * @module:	its name
 * @dir:	where from, or NULL
 * @file:	of the module: "state: running" or "state: ended", and more
 * @params:	of the module
 * @keep:	do not unload it
 * @progress:	prints a word on how far it is, once a second, on a terminal
 */
struct errand {
	const char	*module;
	const char	*dir;
	const char	*file;
	char		*params;
	bool		keep;
	void		(*progress)(struct json_object *state);
};

/* Append " NAME=VALUE" to its parameters. */
void errand_param(struct errand *errand, const char *word);

/* Load it and wait until it has ended; interrupted: SIGINT or SIGTERM came. */
enum status errand_run(struct tool *tool, const struct errand *errand, bool *interrupted);

/* Unload it if that is wanted. @status is what came before, and goes before. */
enum status errand_end(struct tool *tool, const struct errand *errand, enum status status);

#endif
