// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl late: who keeps others waiting, and why
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "kmsg.h"
#include "late.h"
#include "tool.h"
#include "view.h"

static struct json_object *string(const char *text)
{
	return json_object_new_string(text);
}

/* "COMM:PID (POLICY) runs there", the name may have any of that in it */
static bool parse_runs(struct piece text, struct json_object *late)
{
	struct piece policy;
	const char *open, *colon;
	uint64_t pid;

	json_object_object_add(late, "preemption_off",
			       json_object_new_boolean(piece_ends(&text, ", preemption off")));
	if (!piece_ends(&text, ") runs there"))
		return false;
	open = memrchr(text.at, '(', text.len);
	if (!open || open == text.at || open[-1] != ' ')
		return false;
	policy = (struct piece){ open + 1, text.at + text.len - open - 1 };
	text.len = open - 1 - text.at;
	colon = memrchr(text.at, ':', text.len);
	if (!colon || !piece_u64((struct piece){ colon + 1, text.at + text.len - colon - 1 },
				 &pid))
		return false;
	json_object_object_add(late, "comm", text_json((struct piece){ text.at, colon - text.at }));
	json_object_object_add(late, "pid", json_object_new_uint64(pid));
	json_object_object_add(late, "policy", text_json(policy));
	return true;
}

/* As kstop_late_describe() writes it. */
static void parse_why(struct piece why, struct json_object *late)
{
	struct piece rest = why;
	const char *reason = "other";

	if (piece_starts(&rest, "not scheduled, ") && parse_runs(rest, late))
		reason = "not_scheduled";
	else if (piece_starts(&rest, "does not answer an interrupt"))
		reason = "irqs_off";
	else if (piece_is(why, "on its way"))
		reason = "arriving";
	json_object_object_add(late, "reason", string(reason));
	json_object_object_add(late, "why", text_json(why));
}

static bool is(struct json_object *stopper, const char *state)
{
	return !strcmp(get_text(stopper, "state"), state);
}

static bool waits(struct json_object *stopper)
{
	return is(stopper, "gather") || is(stopper, "relaxed") || is(stopper, "commit");
}

static struct json_object *new_late(struct json_object *stopper)
{
	struct json_object *late = json_object_new_object();

	json_object_object_add(late, "cpu", json_object_get(json_object_object_get(stopper,
			       "cpu")));
	return late;
}

/*
 * In a callback, with something behind it in the queue: a work that runs is not in there
 * any more, a slot stays until its CPU has left the stop.
 */
static bool keeps_others(struct json_object *stopper)
{
	uint64_t queued = get_u64(stopper, "queued");

	return (is(stopper, "work") && queued >= 1) || (is(stopper, "run") && queued >= 2);
}

/*
 * Stops that come one behind the other keep each other, too, for microseconds: without
 * anybody who has arrived, and waits, that is not late.
 */
struct json_object *late_now(struct json_object *stoppers)
{
	struct json_object *all = json_object_new_array(), *late;
	size_t i, nr = json_object_array_length(stoppers);
	bool somebody_waits = false;

	for (i = 0; i < nr; i++)
		somebody_waits |= waits(json_object_array_get_idx(stoppers, i));
	for (i = 0; i < nr; i++) {
		struct json_object *stopper = json_object_array_get_idx(stoppers, i);
		const char *doing = get_text(stopper, "doing");

		if (is(stopper, "late")) {
			late = new_late(stopper);
			parse_why((struct piece){ doing, strlen(doing) }, late);
		} else if (somebody_waits && keeps_others(stopper)) {
			late = new_late(stopper);
			json_object_object_add(late, "reason", string("busy"));
			json_object_object_add(late, "why", string(doing));
		} else {
			continue;
		}
		json_object_array_add(all, late);
	}
	return all;
}

/* The entry of a CPU in the list, made if it is not there. */
static struct json_object *entry_of(struct json_object *all, uint64_t cpu)
{
	struct json_object *entry;
	size_t i;

	for (i = 0; i < json_object_array_length(all); i++) {
		entry = json_object_array_get_idx(all, i);
		if (get_u64(entry, "cpu") == cpu)
			return entry;
	}
	entry = json_object_new_object();
	json_object_object_add(entry, "cpu", json_object_new_uint64(cpu));
	json_object_object_add(entry, "times", json_object_new_int(0));
	json_object_object_add(entry, "gathered_ns_max", json_object_new_int(0));
	json_object_array_add(all, entry);
	return entry;
}

static int most_first(const void *a, const void *b)
{
	uint64_t x = get_u64(*(struct json_object *const *)a, "times");
	uint64_t y = get_u64(*(struct json_object *const *)b, "times");

	return x > y ? -1 : x < y;
}

struct json_object *late_last(struct json_object *stops)
{
	struct json_object *all = json_object_new_array(), *entry;
	size_t i;

	for (i = 0; i < json_object_array_length(stops); i++) {
		struct json_object *stop = json_object_array_get_idx(stops, i);

		if (!has_value(stop, "last_cpu"))
			continue;
		entry = entry_of(all, get_u64(stop, "last_cpu"));
		json_object_object_add(entry, "times",
				       json_object_new_uint64(get_u64(entry, "times") + 1));
		if (get_s64(stop, "gathered_ns") > get_s64(entry, "gathered_ns_max"))
			json_object_object_add(entry, "gathered_ns_max",
				json_object_new_int64(get_s64(stop, "gathered_ns")));
	}
	json_object_array_sort(all, most_first);
	return all;
}

static enum status collect(struct tool *tool, int argc, char **argv)
{
	struct json_object *stoppers, *history;
	enum status status;
	bool readable;

	if (argc)
		return fail(tool, BAD_USAGE, "\"%s\" is too much", argv[0]);
	status = file_read(tool, "kstop", "stoppers", stoppers_parse, &stoppers);
	if (status != DONE)
		return status;
	tool->data = json_object_new_object();
	json_object_object_add(tool->data, "now", late_now(stoppers));
	json_object_put(stoppers);

	json_object_object_add(tool->data, "log", kmsg_late(&readable));
	if (!readable)
		complain(tool, "the kernel's log cannot be read");

	/* Last: a kernel that is locked down has the others, but not this one. */
	status = file_read(tool, "kstop", "history", history_parse, &history);
	if (status != DONE)
		return status;
	json_object_object_add(tool->data, "came_last", late_last(history));
	json_object_put(history);
	return DONE;
}

static const char *red(const char *text)
{
	(void)text;
	return "red";
}

static void show_part(struct tool *tool, struct json_object *data, const char *key,
		      const char *heading, const char *none, const struct view_column *columns)
{
	struct json_object *rows = json_object_object_get(data, key);

	if (!rows)
		return;
	if (strcmp(key, "now"))
		putchar('\n');
	view_heading(tool, heading);
	if (json_object_array_length(rows))
		view_table(tool, rows, columns);
	else
		puts(none);
}

static void show(struct tool *tool, struct json_object *data)
{
	static const struct view_column now[] = {
		{ .key = "cpu",		.heading = "CPU",	.right = true },
		{ .key = "reason",	.heading = "REASON",	.colour = red },
		{ .key = "why",		.heading = "WHY",	.wrap = true },
		{ 0 }
	}, last[] = {
		{ .key = "cpu",		.heading = "CPU",	.right = true },
		{ .key = "times",	.heading = "TIMES",	.right = true },
		{ .key = "gathered_ns_max", .heading = "AT MOST us", .right = true,
		  .divide = 1000 },
		{ 0 }
	}, log[] = {
		{ .key = "log_us",	.heading = "LOG s",	.right = true,
		  .divide = 1e6 },
		{ .key = "event",	.heading = "EVENT" },
		{ .key = "cpus",	.heading = "CPUS" },
		{ .key = "waited_ms",	.heading = "WAITED ms",	.right = true },
		{ .key = "fn",		.heading = "FN",	.spare = true },
		{ .key = "why",		.heading = "WHY",	.wrap = true },
		{ 0 }
	};

	show_part(tool, data, "now", "late now", "nobody", now);
	show_part(tool, data, "came_last", "who came last, in the stops of history",
		  "no stop is recorded", last);
	show_part(tool, data, "log", "what the kernel's log has", "nothing", log);
}

const struct command late_command = {
	.name		= "late",
	.args		= "",
	.summary	= "Who is late, and why",
	.help		=
	"Three lists: the CPUs that others wait for now, and what keeps them; how often\n"
	"which CPU came last in the stops of \"kstopctl history\"; and what the kernel's log\n"
	"has of stops that took longer than the module's parameter warn_ms.\n\n",
	.collect	= collect,
	.show		= show,
};
