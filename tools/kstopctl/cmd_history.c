// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl history: the last stops, and the picture of one
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "root.h"
#include "timeline.h"
#include "tool.h"
#include "view.h"

#define RECORD	"/sys/module/kstop/parameters/record"

enum { OPT_TIMELINE = 0x100, OPT_PLOT, OPT_RESET, OPT_RECORD };

static const struct option options[] = {
	{ "timeline",	required_argument,	NULL, OPT_TIMELINE },
	{ "plot",	required_argument,	NULL, OPT_PLOT },
	{ "reset",	no_argument,		NULL, OPT_RESET },
	{ "record",	required_argument,	NULL, OPT_RECORD },
	{ 0 }
};

static const char *which, *plot, *record;
static bool reset;

static enum status option(struct tool *tool, int c, const char *value)
{
	(void)tool;
	switch (c) {
	case OPT_TIMELINE:
		which = value;
		break;
	case OPT_PLOT:
		plot = value;
		break;
	case OPT_RECORD:
		record = value;
		break;
	default:
		reset = true;
	}
	return DONE;
}

static bool longer(struct json_object *stop, struct json_object *than)
{
	return !than || get_s64(stop, "ended_ns") > get_s64(than, "ended_ns");
}

/* NULL if there is none like that. */
static struct json_object *choose(struct json_object *stops, const char *word)
{
	struct json_object *found = NULL, *stop;
	size_t i;

	for (i = 0; i < json_object_array_length(stops); i++) {
		stop = json_object_array_get_idx(stops, i);
		if (!strcmp(word, "last") || !strcmp(word, get_text(stop, "id")) ||
		    (!strcmp(word, "longest") && longer(stop, found)))
			found = stop;
	}
	return found;
}

static enum status add_timeline(struct tool *tool, struct json_object *stops)
{
	struct json_object *stop, *lines, *timeline;
	enum status status;

	if (!which)
		which = "last";
	/* First the pictures, then their stops, so that those are newer, but not always. */
	status = file_read(tool, "kstop", "timeline", timeline_parse, &lines);
	if (status != DONE)
		return status;
	stop = choose(stops, which);
	if (!stop) {
		json_object_put(lines);
		return fail(tool, FAILED, "no stop \"%s\" is recorded", which);
	}
	timeline = timeline_make(stop, lines);
	json_object_put(lines);
	json_object_object_add(tool->data, "timeline", timeline);
	if (!plot)
		return DONE;
	json_object_object_add(tool->data, "plot", json_object_new_string(plot));
	tool->streams = !strcmp(plot, "-");
	return timeline_plot(tool, timeline, plot);
}

/* Before, so that what comes next is recorded like that. */
static enum status set_record(struct tool *tool)
{
	int err;

	if (!record)
		return DONE;
	if (strcmp(record, "tick") && strcmp(record, "all") && strcmp(record, "none"))
		return fail(tool, BAD_USAGE, "--record: want tick, all or none, not \"%s\"",
			    record);
	err = root_write(RECORD, record);
	return err ? root_refused(tool, "kstop", RECORD, err) : DONE;
}

static enum status collect(struct tool *tool, int argc, char **argv)
{
	struct json_object *stops;
	enum status status;
	char setting[32];
	int err;

	if (argc)
		return fail(tool, BAD_USAGE, "\"%s\" is too much", argv[0]);
	status = set_record(tool);
	if (status == DONE)
		status = file_read(tool, "kstop", "history", history_parse, &stops);
	if (status != DONE)
		return status;
	tool->data = json_object_new_object();
	json_object_object_add(tool->data, "record", root_line(RECORD, setting, sizeof(setting)) ?
			       json_object_new_string(setting) : NULL);
	json_object_object_add(tool->data, "stops", stops);
	if (which || plot) {
		status = add_timeline(tool, stops);
		if (status != DONE)
			return status;
	}
	if (reset) {
		err = root_write(DEBUGFS "/kstop/history", "reset");
		if (err)
			return root_refused(tool, "kstop", DEBUGFS "/kstop/history", err);
	}
	return DONE;
}

static const char *error_colour(const char *text)
{
	return strcmp(text, "0") && strcmp(text, "-85") ? "red" : NULL;
}

static void show(struct tool *tool, struct json_object *data)
{
	static const struct view_column columns[] = {
		{ .key = "id",		.heading = "ID",		.right = true },
		{ .key = "op",		.heading = "OP" },
		{ .key = "stopped",	.heading = "CPUS" },
		{ .key = "gathered_ns",	.heading = "GATHERED us",	.right = true, .divide = 1e3 },
		{ .key = "committed_ns", .heading = "STOPPED us",	.right = true, .divide = 1e3 },
		{ .key = "released_ns",	.heading = "RELEASED us",	.right = true, .divide = 1e3,
		  .spare = true },
		{ .key = "ended_ns",	.heading = "ENDED us",		.right = true, .divide = 1e3 },
		{ .key = "last_cpu",	.heading = "LAST",		.right = true,
		  .spare = true },
		{ .key = "calls",	.heading = "CALLS",		.right = true,
		  .spare = true },
		{ .key = "error",	.heading = "ERROR",		.right = true,
		  .colour = error_colour },
		{ .key = "fn",		.heading = "FN",		.spare = true },
		{ .key = "comm",	.heading = "BY",		.spare = true },
		{ 0 }
	};

	if (has_value(data, "timeline"))
		timeline_show(tool, json_object_object_get(data, "timeline"));
	else if (json_object_array_length(json_object_object_get(data, "stops")))
		view_table(tool, json_object_object_get(data, "stops"), columns);
	else
		puts("no stop is recorded");
	if (record)
		printf("\nrecorded from now on: %s\n", get_text(data, "record"));
	if (has_value(data, "plot"))
		printf("\nplot: %s\n", get_text(data, "plot"));
}

const struct command history_command = {
	.name		= "history",
	.args		= "[--timeline STOP] [--plot FILE.svg] [--record WHICH] [--reset]",
	.summary	= "The last stops, and the timeline of one",
	.help		=
	"Times are from when the stop was queued: until all CPUs had arrived, until they\n"
	"stood still, until they were released, until the caller went on.\n\n"
	"  --timeline STOP   what each CPU did in that stop, a row each: its ID, last, or\n"
	"                    longest\n"
	"  --plot FILE.svg   draw that (last); - is standard output, and nothing else is there\n"
	"  --record WHICH    from now on record tick (one in a tick of each CPU), all, none\n"
	"  --reset           forget them, afterwards\n",
	.options	= options,
	.option		= option,
	.collect	= collect,
	.show		= show,
};
