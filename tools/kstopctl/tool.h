/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a sub-command is.
 *
 * It collects what it has to say in one JSON object, "data". With --json that
 * is printed, otherwise its show() makes text of it; so both say the same.
 */
#ifndef KSTOPCTL_TOOL_H
#define KSTOPCTL_TOOL_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

/* Exit statuses; kstopctl(8) and the schema list them. */
enum status {
	DONE		= 0,
	FAILED		= 1,	/* something else went wrong */
	BAD_USAGE	= 2,
	NOT_LOADED	= 3,	/* the module that this needs */
	NOT_ALLOWED	= 4,	/* root, or debugfs, is missing */
	NOT_UNDERSTOOD	= 5,	/* what the kernel's file says */
	STOP_FAILED	= 6,	/* a stop gave an error; no SUCCESS of a torture or bench */
	UNFIT		= 7,	/* doctor: something keeps kstop from working */
};

#define JSON_VERSION	1	/* of what --json prints */

struct tool;

struct command {
	const char		*name;
	const char		*args;		/* for the usage line */
	const char		*summary;	/* one line */
	const char		*help;		/* its options and more */
	const char		*exits;		/* what is behind the common ones, or NULL */
	const struct option	*options;	/* beside the common ones, or NULL */
	enum status		(*option)(struct tool *tool, int c, const char *value);
	enum status		(*collect)(struct tool *tool, int argc, char **argv);
	void			(*show)(struct tool *tool, struct json_object *data);
};

/**
 * struct tool - one run of kstopctl
 * @command:	which sub-command
 * @data:	what it has to say
 * @reason:	what went wrong, of fail()
 * @json:	print JSON
 * @colour:	standard output shows colours
 * @utf8:	standard output shows more than ASCII
 * @streams:	show() was called by the command itself, line by line
 */
struct tool {
	const struct command	*command;
	struct json_object	*data;
	char			reason[512];
	bool			json;
	bool			colour;
	bool			utf8;
	bool			streams;
};

extern const struct command load_command, unload_command, status_command, stop_command,
	latency_command, history_command, watch_command, late_command, torture_command,
	bench_command, doctor_command;

/* Note what went wrong, and return @status. */
__attribute__((format(printf, 3, 4)))
enum status fail(struct tool *tool, enum status status, const char *fmt, ...);

/* A complaint on standard error that does not end the command. */
__attribute__((format(printf, 2, 3)))
void complain(const struct tool *tool, const char *fmt, ...);

/* Print what there is so far, and a new line: for commands that go on and on. */
void tool_print(struct tool *tool, enum status status);

/* A number on the command line: decimal, within the range. */
enum status parse_count(struct tool *tool, const char *what, const char *text,
			unsigned long long min, unsigned long long max,
			unsigned long long *value);

#endif
