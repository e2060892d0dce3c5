// SPDX-License-Identifier: GPL-2.0-only
#include "doctor.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "checks.h"
#include "hogs.h"
#include "ktap.h"
#include "sysfs.h"
#include "tool.h"

#define SECURITY	"/sys/kernel/security"

static char output[64 * 1024];		/* what it said last */

/* @fmt: a line of its text, or a part of it. */
__attribute__((format(printf, 2, 3)))
static void says(bool wanted, const char *fmt, ...)
{
	char part[128], name[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(part, sizeof(part), fmt, args);
	va_end(args);
	snprintf(name, sizeof(name), "tool.doctor.%s_%.100s", wanted ? "says" : "not", part);
	for (char *c = name; *c; c++)
		*c = *c == ' ' || *c == '#' ? '_' : *c;
	ktap_result(!strstr(output, part) == !wanted, name, NULL);
}

static void ask(void)
{
	int status = tool_run("doctor", output, sizeof(output));

	tool_note(output, false);
	ktap_result(!status, "tool.doctor.status", "%d", status);
}

static void check_kernel(void)
{
	struct utsname uts;
	char config[128];

	uname(&uts);
	says(true, " %s\n", uts.release);
	snprintf(config, sizeof(config), "/boot/config-%s", uts.release);
	if (access(config, R_OK))
		return;
	says(true, "read from %s\n", config);
	says(debug_kernel(), "several times as long");
	says(rt_kernel(), "preemption: PREEMPT_RT");
}

static void check_modules(bool loaded)
{
	char text[16];

	says(loaded, "loaded, ");
	says(!loaded, "not loaded; installed: ");
	says(true, "mounted and readable");
	says(true, "kernel.modules_disabled is 0\n");
	/* A kernel without CONFIG_MODULE_SIG has no such file. */
	if (file_read("/sys/module/module/parameters/sig_enforce", text, sizeof(text)) < 0)
		says(true, "looks at no module's signature");
	else
		says(*text == 'N', "module.sig_enforce does not refuse");
}

/* A guest is not locked down; whether that can be seen depends on a file system. */
static void check_lockdown(void)
{
	bool can_be = kernel_option("CONFIG_SECURITY_LOCKDOWN_LSM") > 0;
	char text[128];

	says(can_be, "whether the kernel is locked down: no " SECURITY "/lockdown");
	says(!can_be, "not locked down: this kernel has no lockdown");
	if (!can_be || mount("securityfs", SECURITY, "securityfs", 0, NULL))
		return;
	ask();
	if (file_read(SECURITY "/lockdown", text, sizeof(text)) > 0 && strstr(text, "[none]"))
		says(true, " not locked down\n");
	else
		says(true, "the kernel is locked down (%s)", text);
	umount(SECURITY);
}

static void check_list(const char *name)
{
	char path[64], list[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/%s", name);
	if (file_read(path, list, sizeof(list)) <= 0 || !strcmp(list, "(null)"))
		says(true, "%s: none\n", name);
	else
		says(true, "%s: %s; ", name, list);
}

static void check_cpus(void)
{
	char clock[CLOCKSOURCE_LEN];

	check_list("isolated");
	check_list("nohz_full");
	says(access("/sys/devices/system/cpu/cpu0/cpuidle", F_OK), "has none to choose from");
	clocksource_get(clock, sizeof(clock));
	says(true, " clocksource %s", clock);
}

/* The scheduler shows how much of its time each CPU's real-time tasks have used, if it counts that. */
static void check_throttle(void)
{
	static char text[256 * 1024];
	char runtime[16] = "";

	if (file_read("/sys/kernel/debug/sched/debug", text, sizeof(text)) <= 0 &&
	    file_read("/proc/sched_debug", text, sizeof(text)) <= 0) {
		ktap_skip("tool.doctor.throttle", "the scheduler shows nothing");
		return;
	}
	file_read("/proc/sys/kernel/sched_rt_runtime_us", runtime, sizeof(runtime));
	says(strstr(text, ".rt_throttled "), "real-time tasks have %s of ", runtime);
	says(!strstr(text, ".rt_throttled "), "this kernel does not throttle real-time tasks");
}

/* Two seconds of the kernel's throttle, or of what it has instead, do not let the stopper in. */
static void check_kept_away(void)
{
	int status = tool_run("stop machine --timeout-us 2500000", output, sizeof(output));

	tool_note(output, false);
	ktap_result(status == 6 && strstr(output, "ETIMEDOUT"), "tool.doctor.hog_keeps_it_away",
		    "%d", status);
}

/* Nobody has turned the throttle off, and it does not help: docs/policies.md. */
static void check_hog(int cpu, bool loaded)
{
	static const struct policy hog99 = { .policy = SCHED_FIFO, .priority = 99 };
	pid_t hog;

	says(true, "no task of user space goes before");
	hog = hog_start(cpu, "hog99", &hog99);
	if (hog < 0) {
		ktap_result(false, "tool.doctor.hog", "%s", strerror(-hog));
		return;
	}
	ask();
	says(true, "for as long as they like: hog99:");
	says(false, "no task of user space goes before");
	if (loaded)
		check_kept_away();
	hog_stop(hog);
}

static void check_online(int last)
{
	if (cpu_set_online(last, false))
		return;
	ask();
	says(true, "; offline: %d", last);
	cpu_set_online(last, true);
	ask();
	says(true, "online: 0-%d\n", last);
}

void check_doctor(bool loaded)
{
	int last = cpus_present() - 1;

	ask();
	check_kernel();
	check_modules(loaded);
	check_cpus();
	check_throttle();
	check_lockdown();
	if (last < 1)
		return;
	check_hog(last, loaded);
	check_online(last);
}
