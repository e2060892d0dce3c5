// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last case on a debug kernel: are its detectors still at work? Lockdep
 * turns itself off after its first finding and when its tables are full, others
 * do when memory is short; what they did not say after that proves nothing.
 */
#include "checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "ktap.h"
#include "sysfs.h"
#include "watch.h"

#define DEBUGFS		"/sys/kernel/debug/"
#define LOCKDEP		"/proc/lockdep_stats"
#define KMEMLEAK	DEBUGFS "kmemleak"
#define KCSAN		DEBUGFS "kcsan"
#define OBJECTS		DEBUGFS "debug_objects/stats"
#define REALTIME	"/sys/kernel/realtime"
#define LEAK_AGE_S	6	/* kmemleak says nothing of objects younger than 5 s */
#define SCAN_LIMIT_S	240

/* What says that a detector was built in: a file, or a symbol. */
static const struct detector {
	const char	*name;
	const char	*file;
	const char	*symbol;
} detectors[] = {
	{ .name = "lockdep",		.file = LOCKDEP },
	{ .name = "kmemleak",		.file = KMEMLEAK },
	{ .name = "kcsan",		.file = KCSAN },
	{ .name = "debug_objects",	.file = OBJECTS },
	{ .name = "kasan",		.symbol = "kasan_report" },
	{ .name = "atomic_sleep",	.symbol = "__might_resched" },
	{ .name = "debug_preempt",	.symbol = "debug_smp_processor_id" },
	{ .name = "soft_lockup",	.file = "/proc/sys/kernel/softlockup_panic" },
	{ .name = "hung_task",		.file = "/proc/sys/kernel/hung_task_panic" },
	{ .name = "fault_injection",	.file = "/proc/self/fail-nth" },
	{ .name = "preempt_rt",		.file = REALTIME },
};

#define DETECTORS	(sizeof(detectors) / sizeof(detectors[0]))

static const char *wanted = "";		/* comma list of those that have to be there */

void check_detectors(const char *names)
{
	wanted = strdup(names);
}

static bool has_symbol(const char *symbol)
{
	FILE *in = fopen("/proc/kallsyms", "re");
	char line[512], name[256];
	bool found = false;

	while (in && !found && fgets(line, sizeof(line), in))
		found = sscanf(line, "%*s %*s %255s", name) == 1 && !strcmp(name, symbol);
	if (in)
		fclose(in);
	return found;
}

static void say_detectors(void)
{
	char list[512] = " ", names[512], word[64], *name, *save;

	for (size_t i = 0; i < DETECTORS; i++) {
		const struct detector *d = &detectors[i];
		size_t len = strlen(list);

		if (!(d->file ? access(d->file, F_OK) : !has_symbol(d->symbol)))
			snprintf(list + len, sizeof(list) - len, "%s ", d->name);
	}
	ktap_note("detectors:%s", list);
	snprintf(names, sizeof(names), "%s", wanted);
	for (name = strtok_r(names, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		snprintf(word, sizeof(word), " %s ", name);
		if (!strstr(list, word))
			ktap_result(false, "debug_kernel.detectors", "%s is not there", name);
	}
}

/* The number after "KEY:" at the begin of a line, -1 if there is none. */
static long value_in(const char *path, const char *key)
{
	FILE *in = fopen(path, "re");
	char line[512];
	long value = -1;

	while (in && value < 0 && fgets(line, sizeof(line), in)) {
		const char *at = line + strspn(line, " ");
		size_t len = strlen(key);

		if (strncmp(at, key, len))
			continue;
		at += len + strspn(at + len, " ");
		if (*at == ':')
			value = strtol(at + 1, NULL, 10);
	}
	if (in)
		fclose(in);
	return value;
}

static void check_lockdep(void)
{
	long on = value_in(LOCKDEP, "debug_locks");

	ktap_note("figure: lock_classes %ld", value_in(LOCKDEP, "lock-classes"));
	ktap_note("figure: lock_dependencies %ld", value_in(LOCKDEP, "direct dependencies"));
	ktap_result(on == 1, "debug_kernel.lockdep_on", "debug_locks is %ld", on);
}

static void check_objects(void)
{
	long warnings = value_in(OBJECTS, "warnings");

	ktap_result(!warnings, "debug_kernel.objects", "%ld warnings", warnings);
}

/* What it has found itself is on the console; here: did it look at all? */
static void check_kcsan(void)
{
	long setup = value_in(KCSAN, "setup_watchpoints");

	ktap_note("figure: kcsan_watchpoints %ld", setup);
	ktap_note("figure: kcsan_races %ld", value_in(KCSAN, "data_races"));
	ktap_result(setup > 0, "debug_kernel.kcsan_on", "%ld watchpoints were set", setup);
}

/*
 * Is this line of a report one of ours? A module that has gone has no names any
 * more, and the only modules here are ours.
 */
static bool is_ours(const char *line)
{
	const char *at;

	if (strstr(line, "kstop"))
		return true;
	at = strstr(line, "] ");	/* "    [<0123456789abcdef>] function+0x..." */
	return at && !strncmp(at, "] 0x", 4);
}

/* Print the reports with a line of ours, count all of them. */
static int our_leaks(int *all)
{
	char report[64][160];
	int lines = 0, ours = 0;
	bool mine = false, more = true;
	FILE *in = fopen(KMEMLEAK, "re");

	*all = 0;
	while (in && more) {
		char line[160];

		more = fgets(line, sizeof(line), in);
		if (!more || !strncmp(line, "unreferenced object", 19)) {
			for (int i = 0; mine && i < lines; i++)
				ktap_note("kmemleak: %.*s", (int)strcspn(report[i], "\n"), report[i]);
			ours += mine;
			mine = false;
			lines = 0;
		}
		if (!more)
			break;
		*all += !strncmp(line, "unreferenced object", 19);
		mine = mine || is_ours(line);
		if (lines < 64)
			memcpy(report[lines++], line, sizeof(line));
	}
	if (in)
		fclose(in);
	return ours;
}

/* An object counts as lost when two scans have not found it. */
static void check_kmemleak(void)
{
	int err = 0, all, ours;

	sleep(LEAK_AGE_S);
	for (int i = 0; i < 2 && !err; i++) {
		watch_progress();
		err = file_write(KMEMLEAK, "scan");
	}
	if (err) {
		ktap_result(false, "debug_kernel.kmemleak", "scan: %s", strerror(-err));
		return;
	}
	ours = our_leaks(&all);
	ktap_note("figure: kmemleak_others %d", all - ours);
	ktap_result(!ours, "debug_kernel.kmemleak", "%d objects of ours are lost, %d of others", ours,
		    all - ours);
}

bool debug_kernel(void)
{
	return *wanted || !access(LOCKDEP, R_OK) || !access(KMEMLEAK, R_OK) || !access(KCSAN, R_OK);
}

/* 7.3 has no such file any more. */
bool rt_kernel(void)
{
	struct utsname name;

	return !access(REALTIME, R_OK) || (!uname(&name) && strstr(name.version, "PREEMPT_RT"));
}

bool kernel_before(int major, int minor)
{
	struct utsname name;
	int is_major, is_minor;

	if (uname(&name) || sscanf(name.release, "%d.%d", &is_major, &is_minor) != 2)
		return false;
	return is_major < major || (is_major == major && is_minor < minor);
}

bool preemption_uncounted(void)
{
	struct utsname name;

	return !uname(&name) && !strstr(name.version, "PREEMPT");
}

int kernel_option(const char *option)
{
	char path[128], line[256];
	struct utsname name;
	size_t len = strlen(option);
	bool set = false;
	FILE *in;

	uname(&name);
	snprintf(path, sizeof(path), "/boot/config-%s", name.release);
	in = fopen(path, "re");
	if (!in)
		return -1;
	while (!set && fgets(line, sizeof(line), in))
		set = !strncmp(line, option, len) && line[len] == '=';
	fclose(in);
	return set;
}

void check_debug_kernel(void)
{
	if (!debug_kernel()) {
		ktap_skip("debug_kernel.detectors", "this kernel has none");
		return;
	}
	watch_begin("debug_kernel", SCAN_LIMIT_S);
	say_detectors();
	if (!access(OBJECTS, R_OK))
		check_objects();
	if (!access(KCSAN, R_OK))
		check_kcsan();
	if (!access(KMEMLEAK, R_OK))
		check_kmemleak();
	if (!access(LOCKDEP, R_OK))
		check_lockdep();	/* after all that could have turned it off */
}
