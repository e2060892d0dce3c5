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

/* kstop, as it is here. */
struct here {
	bool	loaded;
	char	*path;		/* of the installed one, or NULL */
	char	*signer;	/* "" if it is signed by nobody knows whom; NULL: not signed */
};

/* Unsigned modules are refused: that keeps out only a kstop that is not in yet. */
static void check_refusal(struct json_object *findings, const struct here *kstop,
			  const char *advice, const char *what)
{
	if (kstop->loaded)
		found(findings, CHECK, NOTE, "", "%s; kstop is loaded, and modules that use it "
		      "have to be signed, too", what);
	else if (kstop->signer)
		found(findings, CHECK, NOTE, "kstopctl load; if that is refused, tell the kernel "
		      "its key (mokutil --import, and boot anew)", "%s; the installed kstop is signed%s%s, and whether the kernel knows that "
		      "key cannot be seen from here", what, *kstop->signer ? " by " : "",
		      kstop->signer);
	else
		found(findings, CHECK, BAD, advice, "%s", what);
}

static void check_signatures(struct json_object *findings, const struct here *kstop)
{
	char line[64];

	if (!root_line("/sys/module/module/parameters/sig_enforce", line, sizeof(line)))
		return;
	if (*line == 'Y' || *line == '1')
		check_refusal(findings, kstop, "sign kstop with a key that the kernel knows, or "
			      "boot without module.sig_enforce", "unsigned modules are refused");
	else
		found(findings, CHECK, FINE, "", "unsigned modules are accepted");
}

static void check_lockdown(struct json_object *findings, const struct here *kstop)
{
	char line[128], what[320];

	if (!root_line("/sys/kernel/security/lockdown", line, sizeof(line)) ||
	    strstr(line, "[none]"))
		return;
	/* debugfs then opens only what nobody may write, and that for reading. */
	snprintf(what, sizeof(what), "the kernel is locked down (%s): of kstop's files only "
		 "stoppers and timeline can be read, and unsigned modules are refused", line);
	check_refusal(findings, kstop, "sign kstop, or turn lockdown (Secure Boot) off", what);
}

static void check_disabled(struct json_object *findings, const struct here *kstop)
{
	long long disabled;

	if (!root_exists("/proc/modules"))
		found(findings, CHECK, BAD, "another kernel", "no /proc/modules: this kernel has "
		      "no loadable modules");
	else if (!root_number("/proc/sys/kernel/modules_disabled", &disabled) || !disabled)
		return;
	else if (kstop->loaded)
		found(findings, CHECK, NOTE, "", "kernel.modules_disabled is %lld: kstop is loaded "
		      "and stays, and no other module comes", disabled);
	else
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

static void check_kstop(struct json_object *findings, const struct here *kstop)
{
	char version[64] = "of an unknown version";

	if (kstop->loaded) {
		root_line("/sys/module/kstop/version", version, sizeof(version));
		found(findings, "kstop", FINE, "", "loaded, %s", version);
	} else if (kstop->path) {
		found(findings, "kstop", NOTE, "kstopctl load", "not loaded; installed: %s",
		      kstop->path);
	} else {
		found(findings, "kstop", NOTE, "make install, or make modules and kstopctl load "
		      "--dir", "neither loaded nor installed for this kernel");
	}
}

void check_modules(struct json_object *findings)
{
	struct release release = release_now();
	struct here kstop = { .loaded = root_loaded("kstop") };

	kstop.path = module_installed("kstop", &kstop.signer);
	check_disabled(findings, &kstop);
	check_signatures(findings, &kstop);
	check_lockdown(findings, &kstop);
	check_headers(findings, release.text);
	check_kstop(findings, &kstop);
	free(kstop.path);
	free(kstop.signer);
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
