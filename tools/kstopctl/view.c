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

#define SEPARATOR	2	/* columns between two */
#define COLUMNS_MAX	24
#define WRAP_LEAST	20

/* What a table is going to be, all of it ASCII by now. */
struct layout {
	const struct view_column	*columns;
	size_t				nr;
	bool				hidden[COLUMNS_MAX];
	size_t				width[COLUMNS_MAX];
	size_t				wrap;		/* the last column's, 0: as it is */
};

static void measure(struct layout *layout, struct json_object *rows)
{
	size_t i, row;

	for (i = 0; layout->columns[i].key && i < COLUMNS_MAX; i++) {
		layout->width[i] = strlen(layout->columns[i].heading);
		for (row = 0; row < json_object_array_length(rows); row++) {
			char *text = cell_text(json_object_object_get(
				json_object_array_get_idx(rows, row), layout->columns[i].key),
				layout->columns[i].divide);

			if (strlen(text) > layout->width[i])
				layout->width[i] = strlen(text);
			free(text);
		}
	}
	layout->nr = i;
}

static size_t total(const struct layout *layout)
{
	size_t i, sum = 0;

	for (i = 0; i < layout->nr; i++)
		sum += layout->hidden[i] ? 0 : layout->width[i] + SEPARATOR;
	return sum ? sum - SEPARATOR : 0;
}

/* Make it fit: leave out what is spare, from the last one on, then wrap. */
static void fit(struct layout *layout, size_t width)
{
	size_t i, last = layout->nr - 1, others;

	for (i = layout->nr; i-- && total(layout) > width;)
		layout->hidden[i] = layout->columns[i].spare;
	others = total(layout) - layout->width[last];
	if (total(layout) <= width || !layout->columns[last].wrap || layout->hidden[last])
		return;
	layout->wrap = width > others + WRAP_LEAST ? width - others : WRAP_LEAST;
}

/* Newlines for blanks, so that no line is longer than that if words are not. */
static void wrap_words(char *text, size_t width)
{
	char *line = text, *blank = NULL, *at;

	for (at = text; *at; at++) {
		if (*at == ' ')
			blank = at;
		if ((size_t)(at - line) >= width && blank && blank > line) {
			*blank = '\n';
			line = blank + 1;
		}
	}
}

static void fill_cell(struct libscols_line *line, size_t i, struct json_object *value,
		      const struct view_column *column, size_t wrap)
{
	char *text = cell_text(value, column->divide);
	const char *colour = column->colour ? column->colour(text) : NULL;

	if (wrap)
		wrap_words(text, wrap);
	if (colour)
		scols_cell_set_color(scols_line_get_cell(line, i), colour);
	if (scols_line_refer_data(line, i, text))
		abort();
}

static void add_columns(struct libscols_table *table, const struct layout *layout)
{
	size_t i;

	for (i = 0; i < layout->nr; i++) {
		struct libscols_column *column = scols_table_new_column(table,
			layout->columns[i].heading, 0,
			(layout->columns[i].right ? SCOLS_FL_RIGHT : 0) |
			(layout->columns[i].wrap ? SCOLS_FL_WRAP : 0) |
			(layout->hidden[i] ? SCOLS_FL_HIDDEN : 0));

		if (!column)
			abort();
		if (layout->columns[i].wrap) {
			scols_column_set_safechars(column, "\n");
			scols_column_set_wrapfunc(column, scols_wrapnl_chunksize,
						  scols_wrapnl_nextchunk, NULL);
		}
	}
}

void view_table(const struct tool *tool, struct json_object *rows,
		const struct view_column *columns)
{
	struct libscols_table *table = new_table(tool);
	struct layout layout = { .columns = columns };
	struct libscols_line *line;
	size_t i, row;

	measure(&layout, rows);
	if (view_is_terminal())
		fit(&layout, view_width());
	add_columns(table, &layout);
	for (row = 0; row < json_object_array_length(rows); row++) {
		struct json_object *object = json_object_array_get_idx(rows, row);

		line = scols_table_new_line(table, NULL);
		if (!line)
			abort();
		for (i = 0; i < layout.nr; i++)
			fill_cell(line, i, json_object_object_get(object, columns[i].key),
				  &columns[i], i + 1 == layout.nr ? layout.wrap : 0);
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
		fill_cell(line, 1, value, &plain, 0);
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

bool view_is_terminal(void)
{
	return isatty(STDOUT_FILENO);
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
