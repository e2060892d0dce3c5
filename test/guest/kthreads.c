// SPDX-License-Identifier: GPL-2.0-only
#include "kthreads.h"

#include <dirent.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "sched_attr.h"
#include "sysfs.h"

#define MAX_SHOWN	64

static int bound_cpu(pid_t pid)
{
	cpu_set_t set;

	if (sched_getaffinity(pid, sizeof(set), &set) || CPU_COUNT(&set) != 1)
		return -1;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			return cpu;
	return -1;
}

char task_state(pid_t pid)
{
	char path[64], buf[512], *paren;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (file_read(path, buf, sizeof(buf)) <= 0)
		return '?';
	paren = strrchr(buf, ')');
	return paren && paren[1] == ' ' ? paren[2] : '?';
}

static bool look(pid_t pid, const char *prefix, struct kthread *thread)
{
	struct sched_param param = { 0 };
	char path[64], *end;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	if (file_read(path, thread->comm, sizeof(thread->comm)) <= 0 ||
	    strncmp(thread->comm, prefix, strlen(prefix)))
		return false;
	thread->cpu = strtol(thread->comm + strlen(prefix), &end, 10);
	if (*end || end == thread->comm + strlen(prefix))
		return false;
	thread->pid = pid;
	thread->policy = sched_getscheduler(pid);
	sched_getparam(pid, &param);
	thread->priority = param.sched_priority;
	thread->bound_cpu = bound_cpu(pid);
	thread->state = task_state(pid);
	return true;
}

static int by_cpu(const void *a, const void *b)
{
	return ((const struct kthread *)a)->cpu - ((const struct kthread *)b)->cpu;
}

int kthreads_find(const char *prefix, struct kthread *list, int max)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	struct kthread thread;
	int n = 0;

	if (!proc)
		return 0;
	while ((entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);

		if (pid <= 0 || !look(pid, prefix, &thread))
			continue;
		if (n < max)
			list[n] = thread;
		n++;
	}
	closedir(proc);
	if (max > 0)
		qsort(list, n < max ? n : max, sizeof(*list), by_cpu);
	return n;
}

const char *policy_name(int policy)
{
	switch (policy) {
	case SCHED_OTHER:
		return "SCHED_OTHER";
	case SCHED_FIFO:
		return "SCHED_FIFO";
	case SCHED_RR:
		return "SCHED_RR";
	case SCHED_BATCH:
		return "SCHED_BATCH";
	case SCHED_IDLE:
		return "SCHED_IDLE";
	case SCHED_DEADLINE:
		return "SCHED_DEADLINE";
	default:
		return "?";
	}
}

void kthreads_show_stacks(const char *prefix)
{
	struct kthread list[MAX_SHOWN];
	int n = kthreads_find(prefix, list, MAX_SHOWN);
	char path[64], stack[2048], *line, *save;

	for (int i = 0; i < n && i < MAX_SHOWN; i++) {
		ktap_note("%s pid %d state %c %s %d", list[i].comm, list[i].pid, list[i].state,
			  policy_name(list[i].policy), list[i].priority);
		snprintf(path, sizeof(path), "/proc/%d/stack", list[i].pid);
		if (file_read(path, stack, sizeof(stack)) <= 0)
			continue;
		for (line = strtok_r(stack, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
			ktap_note("    %s", line);
	}
}
