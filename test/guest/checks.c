// SPDX-License-Identifier: GPL-2.0-only
#include "checks.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kmsg.h"
#include "ktap.h"
#include "mods.h"
#include "pulse.h"
#include "traces.h"
#include "watch.h"

#define DEFAULT_SECONDS	60
#define DEBUG_KERNEL	"debug_kernel"
#define QUIET_LIMIT_S	60	/* in a case that states no limit of its own */

static const struct check {
	const char	*name;
	void		(*run)(void);
} checks[] = {
	{ "load",			check_loading },
	{ "api",			check_api },
	{ "triggers",			check_triggers },
	{ "clients",			check_clients },
	{ "records",			check_records },
	{ "fifo_hog",			check_fifo_hog },
	{ "fifo_killed",		check_fifo_killed },
	{ "fifo_caller",		check_fifo_caller },
	{ "culprits",			check_culprits },
	{ "culprits_deadline",		check_culprits_deadline },
	{ "deadline",			check_deadline },
	{ "deadline_hotplug",		check_deadline_hotplug },
	{ "suspend",			check_suspend },
	{ "pauses",			check_pauses },
	{ "busy",			check_busy },
	{ "limit_race",			check_limit_race },
	{ "limits_storm",		check_limits_storm },
	{ "hostages",			check_hostages },
	{ "sharing",			check_sharing },
	{ "arrival",			check_arrival },
	{ "alignment",			check_alignment },
	{ "rt_throttle",		check_rt_throttle },
	{ "order",			check_order },
	{ "late",			check_late },
	{ "many",			check_many },
	{ "hotplug",			check_hotplug },
	{ "unload",			check_unload },
	{ "faults_load",		check_faults_load },
	{ "faults_hotplug",		check_faults_hotplug },
	{ "faults_stopper",		check_faults_stopper },
	{ "faults_files",		check_faults_files },
	{ "faults_user",		check_faults_user },
	{ "faults_fuzz",		check_faults_fuzz },
	{ "torture",			check_torture },
	{ "scale",			check_scale },
	{ "tool",			check_tool },
	{ "coexistence",		check_coexistence },
	{ "coexistence_spurious",	check_coexistence_spurious },
	{ "rt_latency",			check_rt_latency },
	{ "third_party",		check_third_party },
	{ "tracers",			check_tracers },
	{ DEBUG_KERNEL,			check_debug_kernel },	/* the last */
};

#define CHECKS	(sizeof(checks) / sizeof(checks[0]))

static int seconds = DEFAULT_SECONDS;

int check_seconds(int base)
{
	int share = base * seconds / DEFAULT_SECONDS;

	return share < 2 ? 2 : share;
}

int check_share(int base)
{
	int share = (long)base * seconds / DEFAULT_SECONDS;

	return share < 1 ? 1 : share;
}

bool check_load(const char *test, const char *module)
{
	char name[128];
	int err = mods_load(module, NULL);

	if (!err)
		return true;
	snprintf(name, sizeof(name), "%s.load.%s", test, module);
	ktap_result(false, name, "%s", strerror(-err));
	mods_unload("kstop");
	return false;
}

/* By this kernel's configuration, which may not be here: then by what kstop said of it. */
static bool lacks_schedutil(const char *said)
{
	int has = kernel_option("CONFIG_CPU_FREQ_GOV_SCHEDUTIL");

	return has < 0 ? !!strstr(said, "CONFIG_CPU_FREQ_GOV_SCHEDUTIL") : !has;
}

/* What kstop itself says must not be all that excuses it. */
static bool excused(const char *options, const char *said)
{
	return strstr(options, "policy=deadline") && *said &&
	       (kernel_before(5, 15) || lacks_schedutil(said));
}

bool check_load_with(const char *test, const char *module, const char *options)
{
	char name[128], line[256] = "";
	int mark = kmsg_mark();
	int err = mods_load("kstop", options);

	kmsg_find(mark, "kstop: ", NULL, line, sizeof(line));
	kmsg_close(mark);
	if (!err)
		return !strcmp(module, "kstop") || check_load(test, module);
	snprintf(name, sizeof(name), "%s.load.%s", test, options);
	if (err == -EOPNOTSUPP && excused(options, line))
		ktap_skip(name, "%s", line);
	else
		ktap_result(false, name, "%s%s%s", strerror(-err), *line ? ", " : "", line);
	return false;
}

bool check_leave(const char *test, const char *module)
{
	char name[128], what[256] = "";
	int err = mods_unload(module);
	bool gone;

	if (!err && strcmp(module, "kstop"))
		err = mods_unload("kstop");
	if (err)
		snprintf(what, sizeof(what), "unload: %s", strerror(-err));
	gone = !err && traces_gone(what, sizeof(what));
	snprintf(name, sizeof(name), "%s.nothing_left", test);
	return ktap_result(gone, name, gone ? NULL : "%s", what);
}

/* The last line of each case bears its name and sums up those before. */
static void run_one(const struct check *check)
{
	struct ktap_counts before = ktap_counts(), after;
	int lines, failed, skipped;

	ktap_note("case %s", check->name);
	watch_begin(check->name, QUIET_LIMIT_S);
	check->run();
	watch_end();
	after = ktap_counts();
	lines = after.plan - before.plan;
	failed = after.failed - before.failed;
	skipped = after.skipped - before.skipped;
	if (lines && lines == skipped)
		ktap_skip(check->name, "nothing could be tested here");
	else
		ktap_result(lines && !failed, check->name, "%d results, %d failed, %d skipped",
			    lines, failed, skipped);
}

static const struct check *find(const char *name)
{
	for (size_t i = 0; i < CHECKS; i++)
		if (!strcmp(checks[i].name, name))
			return &checks[i];
	return NULL;
}

void checks_run(const char *names, int how_long)
{
	char list[600], *name, *save;

	if (how_long > 0)
		seconds = how_long;
	pulse_start();
	if (!strcmp(names, "all")) {
		for (size_t i = 0; i < CHECKS; i++)
			run_one(&checks[i]);
		return;
	}
	/* Who runs any case on a debug kernel wants to know what its silence is worth. */
	snprintf(list, sizeof(list), "%s%s", names,
		 debug_kernel() && !strstr(names, DEBUG_KERNEL) ? "," DEBUG_KERNEL : "");
	for (name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		const struct check *check = find(name);

		if (check)
			run_one(check);
		else
			ktap_result(false, name, "there is no such case");
	}
}
