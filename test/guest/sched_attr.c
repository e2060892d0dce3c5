// SPDX-License-Identifier: GPL-2.0-only
#include "sched_attr.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ktap.h"
#include "sysfs.h"

#define RT_RUNTIME	"/proc/sys/kernel/sched_rt_runtime_us"

/* As the kernel's sched_setattr() takes it; not in every C library's headers. */
struct attr {
	uint32_t	size;
	uint32_t	policy;
	uint64_t	flags;
	int32_t		nice;
	uint32_t	priority;
	uint64_t	runtime;
	uint64_t	deadline;
	uint64_t	period;
};

static char rt_runtime[32];		/* as it was */

#define MAX_CLEAR	1024

/* Those who were told to keep clear, and where they may run meanwhile. */
static pid_t clear[MAX_CLEAR];
static int clears;
static cpu_set_t narrow;

int policy_set(const struct policy *policy)
{
	struct attr attr = {
		.size		= sizeof(attr),
		.policy		= policy->policy,
		.priority	= policy->priority,
		.runtime	= policy->runtime_ns,
		.deadline	= policy->deadline_ns,
		.period		= policy->period_ns,
	};

	return syscall(SYS_sched_setattr, 0, &attr, 0) ? -errno : 0;
}

int bind_to_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

bool rt_throttle_off(void)
{
	int err;

	if (file_read(RT_RUNTIME, rt_runtime, sizeof(rt_runtime)) <= 0)
		return false;
	err = file_write(RT_RUNTIME, "-1");
	if (err)
		ktap_note("cannot switch off the real-time throttle: %s", strerror(-err));
	return !err;
}

void rt_throttle_restore(void)
{
	int err = file_write(RT_RUNTIME, rt_runtime);

	if (err)
		ktap_note("cannot switch the real-time throttle on again: %s", strerror(-err));
}

static void for_each_thread(void (*fn)(pid_t tid))
{
	char path[64];
	DIR *proc = opendir("/proc"), *tasks;
	struct dirent *process, *task;

	while (proc && (process = readdir(proc))) {
		if (atoi(process->d_name) <= 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%.20s/task", process->d_name);
		tasks = opendir(path);
		while (tasks && (task = readdir(tasks)))
			if (atoi(task->d_name) > 0)
				fn(atoi(task->d_name));
		if (tasks)
			closedir(tasks);
	}
	if (proc)
		closedir(proc);
}

/* Kernel threads that belong to one CPU refuse, and may. */
static void keep_clear(pid_t tid)
{
	cpu_set_t set;

	if (clears < MAX_CLEAR && !sched_getaffinity(tid, sizeof(set), &set) &&
	    CPU_COUNT(&set) > 1 && !sched_setaffinity(tid, sizeof(narrow), &narrow))
		clear[clears++] = tid;
}

void cpus_clear(int first, int last)
{
	CPU_ZERO(&narrow);
	for (int cpu = 0; cpu < cpus_present(); cpu++)
		if (cpu < first || cpu > last)
			CPU_SET(cpu, &narrow);
	for_each_thread(keep_clear);
}

void cpus_unclear(void)
{
	cpu_set_t wide;

	CPU_ZERO(&wide);
	for (int cpu = 0; cpu < cpus_present(); cpu++)
		CPU_SET(cpu, &wide);
	while (clears)
		sched_setaffinity(clear[--clears], sizeof(wide), &wide);
}
