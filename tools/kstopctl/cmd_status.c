// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl status
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "modules.h"
#include "procs.h"
#include "root.h"
#include "tool.h"
#include "view.h"

enum { OPT_RESET = 0x100 };

static bool reset;

static const struct option options[] = {
	{ "reset",	no_argument,	NULL, OPT_RESET },
	{ 0 }
};

static enum status option(struct tool *tool, int c, const char *value)
{
	(void)tool, (void)c, (void)value;
	reset = true;
	return DONE;
}

static struct json_object *line_of(const char *path)
{
	char line[256];

	return root_line(path, line, sizeof(line)) ? json_object_new_string(line) : NULL;
}

static void add_parameter(struct json_object *all, const char *name)
{
	char clean[4 * 256], *file;

	if (asprintf(&file, "/sys/module/kstop/parameters/%s", name) < 0)
		abort();
	text_clean(clean, sizeof(clean), name, strlen(name));
	json_object_object_add(all, clean, line_of(file));
	free(file);
}

static struct json_object *parameters(void)
{
	struct json_object *all = json_object_new_object();
	char *path = root_path("/sys/module/kstop/parameters");
	struct dirent **entries = NULL;
	int i, nr = scandir(path, &entries, NULL, alphasort);

	free(path);
	for (i = 0; i < nr; i++) {
		if (*entries[i]->d_name != '.')
			add_parameter(all, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return all;
}

/* kstop/N */
static void see_stopper(const struct thread *thread, void *data)
{
	struct json_object *stopper;
	uint64_t cpu;

	if (!thread_is_stopper(thread, &cpu))
		return;
	stopper = json_object_new_object();
	json_object_object_add(stopper, "cpu", json_object_new_uint64(cpu));
	json_object_object_add(stopper, "pid", json_object_new_int(thread->tid));
	json_object_object_add(stopper, "policy",
			       json_object_new_string(policy_name(thread->policy)));
	json_object_object_add(stopper, "priority", json_object_new_int(thread->priority));
	json_object_array_add(data, stopper);
}

static int by_cpu(const void *a, const void *b)
{
	uint64_t x = get_u64(*(struct json_object *const *)a, "cpu");
	uint64_t y = get_u64(*(struct json_object *const *)b, "cpu");

	return x < y ? -1 : x > y;
}

static struct json_object *stoppers(void)
{
	struct json_object *all = json_object_new_array();

	threads_each(see_stopper, all);
	json_object_array_sort(all, by_cpu);
	return all;
}

static struct json_object *companions(void)
{
	struct json_object *all = json_object_new_object();
	char path[64];
	size_t i;

	for (i = 1; i < OWN_MODULES; i++) {
		snprintf(path, sizeof(path), "/sys/module/%s", own_modules[i]);
		json_object_object_add(all, own_modules[i],
				       json_object_new_boolean(root_exists(path)));
	}
	return all;
}

static enum status add_counters(struct tool *tool)
{
	struct json_object *counters;
	enum status status = file_read(tool, "kstop", "stats", stats_parse, &counters);

	json_object_object_add(tool->data, "counters", counters);
	/* They are root's; the rest is worth saying without them. */
	if (status == NOT_ALLOWED) {
		complain(tool, "no counters: %s", tool->reason);
		*tool->reason = '\0';
		return DONE;
	}
	return status;
}

static enum status collect(struct tool *tool, int argc, char **argv)
{
	bool loaded = root_loaded("kstop");
	long long users;
	int err;

	if (argc)
		return fail(tool, BAD_USAGE, "\"%s\" is too much", argv[0]);
	if (reset && loaded) {
		err = root_write(DEBUGFS "/kstop/stats", "reset");
		if (err)
			return root_refused(tool, "kstop", DEBUGFS "/kstop/stats", err);
	}
	tool->data = json_object_new_object();
	json_object_object_add(tool->data, "loaded", json_object_new_boolean(loaded));
	if (!loaded)
		return fail(tool, NOT_LOADED, "the module kstop is not loaded (kstopctl load)");
	json_object_object_add(tool->data, "module_version", line_of("/sys/module/kstop/version"));
	json_object_object_add(tool->data, "users", root_number("/sys/module/kstop/refcnt",
			       &users) ? json_object_new_int64(users) : NULL);
	json_object_object_add(tool->data, "used_by", module_holders("kstop"));
	json_object_object_add(tool->data, "parameters", parameters());
	json_object_object_add(tool->data, "companions", companions());
	json_object_object_add(tool->data, "stoppers", stoppers());
	return add_counters(tool);
}

static void show_part(struct tool *tool, struct json_object *data, const char *key,
		      const char *heading)
{
	struct json_object *part = json_object_object_get(data, key);

	if (!part || !json_object_object_length(part))
		return;
	putchar('\n');
	view_heading(tool, heading);
	view_pairs(tool, part);
}

static void show(struct tool *tool, struct json_object *data)
{
	static const struct view_column columns[] = {
		{ .key = "cpu",		.heading = "CPU",	.right = true },
		{ .key = "pid",		.heading = "PID",	.right = true },
		{ .key = "policy",	.heading = "POLICY" },
		{ .key = "priority",	.heading = "PRIORITY",	.right = true },
		{ 0 }
	};

	view_heading(tool, "kstop");
	view_pairs(tool, data);
	show_part(tool, data, "parameters", "parameters");
	show_part(tool, data, "companions", "companions, loaded");
	if (has_value(data, "stoppers")) {
		putchar('\n');
		view_heading(tool, "stoppers");
		if (json_object_array_length(json_object_object_get(data, "stoppers")))
			view_table(tool, json_object_object_get(data, "stoppers"), columns);
		else
			puts("none can be seen: /proc does not show all tasks");
	}
	show_part(tool, data, "counters", "counters");
}

const struct command status_command = {
	.name		= "status",
	.args		= "[--reset]",
	.summary	= "Is kstop there, with which parameters, and what has it done",
	.help		=
	"Needs no root, but for the counters; without it they are left out.\n\n"
	"  --reset           let the counters begin anew, first\n",
	.options	= options,
	.option		= option,
	.collect	= collect,
	.show		= show,
};
