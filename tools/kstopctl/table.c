// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

#define COLUMNS_MAX	64

/* What a line's words are: an index into what is wanted, or -1. */
struct header {
	int	wanted[COLUMNS_MAX];
	size_t	nr;
};

static int find_column(const struct column *columns, struct piece name)
{
	int i;

	for (i = 0; columns[i].name; i++) {
		if (piece_is(name, columns[i].name))
			return i;
	}
	return -1;
}

static bool parse_header(struct reader *reader, const struct column *columns,
			 struct header *header)
{
	struct piece line, name;
	unsigned int seen = 0;
	int i;

	if (!reader_line(reader, &line))
		return reader_wrong(reader, "no header");
	for (header->nr = 0; piece_word(&line, &name); header->nr++) {
		if (header->nr == COLUMNS_MAX)
			return reader_wrong(reader, "too many columns");
		i = find_column(columns, name);
		header->wanted[header->nr] = i;
		if (i < 0)
			continue;
		if (seen & 1u << i)
			return reader_wrong(reader, "a column is there twice");
		seen |= 1u << i;
	}
	for (i = 0; columns[i].name; i++) {
		if (!(seen & 1u << i))
			return reader_wrong(reader, "a column is missing");
	}
	return true;
}

static bool parse_number(const struct column *column, struct piece cell,
			 struct json_object **json)
{
	uint64_t u;
	int64_t s;

	if (column->type == COLUMN_S64) {
		if (!piece_s64(cell, &s))
			return false;
		*json = json_object_new_int64(s);
		return true;
	}
	if (!piece_u64(cell, &u))
		return false;
	if (column->type == COLUMN_BOOL) {
		*json = json_object_new_boolean(u);
		return u <= 1;
	}
	*json = json_object_new_uint64(u);
	return true;
}

static bool parse_cell(const struct column *column, struct piece cell,
		       struct json_object **json)
{
	*json = NULL;
	if (column->maybe && piece_is(cell, "-"))
		return true;
	if (column->type == COLUMN_END_U64 && piece_is(cell, "inf"))
		return true;
	if (column->type == COLUMN_TEXT) {
		*json = text_json(cell);
		return true;
	}
	return parse_number(column, cell, json);
}

static bool parse_row(struct reader *reader, const struct column *columns,
		      const struct header *header, struct piece line,
		      struct json_object *row)
{
	struct json_object *json;
	struct piece cell;
	size_t i;

	for (i = 0; i < header->nr; i++) {
		if (i + 1 == header->nr)
			cell = line;		/* the rest, blanks and all */
		else if (!piece_word(&line, &cell))
			return reader_wrong(reader, "too few words");
		if (!cell.len)
			return reader_wrong(reader, "too few words");
		if (header->wanted[i] < 0)
			continue;
		if (!parse_cell(&columns[header->wanted[i]], cell, &json)) {
			json_object_put(json);
			return reader_wrong(reader, "not a number that it can be");
		}
		json_object_object_add(row, columns[header->wanted[i]].name, json);
	}
	return true;
}

struct json_object *table_parse(struct reader *reader, const struct column *columns,
				size_t lines_max)
{
	struct json_object *rows, *row;
	struct header header = { .nr = 0 };
	struct piece line;

	if (!reader_version(reader) || !parse_header(reader, columns, &header))
		return NULL;
	rows = json_object_new_array();
	while (reader_line(reader, &line)) {
		row = json_object_new_object();
		json_object_array_add(rows, row);
		if (json_object_array_length(rows) > lines_max)
			reader_wrong(reader, "too many lines");
		else if (parse_row(reader, columns, &header, line, row))
			continue;
		json_object_put(rows);
		return NULL;
	}
	return rows;
}

static bool is_one_of(struct piece word, const char *const *words)
{
	for (; words && *words; words++) {
		if (piece_is(word, *words))
			return true;
	}
	return false;
}

static bool is_text(const struct pairs_form *form, struct piece key)
{
	uint64_t cpu;

	if (is_one_of(key, form->texts))
		return true;
	return form->late && piece_starts(&key, "late_") && piece_u64(key, &cpu);
}

static bool parse_pair(struct reader *reader, const struct pairs_form *form, struct piece line,
		       struct json_object *pairs)
{
	char name[4 * 64 + 1];
	struct piece key;
	uint64_t number;

	if (!piece_until(&line, ":", &key) || !key.len || key.len > 64)
		return reader_wrong(reader, "not \"key: value\"");
	piece_starts(&line, " ");
	text_clean(name, sizeof(name), key.at, key.len);
	if (is_text(form, key))
		json_object_object_add(pairs, name, text_json(line));
	else if (piece_u64(line, &number))
		json_object_object_add(pairs, name, json_object_new_uint64(number));
	else
		return reader_wrong(reader, "not a number from 0 on");
	if (piece_is(key, "state") && form->states && !is_one_of(line, form->states))
		return reader_wrong(reader, "not a state that there is");
	return true;
}

static bool have_all(struct reader *reader, struct json_object *pairs,
		     const char *const *keys)
{
	for (; keys && *keys; keys++) {
		if (json_object_object_get_ex(pairs, *keys, NULL))
			continue;
		snprintf(reader->wrong, sizeof(reader->wrong), "there is no \"%s\"", *keys);
		return false;
	}
	return true;
}

struct json_object *pairs_parse(struct reader *reader, const struct pairs_form *form)
{
	struct json_object *pairs = json_object_new_object();
	struct piece line;
	bool good = true;
	size_t nr = 0;

	while (good && reader_line(reader, &line)) {
		good = nr++ < PAIRS_MAX ? parse_pair(reader, form, line, pairs) :
					  reader_wrong(reader, "too many lines");
	}
	if (good && have_all(reader, pairs, form->texts) && have_all(reader, pairs, form->numbers))
		return pairs;
	json_object_put(pairs);
	return NULL;
}
