// SPDX-License-Identifier: GPL-2.0-only
/*
 * The histograms as a drawing: a panel for each phase, time to the right, each
 * power of two as wide as the next.
 */
#include <math.h>
#include <stdlib.h>

#include "files.h"
#include "latency.h"
#include "svg.h"

#define LEFT		70.0
#define WIDE		660.0
#define PANEL		190.0
#define TALL		120.0		/* of the bars in it */
#define TOP		50.0

struct range {
	double	from;		/* log2 of ns */
	double	to;
};

static double log_ns(uint64_t ns)
{
	return log2(ns < 1 ? 1 : ns);
}

static double end_of(struct json_object *bucket)
{
	return has_value(bucket, "to_ns") ? log_ns(get_u64(bucket, "to_ns")) :
					    log_ns(get_u64(bucket, "from_ns")) + 1;
}

static double start_of(struct json_object *bucket)
{
	double to = end_of(bucket), from = log_ns(get_u64(bucket, "from_ns"));

	/* The first begins at 0, which has no logarithm. */
	return get_u64(bucket, "from_ns") ? from : to - 1;
}

/* What all panels cover. */
static struct range range_of(struct json_object *phases)
{
	struct range range = { 64, 0 };
	size_t i, j;

	for (i = 0; i < json_object_array_length(phases); i++) {
		struct json_object *buckets = json_object_object_get(
			json_object_array_get_idx(phases, i), "buckets");

		for (j = 0; j < json_object_array_length(buckets); j++) {
			struct json_object *bucket = json_object_array_get_idx(buckets, j);

			range.from = fmin(range.from, floor(start_of(bucket)));
			range.to = fmax(range.to, ceil(end_of(bucket)));
		}
	}
	if (range.from >= range.to)
		range = (struct range){ 8, 20 };
	return range;
}

static double x_of(const struct range *range, double log)
{
	return LEFT + (log - range->from) / (range->to - range->from) * WIDE;
}

/* Stops for each part of the axis of the same width: buckets differ in theirs. */
static double density(struct json_object *bucket)
{
	double width = end_of(bucket) - start_of(bucket);

	return width > 0 ? get_u64(bucket, "count") / width : 0;
}

static void draw_axis(FILE *file, const struct range *range, double y)
{
	int log, step = (int)((range->to - range->from) / 12) + 1;

	svg_line(file, LEFT, y, LEFT + WIDE, y, "#444444");
	for (log = range->from; log <= range->to; log += step) {
		double us = exp2(log) / 1e3;

		svg_line(file, x_of(range, log), y, x_of(range, log), y + 4, "#444444");
		svg_text(file, x_of(range, log), y + 17, "middle", 10, us < 1e3 ? "%.3g us" :
			 us < 1e6 ? "%.3g ms" : "%.3g s", us < 1e3 ? us : us < 1e6 ? us / 1e3 :
			 us / 1e6);
	}
}

static void draw_mark(FILE *file, const struct range *range, struct json_object *phase,
		      const char *key, double y, double below, const char *name)
{
	double x;

	if (!has_value(phase, key))
		return;
	x = x_of(range, log_ns(get_u64(phase, key)));
	svg_line(file, x, y - TALL, x, y, "#d55e00");
	svg_text(file, x + 3, y - TALL + below, "start", 10, "%s", name);
}

static void draw_phase(FILE *file, const struct range *range, struct json_object *phase,
		       double y)
{
	struct json_object *buckets = json_object_object_get(phase, "buckets");
	size_t i, nr = json_object_array_length(buckets);
	double most = 0;
	char tip[120];

	for (i = 0; i < nr; i++)
		most = fmax(most, density(json_object_array_get_idx(buckets, i)));
	svg_text(file, LEFT, y - TALL - 12, "start", 13, "%s: %llu stops, %llu beyond the last "
		 "bucket", get_text(phase, "phase"),
		 (unsigned long long)get_u64(phase, "count"),
		 (unsigned long long)get_u64(phase, "overflow"));
	for (i = 0; i < nr; i++) {
		struct json_object *bucket = json_object_array_get_idx(buckets, i);
		/* A single stop is to be seen, too. */
		double high = most > 0 ? fmax(density(bucket) / most * TALL, 1.5) : 0;
		double x = x_of(range, start_of(bucket));

		snprintf(tip, sizeof(tip), "%s to %s ns: %s", get_text(bucket, "from_ns"),
			 has_value(bucket, "to_ns") ? get_text(bucket, "to_ns") : "any",
			 get_text(bucket, "count"));
		svg_box(file, x, y - high, x_of(range, end_of(bucket)) - x - 0.5, high,
			has_value(bucket, "to_ns") ? "#0072b2" : "#cc79a7", tip);
	}
	draw_mark(file, range, phase, "p50_ns", y, 10, "p50");
	draw_mark(file, range, phase, "p99_ns", y, 22, "p99");
	draw_axis(file, range, y);
}

enum status latency_plot(struct tool *tool, struct json_object *phases, const char *path)
{
	size_t i, nr = json_object_array_length(phases);
	struct range range = range_of(phases);
	FILE *file = svg_open(tool, path, LEFT + WIDE + 40, TOP + nr * PANEL + 20,
			      "How long stops took");

	if (!file)
		return FAILED;
	svg_text(file, LEFT, 24, "start", 16, "How long stops took");
	for (i = 0; i < nr; i++)
		draw_phase(file, &range, json_object_array_get_idx(phases, i),
			   TOP + i * PANEL + TALL + 25);
	return svg_close(tool, file, path);
}
