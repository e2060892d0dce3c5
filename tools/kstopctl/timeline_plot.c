// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "files.h"
#include "phases.h"
#include "svg.h"
#include "timeline.h"

#define LEFT	140.0
#define WIDE	760.0
#define TOP	70.0
#define ROW	26.0
#define BAR	18.0

static double x_of(struct json_object *timeline, int64_t ns)
{
	int64_t end = get_s64(timeline, "span_ns");

	return LEFT + (end > 0 ? (double)ns / end : 0) * WIDE;
}

static void draw_row(FILE *file, struct json_object *timeline, struct json_object *row,
		     double y)
{
	struct json_object *spans = json_object_object_get(row, "spans");
	char tip[160];
	size_t i;

	svg_text(file, LEFT - 10, y + 13, "end", 12, "CPU %s, %s", get_text(row, "cpu"),
		 get_text(row, "server"));
	for (i = 0; i < json_object_array_length(spans); i++) {
		struct json_object *span = json_object_array_get_idx(spans, i);
		const struct phase *phase = phase_find(get_text(span, "phase"));
		double from = x_of(timeline, get_s64(span, "from_ns"));

		snprintf(tip, sizeof(tip), "%s: %s to %s ns", phase->name,
			 get_text(span, "from_ns"), get_text(span, "to_ns"));
		svg_box(file, from, y, x_of(timeline, get_s64(span, "to_ns")) - from, BAR,
			phase->fill, tip);
	}
}

static void draw_axis(FILE *file, struct json_object *timeline, double y)
{
	double end = get_s64(timeline, "span_ns"), step = svg_step(end, 8), at;

	svg_line(file, LEFT, y, LEFT + WIDE, y, "#444444");
	for (at = 0; end > 0 && at <= end; at += step) {
		double x = x_of(timeline, at);

		svg_line(file, x, TOP - 4, x, y + 4, "#cccccc");
		svg_text(file, x, y + 17, "middle", 10, "%g us", at / 1e3);
	}
}

/* All stand still between these two. */
static void draw_stopped(FILE *file, struct json_object *timeline, double bottom)
{
	struct json_object *stop = json_object_object_get(timeline, "stop");
	double from, to;

	if (!has_value(stop, "committed_ns") || !has_value(stop, "released_ns"))
		return;
	from = x_of(timeline, get_s64(stop, "committed_ns"));
	to = x_of(timeline, get_s64(stop, "released_ns"));
	svg_box(file, from, TOP - 6, to - from, bottom - TOP + 6, "#eeeeee", "all stand still");
	svg_text(file, from, TOP - 10, "middle", 10, "all stand still");
}

static void draw_legend(FILE *file, double y)
{
	size_t i;

	for (i = 0; i < PHASES; i++) {
		double x = LEFT + i % 3 * 260, at = y + i / 3 * 20;

		svg_box(file, x, at, 12, 12, phases[i].fill, NULL);
		svg_text(file, x + 17, at + 11, "start", 11, "%s: %s", phases[i].name,
			 phases[i].text);
	}
}

enum status timeline_plot(struct tool *tool, struct json_object *timeline, const char *path)
{
	struct json_object *stop = json_object_object_get(timeline, "stop");
	struct json_object *rows = json_object_object_get(timeline, "rows");
	size_t i, nr = json_object_array_length(rows);
	double bottom = TOP + nr * ROW;
	FILE *file = svg_open(tool, path, LEFT + WIDE + 60, bottom + 90, "One stop, CPU by CPU");

	if (!file)
		return FAILED;
	svg_text(file, LEFT, 24, "start", 15, "%s of CPUs %s, fn %s, called by %s",
		 get_text(stop, "op"), get_text(stop, "stopped"), get_text(stop, "fn"),
		 get_text(stop, "caller"));
	draw_stopped(file, timeline, bottom);
	draw_axis(file, timeline, bottom);
	for (i = 0; i < nr; i++)
		draw_row(file, timeline, json_object_array_get_idx(rows, i), TOP + i * ROW);
	draw_legend(file, bottom + 35);
	return svg_close(tool, file, path);
}
