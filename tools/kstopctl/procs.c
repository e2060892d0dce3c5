// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "procs.h"
#include "root.h"
#include "text.h"

#define PF_KTHREAD	0x00200000	/* of the kernel's flags */

#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE	6
#endif

const char *policy_name(unsigned int policy)
{
	switch (policy) {
	case SCHED_OTHER:	return "other";
	case SCHED_FIFO:	return "fifo";
	case SCHED_RR:		return "rr";
	case SCHED_BATCH:	return "batch";
	case SCHED_IDLE:	return "idle";
	case SCHED_DEADLINE:	return "deadline";
	default:		return "unknown";
	}
}

bool thread_is_stopper(const struct thread *thread, uint64_t *cpu)
{
	struct piece name = { thread->comm, strlen(thread->comm) };

	return thread->kernel && piece_starts(&name, "kstop/") && piece_u64(name, cpu);
}

/* "TID (comm) S ..."; the name may hold anything, so look for its end from behind. */
bool thread_parse(struct thread *thread, const char *text, size_t len)
{
	const char *open = memchr(text, '(', len), *close = memrchr(text, ')', len);
	struct piece rest, word;
	uint64_t flags = 0, number;
	unsigned int field = 2;

	if (!open || !close || close < open)
		return false;
	text_clean(thread->comm, sizeof(thread->comm), open + 1, close - open - 1);
	rest = (struct piece){ close + 1, text + len - close - 1 };
	while (piece_word(&rest, &word)) {
		field++;
		if (field != 9 && field != 40 && field != 41)
			continue;
		if (!piece_u64(word, &number))
			return false;
		if (field == 9)
			flags = number;
		else if (field == 40)
			thread->priority = number;
		else
			thread->policy = number;
	}
	thread->kernel = flags & PF_KTHREAD;
	return field >= 41;
}

/* Threads come and go: what is not there any more is left out. */
static void see_thread(const char *pid, const char *tid, void (*see)(const struct thread *,
		       void *), void *data)
{
	struct thread thread = { .tid = atoi(tid) };
	char path[96], *text;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%.20s/task/%.20s/stat", pid, tid);
	text = root_read(path, &len);
	if (text && thread_parse(&thread, text, len))
		see(&thread, data);
	free(text);
}

static void see_process(const char *pid, void (*see)(const struct thread *, void *),
			void *data)
{
	char *path = root_path("/proc/%s/task", pid);
	DIR *dir = opendir(path);
	struct dirent *entry;

	free(path);
	while (dir && (entry = readdir(dir))) {
		if (isdigit((unsigned char)*entry->d_name))
			see_thread(pid, entry->d_name, see, data);
	}
	if (dir)
		closedir(dir);
}

bool threads_each(void (*see)(const struct thread *thread, void *data), void *data)
{
	char *path = root_path("/proc");
	DIR *dir = opendir(path);
	struct dirent *entry;

	free(path);
	if (!dir)
		return false;
	while ((entry = readdir(dir))) {
		if (isdigit((unsigned char)*entry->d_name))
			see_process(entry->d_name, see, data);
	}
	closedir(dir);
	return true;
}
