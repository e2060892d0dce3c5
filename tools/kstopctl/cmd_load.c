// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl load, kstopctl unload
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "modules.h"
#include "root.h"
#include "tool.h"

enum { OPT_DIR = 0x100 };

static const char *dir;

static const struct option load_options[] = {
	{ "dir",	required_argument,	NULL, OPT_DIR },
	{ 0 }
};

static enum status load_option(struct tool *tool, int c, const char *value)
{
	(void)tool, (void)c;
	dir = value;
	return DONE;
}

/* PARAMETER=VALUE words, blanks between; to be freed. */
static char *join_params(int argc, char **argv)
{
	size_t size = 1;
	char *all;
	int i;

	for (i = 0; i < argc; i++)
		size += strlen(argv[i]) + 1;
	all = calloc(1, size);
	if (!all)
		abort();
	for (i = 0; i < argc; i++) {
		strcat(all, argv[i]);
		strcat(all, i + 1 < argc ? " " : "");
	}
	return all;
}

static enum status load_collect(struct tool *tool, int argc, char **argv)
{
	const char *name = "kstop";
	struct json_object *loaded;
	enum status status;
	char *params;
	int i;

	if (argc && !strchr(argv[0], '=')) {
		name = argv[0];
		argc--, argv++;
	}
	status = module_check(tool, name);
	if (status != DONE)
		return status;
	for (i = 0; i < argc; i++) {
		if (!strchr(argv[i], '='))
			return fail(tool, BAD_USAGE, "\"%s\" is not PARAMETER=VALUE", argv[i]);
	}
	if (root_loaded(name) && argc)
		return fail(tool, FAILED, "%s is loaded already, and its parameters are what "
			    "they are; unload it first", name);
	tool->data = json_object_new_object();
	loaded = json_object_new_array();
	json_object_object_add(tool->data, "module", json_object_new_string(name));
	json_object_object_add(tool->data, "loaded", loaded);
	if (root_loaded(name))
		return DONE;
	params = join_params(argc, argv);
	status = module_load(tool, name, dir, params, loaded);
	free(params);
	return status;
}

static void show_list(struct json_object *data, const char *key, const char *none)
{
	struct json_object *names = json_object_object_get(data, key);
	size_t i;

	for (i = 0; i < json_object_array_length(names); i++)
		printf("%s: %s\n", json_object_get_string(json_object_array_get_idx(names, i)),
		       key);
	if (!i)
		puts(none);
}

static void load_show(struct tool *tool, struct json_object *data)
{
	if (!*tool->reason || json_object_array_length(json_object_object_get(data, "loaded")))
		show_list(data, "loaded", "it was loaded already");
}

const struct command load_command = {
	.name		= "load",
	.args		= "[--dir DIR] [MODULE] [PARAMETER=VALUE...]",
	.summary	= "Load kstop, or a module of its family, and what that needs",
	.help		=
	"  MODULE            kstop (without it), kstoptorture or kstopscale\n"
	"  PARAMETER=VALUE   of MODULE, as modinfo -p MODULE lists them\n"
	"  --dir DIR         from a tree where \"make modules\" was run; else what is\n"
	"                    installed for the running kernel\n",
	.options	= load_options,
	.option		= load_option,
	.collect	= load_collect,
	.show		= load_show,
};

/* All of them are looked at before the first goes. */
static enum status check_loaded(struct tool *tool, int argc, char **argv)
{
	enum status status = DONE;
	int i;

	for (i = 0; i < argc && status == DONE; i++) {
		status = module_check(tool, argv[i]);
		if (status == DONE && !root_loaded(argv[i]))
			status = fail(tool, NOT_LOADED, "the module %s is not loaded", argv[i]);
	}
	return status;
}

static enum status unload_collect(struct tool *tool, int argc, char **argv)
{
	struct json_object *unloaded;
	enum status status = check_loaded(tool, argc, argv);
	int i;

	if (status != DONE)
		return status;
	unloaded = json_object_new_array();
	tool->data = json_object_new_object();
	json_object_object_add(tool->data, "unloaded", unloaded);
	for (i = argc ? argc : OWN_MODULES; i-- && status == DONE;) {
		const char *name = argc ? argv[argc - 1 - i] : own_modules[i];

		if (!root_loaded(name))
			continue;
		status = module_unload(tool, name);
		if (status == DONE)
			json_object_array_add(unloaded, json_object_new_string(name));
	}
	if (status == DONE && !argc && !json_object_array_length(unloaded))
		return fail(tool, NOT_LOADED, "the module kstop is not loaded");
	return status;
}

static void unload_show(struct tool *tool, struct json_object *data)
{
	(void)tool;
	if (json_object_array_length(json_object_object_get(data, "unloaded")))
		show_list(data, "unloaded", "");
}

const struct command unload_command = {
	.name		= "unload",
	.args		= "[MODULE...]",
	.summary	= "Unload kstop and its companions, or only those named",
	.help		=
	"  MODULE            in the order given; without it kstopscale, kstoptorture and\n"
	"                    kstop, those that are loaded\n",
	.collect	= unload_collect,
	.show		= unload_show,
};
