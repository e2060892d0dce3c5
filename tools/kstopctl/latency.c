// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "latency.h"
#include "view.h"

#define ROWS_MAX	40	/* more buckets than that become powers of two */
#define PHASES_MAX	16	/* more than kstop has, as newer ones may have more */

static struct json_object *phase_of(struct json_object *phases, const char *name)
{
	struct json_object *phase;
	size_t i;

	for (i = 0; i < json_object_array_length(phases); i++) {
		phase = json_object_array_get_idx(phases, i);
		if (!strcmp(get_text(phase, "phase"), name))
			return phase;
	}
	phase = json_object_new_object();
	json_object_object_add(phase, "phase", json_object_new_string(name));
	json_object_object_add(phase, "count", json_object_new_int(0));
	json_object_object_add(phase, "p50_ns", NULL);
	json_object_object_add(phase, "p99_ns", NULL);
	json_object_object_add(phase, "max_below_ns", NULL);
	json_object_object_add(phase, "overflow", json_object_new_int(0));
	json_object_object_add(phase, "buckets", json_object_new_array());
	json_object_array_add(phases, phase);
	return phase;
}

static void add_bucket(struct json_object *phase, struct json_object *line)
{
	struct json_object *bucket;
	uint64_t count = get_u64(line, "count");

	if (!has_value(line, "to_ns"))
		json_object_object_add(phase, "overflow", json_object_new_uint64(count));
	if (!count)
		return;
	bucket = json_object_new_object();
	json_object_object_add(bucket, "from_ns", json_object_new_uint64(get_u64(line, "from_ns")));
	json_object_object_add(bucket, "to_ns", has_value(line, "to_ns") ?
			       json_object_new_uint64(get_u64(line, "to_ns")) : NULL);
	json_object_object_add(bucket, "count", json_object_new_uint64(count));
	json_object_array_add(json_object_object_get(phase, "buckets"), bucket);
	json_object_object_add(phase, "count",
			       json_object_new_uint64(get_u64(phase, "count") + count));
}

/*
 * As if the stops of a bucket were spread over it evenly. In the last bucket, which
 * has no end, it is where that begins.
 */
static struct json_object *quantile(struct json_object *phase, double part)
{
	struct json_object *buckets = json_object_object_get(phase, "buckets"), *bucket;
	double left = part * get_u64(phase, "count"), from, to, count;
	size_t i, nr = json_object_array_length(buckets);

	for (i = 0; i < nr; i++) {
		bucket = json_object_array_get_idx(buckets, i);
		count = get_u64(bucket, "count");
		from = get_u64(bucket, "from_ns");
		to = has_value(bucket, "to_ns") ? get_u64(bucket, "to_ns") : from;
		if (left <= count || i + 1 == nr)
			return json_object_new_uint64(from + (to - from) *
						      (left < count ? left / count : 1));
		left -= count;
	}
	return NULL;
}

static void finish(struct json_object *phase)
{
	struct json_object *buckets = json_object_object_get(phase, "buckets"), *last;
	size_t nr = json_object_array_length(buckets);

	if (!nr)
		return;
	json_object_object_add(phase, "p50_ns", quantile(phase, 0.5));
	json_object_object_add(phase, "p99_ns", quantile(phase, 0.99));
	last = json_object_array_get_idx(buckets, nr - 1);
	json_object_object_add(phase, "max_below_ns", json_object_get(
			       json_object_object_get(last, "to_ns")));
}

struct json_object *latency_phases(struct json_object *lines)
{
	struct json_object *phases = json_object_new_array();
	size_t i;

	for (i = 0; i < json_object_array_length(lines); i++) {
		struct json_object *line = json_object_array_get_idx(lines, i);

		add_bucket(phase_of(phases, get_text(line, "phase")), line);
		if (json_object_array_length(phases) > PHASES_MAX) {
			json_object_put(phases);
			return NULL;
		}
	}
	for (i = 0; i < json_object_array_length(phases); i++)
		finish(json_object_array_get_idx(phases, i));
	return phases;
}

/* A row of the histogram. */
struct row {
	uint64_t	from;
	uint64_t	to;		/* 0: no end */
	uint64_t	count;
};

static uint64_t power_below(uint64_t ns)
{
	return ns ? 1ull << (63 - __builtin_clzll(ns)) : 0;
}

/* Buckets, or powers of two if there are many. Return: how many rows. */
static size_t make_rows(struct json_object *buckets, struct row *rows)
{
	size_t i, nr = json_object_array_length(buckets), made = 0;
	bool merge = nr > ROWS_MAX;

	for (i = 0; i < nr; i++) {
		struct json_object *bucket = json_object_array_get_idx(buckets, i);
		struct row row = { get_u64(bucket, "from_ns"), get_u64(bucket, "to_ns"),
				   get_u64(bucket, "count") };

		if (merge && row.to) {
			row.from = power_below(row.from);
			if (row.from && row.from < UINT64_MAX / 2 && row.to < 2 * row.from)
				row.to = 2 * row.from;
			if (made && rows[made - 1].to && rows[made - 1].from == row.from) {
				if (row.to > rows[made - 1].to)
					rows[made - 1].to = row.to;
				rows[made - 1].count += row.count;
				continue;
			}
		}
		rows[made++] = row;
	}
	return made;
}

static const char *short_ns(char *text, size_t size, double ns)
{
	if (ns < 1e3)
		snprintf(text, size, "%.0f ns", ns);
	else if (ns < 1e6)
		snprintf(text, size, "%.4g us", ns / 1e3);
	else if (ns < 1e9)
		snprintf(text, size, "%.4g ms", ns / 1e6);
	else
		snprintf(text, size, "%.4g s", ns / 1e9);
	return text;
}

static void show_row(const struct tool *tool, const struct row *row, uint64_t most,
		     unsigned int width)
{
	char from[32], to[32];

	printf("%9s .. %-9s %9llu ", short_ns(from, sizeof(from), row->from),
	       row->to ? short_ns(to, sizeof(to), row->to) : "longer",
	       (unsigned long long)row->count);
	view_bar(tool, row->count, most, width);
	putchar('\n');
}

static void show_quantile(struct json_object *phase, const char *key, const char *name)
{
	char text[32];

	if (has_value(phase, key))
		printf(", %s %s", name, short_ns(text, sizeof(text), get_u64(phase, key)));
}

static void show_phase(const struct tool *tool, struct json_object *phase)
{
	struct json_object *buckets = json_object_object_get(phase, "buckets");
	struct row *rows = calloc(json_object_array_length(buckets) + 1, sizeof(*rows));
	unsigned int width = view_width(), label = 34;
	size_t i, nr;
	uint64_t most = 0;

	if (!rows)
		abort();
	view_colour(tool, "bold");
	printf("%s", get_text(phase, "phase"));
	view_plain(tool);
	printf(": %llu stops", (unsigned long long)get_u64(phase, "count"));
	show_quantile(phase, "p50_ns", "p50");
	show_quantile(phase, "p99_ns", "p99");
	show_quantile(phase, "max_below_ns", "all below");
	putchar('\n');
	nr = make_rows(buckets, rows);
	for (i = 0; i < nr; i++)
		most = rows[i].count > most ? rows[i].count : most;
	for (i = 0; i < nr; i++) {
		if (i && rows[i - 1].to && rows[i].from > rows[i - 1].to)
			printf("%9s\n", "...");
		show_row(tool, &rows[i], most, width > label + 10 ? width - label : 10);
	}
	/* The bucket without an end is always there to be seen. */
	if (!nr || rows[nr - 1].to)
		printf("%9s    %-9s %9llu\n", "", "longer",
		       (unsigned long long)get_u64(phase, "overflow"));
	free(rows);
}

void latency_show(const struct tool *tool, struct json_object *phases)
{
	size_t i;

	for (i = 0; i < json_object_array_length(phases); i++) {
		if (i)
			putchar('\n');
		show_phase(tool, json_object_array_get_idx(phases, i));
	}
}
