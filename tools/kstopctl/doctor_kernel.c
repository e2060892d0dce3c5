// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's release and configuration.
 */
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "kconfig.h"
#include "root.h"

#define CHECK	"kernel"
#define CONFIG	"kernel configuration"

/* The least that src/compat.h takes. */
#define LEAST_MAJOR	5
#define LEAST_MINOR	10

static void check_release(struct json_object *findings, const char *release)
{
	unsigned int major = 0, minor = 0;

	if (sscanf(release, "%u.%u", &major, &minor) != 2)
		found(findings, CHECK, UNKNOWN, "", "no release in /proc/sys/kernel/osrelease");
	else if (major < LEAST_MAJOR || (major == LEAST_MAJOR && minor < LEAST_MINOR))
		found(findings, CHECK, BAD, "a newer kernel",
		      "%s, and kstop supports 5.10 and later", release);
	else
		found(findings, CHECK, FINE, "", "%s", release);
	if (major == LEAST_MAJOR && minor < 15)
		found(findings, CHECK, NOTE, "", "before 5.15 modules cannot choose a priority: "
		      "stoppers get SCHED_FIFO 50, and there is no policy=deadline");
	if (major == LEAST_MAJOR && minor < 11)
		found(findings, CHECK, NOTE, "", "before 5.11 there is no kstop_pause()");
}

static void want(struct json_object *findings, const struct kconfig *config,
		 const char *name, enum verdict without, const char *what)
{
	if (!kconfig_has(config, name))
		found(findings, CONFIG, without, "another kernel", "no CONFIG_%s: %s", name,
		      what);
}

/* Kernels for finding errors. */
static void check_debugging(struct json_object *findings, const struct kconfig *config)
{
	static const char *const options[] = { "PROVE_LOCKING", "KASAN", "KCSAN", "DEBUG_KMEMLEAK",
					       "DEBUG_OBJECTS" };
	char all[128] = "";
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (kconfig_has(config, options[i]))
			snprintf(all + strlen(all), sizeof(all) - strlen(all), "%sCONFIG_%s",
				 *all ? ", " : "", options[i]);
	}
	if (*all)
		found(findings, CONFIG, SLOW, "another kernel, unless errors are looked for",
		      "each call takes many times as long with %s", all);
}

/* As it is now, "none voluntary (full)"; only root sees it. */
static bool preemption_now(char *model, size_t size)
{
	char line[128], *begin;

	if (!root_line("/sys/kernel/debug/sched/preempt", line, sizeof(line)) ||
	    !(begin = strchr(line, '(')))
		return false;
	snprintf(model, size, "%.*s now", (int)strcspn(begin + 1, ")"), begin + 1);
	return true;
}

/* As it was built, and booted. */
static void preemption_asked(const struct kconfig *config, char *model, size_t size)
{
	char line[256], *at;

	if (kconfig_has(config, "PREEMPT_RT"))
		snprintf(model, size, "PREEMPT_RT");
	else if (kconfig_has(config, "PREEMPT_DYNAMIC"))
		snprintf(model, size, "chosen at boot (PREEMPT_DYNAMIC)");
	else
		snprintf(model, size, kconfig_has(config, "PREEMPT") ? "full" :
			 kconfig_has(config, "PREEMPT_LAZY") ? "lazy" :
			 kconfig_has(config, "PREEMPT_VOLUNTARY") ? "voluntary" : "none");
	if (root_line("/proc/cmdline", line, sizeof(line)) && (at = strstr(line, "preempt=")))
		snprintf(model, size, "%.*s, from the command line", (int)strcspn(at + 8, " "),
			 at + 8);
}

static void check_preemption(struct json_object *findings, const struct kconfig *config)
{
	bool now, rt = kconfig_has(config, "PREEMPT_RT");
	char model[64] = "";

	now = preemption_now(model, sizeof(model));
	if (!now)
		preemption_asked(config, model, sizeof(model));
	/* Since 6.12 such a kernel may be "full" or "lazy" besides. */
	found(findings, CONFIG, FINE, "", "preemption: %s%s", now && rt ? "PREEMPT_RT, " : "",
	      model);
}

static void check_config(struct json_object *findings, const char *release)
{
	struct kconfig *config = kconfig_open(release);

	if (!config) {
		found(findings, CONFIG, UNKNOWN, "", "neither /proc/config.gz nor a file in "
		      "/boot or /lib/modules");
		return;
	}
	found(findings, CONFIG, FINE, "", "read from %s", kconfig_path(config));
	want(findings, config, "SMP", BAD, "there is only one CPU to stop");
	want(findings, config, "MODULES", BAD, "modules cannot be loaded");
	want(findings, config, "DEBUG_FS", NOTE, "kstop works, and its files are not there: "
	     "stop, latency, history, watch, late, torture and bench have nothing to read");
	want(findings, config, "PREEMPT_COUNT", NOTE, "with KSTOP_IRQ only CPUs in user mode "
	     "arrive in an interrupt");
	want(findings, config, "CPU_FREQ_GOV_SCHEDUTIL", NOTE, "no policy=deadline, the one "
	     "that no task can keep away");
	want(findings, config, "KALLSYMS", NOTE, "functions are shown as addresses");
	check_debugging(findings, config);
	check_preemption(findings, config);
	kconfig_close(config);
}

void check_kernel(struct json_object *findings)
{
	char release[128] = "";

	root_line("/proc/sys/kernel/osrelease", release, sizeof(release));
	check_release(findings, release);
	check_config(findings, release);
}
