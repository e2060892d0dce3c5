// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl latency
 */
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "latency.h"
#include "root.h"
#include "tool.h"

enum { OPT_PLOT = 0x100, OPT_RESET };

static const struct option options[] = {
	{ "plot",	required_argument,	NULL, OPT_PLOT },
	{ "reset",	no_argument,		NULL, OPT_RESET },
	{ 0 }
};

static const char *plot;
static bool reset;

static enum status option(struct tool *tool, int c, const char *value)
{
	(void)tool;
	if (c == OPT_PLOT)
		plot = value;
	else
		reset = true;
	return DONE;
}

static enum status collect(struct tool *tool, int argc, char **argv)
{
	struct json_object *lines, *phases;
	enum status status;
	int err;

	if (argc)
		return fail(tool, BAD_USAGE, "\"%s\" is too much", argv[0]);
	status = file_read(tool, "kstop", "latency", latency_parse, &lines);
	if (status != DONE)
		return status;
	phases = latency_phases(lines);
	json_object_put(lines);
	if (!phases)
		return fail(tool, NOT_UNDERSTOOD, DEBUGFS "/kstop/latency: too many phases");
	tool->data = json_object_new_object();
	json_object_object_add(tool->data, "phases", phases);
	if (plot) {
		status = latency_plot(tool, phases, plot);
		if (status != DONE)
			return status;
		json_object_object_add(tool->data, "plot", json_object_new_string(plot));
		tool->streams = !strcmp(plot, "-");	/* that is all of the output */
	}
	if (reset) {
		err = root_write(DEBUGFS "/kstop/latency", "reset");
		if (err)
			return root_refused(tool, "kstop", DEBUGFS "/kstop/latency", err);
	}
	return DONE;
}

static void show(struct tool *tool, struct json_object *data)
{
	latency_show(tool, json_object_object_get(data, "phases"));
	if (has_value(data, "plot"))
		printf("\nplot: %s\n", get_text(data, "plot"));
}

const struct command latency_command = {
	.name		= "latency",
	.args		= "[--plot FILE.svg] [--reset]",
	.summary	= "How long stops took, as histograms",
	.help		=
	"gather is from queueing to all CPUs standing still, stopped from there until they\n"
	"may go, total until the caller goes on. Only recorded stops count (see \"kstopctl\n"
	"history --record\"). Percentiles are as good as the buckets are narrow.\n\n"
	"  --plot FILE.svg   draw them, too; - is standard output, and nothing else is there\n"
	"  --reset           let them begin anew, afterwards\n",
	.options	= options,
	.option		= option,
	.collect	= collect,
	.show		= show,
};
