// SPDX-License-Identifier: GPL-2.0-only
#include "mods.h"

#include <errno.h>
#include <libkmod.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ktap.h"
#include "totals.h"

static struct kmod_ctx *ctx;

/* Failures are the callers' to report, and some tests want them. */
static void no_log(void *data, int priority, const char *file, int line,
		   const char *fn, const char *format, va_list args)
{
	(void)data;
	(void)priority;
	(void)file;
	(void)line;
	(void)fn;
	(void)format;
	(void)args;
}

int mods_init(void)
{
	static const char *const no_config[] = { NULL };

	ctx = kmod_new(NULL, no_config);
	if (!ctx)
		return -ENOMEM;
	kmod_set_log_fn(ctx, no_log, NULL);
	return kmod_load_resources(ctx);
}

static int find(const char *name, struct kmod_module **mod)
{
	struct kmod_list *list = NULL;
	int err = kmod_module_new_from_lookup(ctx, name, &list);

	if (err < 0)
		return err;
	if (!list)
		return -ENOENT;
	*mod = kmod_module_get_module(list);
	kmod_module_unref_list(list);
	return 0;
}

static int insert_dependencies(struct kmod_module *mod)
{
	struct kmod_list *list = kmod_module_get_dependencies(mod), *item;
	int err = 0;

	kmod_list_foreach(item, list) {
		struct kmod_module *dep = kmod_module_get_module(item);

		err = kmod_module_insert_module(dep, 0, NULL);
		kmod_module_unref(dep);
		if (err == -EEXIST)
			err = 0;
		if (err)
			break;
	}
	kmod_module_unref_list(list);
	return err;
}

/*
 * Not kmod_module_probe_insert_module(): a case's modules get the options that it names,
 * and none that libkmod finds on the kernel's command line.
 */
int mods_load(const char *name, const char *options)
{
	struct kmod_module *mod;
	int err = find(name, &mod);

	if (err)
		return err;
	err = insert_dependencies(mod);
	if (!err)
		err = kmod_module_insert_module(mod, 0, options);
	kmod_module_unref(mod);
	return err;
}

int mods_unload(const char *name)
{
	struct totals totals = { 0 };
	struct kmod_module *mod;
	int err = kmod_module_new_from_name(ctx, name, &mod);

	if (err)
		return err;
	if (!strcmp(name, "kstop"))
		totals = totals_read();
	err = kmod_module_remove_module(mod, KMOD_REMOVE_NOLOG);
	kmod_module_unref(mod);
	if (!err)
		totals_add(&totals);
	return err;
}

bool mods_loaded(const char *name)
{
	struct kmod_module *mod;
	int state;

	if (kmod_module_new_from_name(ctx, name, &mod))
		return false;
	state = kmod_module_get_initstate(mod);
	kmod_module_unref(mod);
	return state >= 0;
}

bool mods_unsupported(const char *name, const char *options)
{
	int err = mods_load(name, options);

	if (!err)
		mods_unload(name);
	return err == -EOPNOTSUPP;
}

int mods_path(const char *name, char *path, size_t size)
{
	struct kmod_module *mod;
	const char *found;
	int err = find(name, &mod);

	if (err)
		return err;
	found = kmod_module_get_path(mod);
	snprintf(path, size, "%s", found ? found : "");
	kmod_module_unref(mod);
	return found ? 0 : -ENOENT;
}

static bool info_has(const struct kmod_list *list, const char *key, const char *value)
{
	const struct kmod_list *item;
	size_t len = strlen(value);

	kmod_list_foreach(item, list)
		if (!strcmp(kmod_module_info_get_key(item), key) &&
		    !strncmp(kmod_module_info_get_value(item), value, len) &&
		    kmod_module_info_get_value(item)[len] == ':')
			return true;
	return false;
}

bool mods_takes(const char *name, const char *parameter)
{
	struct kmod_list *list = NULL;
	struct kmod_module *mod;
	bool takes = false;

	if (find(name, &mod))
		return false;
	if (kmod_module_get_info(mod, &list) >= 0) {
		takes = info_has(list, "parm", parameter);
		kmod_module_info_free_list(list);
	}
	kmod_module_unref(mod);
	return takes;
}
