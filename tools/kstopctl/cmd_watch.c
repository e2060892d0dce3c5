// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl watch: what goes on, a line at a time
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "files.h"
#include "late.h"
#include "tool.h"
#include "view.h"
#include "watch.h"

#define HEADING_EVERY	20
#define LATE_MAX	4	/* CPUs that get a text */
#define NARROW		100	/* columns; less than that is */

/* Counters of stats, as rates. */
static const struct {
	const char	*key;
	const char	*heading;
	int		width;
	bool		spare;		/* not on a terminal too narrow */
} rates[] = {
	{ "requests",			"reqs/s",	8,	false },
	{ "stops",			"stops/s",	8,	false },
	{ "works",			"works/s",	8,	false },
	{ "shared",			"share/s",	8,	false },
	{ "caller_took_part",		"caller/s",	9,	true },
	{ "interrupt_took_part",	"irq/s",	7,	true },
	{ "relaxes",			"relax/s",	8,	false },
	{ "retreats",			"retr/s",	7,	false },
	{ "leaves",			"leave/s",	8,	false },
	{ "aborts",			"abort/s",	8,	false },
	{ "timeouts",			"tmout/s",	8,	false },
};

#define RATES	(sizeof(rates) / sizeof(rates[0]))

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void sleep_s(double s)
{
	struct timespec time = { .tv_sec = s, .tv_nsec = (s - floor(s)) * 1e9 };

	nanosleep(&time, NULL);
}

/* A reset in between makes a counter smaller: then it began at 0. */
static double rate(struct json_object *before, struct json_object *after, const char *key,
		   double seconds)
{
	uint64_t from = get_u64(before, key), to = get_u64(after, key);

	return (to >= from ? to - from : to) / seconds;
}

static unsigned int count_state(struct json_object *stoppers, const char *state)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < json_object_array_length(stoppers); i++)
		count += !strcmp(get_text(json_object_array_get_idx(stoppers, i), "state"), state);
	return count;
}

static struct json_object *cpus_by_state(struct json_object *stoppers)
{
	static const char *const states[] = {
		"off", "idle", "work", "gather", "relaxed", "commit", "run", "late",
	};
	struct json_object *cpus = json_object_new_object();
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		json_object_object_add(cpus, states[i], json_object_new_int(
				       count_state(stoppers, states[i])));
	return cpus;
}

struct json_object *watch_line(struct json_object *before, struct json_object *after,
			       struct json_object *stoppers, double seconds)
{
	struct json_object *line = json_object_new_object();
	struct json_object *per_s = json_object_new_object();
	size_t i;

	json_object_object_add(line, "interval_s", new_decimal(seconds));
	for (i = 0; i < RATES; i++)
		json_object_object_add(per_s, rates[i].key, new_decimal(
				       rate(before, after, rates[i].key, seconds)));
	json_object_object_add(line, "per_s", per_s);
	json_object_object_add(line, "cpus", cpus_by_state(stoppers));
	json_object_object_add(line, "late", late_now(stoppers));
	return line;
}

static enum status read_both(struct tool *tool, struct json_object **stats,
			     struct json_object **stoppers)
{
	enum status status = file_read(tool, "kstop", "stats", stats_parse, stats);

	if (status == DONE)
		status = file_read(tool, "kstop", "stoppers", stoppers_parse, stoppers);
	if (status != DONE)
		json_object_put(*stats);
	return status;
}

static enum status watch(struct tool *tool, double interval, unsigned long long count)
{
	struct json_object *old, *new, *stoppers;
	enum status status;
	double began, ended;

	status = file_read(tool, "kstop", "stats", stats_parse, &old);
	for (began = now_s(); status == DONE; began = ended) {
		sleep_s(interval);
		status = read_both(tool, &new, &stoppers);
		if (status != DONE)
			break;
		ended = now_s();
		json_object_put(tool->data);
		tool->data = watch_line(old, new, stoppers, ended - began);
		tool_print(tool, DONE);
		json_object_put(stoppers);
		json_object_put(old);
		old = new;
		if (count && !--count)
			break;
	}
	json_object_put(old);
	if (status != DONE) {
		json_object_put(tool->data);
		tool->data = NULL;
	}
	return status;
}

static enum status collect(struct tool *tool, int argc, char **argv)
{
	unsigned long long count = 0;
	enum status status;
	double interval = 1;
	char *end;

	if (argc > 2)
		return fail(tool, BAD_USAGE, "\"%s\" is too much", argv[2]);
	if (argc) {
		interval = strtod(argv[0], &end);
		if (*end || end == argv[0] || !(interval >= 0.1 && interval <= 86400))
			return fail(tool, BAD_USAGE, "interval: want seconds from 0.1 to 86400, "
				    "not \"%s\"", argv[0]);
	}
	if (argc == 2) {
		status = parse_count(tool, "count", argv[1], 1, 1000000000, &count);
		if (status != DONE)
			return status;
	}
	tool->streams = true;
	return watch(tool, interval, count);
}

static bool is_narrow(void)
{
	return view_is_terminal() && view_width() < NARROW;
}

static void print_heading(struct tool *tool)
{
	size_t i;

	view_colour(tool, "bold");
	for (i = 0; i < RATES; i++) {
		if (!rates[i].spare || !is_narrow())
			printf("%*s", rates[i].width, rates[i].heading);
	}
	printf(" late\n");
	view_plain(tool);
}

/* Behind the figures; on a terminal in a line of its own, which is cut at its edge. */
static void print_late(struct tool *tool, struct json_object *late)
{
	size_t i, nr = json_object_array_length(late);

	printf(" %4zu", nr);
	view_colour(tool, "red");
	for (i = 0; i < nr; i++) {
		struct json_object *one = json_object_array_get_idx(late, i);
		char text[300];

		snprintf(text, sizeof(text), "CPU %s: %s", get_text(one, "cpu"),
			 get_text(one, "why"));
		if (view_is_terminal())
			printf("\n    %.*s", (int)view_width() - 5, text);
		else
			printf("%s %s", i ? ";" : "", text);
		if (i == LATE_MAX - 1)
			break;
	}
	view_plain(tool);
	putchar('\n');
}

static void show(struct tool *tool, struct json_object *data)
{
	static unsigned int lines;
	struct json_object *per_s = json_object_object_get(data, "per_s");
	size_t i;

	if (lines++ % HEADING_EVERY == 0)
		print_heading(tool);
	for (i = 0; i < RATES; i++) {
		if (!rates[i].spare || !is_narrow())
			printf("%*.0f", rates[i].width, json_object_get_double(
			       json_object_object_get(per_s, rates[i].key)));
	}
	print_late(tool, json_object_object_get(data, "late"));
}

const struct command watch_command = {
	.name		= "watch",
	.args		= "[INTERVAL_S [COUNT]]",
	.summary	= "What kstop does, a line a second",
	.help		=
	"  INTERVAL_S        seconds between lines (1)\n"
	"  COUNT             how many lines, then end (no end)\n\n"
	"All but the last column are per second: requests queued, stops made, works for\n"
	"single CPUs, callers that shared a stop, CPUs that took part as the caller and from\n"
	"an interrupt, how often a CPU went back to work as its budget was gone (relax), took\n"
	"being ready back (retreat), was taken away by the scheduler (leave); requests given\n"
	"up, and time limits that ran out. Then the CPUs late at that moment, and why. With\n"
	"--json each line is an object.\n\n",
	.collect	= collect,
	.show		= show,
};
