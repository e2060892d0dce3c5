// SPDX-License-Identifier: GPL-2.0-only
/*
 * File systems: that of kstop's files, and what is mounted.
 */
#include <stdlib.h>
#include <unistd.h>

#include "doctor.h"
#include "root.h"
#include "text.h"

/* A line of it: what is mounted, where, type, ... */
enum answer is_mounted(const char *where, const char *type)
{
	struct piece line, word;
	struct reader reader;
	bool mounted = false;
	size_t len;
	char *text = root_read("/proc/self/mounts", &len);

	if (!text)
		return UNSEEN;
	reader_init(&reader, text, len);
	while (reader_line(&reader, &line)) {
		if (piece_word(&line, &word) && piece_word(&line, &word) &&
		    piece_is(word, where) && piece_word(&line, &word))
			mounted |= piece_is(word, type);
	}
	free(text);
	return mounted ? YES : NO;
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
	enum answer mounted = is_mounted(DEBUGFS, "debugfs");
	char *path = root_path(DEBUGFS "/.");
	bool entered = !access(path, X_OK | R_OK);

	free(path);
	if (!is_offered("debugfs"))
		found(findings, "debugfs", NOTE, "boot without debugfs=off, or another kernel",
		      "this kernel offers none: kstop works without its files; kstoptorture and "
		      "kstopscale cannot be loaded");
	else if (mounted == UNSEEN)
		found(findings, "debugfs", UNKNOWN, "mount -t proc proc /proc", "whether it is "
		      "mounted: no /proc/self/mounts");
	else if (mounted == NO)
		found(findings, "debugfs", NOTE, "mount -t debugfs debugfs " DEBUGFS,
		      "not mounted: kstop works, and its files cannot be read");
	else if (!entered)
		found(findings, "debugfs", NOTE, "run kstopctl as root",
		      "mounted, and only root may read it");
	else
		found(findings, "debugfs", FINE, "", "mounted and readable");
}
