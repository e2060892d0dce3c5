// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modules that come and go while processes open, read and write their debugfs
 * files. An open file keeps its module; what is read or written on the way out
 * gives an error or a whole answer, and nothing is left.
 */
#include "checks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "faults.h"
#include "ktap.h"
#include "mate.h"
#include "mods.h"
#include "sysfs.h"
#include "traces.h"
#include "watch.h"

#define CYCLES		60		/* in a run of 60 s */
#define MATES		3
#define PATIENCE_S	20
#define WRONG_MAX	5

/* One file, for a while that is not the same each time. */
static void use_file(struct mate_share *share, const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char text[512];
	int err = 0;

	if (fd < 0) {
		mate_count(share, -errno, ENOENT, ENXIO);
		return;
	}
	if (share->steps % 2 && write(fd, "one cpu=0\n", 10) < 0)
		err = errno == EINVAL ? 0 : -errno;	/* not for writing */
	if (!err && read(fd, text, 1 + share->steps % sizeof(text)) < 0)
		err = -errno;
	if (share->steps % 8 == 0)
		usleep(share->steps % 1000);
	if (!err && read(fd, text, sizeof(text)) < 0)
		err = -errno;
	close(fd);
	mate_count(share, err, EIO, ENXIO);
}

/* All files of both modules, as they are at the moment. */
static void use_files(struct mate_share *share, void *arg)
{
	char path[512];
	const char *module = share->steps % 2 ? "kstop" : "kstoptorture";
	struct dirent *entry;
	DIR *dir;

	(void)arg;
	snprintf(path, sizeof(path), "/sys/kernel/debug/%s", module);
	dir = opendir(path);
	if (!dir) {
		usleep(200);
		return;
	}
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", module, entry->d_name);
		use_file(share, path);
		usleep(1500);		/* the unloads are to have a chance */
	}
	closedir(dir);
}

/* As often as it takes: refused is who has an open file. */
static const char *unload(const char *module, unsigned long *refused)
{
	uint64_t until = now_ns() + PATIENCE_S * NS_PER_S;
	int err;

	while ((err = mods_unload(module))) {
		if (err != -EWOULDBLOCK && err != -EBUSY)
			return strerror(-err);
		++*refused;
		usleep(100);
		if (now_ns() >= until)
			return "in use all the time";
	}
	return NULL;
}

static const char *one_cycle(unsigned long *refused)
{
	const char *problem;
	int err = mods_load("kstoptorture", NULL);

	if (err)
		return strerror(-err);
	usleep(rand() % 3000);
	problem = unload("kstoptorture", refused);
	return problem ? problem : unload("kstop", refused);
}

static void check_race(void)
{
	struct mate mates[MATES] = { 0 };
	unsigned long done = 0, gone = 0, failed = 0, refused = 0;
	int cycles = check_share(CYCLES), n = 0, wrong = 0;
	bool ended = true;

	for (int i = 0; i < MATES; i++)
		ended &= mate_start(&mates[i], use_files, NULL);
	for (; n < cycles && wrong < WRONG_MAX; n++) {
		const char *problem = one_cycle(&refused);

		watch_progress();
		if (problem) {
			ktap_note("cycle %d: %s", n, problem);
			wrong++;
		}
	}
	for (int i = 0; i < MATES; i++) {
		ended &= mate_stop(&mates[i]);
		if (!mates[i].share)
			continue;
		done += mates[i].share->done;
		gone += mates[i].share->refused;
		failed += mates[i].share->failed;
		if (mates[i].share->failed)
			ktap_note("a file gave: %s", strerror(-mates[i].share->last_error));
		mate_free(&mates[i]);
	}
	mods_unload("kstoptorture");
	mods_unload("kstop");
	ktap_note("figure: unloads_raced %d", n);
	ktap_note("figure: file_uses %lu", done + gone);
	ktap_result(ended && n == cycles && !wrong && done && !failed, "faults_files.race",
		    "%d cycles, %lu unloads refused meanwhile, %lu files used, %lu gone, %lu failed, %d wrong",
		    n, refused, done, gone, failed, wrong);
}

/* An open file keeps the module, and when it is closed nothing does. */
static void check_held(const char *module, const char *file)
{
	char test[96], path[512], text[256];
	int fd, err, len;
	bool there;

	snprintf(test, sizeof(test), "faults_files.held.%s", file);
	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", module, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		ktap_result(false, test, "%s: %s", path, strerror(errno));
		return;
	}
	err = mods_unload(module);
	there = mods_loaded(module);
	len = read(fd, text, sizeof(text));
	/* Nobody may have asked for anything yet: an empty file will do. */
	ktap_result(err && there && len >= 0, test, "unload: %s, then read: %s",
		    err ? strerror(-err) : "went well", len < 0 ? strerror(errno) : "fine");
	close(fd);
}

void check_faults_files(void)
{
	static const struct {
		const char	*module, *file;
	} files[] = {
		{ "kstoptorture", "trigger" }, { "kstoptorture", "result" },
		{ "kstoptorture", "torture" },
		{ "kstop", "stats" }, { "kstop", "stoppers" }, { "kstop", "latency" },
		{ "kstop", "history" }, { "kstop", "timeline" },
		{ "kstopscale", "state" }, { "kstopscale", "results" },
	};
	int level = console_level(5);
	char what[256] = "";
	bool gone;

	srand(1);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (!check_load("faults_files", files[i].module))
			break;
		check_held(files[i].module, files[i].file);
		mods_unload(files[i].module);
		mods_unload("kstop");
	}
	check_race();
	console_level(level);
	gone = traces_gone(what, sizeof(what));
	ktap_result(gone, "faults_files.nothing_left", gone ? NULL : "%s", what);
}
