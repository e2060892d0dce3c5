// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl torture: kstoptorture's torture from beginning to end
 */
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "follow.h"
#include "tool.h"
#include "view.h"

enum { OPT_TYPE = 0x100, OPT_DURATION };

static const struct option options[] = {
	{ "type",	required_argument,	NULL, OPT_TYPE },
	{ "duration-s",	required_argument,	NULL, OPT_DURATION },
	ERRAND_OPTIONS,
	{ 0 }
};

static const char *type = "mixed", *duration = "60";

static void progress(struct json_object *state)
{
	fprintf(stderr, "%s requests, %s violations", get_text(state, "requests"),
		get_text(state, "violations"));
}

static enum status read_state(struct tool *tool)
{
	return file_read(tool, "kstoptorture", "torture", torture_parse, &tool->data);
}

static struct errand errand = {
	.module		= "kstoptorture",
	.file		= "torture",
	.parse		= torture_parse,
	.read		= read_state,
	.progress	= progress,
};

static enum status option(struct tool *tool, int c, const char *value)
{
	unsigned long long seconds;

	switch (c) {
	case OPT_TYPE:
		/* Behind a blank, or to a second quote, there would be other parameters. */
		if (!*value || strpbrk(value, " \t\n\""))
			return fail(tool, BAD_USAGE, "--type: \"%s\" is not a word", value);
		type = value;
		return DONE;
	case OPT_DURATION:
		duration = value;
		return parse_count(tool, "--duration-s", value, 1, 1000000, &seconds);
	default:
		errand_option(&errand, c, value);
		return DONE;
	}
}

static enum status collect(struct tool *tool, int argc, char **argv)
{
	errand_param(&errand, "torture_type", type);
	errand_param(&errand, "duration_s", duration);
	return errand_run(tool, &errand, argc, argv);
}

static void show(struct tool *tool, struct json_object *data)
{
	view_pairs(tool, data);
}

const struct command torture_command = {
	.name		= "torture",
	.args		= "[OPTION...] [PARAMETER=VALUE...]",
	.summary	= "Make random stops, check each, end with a verdict",
	.help		=
	"Loads kstoptorture, waits until it has ended, says what came of it, unloads it, and\n"
	"kstop, too, if that was not loaded before.\n"
	"Not on a machine that matters: it stops all CPUs, all the time.\n\n"
	"  --type TYPE       mixed, one of stop's operations, or opts, kstop_machine_opts()\n"
	"                    (mixed); busted_local, busted_ipi and others break what a stop\n"
	"                    promises, and must fail\n"
	"  --duration-s N    how long (60)\n"
	ERRAND_HELP
	"  PARAMETER=VALUE   more of the module's, such as hogs=all native=2\n",
	.exits		=
	"\nExit status 6: its verdict is not SUCCESS.\n",
	.options	= options,
	.option		= option,
	.collect	= collect,
	.show		= show,
};
