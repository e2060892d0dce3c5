// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "root.h"
#include "table.h"

struct json_object *stats_parse(struct reader *reader)
{
	return reader_version(reader) ? pairs_parse(reader) : NULL;
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

	return table_parse(reader, columns);
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

	return table_parse(reader, columns);
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

	return table_parse(reader, columns);
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

	return table_parse(reader, columns);
}

static bool is_result_text(struct piece key)
{
	return piece_is(key, "measure") || piece_is(key, "variant") || piece_is(key, "load") ||
	       piece_is(key, "way") || piece_is(key, "unit") || piece_is(key, "better");
}

/* key=value words */
static bool parse_result(struct reader *reader, struct piece line, struct json_object *result)
{
	struct piece word, key;
	char name[4 * 32 + 1];
	uint64_t number;

	while (piece_word(&line, &word)) {
		if (!piece_until(&word, "=", &key) || !key.len || key.len > 32)
			return reader_wrong(reader, "not key=value");
		text_clean(name, sizeof(name), key.at, key.len);
		if (is_result_text(key))
			json_object_object_add(result, name, text_json(word));
		else if (piece_u64(word, &number))
			json_object_object_add(result, name, json_object_new_uint64(number));
		else
			return reader_wrong(reader, "not a number");
	}
	if (!has_value(result, "measure") || !has_value(result, "way") ||
	    !has_value(result, "p50"))
		return reader_wrong(reader, "a result without measure, way or p50");
	return true;
}

/* Lines that begin with "result"; quantiles are for plots. */
struct json_object *results_parse(struct reader *reader)
{
	struct json_object *results = json_object_new_array(), *result;
	struct piece line, word;

	while (reader_line(reader, &line)) {
		if (!piece_word(&line, &word))
			continue;
		if (!piece_is(word, "result")) {
			if (piece_is(word, "quantiles"))
				continue;
			reader_wrong(reader, "neither result nor quantiles");
			json_object_put(results);
			return NULL;
		}
		result = json_object_new_object();
		json_object_array_add(results, result);
		if (!parse_result(reader, line, result)) {
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
