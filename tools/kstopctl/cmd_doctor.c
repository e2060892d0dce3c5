// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl doctor
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "files.h"
#include "tool.h"
#include "view.h"

static const char *const verdicts[] = {
	[FINE]		= "ok",
	[NOTE]		= "note",
	[SLOW]		= "slow",
	[BAD]		= "bad",
	[UNKNOWN]	= "unknown",
};

void found(struct json_object *findings, const char *check, enum verdict verdict,
	   const char *advice, const char *fmt, ...)
{
	struct json_object *finding = json_object_new_object();
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		abort();
	va_end(args);
	json_object_object_add(finding, "check", json_object_new_string(check));
	json_object_object_add(finding, "verdict", json_object_new_string(verdicts[verdict]));
	json_object_object_add(finding, "found", json_object_new_string(text));
	json_object_object_add(finding, "advice", *advice ? json_object_new_string(advice) : NULL);
	json_object_array_add(findings, finding);
	free(text);
}

static unsigned int count(struct json_object *findings, const char *verdict)
{
	unsigned int nr = 0;
	size_t i;

	for (i = 0; i < json_object_array_length(findings); i++)
		nr += !strcmp(get_text(json_object_array_get_idx(findings, i), "verdict"),
			      verdict);
	return nr;
}

static enum status collect(struct tool *tool, int argc, char **argv)
{
	struct json_object *findings;
	unsigned int bad;
	size_t i;

	if (argc)
		return fail(tool, BAD_USAGE, "\"%s\" is too much", argv[0]);
	tool->data = json_object_new_object();
	findings = json_object_new_array();
	json_object_object_add(tool->data, "findings", findings);
	check_kernel(findings);
	check_modules(findings);
	check_debugfs(findings);
	check_cpus(findings);
	check_scheduler(findings);
	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		json_object_object_add(tool->data, verdicts[i], json_object_new_int(
				       count(findings, verdicts[i])));
	bad = count(findings, verdicts[BAD]);
	return bad ? fail(tool, UNFIT, "%u finding%s would keep kstop from working", bad,
			  bad == 1 ? "" : "s") : DONE;
}

static const char *verdict_colour(const char *text)
{
	return !strcmp(text, "ok") ? "green" : !strcmp(text, "slow") ? "yellow" :
	       !strcmp(text, "bad") ? "red" : !strcmp(text, "unknown") ? "magenta" : "blue";
}

/* What was found, and behind it what to do. */
static struct json_object *with_text(struct json_object *findings)
{
	struct json_object *rows = json_object_new_array(), *row = NULL;
	char *text;
	size_t i;

	for (i = 0; i < json_object_array_length(findings); i++) {
		struct json_object *finding = json_object_array_get_idx(findings, i);
		bool advice = has_value(finding, "advice");

		if (asprintf(&text, "%s%s%s", get_text(finding, "found"), advice ? " => " : "",
			     advice ? get_text(finding, "advice") : "") < 0)
			abort();
		row = NULL;
		if (json_object_deep_copy(finding, &row, NULL))
			abort();
		json_object_object_add(row, "text", json_object_new_string(text));
		json_object_array_add(rows, row);
		free(text);
	}
	return rows;
}

static void show(struct tool *tool, struct json_object *data)
{
	static const struct view_column columns[] = {
		{ .key = "verdict",	.heading = "VERDICT",	.colour = verdict_colour },
		{ .key = "check",	.heading = "CHECK" },
		{ .key = "text",	.heading = "FOUND => WHAT TO DO", .wrap = true },
		{ 0 }
	};
	struct json_object *rows = with_text(json_object_object_get(data, "findings"));

	view_table(tool, rows, columns);
	json_object_put(rows);
}

const struct command doctor_command = {
	.name		= "doctor",
	.args		= "",
	.summary	= "What on this machine keeps kstop from working, or makes it slow",
	.help		=
	"Each finding is ok (was looked at, and is well), note (worth knowing), slow (makes kstop\n"
	"slow, or lets something keep it waiting), bad (keeps it from working) or unknown (could\n"
	"not be seen; more can as root). Exit status 7: there is a bad one.\n\n",
	.collect	= collect,
	.show		= show,
};
