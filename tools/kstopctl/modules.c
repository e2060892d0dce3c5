// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kmsg.h"
#include "modules.h"
#include "release.h"
#include "root.h"
#include "text.h"

#define SIGNER_MAX	128

const char *const own_modules[OWN_MODULES] = { "kstop", "kstoptorture", "kstopscale" };

enum status module_check(struct tool *tool, const char *name)
{
	size_t i;

	for (i = 0; i < OWN_MODULES; i++) {
		if (!strcmp(own_modules[i], name))
			return DONE;
	}
	return fail(tool, BAD_USAGE, "\"%s\" is not one of kstop's modules: kstop, kstoptorture, "
		    "kstopscale", name);
}

static void be_silent(void *data, int priority, const char *file, int line, const char *fn,
		      const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)fn, (void)format, (void)args;
}

static struct kmod_ctx *new_ctx(void)
{
	char *dir = root_is_other() ? root_path("/lib/modules/%s", release_now().text) : NULL;
	static const char *const none[] = { NULL };
	struct kmod_ctx *ctx;

	/* Of another root neither the modules nor the configuration is this machine's. */
	ctx = kmod_new(dir, dir ? none : NULL);
	free(dir);
	if (!ctx)
		abort();
	kmod_set_log_fn(ctx, be_silent, NULL);
	return ctx;
}

/* What the kernel's errors mean here. */
static const char *reason(int err)
{
	switch (err) {
	case EPERM:
	case EACCES:
		return geteuid() ? "not allowed, this needs root" :
		       "not allowed: modules cannot be loaded, this one has no signature, or it "
		       "needs a debugfs that is turned off (kstopctl doctor)";
	case EKEYREJECTED:
	case ENOKEY:
		return "its signature is not one that this kernel accepts";
	case ENOENT:
		return "there is no such module, or a symbol it needs is missing";
	case ENOEXEC:
		return "it was built for another kernel";
	case ENOSYS:
		return "there is no such module for this kernel";
	case EBUSY:
		return "it is busy";
	default:
		return strerror(err);
	}
}

static enum status refused(struct tool *tool, const char *name, int err)
{
	return fail(tool, err == EPERM || err == EACCES ? NOT_ALLOWED : FAILED, "%s: %s", name,
		    reason(err));
}

static void note_loaded(struct json_object *loaded, const char *name)
{
	json_object_array_add(loaded, json_object_new_string(name));
}

/* Where a tree that was built has it. */
static char *find_in(const char *dir, const char *name)
{
	static const char *const below[] = { "", "src/", "test/torture/", "test/scale/",
					     "test/cases/", "updates/dkms/", "extra/kstop/src/" };
	size_t i;
	char *path;

	for (i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		if (asprintf(&path, "%s/%s%s.ko", dir, below[i], name) < 0)
			abort();
		if (!access(path, F_OK))
			return path;
		free(path);
	}
	return NULL;
}

static enum status load_from(struct tool *tool, struct kmod_ctx *ctx, const char *name,
			     const char *dir, const char *params, struct json_object *loaded);

/* What its "depends" says, as there is no modules.dep. */
static enum status load_needed(struct tool *tool, struct kmod_ctx *ctx,
			       struct kmod_module *module, const char *dir,
			       struct json_object *loaded)
{
	struct kmod_list *info = NULL, *entry;
	enum status status = DONE;
	char *all, *rest, *name;

	if (kmod_module_get_info(module, &info) < 0)
		return DONE;
	kmod_list_foreach(entry, info) {
		if (strcmp(kmod_module_info_get_key(entry), "depends"))
			continue;
		all = rest = strdup(kmod_module_info_get_value(entry));
		while (status == DONE && (name = strsep(&rest, ","))) {
			if (*name && !root_loaded(name))
				status = load_from(tool, ctx, name, dir, NULL, loaded);
		}
		free(all);
	}
	kmod_module_info_free_list(info);
	return status;
}

static enum status load_from(struct tool *tool, struct kmod_ctx *ctx, const char *name,
			     const char *dir, const char *params, struct json_object *loaded)
{
	struct kmod_module *module;
	enum status status;
	char *path = find_in(dir, name);
	int err;

	if (!path)
		return fail(tool, FAILED, "%s: there is no %s.ko in %s (make modules)",
			    name, name, dir);
	err = kmod_module_new_from_path(ctx, path, &module);
	free(path);
	if (err < 0)
		return refused(tool, name, -err);
	status = load_needed(tool, ctx, module, dir, loaded);
	if (status == DONE) {
		err = kmod_module_insert_module(module, 0, params);
		if (err < 0)
			status = refused(tool, name, -err);
		else
			note_loaded(loaded, name);
	}
	kmod_module_unref(module);
	return status;
}

static enum status load_installed(struct tool *tool, struct kmod_ctx *ctx, const char *name,
				  const char *params, struct json_object *loaded)
{
	bool had_kstop = root_loaded("kstop");
	struct kmod_list *list = NULL;
	struct kmod_module *module;
	int err;

	err = kmod_module_new_from_lookup(ctx, name, &list);
	if (err < 0 || !list)
		return fail(tool, FAILED, "%s: it is not installed for this kernel (make "
			    "install, or --dir DIR)", name);
	module = kmod_module_get_module(list);
	err = kmod_module_probe_insert_module(module, 0, params, NULL, NULL, NULL);
	kmod_module_unref(module);
	kmod_module_unref_list(list);
	if (!had_kstop && strcmp(name, "kstop") && root_loaded("kstop"))
		note_loaded(loaded, "kstop");
	if (err)
		return refused(tool, name, err < 0 ? -err : EPERM);
	note_loaded(loaded, name);
	return DONE;
}

enum status module_load(struct tool *tool, const char *name, const char *dir,
			const char *params, struct json_object *loaded)
{
	struct kmod_ctx *ctx;
	enum status status;
	int log;

	if (root_is_other())
		return fail(tool, BAD_USAGE, "modules are of this machine, not of --root");
	ctx = new_ctx();
	log = kmsg_now();
	status = dir ? load_from(tool, ctx, name, dir, params, loaded) :
		       load_installed(tool, ctx, name, params, loaded);
	kmod_unref(ctx);
	if (status != DONE)
		kmsg_repeat(tool, log, NULL);
	if (log >= 0)
		close(log);
	return status;
}

/* "a, b", to be freed */
static char *join(struct json_object *names)
{
	char *all = strdup(""), *more;
	size_t i;

	for (i = 0; i < json_object_array_length(names); i++) {
		if (asprintf(&more, "%s%s%s", all, i ? ", " : "",
			     json_object_get_string(json_object_array_get_idx(names, i))) < 0)
			abort();
		free(all);
		all = more;
	}
	return all;
}

enum status module_unload(struct tool *tool, const char *name)
{
	struct json_object *holders;
	struct kmod_module *module;
	enum status status = DONE;
	struct kmod_ctx *ctx;
	char *users;
	int err;

	if (root_is_other())
		return fail(tool, BAD_USAGE, "modules are of this machine, not of --root");
	ctx = new_ctx();
	err = kmod_module_new_from_name(ctx, name, &module);
	if (err >= 0) {
		err = kmod_module_remove_module(module, 0);
		kmod_module_unref(module);
	}
	kmod_unref(ctx);
	if (err >= 0)
		return DONE;
	holders = module_holders(name);
	users = join(holders);
	if ((err == -EAGAIN || err == -EBUSY || err == -EWOULDBLOCK))
		status = fail(tool, FAILED, "%s: it is in use%s%s", name,
			      *users ? ", by " : "", users);
	else
		status = refused(tool, name, -err);
	free(users);
	json_object_put(holders);
	return status;
}

/* Only libkmod and the kernel know what a signature looks like. */
static char *signer_of(struct kmod_module *module)
{
	struct kmod_list *info = NULL, *entry;
	char *signer = NULL;
	bool has = false;

	if (kmod_module_get_info(module, &info) < 0)
		return NULL;
	kmod_list_foreach(entry, info) {
		const char *key = kmod_module_info_get_key(entry);
		const char *value = kmod_module_info_get_value(entry);

		has |= !strcmp(key, "sig_id");
		if (strcmp(key, "signer") || signer)
			continue;
		signer = malloc(SIGNER_MAX);
		if (!signer)
			abort();
		text_clean(signer, SIGNER_MAX, value, strlen(value));
	}
	kmod_module_info_free_list(info);
	return signer || !has ? signer : strdup("");
}

char *module_installed(const char *name, char **signer)
{
	struct kmod_ctx *ctx = new_ctx();
	struct kmod_list *list = NULL;
	struct kmod_module *module;
	char *path = NULL;

	*signer = NULL;
	if (kmod_module_new_from_lookup(ctx, name, &list) >= 0 && list) {
		module = kmod_module_get_module(list);
		if (kmod_module_get_path(module))
			path = strdup(kmod_module_get_path(module));
		if (path)
			*signer = signer_of(module);
		kmod_module_unref(module);
		kmod_module_unref_list(list);
	}
	kmod_unref(ctx);
	return path;
}

struct json_object *module_holders(const char *name)
{
	struct json_object *holders = json_object_new_array();
	char *path = root_path("/sys/module/%s/holders", name);
	DIR *dir = opendir(path);
	struct dirent *entry;

	free(path);
	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name != '.')
			json_object_array_add(holders, text_json((struct piece){
				entry->d_name, strlen(entry->d_name) }));
	}
	if (dir)
		closedir(dir);
	return holders;
}
