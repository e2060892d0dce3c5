// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
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

/* One picture of the rows, from a moment to another. */
struct panel {
	struct json_object	*timeline;
	double			from;
	double			to;
	double			top;
	double			bottom;
};

static double x_of(const struct panel *panel, double ns)
{
	double part = (ns - panel->from) / (panel->to - panel->from);

	return LEFT + (part < 0 ? 0 : part > 1 ? 1 : part) * WIDE;
}

static void draw_row(FILE *file, const struct panel *panel, struct json_object *row, double y)
{
	struct json_object *spans = json_object_object_get(row, "spans");
	char tip[160];
	size_t i;

	svg_text(file, LEFT - 10, y + 13, "end", 12, "CPU %s, %s", get_text(row, "cpu"),
		 get_text(row, "server"));
	for (i = 0; i < json_object_array_length(spans); i++) {
		struct json_object *span = json_object_array_get_idx(spans, i);
		const struct phase *phase = phase_find(get_text(span, "phase"));
		double from = x_of(panel, get_s64(span, "from_ns"));

		if (get_s64(span, "to_ns") <= panel->from)
			continue;
		snprintf(tip, sizeof(tip), "%s: %s to %s ns", phase->name,
			 get_text(span, "from_ns"), get_text(span, "to_ns"));
		svg_box(file, from, y, x_of(panel, get_s64(span, "to_ns")) - from, BAR,
			phase->fill, tip);
	}
}

static void draw_axis(FILE *file, const struct panel *panel)
{
	double step = svg_step(panel->to - panel->from, 8), at;

	svg_line(file, LEFT, panel->bottom, LEFT + WIDE, panel->bottom, "#444444");
	for (at = ceil(panel->from / step) * step; at <= panel->to; at += step) {
		double x = x_of(panel, at);

		svg_line(file, x, panel->top - 4, x, panel->bottom + 4, "#cccccc");
		svg_text(file, x, panel->bottom + 17, "middle", 10, "%g us", at / 1e3);
	}
}

/* All stand still between these two. */
static void draw_stopped(FILE *file, const struct panel *panel)
{
	struct json_object *stop = json_object_object_get(panel->timeline, "stop");
	double from, to;

	if (!has_value(stop, "committed_ns") || !has_value(stop, "released_ns"))
		return;
	from = x_of(panel, get_s64(stop, "committed_ns"));
	to = x_of(panel, get_s64(stop, "released_ns"));
	svg_box(file, from, panel->top - 6, to - from, panel->bottom - panel->top + 6, "#e8e8e8",
		"all stand still");
	svg_text(file, (from + to) / 2, panel->top - 10, "middle", 10, "all stand still");
}

static void draw_panel(FILE *file, const struct panel *panel)
{
	struct json_object *rows = json_object_object_get(panel->timeline, "rows");
	size_t i;

	draw_stopped(file, panel);
	draw_axis(file, panel);
	for (i = 0; i < json_object_array_length(rows); i++)
		draw_row(file, panel, json_object_array_get_idx(rows, i), panel->top + i * ROW);
}

static void draw_legend(FILE *file, double y)
{
	size_t i;

	for (i = 0; i < PHASES; i++) {
		double x = 40 + i % 2 * 440, at = y + i / 2 * 20;

		svg_box(file, x, at, 12, 12, phases[i].fill, NULL);
		svg_text(file, x + 17, at + 11, "start", 11, "%s: %s", phases[i].name,
			 phases[i].text);
	}
}

enum status timeline_plot(struct tool *tool, struct json_object *timeline, const char *path)
{
	struct json_object *stop = json_object_object_get(timeline, "stop");
	double high = json_object_array_length(json_object_object_get(timeline, "rows")) * ROW;
	double end = get_s64(timeline, "span_ns");
	struct panel panel = { timeline, 0, end > 0 ? end : 1, TOP, TOP + high };
	bool zoom = has_value(timeline, "zoom_ns");
	double legend = TOP + high + 35 + (zoom ? high + 65 : 0);
	FILE *file = svg_open(tool, path, LEFT + WIDE + 60, legend + 75, "One stop, CPU by CPU");

	if (!file)
		return FAILED;
	svg_text(file, 40, 24, "start", 15, "%s of CPUs %s, fn %s, called by %s",
		 get_text(stop, "op"), get_text(stop, "stopped"), get_text(stop, "fn"),
		 get_text(stop, "caller"));
	draw_panel(file, &panel);
	if (zoom) {
		panel = (struct panel){ timeline, get_s64(timeline, "zoom_ns"), end,
					TOP + high + 65, TOP + 2 * high + 65 };
		svg_text(file, 40, panel.top - 22, "start", 11, "the end of that, wider:");
		draw_panel(file, &panel);
	}
	draw_legend(file, legend);
	return svg_close(tool, file, path);
}
