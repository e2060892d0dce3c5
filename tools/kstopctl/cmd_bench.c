// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl bench: kstopscale's measurements from beginning to end
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "files.h"
#include "follow.h"
#include "tool.h"
#include "view.h"

static const struct option options[] = {
	ERRAND_OPTIONS,
	{ 0 }
};

static void progress(struct json_object *state)
{
	fprintf(stderr, "%s results, %s samples", get_text(state, "results"),
		get_text(state, "samples"));
}

static bool same(struct json_object *a, struct json_object *b, const char *key)
{
	return json_object_equal(json_object_object_get(a, key), json_object_object_get(b, key));
}

/* Measured in the same situation, the kernel's own way. */
static struct json_object *native_of(struct json_object *results, struct json_object *result)
{
	size_t i;

	for (i = 0; i < json_object_array_length(results); i++) {
		struct json_object *other = json_object_array_get_idx(results, i);

		if (!strcmp(get_text(other, "way"), "native") && same(other, result, "measure") &&
		    same(other, result, "variant") && same(other, result, "load") &&
		    same(other, result, "callers"))
			return other;
	}
	return NULL;
}

/* Medians, kstop's by native's; what is better depends on the unit. */
void bench_compare(struct json_object *results)
{
	size_t i;

	for (i = 0; i < json_object_array_length(results); i++) {
		struct json_object *result = json_object_array_get_idx(results, i);
		struct json_object *native = native_of(results, result);
		double base = native ? get_u64(native, "p50") : 0;

		json_object_object_add(result, "p50_to_native", base > 0 ?
				       new_decimal(get_u64(result, "p50") / base) :
				       NULL);
	}
}

static enum status read_all(struct tool *tool)
{
	struct json_object *state, *results;
	enum status status;

	status = file_read(tool, "kstopscale", "state", state_parse, &state);
	if (status != DONE)
		return status;
	status = file_read(tool, "kstopscale", "results", results_parse, &results);
	if (status != DONE) {
		json_object_put(state);
		return status;
	}
	bench_compare(results);
	/* "results" is a number there: how many. */
	json_object_object_del(state, "results");
	json_object_object_add(state, "results", results);
	tool->data = state;
	return DONE;
}

static struct errand errand = {
	.module		= "kstopscale",
	.file		= "state",
	.parse		= state_parse,
	.read		= read_all,
	.progress	= progress,
};

static enum status option(struct tool *tool, int c, const char *value)
{
	(void)tool;
	errand_option(&errand, c, value);
	return DONE;
}

static enum status collect(struct tool *tool, int argc, char **argv)
{
	return errand_run(tool, &errand, argc, argv);
}

static void show(struct tool *tool, struct json_object *data)
{
	static const struct view_column columns[] = {
		{ .key = "measure",	.heading = "MEASURE" },
		{ .key = "variant",	.heading = "VARIANT",	.spare = true },
		{ .key = "load",	.heading = "LOAD" },
		{ .key = "callers",	.heading = "CALLERS",	.right = true },
		{ .key = "way",		.heading = "WAY" },
		{ .key = "p50",		.heading = "P50",	.right = true },
		{ .key = "p99",		.heading = "P99",	.right = true },
		{ .key = "unit",	.heading = "UNIT" },
		{ .key = "p50_to_native", .heading = "P50/NATIVE", .right = true, .divide = 1 },
		{ .key = "better",	.heading = "BETTER",	.spare = true },
		{ 0 }
	};
	struct json_object *results = json_object_object_get(data, "results");

	view_pairs(tool, data);
	if (json_object_is_type(results, json_type_array) && json_object_array_length(results)) {
		putchar('\n');
		view_table(tool, results, columns);
	}
}

const struct command bench_command = {
	.name		= "bench",
	.args		= "[OPTION...] [PARAMETER=VALUE...]",
	.summary	= "Measure kstop beside the kernel's own stop_machine()",
	.help		=
	"Loads kstopscale, waits until it has ended, prints its results, unloads it, and\n"
	"kstop, too, if that was not loaded before. For figures to compare between kernels,\n"
	"and for plots, there is \"make bench\".\n\n"
	ERRAND_HELP
	"  PARAMETER=VALUE   of the module, such as measures=rate,latency loads=idle\n",
	.exits		=
	"\nExit status 6: a call did not do what it should.\n",
	.options	= options,
	.option		= option,
	.collect	= collect,
	.show		= show,
};
