// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine: its CPUs, how deep they sleep, its clock, who runs it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "root.h"
#include "text.h"

#define CPUS		"/sys/devices/system/cpu"
#define CPU0_IDLE	CPUS "/cpu0/cpuidle"
#define CLOCK		"/sys/devices/system/clocksource/clocksource0/current_clocksource"

#define DEEP_US		100	/* waking takes as long as a budget of kstop's */
#define STOLEN_PERCENT	5

static void check_online(struct json_object *findings)
{
	char online[512], offline[512] = "";

	if (!root_line(CPUS "/online", online, sizeof(online))) {
		found(findings, "CPUs", UNKNOWN, "mount -t sysfs sysfs /sys",
		      "no " CPUS "/online");
		return;
	}
	root_line(CPUS "/offline", offline, sizeof(offline));
	found(findings, "CPUs", strpbrk(online, "-,") ? FINE : NOTE, "", "online: %s%s%s%s",
	      online, *offline ? "; offline: " : "", offline,
	      strpbrk(online, "-,") ? "" : "; with one CPU there is nobody else to stop");
}

/* Either list; that of nohz_full is there with CONFIG_NO_HZ_FULL, and may be "(null)". */
static void check_list(struct json_object *findings, const char *name, const char *advice,
		       const char *what)
{
	char path[64], list[512] = "";

	snprintf(path, sizeof(path), CPUS "/%s", name);
	if (!root_line(path, list, sizeof(list)) && (root_exists(path) || !root_exists(CPUS)))
		found(findings, "CPUs", UNKNOWN, "mount -t sysfs sysfs /sys", "%s: no %s", name,
		      path);
	else if (!*list || !strcmp(list, "(null)"))
		found(findings, "CPUs", FINE, "", "%s: none", name);
	else
		found(findings, "CPUs", NOTE, advice, "%s: %s; %s", name, list, what);
}

static void check_isolated(struct json_object *findings)
{
	check_list(findings, "isolated", "kstop_machine_opts() for the others, where that must not "
		   "be", "a stop of all CPUs stops these, too");
	check_list(findings, "nohz_full", "", "a task there that never enters the kernel is "
		   "interrupted by each stop");
}

/* How long it takes to wake from an idle state of CPU 0; false if there is none. */
static bool idle_state(unsigned int i, long long *latency, bool *off)
{
	long long disable;
	char path[128];

	snprintf(path, sizeof(path), CPU0_IDLE "/state%u/latency", i);
	if (!root_number(path, latency))
		return false;
	snprintf(path, sizeof(path), CPU0_IDLE "/state%u/disable", i);
	*off = root_number(path, &disable) && disable;
	return true;
}

/* The deepest idle state of CPU 0 that is not turned off. */
static void check_idle(struct json_object *findings)
{
	char path[128], name[64] = "";
	long long latency, deepest = -1;
	unsigned int i;
	bool off;

	for (i = 0; i < 16 && idle_state(i, &latency, &off); i++) {
		if (off || latency <= deepest)
			continue;
		deepest = latency;
		snprintf(path, sizeof(path), CPU0_IDLE "/state%u/name", i);
		root_line(path, name, sizeof(name));
	}
	if (deepest > DEEP_US)
		found(findings, "idle states", SLOW, "cpupower idle-set -D 100, where latency "
		      "matters", "%s takes %lld us to wake from, and a stop waits for that",
		      name, deepest);
	else if (deepest >= 0)
		found(findings, "idle states", FINE, "", "none takes longer to wake from than %s: "
		      "%lld us", name, deepest);
	else if (i || (root_exists(CPUS "/cpu0") && !root_exists(CPU0_IDLE)))
		found(findings, "idle states", FINE, "", i ? "all are turned off" : "the kernel has "
		      "none to choose from");
	else
		found(findings, "idle states", UNKNOWN, "mount -t sysfs sysfs /sys",
		      "no " CPU0_IDLE);
}

static void check_clock(struct json_object *findings)
{
	char clock[64];

	if (!root_line(CLOCK, clock, sizeof(clock)))
		found(findings, "clock", UNKNOWN, "mount -t sysfs sysfs /sys", "no " CLOCK);
	else if (!strcmp(clock, "hpet") || !strcmp(clock, "acpi_pm") || !strcmp(clock, "jiffies") ||
		 !strcmp(clock, "refined-jiffies"))
		found(findings, "clock", SLOW, "find out why the kernel does not trust the TSC "
		      "(dmesg)", "clocksource %s takes long to read", clock);
	else
		found(findings, "clock", FINE, "", "clocksource %s", clock);
}

/* "cpu  user nice system idle iowait irq softirq steal ..."; negative if that cannot be seen */
static double stolen_percent(void)
{
	double sum = 0, stolen = 0;
	struct piece rest, word;
	unsigned int field = 0;
	char line[512];
	uint64_t ticks;

	if (!root_line("/proc/stat", line, sizeof(line)))
		return -1;
	rest = (struct piece){ line, strlen(line) };
	if (!piece_word(&rest, &word) || !piece_is(word, "cpu"))
		return -1;
	while (field < 8 && piece_word(&rest, &word) && piece_u64(word, &ticks)) {
		sum += ticks;
		if (++field == 8)
			stolen = ticks;
	}
	return field == 8 && sum > 0 ? 100 * stolen / sum : -1;
}

static void check_hypervisor(struct json_object *findings)
{
	double stolen = stolen_percent();
	size_t len;
	char *info = root_read("/proc/cpuinfo", &len);
	bool guest = info && memmem(info, len, " hypervisor", 11), seen = info && stolen >= 0;

	free(info);
	if (!seen)
		found(findings, "hypervisor", UNKNOWN, "", "whether one takes CPUs away: no "
		      "/proc/stat or no /proc/cpuinfo");
	else if (stolen > STOLEN_PERCENT)
		found(findings, "hypervisor", SLOW, "fewer virtual CPUs, or more real ones",
		      "it kept this machine's CPUs for %.1f %% of the time since boot: a stop "
		      "waits until all run", stolen);
	else if (guest)
		found(findings, "hypervisor", NOTE, "", "this is a virtual machine; when the host "
		      "takes a CPU away a stop waits for it (so far %.1f %% of the time)", stolen);
	else
		found(findings, "hypervisor", FINE, "", "none is seen");
}

void check_cpus(struct json_object *findings)
{
	check_online(findings);
	check_isolated(findings);
	check_idle(findings);
	check_clock(findings);
	check_hypervisor(findings);
}
