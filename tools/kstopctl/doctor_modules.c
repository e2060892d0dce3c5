// SPDX-License-Identifier: GPL-2.0-only
/*
 * Can modules be loaded, is kstop there, could it be built; and its files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "modules.h"
#include "release.h"
#include "root.h"
#include "text.h"

#define CHECK	"modules"

static void check_signatures(struct json_object *findings)
{
	char line[64];

	if (!root_line("/sys/module/module/parameters/sig_enforce", line, sizeof(line)))
		return;
	if (*line == 'Y' || *line == '1')
		found(findings, CHECK, BAD, "sign kstop with a key that the kernel knows, or boot "
		      "without module.sig_enforce", "unsigned modules are refused");
	else
		found(findings, CHECK, FINE, "", "unsigned modules are accepted");
}

static void check_lockdown(struct json_object *findings)
{
	char line[128];

	if (!root_line("/sys/kernel/security/lockdown", line, sizeof(line)) ||
	    strstr(line, "[none]"))
		return;
	/* debugfs then opens only what nobody may write, and that for reading. */
	found(findings, CHECK, BAD, "sign kstop, or turn lockdown (Secure Boot) off",
	      "the kernel is locked down (%s): unsigned modules are refused, and of kstop's "
	      "files only stoppers and timeline can be read", line);
}

static void check_disabled(struct json_object *findings)
{
	long long disabled;

	if (!root_exists("/proc/modules"))
		found(findings, CHECK, BAD, "another kernel", "no /proc/modules: this kernel has "
		      "no loadable modules");
	else if (root_number("/proc/sys/kernel/modules_disabled", &disabled) && disabled)
		found(findings, CHECK, BAD, "boot anew", "kernel.modules_disabled is %lld: no more "
		      "modules can be loaded", disabled);
}

static void check_headers(struct json_object *findings, const char *release)
{
	char path[256];

	snprintf(path, sizeof(path), "/lib/modules/%.100s/build/Makefile", release);
	if (!root_exists(path))
		snprintf(path, sizeof(path), "/usr/src/linux-headers-%.100s/Makefile", release);
	if (root_exists(path))
		found(findings, CHECK, FINE, "", "kernel headers: %.*s",
		      (int)(strlen(path) - strlen("/Makefile")), path);
	else
		found(findings, CHECK, NOTE, "install this kernel's headers "
		      "(linux-headers-... on Debian)", "no headers of this kernel: kstop cannot "
		      "be built for it here");
}

static void check_kstop(struct json_object *findings)
{
	char *path;

	if (root_loaded("kstop")) {
		char version[64] = "of an unknown version";

		root_line("/sys/module/kstop/version", version, sizeof(version));
		found(findings, "kstop", FINE, "", "loaded, %s", version);
		return;
	}
	path = module_installed("kstop");
	if (path)
		found(findings, "kstop", NOTE, "kstopctl load", "not loaded; installed: %s", path);
	else
		found(findings, "kstop", NOTE, "make install, or make modules and kstopctl load "
		      "--dir", "neither loaded nor installed for this kernel");
	free(path);
}

void check_modules(struct json_object *findings)
{
	struct release release = release_now();

	check_disabled(findings);
	check_signatures(findings);
	check_lockdown(findings);
	check_headers(findings, release.text);
	check_kstop(findings);
}

/* A line of /proc/mounts: what is mounted, where, type, ... */
static bool is_mounted(const char *where, const char *type)
{
	struct piece line, word;
	struct reader reader;
	bool mounted = false;
	size_t len;
	char *text = root_read("/proc/self/mounts", &len);

	reader_init(&reader, text, text ? len : 0);
	while (reader_line(&reader, &line)) {
		if (piece_word(&line, &word) && piece_word(&line, &word) &&
		    piece_is(word, where) && piece_word(&line, &word))
			mounted |= piece_is(word, type);
	}
	free(text);
	return mounted;
}

/* "nodev debugfs" and the like; who cannot see that believes it. */
static bool is_offered(const char *type)
{
	struct piece line, word;
	struct reader reader;
	bool offered = false;
	size_t len;
	char *text = root_read("/proc/filesystems", &len);

	if (!text)
		return true;
	reader_init(&reader, text, len);
	while (reader_line(&reader, &line)) {
		piece_until(&line, "\t", &word);
		offered |= piece_is(line, type);
	}
	free(text);
	return offered;
}

void check_debugfs(struct json_object *findings)
{
	char *path = root_path(DEBUGFS "/.");
	bool entered = !access(path, X_OK | R_OK);

	free(path);
	if (!is_offered("debugfs"))
		found(findings, "debugfs", NOTE, "boot without debugfs=off, or another kernel",
		      "this kernel offers none: kstop works without its files; kstoptorture and "
		      "kstopscale cannot be loaded");
	else if (!is_mounted(DEBUGFS, "debugfs"))
		found(findings, "debugfs", NOTE, "mount -t debugfs debugfs " DEBUGFS,
		      "not mounted: kstop works, and its files cannot be read");
	else if (!entered)
		found(findings, "debugfs", NOTE, "run kstopctl as root",
		      "mounted, and only root may read it");
	else
		found(findings, "debugfs", FINE, "", "mounted and readable");
}
