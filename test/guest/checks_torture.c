// SPDX-License-Identifier: GPL-2.0-only
/* kstoptorture.ko from load to verdict. */
#include "checks.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kmsg.h"
#include "ktap.h"
#include "mods.h"
#include "sysfs.h"
#include "watch.h"

#define TORTURE_FILE	"/sys/kernel/debug/kstoptorture/torture"
#define OPTIONS_MAX	512
#define NUMBERS		14

static char asked[OPTIONS_MAX];		/* on the command line; "|" between tortures */

struct torture {
	char		verdict[16];
	bool		ended;
	uint64_t	requests;
	uint64_t	completed;
	uint64_t	violations;
};

void check_torture_options(const char *words)
{
	snprintf(asked, sizeof(asked), "%s", words);
	for (char *c = asked; *c; c++)
		if (*c == ';')
			*c = ' ';
}

/* Words that begin with "kstop." are for kstop itself, the others for kstoptorture. */
static void sort_options(const char *options, char *kstop, char *torture)
{
	char copy[OPTIONS_MAX], *word, *save;

	*kstop = *torture = '\0';
	if (*options)
		snprintf(copy, sizeof(copy), "%s", options);
	else
		snprintf(copy, sizeof(copy), "torture_type=mixed duration_s=%d native=1 hogs=all "
			 "onoff_interval_ms=400 shuffle_s=2", check_seconds(60));
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		bool core = !strncmp(word, "kstop.", 6);
		char *list = core ? kstop : torture;
		size_t used = strlen(list);

		snprintf(list + used, OPTIONS_MAX - used, "%s%s", used ? " " : "",
			 core ? word + 6 : word);
	}
}

static bool read_number(const char *text, const char *key, uint64_t *number)
{
	char line[64];
	const char *at;

	snprintf(line, sizeof(line), "\n%s: ", key);
	at = strstr(text, line);
	if (at)
		*number = strtoull(at + strlen(line), NULL, 10);
	return at;
}

static bool torture_read(struct torture *torture, char *text, size_t size)
{
	memset(torture, 0, sizeof(*torture));
	if (file_read(TORTURE_FILE, text, size) <= 0)
		return false;
	torture->ended = !strncmp(text, "state: ended", 12);
	return sscanf(text, "state: %*s\nverdict: %15s", torture->verdict) == 1 &&
	       read_number(text, "requests", &torture->requests) &&
	       read_number(text, "completed", &torture->completed) &&
	       read_number(text, "violations", &torture->violations);
}

/* Whatever is in the file is a number for the tables. */
static void print_figures(char *text)
{
	char *line, *save;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *colon = strchr(line, ':');

		if (!colon || !strncmp(line, "state", 5) || !strncmp(line, "verdict", 7))
			continue;
		*colon = '\0';
		ktap_note("figure: torture_%s%s", line, colon + 1);
	}
}

/* That it does not end is for the watch, and the host's time limit. */
static bool wait_for_end(struct torture *torture, char *text, size_t size)
{
	uint64_t requests = 0;

	do {
		sleep(1);
		if (!torture_read(torture, text, size))
			return false;
		if (torture->requests != requests)
			watch_progress();
		requests = torture->requests;
	} while (!torture->ended);
	return true;
}

static void judge(struct torture *torture, char *text)
{
	print_figures(text);
	ktap_result(!strcmp(torture->verdict, "SUCCESS"), "torture.verdict", "%s",
		    torture->verdict);
	ktap_result(torture->completed, "torture.requests",
		    "%" PRIu64 " requests, %" PRIu64 " completed", torture->requests,
		    torture->completed);
}

/* The log says the same, once. */
static void check_log(int mark, const struct torture *torture)
{
	char line[256];
	int lines = 0;

	while (kmsg_find(mark, "kstoptorture: End of test:", NULL, line, sizeof(line)))
		lines += strstr(line, torture->verdict) ? 1 : 100;
	ktap_result(lines == 1, "torture.verdict_line", "one line in the log");
}

/* All parameters that the module has, each with its value now. */
static bool tells_all(const char *line)
{
	static const char dir[] = "/sys/module/kstoptorture/parameters";
	bool all = true;
	struct dirent *entry;
	DIR *names = opendir(dir);

	while (names && all && (entry = readdir(names))) {
		char path[512], value[256], want[512];
		struct stat st;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		if (file_read(path, value, sizeof(value)) < 0)
			*value = '\0';
		value[strcspn(value, "\n")] = '\0';
		snprintf(want, sizeof(want), " %s=%s", entry->d_name, value);
		all = !stat(path, &st) && (st.st_mode & 0777) == 0444 && strstr(line, want);
		if (!all)
			ktap_note("%s: mode %o, not told as%s", path, st.st_mode & 0777, want);
	}
	if (names)
		closedir(names);
	return names && all;
}

/* They cannot be changed, and the log has them, @when. */
static void check_parameters(int mark, const char *when)
{
	char begin[40], name[40], line[LINE_MAX];

	snprintf(begin, sizeof(begin), "kstoptorture: at %s:", when);
	snprintf(name, sizeof(name), "torture.parameters_at_%s", when);
	ktap_result(kmsg_find(mark, begin, NULL, line, sizeof(line)) && tells_all(line), name, NULL);
}

static void torture_once(const char *words)
{
	char kstop[OPTIONS_MAX], options[OPTIONS_MAX], text[4096];
	struct torture torture;
	int mark = kmsg_mark(), err;
	bool loaded;

	sort_options(words, kstop, options);
	err = mods_load("kstop", kstop);
	if (!err)
		err = mods_load("kstoptorture", options);
	loaded = ktap_result(!err, "torture.load", "%s%s%s%s", kstop, *kstop ? " " : "", options,
			     err ? ": refused" : "");
	if (loaded)
		check_parameters(mark, "start");
	if (loaded && ktap_result(wait_for_end(&torture, text, sizeof(text)), "torture.end", NULL)) {
		judge(&torture, text);
		check_parameters(mark, "end");
		check_log(mark, &torture);
	}
	kmsg_close(mark);
	/* A caller that is stuck stays so, and its module with it. */
	check_leave("torture", "kstoptorture");
}

void check_torture(void)
{
	char *rest = asked, *words;

	while ((words = strsep(&rest, "|")))
		torture_once(words);
}
