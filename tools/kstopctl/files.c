// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "root.h"
#include "table.h"

/*
 * More lines than that no file has. "timeline" is the longest: 8 stops of 8192 CPUs,
 * or 4096 lines; "history" has 64, "latency" a few hundred.
 */
#define CPUS_MAX	8192
#define TIMELINE_MAX	(8 * CPUS_MAX)
#define LINES_MAX	4096
#define WORDS_MAX	64	/* in a line of "results" */

/* What the schema promises; newer modules may count more. */
struct json_object *stats_parse(struct reader *reader)
{
	static const char *const numbers[] = {
		"requests", "stops", "works", "pool_waits", "caller_took_part",
		"caller_handed_over", "shared", "left_over", "interrupt_took_part",
		"interrupt_handed_over", "leaves", "relaxes", "retreats", "aborts", "completed",
		"timeouts", "kills", "restarts", "late_warnings", NULL
	};
	static const struct pairs_form form = { .numbers = numbers };

	return reader_version(reader) ? pairs_parse(reader, &form) : NULL;
}

/* "late_1: why" for each to {"cpu": 1, "why": ...} */
static struct json_object *late_cpus(struct json_object *result)
{
	struct json_object *late = json_object_new_array(), *one;

	json_object_object_foreach(result, key, why) {
		struct piece name = { key, strlen(key) };
		uint64_t cpu;

		if (!piece_starts(&name, "late_") || !piece_u64(name, &cpu))
			continue;
		one = json_object_new_object();
		json_object_object_add(one, "cpu", json_object_new_uint64(cpu));
		json_object_object_add(one, "why", json_object_get(why));
		json_object_array_add(late, one);
		json_object_object_del(result, key);
	}
	return late;
}

struct json_object *result_parse(struct reader *reader)
{
	static const char *const numbers[] = {
		"requests", "completed", "failed", "errno", "callbacks", "latency_samples",
		"latency_ns_min", "latency_ns_p50", "latency_ns_p99", "latency_ns_max",
		"stopped_ns_max", NULL
	};
	static const char *const texts[] = { "op", "late_cpus", NULL };
	static const struct pairs_form form = { .numbers = numbers, .texts = texts, .late = true };
	struct json_object *result = pairs_parse(reader, &form);

	/* Its own field instead of as many as there are CPUs. */
	if (result)
		json_object_object_add(result, "late", late_cpus(result));
	return result;
}

static const char *const ends[] = { "state", "verdict", NULL };

struct json_object *torture_parse(struct reader *reader)
{
	static const char *const numbers[] = { "requests", "completed", "violations", NULL };
	static const char *const states[] = { "none", "running", "ended", NULL };
	static const struct pairs_form form = {
		.numbers = numbers, .texts = ends, .states = states,
	};

	return pairs_parse(reader, &form);
}

struct json_object *state_parse(struct reader *reader)
{
	static const char *const numbers[] = { "results", "samples", NULL };
	static const char *const states[] = { "running", "ended", NULL };
	static const struct pairs_form form = {
		.numbers = numbers, .texts = ends, .states = states,
	};

	return pairs_parse(reader, &form);
}

struct json_object *stoppers_parse(struct reader *reader)
{
	static const struct column columns[] = {
		{ "cpu",	COLUMN_U64,	false },
		{ "state",	COLUMN_TEXT,	false },
		{ "policy",	COLUMN_TEXT,	false },
		{ "priority",	COLUMN_U64,	false },
		{ "queued",	COLUMN_U64,	false },
		{ "doing",	COLUMN_TEXT,	true },
		{ 0 }
	};

	return table_parse(reader, columns, CPUS_MAX);
}

struct json_object *latency_parse(struct reader *reader)
{
	static const struct column columns[] = {
		{ "phase",	COLUMN_TEXT,	false },
		{ "from_ns",	COLUMN_U64,	false },
		{ "to_ns",	COLUMN_END_U64,	false },
		{ "count",	COLUMN_U64,	false },
		{ 0 }
	};

	return table_parse(reader, columns, LINES_MAX);
}

struct json_object *history_parse(struct reader *reader)
{
	static const struct column columns[] = {
		{ "id",			COLUMN_U64,	false },
		{ "op",			COLUMN_TEXT,	false },
		{ "caller",		COLUMN_TEXT,	true },
		{ "fn",			COLUMN_TEXT,	true },
		{ "pid",		COLUMN_S64,	true },
		{ "cpu",		COLUMN_U64,	true },
		{ "stopped",		COLUMN_TEXT,	true },
		{ "run",		COLUMN_TEXT,	true },
		{ "calls",		COLUMN_U64,	true },
		{ "queued_mono_ns",	COLUMN_U64,	true },
		{ "gathered_ns",	COLUMN_S64,	true },
		{ "committed_ns",	COLUMN_S64,	true },
		{ "began_ns",		COLUMN_S64,	true },
		{ "released_ns",	COLUMN_S64,	true },
		{ "ended_ns",		COLUMN_S64,	true },
		{ "last_cpu",		COLUMN_U64,	true },
		{ "relaxes",		COLUMN_U64,	true },
		{ "retreats",		COLUMN_U64,	true },
		{ "leaves",		COLUMN_U64,	true },
		{ "error",		COLUMN_S64,	true },
		{ "ret",		COLUMN_S64,	true },
		{ "comm",		COLUMN_TEXT,	true },
		{ 0 }
	};

	return table_parse(reader, columns, LINES_MAX);
}

struct json_object *timeline_parse(struct reader *reader)
{
	static const struct column columns[] = {
		{ "id",			COLUMN_U64,	false },
		{ "cpu",		COLUMN_U64,	false },
		{ "server",		COLUMN_TEXT,	true },
		{ "run",		COLUMN_BOOL,	true },
		{ "arrived_ns",		COLUMN_S64,	true },
		{ "relaxed_ns",		COLUMN_S64,	true },
		{ "entered_ns",		COLUMN_S64,	true },
		{ "committed_ns",	COLUMN_S64,	true },
		{ "began_ns",		COLUMN_S64,	true },
		{ "returned_ns",	COLUMN_S64,	true },
		{ "left_ns",		COLUMN_S64,	true },
		{ "relaxes",		COLUMN_U64,	true },
		{ "leaves",		COLUMN_U64,	true },
		{ "retreats",		COLUMN_U64,	true },
		{ 0 }
	};

	return table_parse(reader, columns, TIMELINE_MAX);
}

static bool is_result_text(struct piece key)
{
	return piece_is(key, "measure") || piece_is(key, "variant") || piece_is(key, "load") ||
	       piece_is(key, "way") || piece_is(key, "unit") || piece_is(key, "better");
}

static bool parse_field(struct reader *reader, struct piece word, struct json_object *result)
{
	char name[4 * 32 + 1];
	struct piece key;
	uint64_t number;

	if (!piece_until(&word, "=", &key) || !key.len || key.len > 32)
		return reader_wrong(reader, "not key=value");
	if (piece_is(key, "better") && !piece_is(word, "less") && !piece_is(word, "more"))
		return reader_wrong(reader, "better is neither less nor more");
	text_clean(name, sizeof(name), key.at, key.len);
	if (is_result_text(key))
		json_object_object_add(result, name, text_json(word));
	else if (piece_u64(word, &number))
		json_object_object_add(result, name, json_object_new_uint64(number));
	else
		return reader_wrong(reader, "not a number");
	return true;
}

/* key=value words */
static bool parse_result(struct reader *reader, struct piece line, struct json_object *result)
{
	struct piece word;
	size_t nr = 0;

	while (piece_word(&line, &word)) {
		if (nr++ == WORDS_MAX)
			return reader_wrong(reader, "too many words");
		if (!parse_field(reader, word, result))
			return false;
	}
	if (!has_value(result, "measure") || !has_value(result, "way") ||
	    !has_value(result, "p50"))
		return reader_wrong(reader, "a result without measure, way or p50");
	return true;
}

static bool parse_results_line(struct reader *reader, struct piece line,
			       struct json_object *results)
{
	struct json_object *result;
	struct piece word;

	if (reader->line > LINES_MAX)
		return reader_wrong(reader, "too many lines");
	if (!piece_word(&line, &word) || piece_is(word, "quantiles"))
		return true;
	if (!piece_is(word, "result"))
		return reader_wrong(reader, "neither result nor quantiles");
	result = json_object_new_object();
	json_object_array_add(results, result);
	return parse_result(reader, line, result);
}

/* Lines that begin with "result"; quantiles are for plots. */
struct json_object *results_parse(struct reader *reader)
{
	struct json_object *results = json_object_new_array();
	struct piece line;

	while (reader_line(reader, &line)) {
		if (!parse_results_line(reader, line, results)) {
			json_object_put(results);
			return NULL;
		}
	}
	return results;
}

enum status file_read(struct tool *tool, const char *module, const char *file,
		      file_parser parse, struct json_object **json)
{
	enum status status;
	struct reader reader;
	char *text;
	size_t len;

	*json = NULL;
	status = root_need(tool, module, file, &text, &len);
	if (status != DONE)
		return status;
	reader_init(&reader, text, len);
	*json = parse(&reader);
	free(text);
	if (*json)
		return DONE;
	return fail(tool, NOT_UNDERSTOOD, DEBUGFS "/%s/%s: %s", module, file, reader.wrong);
}

struct json_object *new_decimal(double number)
{
	struct json_object *json = json_object_new_double(number);

	json_object_set_serializer(json, json_object_double_to_json_string, "%.3f", NULL);
	return json;
}

uint64_t get_u64(const struct json_object *object, const char *key)
{
	return json_object_get_uint64(json_object_object_get(object, key));
}

int64_t get_s64(const struct json_object *object, const char *key)
{
	return json_object_get_int64(json_object_object_get(object, key));
}

bool get_bool(const struct json_object *object, const char *key)
{
	return json_object_get_boolean(json_object_object_get(object, key));
}

bool has_value(const struct json_object *object, const char *key)
{
	return json_object_object_get(object, key);
}

const char *get_text(const struct json_object *object, const char *key)
{
	struct json_object *value = json_object_object_get(object, key);

	return value ? json_object_get_string(value) : "-";
}
