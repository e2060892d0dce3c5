/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A companion module that is loaded to do something, and unloaded afterwards.
 */
#ifndef KSTOPCTL_FOLLOW_H
#define KSTOPCTL_FOLLOW_H

#include "files.h"
#include "tool.h"

/**
 * struct errand - what it is to do
 * @module:	its name
 * @file:	of the module: "state: running" or "state: ended", "verdict: ...", and more
 * @parse:	that file
 * @read:	fills tool->data with it, and what else there is, if all of it is understood
 * @progress:	prints a word on how far it is, once a second, on a terminal
 * @params:	of the module; to be appended to by errand_param()
 *
 * The rest is what the options say.
 */
struct errand {
	const char	*module;
	const char	*file;
	file_parser	parse;
	enum status	(*read)(struct tool *tool);
	void		(*progress)(struct json_object *state);
	char		*params;

	const char	*dir;		/* where from, or NULL */
	bool		keep;		/* do not unload it */
	bool		only_look;	/* at one that is there */
};

/* Beyond what commands have of their own. */
enum { OPT_ERRAND_DIR = 0x200, OPT_ERRAND_KEEP, OPT_ERRAND_STATUS };

#define ERRAND_OPTIONS \
	{ "dir",	required_argument,	NULL, OPT_ERRAND_DIR }, \
	{ "keep",	no_argument,		NULL, OPT_ERRAND_KEEP }, \
	{ "status",	no_argument,		NULL, OPT_ERRAND_STATUS }

#define ERRAND_HELP \
	"  --dir DIR         as with load\n" \
	"  --keep            leave what was loaded\n" \
	"  --status          only say how the one that is loaded gets on\n"

void errand_option(struct errand *errand, int c, const char *value);

/* Append " NAME=VALUE" to its parameters. */
void errand_param(struct errand *errand, const char *name, const char *value);

/*
 * All of it: load it with the parameters, and those of @argv, wait until it has ended, read what
 * it says, judge its verdict, unload it, and kstop if that came with it.
 */
enum status errand_run(struct tool *tool, struct errand *errand, int argc, char **argv);

#endif
