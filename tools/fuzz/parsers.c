// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that kstopctl does with what the kernel's files hold, on any bytes. The
 * first byte, a letter, says which file they are; what is shown goes nowhere.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "files.h"
#include "kmsg.h"
#include "late.h"
#include "latency.h"
#include "procs.h"
#include "timeline.h"
#include "tool.h"
#include "view.h"
#include "watch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct tool tool = { .colour = true, .utf8 = true };

/* main.c is not here. */
void complain(const struct tool *tool, const char *fmt, ...)
{
	(void)tool, (void)fmt;
}

void tool_print(struct tool *tool, enum status status)
{
	(void)tool, (void)status;
}

enum status parse_count(struct tool *tool, const char *what, const char *text,
			unsigned long long min, unsigned long long max,
			unsigned long long *value)
{
	(void)what, (void)text, (void)max;
	*value = min;
	return fail(tool, FAILED, "not here");
}

static struct json_object *parse(file_parser parser, const char *text, size_t len)
{
	struct reader reader;
	struct json_object *json;

	reader_init(&reader, text, len);
	json = parser(&reader);
	/* Who fails has a reason. */
	if (!json && !*reader.wrong)
		abort();
	return json;
}

/* Text that a terminal would take for something else. JSON's own escapes hide it. */
static void look(const char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text >= 0x7f)
			abort();
	}
}

static void look_into(struct json_object *json)
{
	struct json_object_iterator at, end;
	size_t i;

	switch (json_object_get_type(json)) {
	case json_type_string:
		look(json_object_get_string(json));
		break;
	case json_type_array:
		for (i = 0; i < json_object_array_length(json); i++)
			look_into(json_object_array_get_idx(json, i));
		break;
	case json_type_object:
		end = json_object_iter_end(json);
		for (at = json_object_iter_begin(json); !json_object_iter_equal(&at, &end);
		     json_object_iter_next(&at)) {
			look(json_object_iter_peek_name(&at));
			look_into(json_object_iter_peek_value(&at));
		}
		break;
	default:
		break;
	}
}

/* Whatever it is, JSON can be made of it; and all of its texts are printable. */
static void print(struct json_object *json)
{
	if (!json_object_to_json_string(json))
		abort();
	look_into(json);
}

static void show(const struct command *command, const char *key, struct json_object *part)
{
	struct json_object *data = json_object_new_object();

	json_object_object_add(data, key, part);
	print(data);
	command->show(&tool, data);
	json_object_put(data);
}

static void try_stoppers(const char *text, size_t len)
{
	struct json_object *stoppers = parse(stoppers_parse, text, len);

	if (!stoppers)
		return;
	show(&late_command, "now", late_now(stoppers));
	json_object_put(stoppers);
}

static void try_latency(const char *text, size_t len)
{
	struct json_object *lines = parse(latency_parse, text, len), *phases;

	if (!lines)
		return;
	phases = latency_phases(lines);
	json_object_put(lines);
	if (!phases)
		return;
	latency_plot(&tool, phases, "/dev/null");
	show(&latency_command, "phases", phases);
}

/* The next of several files, with a NUL between two. */
static struct json_object *parse_next(file_parser parser, const char **text, size_t *len)
{
	size_t first = strnlen(*text, *len), skip = first < *len ? first + 1 : first;
	struct json_object *json = parse(parser, *text, first);

	*text += skip;
	*len -= skip;
	return json;
}

static void try_history(const char *text, size_t len)
{
	struct json_object *stops = parse_next(history_parse, &text, &len), *lines, *timeline;
	size_t i;

	if (!stops)
		return;
	show(&late_command, "came_last", late_last(stops));
	lines = parse_next(timeline_parse, &text, &len);
	for (i = 0; lines && i < json_object_array_length(stops) && i < 4; i++) {
		timeline = timeline_make(json_object_array_get_idx(stops, i), lines);
		print(timeline);
		timeline_show(&tool, timeline);
		timeline_plot(&tool, timeline, "/dev/null");
		json_object_put(timeline);
	}
	json_object_put(lines);
	show(&history_command, "stops", stops);
}

static void try_watch(const char *text, size_t len)
{
	struct json_object *before = parse_next(stats_parse, &text, &len);
	struct json_object *after = parse_next(stats_parse, &text, &len);
	struct json_object *stoppers = parse_next(stoppers_parse, &text, &len), *line;

	if (before && after && stoppers) {
		line = watch_line(before, after, stoppers, 0.5);
		print(line);
		watch_command.show(&tool, line);
		json_object_put(line);
	}
	json_object_put(before);
	json_object_put(after);
	json_object_put(stoppers);
}

static void try_pairs(file_parser parser, const char *text, size_t len)
{
	struct json_object *pairs = parse(parser, text, len);

	if (!pairs)
		return;
	print(pairs);
	view_pairs(&tool, pairs);
	json_object_put(pairs);
}

static void try_result(const char *text, size_t len)
{
	struct json_object *result = parse(result_parse, text, len);

	if (!result)
		return;
	print(result);
	stop_command.show(&tool, result);
	json_object_put(result);
}

static void try_log(const char *text, size_t len)
{
	show(&late_command, "log", kmsg_parse_late(text, len));
}

static void try_results(const char *text, size_t len)
{
	struct json_object *results = parse(results_parse, text, len);

	if (!results)
		return;
	bench_compare(results);
	show(&bench_command, "results", results);
}

static void try_thread(const char *text, size_t len)
{
	struct thread thread = { .tid = 1 };
	uint64_t cpu;

	if (!thread_parse(&thread, text, len))
		return;
	look(thread.comm);
	look(policy_name(thread.policy));
	thread_is_stopper(&thread, &cpu);
}

static void setup(void)
{
	static int ready;

	if (ready++)
		return;
	if (!freopen("/dev/null", "w", stdout))
		abort();
	setenv("COLUMNS", "80", 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Exactly as long as it is, so that reading on is found out. */
	size_t len = size ? size - 1 : 0;
	char *text;

	if (!size)
		return 0;
	setup();
	text = malloc(len ? len : 1);
	if (!text)
		return 0;
	memcpy(text, data + 1, len);
	switch (*data) {
	case 's':	try_pairs(stats_parse, text, len);	break;
	case 't':	try_pairs(torture_parse, text, len);	break;
	case 'e':	try_pairs(state_parse, text, len);	break;
	case 'r':	try_result(text, len);			break;
	case 'w':	try_watch(text, len);			break;
	case 'p':	try_thread(text, len);			break;
	case 'o':	try_stoppers(text, len);		break;
	case 'l':	try_latency(text, len);			break;
	case 'h':	try_history(text, len);			break;
	case 'b':	try_results(text, len);			break;
	case 'k':	try_log(text, len);			break;
	}
	free(text);
	return 0;
}
