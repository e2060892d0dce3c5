// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's release and configuration.
 */
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "kconfig.h"
#include "release.h"
#include "root.h"
#include "text.h"

#define CHECK	"kernel"
#define CONFIG	"kernel configuration"

static void check_release(struct json_object *findings, const struct release *release)
{
	if (!release_is_known(release))
		found(findings, CHECK, UNKNOWN, "", "no release in /proc/sys/kernel/osrelease");
	else if (release_is_too_old(release))
		found(findings, CHECK, BAD, "a newer kernel",
		      "%s, and kstop supports 5.10 and later", release->text);
	else
		found(findings, CHECK, FINE, "", "%s", release->text);
	if (release_fixes_priority(release))
		found(findings, CHECK, NOTE, "", "before 5.15 modules cannot choose a priority: "
		      "stoppers get SCHED_FIFO %u, and there is no policy=deadline",
		      PRIORITY_FIXED);
	if (release_has_no_pause(release))
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
		      "each call takes several times as long with %s", all);
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

/* The last "preempt=" of the kernel's command line; only a dynamic kernel heeds it. */
static bool preemption_asked(const struct kconfig *config, char *model, size_t size)
{
	struct piece rest, word;
	char line[4096];
	bool asked = false;

	if (!kconfig_has(config, "PREEMPT_DYNAMIC") ||
	    !root_line("/proc/cmdline", line, sizeof(line)))
		return false;
	rest = (struct piece){ line, strlen(line) };
	while (piece_word(&rest, &word)) {
		if (!piece_starts(&word, "preempt="))
			continue;
		snprintf(model, size, "%.*s, from the command line", (int)word.len, word.at);
		asked = true;
	}
	return asked;
}

static const char *preemption_built(const struct kconfig *config)
{
	return kconfig_has(config, "PREEMPT") ? "full" :
	       kconfig_has(config, "PREEMPT_LAZY") ? "lazy" :
	       kconfig_has(config, "PREEMPT_VOLUNTARY") ? "voluntary" : "none";
}

static void check_preemption(struct json_object *findings, const struct kconfig *config)
{
	bool rt = kconfig_has(config, "PREEMPT_RT");
	char model[64] = "";

	/* Before 6.12 an RT kernel is nothing besides. */
	if (!preemption_now(model, sizeof(model)) &&
	    !preemption_asked(config, model, sizeof(model)) && !rt)
		snprintf(model, sizeof(model), "%s, as it was built", preemption_built(config));
	found(findings, CONFIG, FINE, "", "preemption: %s%s%s", rt ? "PREEMPT_RT" : "",
	      rt && *model ? ", " : "", model);
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
	want(findings, config, "DEBUG_FS", NOTE, "kstop works, and its files are not there: "
	     "stop, latency, history, watch, late, torture and bench have nothing to read");
	want(findings, config, "PREEMPT_COUNT", NOTE, "with KSTOP_IRQ only CPUs in user mode "
	     "arrive in an interrupt, on x86 none");
	want(findings, config, "CPU_FREQ_GOV_SCHEDUTIL", NOTE, "no policy=deadline, the one "
	     "that no task can keep away");
	want(findings, config, "KALLSYMS", NOTE, "functions are shown as addresses");
	check_debugging(findings, config);
	check_preemption(findings, config);
	kconfig_close(config);
}

enum answer kernel_option(const char *name)
{
	struct kconfig *config = kconfig_open(release_now().text);
	enum answer is_set = !config ? UNSEEN :
			     kconfig_has(config, name) ? YES : NO;

	kconfig_close(config);
	return is_set;
}

bool kernel_has_deadline(void)
{
	struct release release = release_now();

	return !release_fixes_priority(&release) &&
	       kernel_option("CPU_FREQ_GOV_SCHEDUTIL") != NO;
}

void check_kernel(struct json_object *findings)
{
	struct release release = release_now();

	check_release(findings, &release);
	check_config(findings, release.text);
}
