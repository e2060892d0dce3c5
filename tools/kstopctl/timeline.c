// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "phases.h"
#include "timeline.h"
#include "view.h"

#define ZOOM_PART	3	/* all from COMMIT on has less than that part of the width */
#define LABEL		20	/* columns before a row */

const struct phase phases[PHASES] = {
	{ "queued",	'.', 1, "grey",		"#d9d9d9", "does something else, the stop waits for it" },
	{ "gather",	'g', 3, "yellow",	"#e69f00", "has arrived, spins, IRQs on" },
	{ "relax",	'~', 4, "green",	"#009e73", "gave up spinning, back at work" },
	{ "committed",	'c', 5, "blue",		"#56b4e9", "waits with IRQs off" },
	{ "run",	'#', 6, "red",		"#d55e00", "runs fn" },
	{ "released",	'-', 2, "cyan",		"#0072b2", "fn is done, waits for the others, IRQs off" },
};

const struct phase *phase_find(const char *name)
{
	size_t i;

	for (i = 0; i < PHASES; i++) {
		if (!strcmp(phases[i].name, name))
			return &phases[i];
	}
	return &phases[0];
}

/* Spans of one row, in the order in which they begin. */
struct spans {
	struct json_object	*all;
	int64_t			at;		/* end of the last one */
	const char		*phase;		/* that begins there; NULL: none */
};

/* From @when on it is @phase. Clocks of CPUs differ, so time may not go on. */
static void turn(struct spans *spans, struct json_object *line, const char *key,
		 const char *phase)
{
	int64_t when = get_s64(line, key);
	struct json_object *span;

	if (!has_value(line, key))
		return;
	if (when > spans->at && spans->phase) {
		span = json_object_new_object();
		json_object_object_add(span, "phase", json_object_new_string(spans->phase));
		json_object_object_add(span, "from_ns", json_object_new_int64(spans->at));
		json_object_object_add(span, "to_ns", json_object_new_int64(when));
		json_object_array_add(spans->all, span);
	}
	if (when > spans->at)
		spans->at = when;
	spans->phase = phase;
}

static struct json_object *make_row(struct json_object *line)
{
	struct json_object *row = json_object_new_object();
	struct spans spans = { json_object_new_array(), 0, "queued" };

	turn(&spans, line, "arrived_ns", "gather");
	turn(&spans, line, "relaxed_ns", "relax");
	if (has_value(line, "relaxed_ns") || get_s64(line, "entered_ns") > spans.at)
		turn(&spans, line, "entered_ns", "gather");
	turn(&spans, line, "committed_ns", "committed");
	turn(&spans, line, "began_ns", "run");
	turn(&spans, line, "returned_ns", "released");
	turn(&spans, line, "left_ns", NULL);
	json_object_object_add(row, "cpu", json_object_get(json_object_object_get(line, "cpu")));
	json_object_object_add(row, "server",
			       json_object_get(json_object_object_get(line, "server")));
	json_object_object_add(row, "spans", spans.all);
	return row;
}

/* Where the last row ends. */
static int64_t end_of(struct json_object *rows)
{
	int64_t end = 0, to;
	size_t i, nr;

	for (i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *spans = json_object_object_get(
			json_object_array_get_idx(rows, i), "spans");

		nr = json_object_array_length(spans);
		to = nr ? get_s64(json_object_array_get_idx(spans, nr - 1), "to_ns") : 0;
		end = to > end ? to : end;
	}
	return end;
}

/* When the first CPU committed for good; @end if none did. */
static int64_t first_committed(struct json_object *rows, int64_t end)
{
	size_t i, j;

	for (i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *spans = json_object_object_get(
			json_object_array_get_idx(rows, i), "spans");

		for (j = 0; j < json_object_array_length(spans); j++) {
			struct json_object *span = json_object_array_get_idx(spans, j);

			if (!strcmp(get_text(span, "phase"), "committed") &&
			    get_s64(span, "from_ns") < end)
				end = get_s64(span, "from_ns");
		}
	}
	return end;
}

/* Where to look closer: see timeline.h. */
static struct json_object *zoom(struct json_object *rows, int64_t end)
{
	int64_t from = first_committed(rows, end), part = end - from;

	if (part <= 0 || part > end / ZOOM_PART)
		return NULL;
	from -= part / 8;
	return json_object_new_int64(from > 0 ? from : 0);
}

struct json_object *timeline_make(struct json_object *stop, struct json_object *lines)
{
	struct json_object *timeline = json_object_new_object(), *rows = json_object_new_array();
	uint64_t id = get_u64(stop, "id");
	size_t i;

	for (i = 0; i < json_object_array_length(lines); i++) {
		struct json_object *line = json_object_array_get_idx(lines, i);

		if (get_u64(line, "id") == id)
			json_object_array_add(rows, make_row(line));
	}
	json_object_object_add(timeline, "stop", json_object_get(stop));
	json_object_object_add(timeline, "span_ns", json_object_new_int64(end_of(rows)));
	json_object_object_add(timeline, "zoom_ns", zoom(rows, end_of(rows)));
	json_object_object_add(timeline, "rows", rows);
	return timeline;
}

/* What a chart shows, on how many columns. */
struct chart {
	int64_t		from;
	int64_t		to;
	unsigned int	width;
};

/* Where in the chart a moment is, in columns; outside: at its edge. */
static double column_of(const struct chart *chart, int64_t ns)
{
	if (ns <= chart->from)
		return 0;
	if (ns >= chart->to)
		return chart->width;
	return (double)(ns - chart->from) / (chart->to - chart->from) * chart->width;
}

/* Paint one span's columns, at least one of them; the heavier phase stays. */
static void paint(const struct phase **cells, const struct chart *chart,
		  struct json_object *span)
{
	const struct phase *phase = phase_find(get_text(span, "phase"));
	double from = column_of(chart, get_s64(span, "from_ns"));
	double to = column_of(chart, get_s64(span, "to_ns"));
	unsigned int at = from;

	if (get_s64(span, "to_ns") <= chart->from)
		return;
	do {
		if (at < chart->width && (!cells[at] || cells[at]->weight < phase->weight))
			cells[at] = phase;
	} while (++at < to);
}

static void print_cells(const struct tool *tool, const struct phase **cells,
			unsigned int width)
{
	const struct phase *before = NULL;
	unsigned int i;

	for (i = 0; i < width; i++) {
		if (cells[i] != before) {
			view_plain(tool);
			if (cells[i])
				view_colour(tool, cells[i]->colour);
		}
		putchar(cells[i] ? cells[i]->letter : ' ');
		before = cells[i];
	}
	view_plain(tool);
}

static void show_row(const struct tool *tool, struct json_object *row,
		     const struct chart *chart)
{
	struct json_object *spans = json_object_object_get(row, "spans");
	const struct phase **cells = calloc(chart->width, sizeof(*cells));
	size_t i;

	if (!cells)
		abort();
	for (i = 0; i < json_object_array_length(spans); i++)
		paint(cells, chart, json_object_array_get_idx(spans, i));
	printf("CPU %-4s %-10.10s ", get_text(row, "cpu"), get_text(row, "server"));
	print_cells(tool, cells, chart->width);
	putchar('\n');
	free(cells);
}

static void show_chart(const struct tool *tool, struct json_object *rows, int64_t from,
		       int64_t to)
{
	unsigned int width = view_width(), i;
	struct chart chart = { from, to, width > 2 * LABEL ? width - LABEL : LABEL };
	char left[32], right[32];

	snprintf(left, sizeof(left), "%.1f", from / 1e3);
	snprintf(right, sizeof(right), "%.1f us", to / 1e3);
	printf("%*s%s%*s\n", LABEL, "", left, (int)(chart.width - strlen(left)), right);
	for (i = 0; i < json_object_array_length(rows); i++)
		show_row(tool, json_object_array_get_idx(rows, i), &chart);
	if (!i)
		puts("no CPU is recorded");
}

static void show_legend(const struct tool *tool)
{
	size_t i;

	putchar('\n');
	for (i = 0; i < PHASES; i++) {
		fputs("  ", stdout);
		view_colour(tool, phases[i].colour);
		putchar(phases[i].letter);
		view_plain(tool);
		printf("  %-10s %s\n", phases[i].name, phases[i].text);
	}
}

void timeline_show(const struct tool *tool, struct json_object *timeline)
{
	struct json_object *stop = json_object_object_get(timeline, "stop");
	struct json_object *rows = json_object_object_get(timeline, "rows");
	int64_t end = get_s64(timeline, "span_ns");

	view_colour(tool, "bold");
	printf("%s %s", get_text(stop, "op"), get_text(stop, "id"));
	view_plain(tool);
	printf(" of CPUs %s, fn %s on %s\ncalled by %s in %s:%s\n\n", get_text(stop, "stopped"),
	       get_text(stop, "fn"), get_text(stop, "run"), get_text(stop, "caller"),
	       get_text(stop, "comm"), get_text(stop, "pid"));
	show_chart(tool, rows, 0, end > 0 ? end : 1);
	if (has_value(timeline, "zoom_ns")) {
		puts("\nthe end of that, wider:");
		show_chart(tool, rows, get_s64(timeline, "zoom_ns"), end);
	}
	show_legend(tool);
}
