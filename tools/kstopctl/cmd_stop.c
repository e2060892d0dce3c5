// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl stop: kstoptorture's trigger, and what came of it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "kmsg.h"
#include "root.h"
#include "table.h"
#include "tool.h"
#include "view.h"

#define TRIGGER	DEBUGFS "/kstoptorture/trigger"

enum { OPT_FIRST = 0x100 };

/* Each is a key of the trigger's, with _ for -. */
static const struct option options[] = {
	{ "cpu",	required_argument,	NULL, OPT_FIRST },
	{ "stop",	required_argument,	NULL, OPT_FIRST + 1 },
	{ "run",	required_argument,	NULL, OPT_FIRST + 2 },
	{ "repeat",	required_argument,	NULL, OPT_FIRST + 3 },
	{ "timeout-us",	required_argument,	NULL, OPT_FIRST + 4 },
	{ "busy-us",	required_argument,	NULL, OPT_FIRST + 5 },
	{ "irq",	no_argument,		NULL, OPT_FIRST + 6 },
	{ "align",	no_argument,		NULL, OPT_FIRST + 7 },
	{ 0 }
};

static const char *const keys[] = {
	"cpu", "stop", "run", "repeat", "timeout_us", "busy_us", "irq", "align",
};

static char line[1024];

static enum status add_word(struct tool *tool, const char *format, const char *a, const char *b)
{
	size_t used = strlen(line);
	int n = snprintf(line + used, sizeof(line) - used, format, a, b);

	if (strpbrk(b, " \t\n"))
		return fail(tool, BAD_USAGE, "\"%s\": no blanks here", b);
	if ((size_t)n >= sizeof(line) - used)
		return fail(tool, BAD_USAGE, "that is too long");
	return DONE;
}

/* What is right and wrong the kernel knows; its words go to it as they are. */
static enum status option(struct tool *tool, int c, const char *value)
{
	return add_word(tool, " %s=%s", keys[c - OPT_FIRST], value ? value : "1");
}

/* How the call ended, of what it asks for: the name of the kernel's error. */
static const char *explain(long long error)
{
	switch (error) {
	case 0:			return "none";
	case EINTR:		return "EINTR: a fatal signal, fn ran nowhere";
	case EAGAIN:		return "EAGAIN: a CPU is in use (try)";
	case EBUSY:		return "EBUSY: a CPU comes or goes";
	case EDEADLK:		return "EDEADLK: from inside a stop";
	case EINVAL:		return "EINVAL: kstop refuses such a call";
	case ENOENT:		return "ENOENT: none of the CPUs is online";
	case EOPNOTSUPP:	return "EOPNOTSUPP: this kernel cannot do that";
	case EPROTO:		return "EPROTO: kstop did not keep its contract, see the log";
	case ETIMEDOUT:		return "ETIMEDOUT: the time limit ran out, fn ran nowhere";
	default:		return strerror(error);
	}
}

/*
 * Whether that is what the kernel has just made of our line. Results have no number to
 * know them by.
 */
static bool is_ours(struct json_object *result, const char *op, int error)
{
	return get_s64(result, "errno") == error && !strcmp(get_text(result, "op"), op);
}

/* The words of the command line as the kernel takes them: the operation comes first. */
static enum status make_line(struct tool *tool, const char *op)
{
	char options_given[sizeof(line)];
	enum status status;

	strcpy(options_given, line);
	*line = '\0';
	status = add_word(tool, "%s%s", "", op);
	if (status == DONE && strlen(line) + strlen(options_given) >= sizeof(line))
		status = fail(tool, BAD_USAGE, "that is too long");
	if (status == DONE)
		strcat(line, options_given);
	return status;
}

enum outcome {
	OVER,		/* there is a result */
	REFUSED,	/* a word of the line, and the log says why */
	UNSURE,		/* EINVAL, and no log to look at: one of the two */
};

/* EINVAL is of the line, with a line in the log, or of the call, with a result. */
static enum outcome what_einval_is(const struct tool *tool, int log)
{
	if (log < 0)
		return UNSURE;
	return kmsg_repeat(tool, log, "kstoptorture: trigger: ") ? REFUSED : OVER;
}

static enum status trigger(struct tool *tool, int *error, enum outcome *outcome)
{
	int log = kmsg_now();

	*outcome = OVER;
	*error = root_write(TRIGGER, line);
	if (*error == EINVAL)
		*outcome = what_einval_is(tool, log);
	else if (*error == EPROTO)
		kmsg_repeat(tool, log, NULL);
	if (log >= 0)
		close(log);
	/* The file's own troubles; others are the call's. */
	if (*error == EACCES || *error == EPERM || (*error == ENOENT && !root_exists(TRIGGER)))
		return root_refused(tool, "kstoptorture", TRIGGER, *error);
	return DONE;
}

static enum status add_result(struct tool *tool, const char *op, int error, enum outcome outcome)
{
	struct json_object *result;
	enum status status = file_read(tool, "kstoptorture", "result", result_parse, &result);

	if (status != DONE)
		return status;
	if (outcome == UNSURE && !is_ours(result, op, error)) {
		json_object_put(result);
		return fail(tool, BAD_USAGE, "%s: not accepted, and the kernel's log, which says "
			    "why, cannot be read", line);
	}
	if (!is_ours(result, op, error))
		complain(tool, "another stop ended meanwhile, this is its result");
	json_object_object_add(result, "asked", json_object_new_string(line));
	json_object_object_add(result, "error",
			       json_object_new_string(explain(get_s64(result, "errno"))));
	tool->data = result;
	return error ? fail(tool, STOP_FAILED, "%s: %s", line, explain(error)) : DONE;
}

static enum status collect(struct tool *tool, int argc, char **argv)
{
	enum outcome outcome;
	enum status status;
	int error;

	if (argc != 1)
		return fail(tool, BAD_USAGE, "want one operation, see kstopctl stop --help");
	status = make_line(tool, argv[0]);
	if (status == DONE)
		status = trigger(tool, &error, &outcome);
	if (status != DONE)
		return status;
	if (outcome == REFUSED)
		return fail(tool, BAD_USAGE, "%s: not accepted, see above", line);
	/* It was not begun, and the result is an older one. */
	if (error == ENOMEM)
		return fail(tool, FAILED, "%s: the kernel has no memory for that", line);
	return add_result(tool, argv[0], error, outcome);
}

static void show(struct tool *tool, struct json_object *data)
{
	static const struct view_column columns[] = {
		{ .key = "cpu", .heading = "LATE CPU", .right = true },
		{ .key = "why", .heading = "WHY", .wrap = true },
		{ 0 }
	};
	struct json_object *late = json_object_object_get(data, "late");

	view_pairs(tool, data);
	if (json_object_array_length(late)) {
		putchar('\n');
		view_table(tool, late, columns);
	}
}

const struct command stop_command = {
	.name		= "stop",
	.args		= "OPERATION [OPTION...]",
	.summary	= "Stop CPUs, and say how it went",
	.help		=
	"Needs kstoptorture (kstopctl load kstoptorture), which writes into no memory but\n"
	"its own: each fn only checks that it runs where and how kstop promises.\n\n"
	"  OPERATION         one two nowait cpus try machine core inactive rendezvous\n"
	"                    pause, and native, the kernel's own stop_machine()\n"
	"  --cpu LIST        the CPU of one, nowait, core, inactive; both CPUs of two\n"
	"  --stop LIST       CPUs to stop, such as 0,2-3 (all)\n"
	"  --run LIST        where machine runs fn (on one CPU)\n"
	"  --repeat N        how many requests, one after the other (1)\n"
	"  --timeout-us N    time limit of each (none)\n"
	"  --busy-us N       how long each fn takes (0)\n"
	"  --irq             CPUs may arrive in an interrupt (KSTOP_IRQ)\n"
	"  --align           fn starts everywhere at the same moment (KSTOP_ALIGN)\n",
	.exits		=
	"\nExit status 6: a request failed; \"failed\" says how many, \"error\" how the first.\n",
	.options	= options,
	.option		= option,
	.collect	= collect,
	.show		= show,
};
