// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine: its CPUs, how deep they sleep, its clock, who runs it.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "root.h"
#include "text.h"

#define CPUS		"/sys/devices/system/cpu"
#define CLOCK		"/sys/devices/system/clocksource/clocksource0/current_clocksource"

#define DEEP_US		100	/* waking takes as long as a budget of kstop's */
#define STOLEN_PERCENT	5

static void check_online(struct json_object *findings)
{
	char online[512], offline[512] = "";

	if (!root_line(CPUS "/online", online, sizeof(online))) {
		found(findings, "CPUs", UNKNOWN, "", "no " CPUS "/online");
		return;
	}
	root_line(CPUS "/offline", offline, sizeof(offline));
	found(findings, "CPUs", strpbrk(online, "-,") ? FINE : NOTE, "", "online: %s%s%s%s",
	      online, *offline ? "; offline: " : "", offline,
	      strpbrk(online, "-,") ? "" : "; with one CPU there is nobody else to stop");
}

static void check_isolated(struct json_object *findings)
{
	char list[512];

	if (root_line(CPUS "/isolated", list, sizeof(list)) && *list)
		found(findings, "CPUs", NOTE, "kstop_machine_opts() for the others, where that must "
		      "not be",
		      "isolated: %s; a stop of all CPUs stops these, too", list);
	if (root_line(CPUS "/nohz_full", list, sizeof(list)) && *list && strcmp(list, "(null)"))
		found(findings, "CPUs", NOTE, "", "nohz_full: %s; a task there that never enters "
		      "the kernel is interrupted by each stop", list);
}

/* The deepest idle state of CPU 0 that is not turned off. */
static void check_idle(struct json_object *findings)
{
	long long latency, deepest = 0, off;
	char path[128], name[64] = "";
	unsigned int i;

	for (i = 0; i < 16; i++) {
		snprintf(path, sizeof(path), CPUS "/cpu0/cpuidle/state%u/latency", i);
		if (!root_number(path, &latency))
			break;
		snprintf(path, sizeof(path), CPUS "/cpu0/cpuidle/state%u/disable", i);
		if ((root_number(path, &off) && off) || latency <= deepest)
			continue;
		deepest = latency;
		snprintf(path, sizeof(path), CPUS "/cpu0/cpuidle/state%u/name", i);
		root_line(path, name, sizeof(name));
	}
	if (deepest > DEEP_US)
		found(findings, "idle states", SLOW, "cpupower idle-set -D 100, where latency "
		      "matters", "%s takes %lld us to wake from, and a stop waits for that",
		      name, deepest);
}

static void check_clock(struct json_object *findings)
{
	char clock[64];

	if (!root_line(CLOCK, clock, sizeof(clock)))
		return;
	if (!strcmp(clock, "hpet") || !strcmp(clock, "acpi_pm") || !strcmp(clock, "jiffies") ||
	    !strcmp(clock, "refined-jiffies"))
		found(findings, "clock", SLOW, "find out why the kernel does not trust the TSC "
		      "(dmesg)", "clocksource %s takes long to read", clock);
	else
		found(findings, "clock", FINE, "", "clocksource %s", clock);
}

/* "cpu  user nice system idle iowait irq softirq steal ..." */
static double stolen_percent(void)
{
	double sum = 0, stolen = 0;
	struct piece rest, word;
	unsigned int field = 0;
	char line[512];
	uint64_t ticks;

	if (!root_line("/proc/stat", line, sizeof(line)))
		return 0;
	rest = (struct piece){ line, strlen(line) };
	if (!piece_word(&rest, &word) || !piece_is(word, "cpu"))
		return 0;
	while (field < 8 && piece_word(&rest, &word) && piece_u64(word, &ticks)) {
		sum += ticks;
		if (++field == 8)
			stolen = ticks;
	}
	return sum > 0 ? 100 * stolen / sum : 0;
}

static void check_hypervisor(struct json_object *findings)
{
	double stolen = stolen_percent();
	size_t len;
	char *info = root_read("/proc/cpuinfo", &len);
	bool guest = info && memmem(info, len, " hypervisor", 11);

	free(info);
	if (stolen > STOLEN_PERCENT)
		found(findings, "hypervisor", SLOW, "fewer virtual CPUs, or more real ones",
		      "it kept this machine's CPUs for %.1f %% of the time since boot: a stop "
		      "waits until all run", stolen);
	else if (guest)
		found(findings, "hypervisor", NOTE, "", "this is a virtual machine; when the host "
		      "takes a CPU away a stop waits for it (so far %.1f %% of the time)", stolen);
}

void check_cpus(struct json_object *findings)
{
	check_online(findings);
	check_isolated(findings);
	check_idle(findings);
	check_clock(findings);
	check_hypervisor(findings);
}
