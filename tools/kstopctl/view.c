// SPDX-License-Identifier: GPL-2.0-only
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "view.h"

static struct libscols_table *new_table(const struct tool *tool)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		abort();
	scols_table_enable_colors(table, tool->colour);
	scols_table_enable_ascii(table, !tool->utf8);
	scols_table_set_column_separator(table, "  ");
	return table;
}

static char *cell_text(struct json_object *value, double divide)
{
	char *text;
	int n;

	if (!value)
		n = asprintf(&text, "-");
	else if (divide && (json_object_is_type(value, json_type_int) ||
			    json_object_is_type(value, json_type_double)))
		n = asprintf(&text, "%.*f", divide == 1 ? 2 : 1,
			     json_object_get_double(value) / divide);
	else if (json_object_is_type(value, json_type_boolean))
		n = asprintf(&text, "%s", json_object_get_boolean(value) ? "yes" : "no");
	else
		n = asprintf(&text, "%s", json_object_get_string(value));
	if (n < 0)
		abort();
	return text;
}

static void fill_cell(struct libscols_line *line, size_t i, struct json_object *value,
		      const struct view_column *column)
{
	char *text = cell_text(value, column->divide);
	const char *colour = column->colour ? column->colour(text) : NULL;

	if (colour)
		scols_cell_set_color(scols_line_get_cell(line, i), colour);
	if (scols_line_refer_data(line, i, text))
		abort();
}

void view_table(const struct tool *tool, struct json_object *rows,
		const struct view_column *columns)
{
	struct libscols_table *table = new_table(tool);
	struct libscols_line *line;
	size_t i, row;

	for (i = 0; columns[i].key; i++) {
		if (!scols_table_new_column(table, columns[i].heading, 0,
					    (columns[i].right ? SCOLS_FL_RIGHT : 0) |
					    (columns[i].wrap ? SCOLS_FL_WRAP : 0)))
			abort();
	}
	for (row = 0; row < json_object_array_length(rows); row++) {
		struct json_object *object = json_object_array_get_idx(rows, row);

		line = scols_table_new_line(table, NULL);
		if (!line)
			abort();
		for (i = 0; columns[i].key; i++)
			fill_cell(line, i, json_object_object_get(object, columns[i].key),
				  &columns[i]);
	}
	scols_print_table(table);
	scols_unref_table(table);
}

void view_pairs(const struct tool *tool, struct json_object *object)
{
	static const struct view_column plain;
	struct libscols_table *table = new_table(tool);
	struct libscols_line *line;

	scols_table_enable_noheadings(table, 1);
	if (!scols_table_new_column(table, "key", 0, 0) ||
	    !scols_table_new_column(table, "value", 0, SCOLS_FL_WRAP))
		abort();
	json_object_object_foreach(object, key, value) {
		if (json_object_is_type(value, json_type_object) ||
		    json_object_is_type(value, json_type_array))
			continue;
		line = scols_table_new_line(table, NULL);
		if (!line || scols_line_set_data(line, 0, key))
			abort();
		fill_cell(line, 1, value, &plain);
	}
	scols_print_table(table);
	scols_unref_table(table);
}

static const struct {
	const char	*name;
	const char	*escape;
} escapes[] = {
	{ "bold",	"\033[1m" },
	{ "red",	"\033[31m" },
	{ "green",	"\033[32m" },
	{ "yellow",	"\033[33m" },
	{ "blue",	"\033[34m" },
	{ "magenta",	"\033[35m" },
	{ "cyan",	"\033[36m" },
	{ "grey",	"\033[90m" },
};

void view_colour(const struct tool *tool, const char *name)
{
	size_t i;

	for (i = 0; tool->colour && i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		if (!strcmp(escapes[i].name, name))
			fputs(escapes[i].escape, stdout);
	}
}

void view_plain(const struct tool *tool)
{
	if (tool->colour)
		fputs("\033[0m", stdout);
}

void view_heading(const struct tool *tool, const char *text)
{
	view_colour(tool, "bold");
	fputs(text, stdout);
	view_plain(tool);
	putchar('\n');
}

unsigned int view_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int width = 0;

	if (columns)
		width = atoi(columns);
	else if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		width = size.ws_col;
	return width < 20 || width > 1000 ? 80 : width;
}

void view_bar(const struct tool *tool, double part, double whole, unsigned int width)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	double length = whole > 0 ? part / whole * width : 0;
	unsigned int full = length, rest = (length - full) * 8, i;

	if (!full && !rest && part > 0)
		rest = 1;
	view_colour(tool, "cyan");
	for (i = 0; i < full && i < width; i++)
		fputs(tool->utf8 ? "█" : "#", stdout);
	if (full < width && rest) {
		if (tool->utf8)
			fputs(eighths[rest], stdout);
		else if (rest >= 4)
			putchar('#');
		else if (!full)
			putchar('.');
	}
	view_plain(tool);
}
