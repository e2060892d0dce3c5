// SPDX-License-Identifier: GPL-2.0-only
#include "trigger.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "sched_attr.h"
#include "sysfs.h"

#define TRIGGER_DIR	"/sys/kernel/debug/kstoptorture"

bool trigger_there(void)
{
	return !access(TRIGGER_DIR "/trigger", F_OK) && !access(TRIGGER_DIR "/result", F_OK);
}

int trigger_write_bytes(const void *bytes, size_t len)
{
	return file_write_bytes(TRIGGER_DIR "/trigger", bytes, len);
}

/* The value of "key: value", NULL if there is no such line. */
static const char *value_of(const char *text, const char *key)
{
	size_t len = strlen(key);

	while (text) {
		if (!strncmp(text, key, len) && text[len] == ':')
			return text + len + 1 + strspn(text + len + 1, " \t");
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return NULL;
}

static long number_of(const char *text, const char *key)
{
	const char *value = value_of(text, key);

	return value ? labs(strtol(value, NULL, 10)) : -1;
}

static void text_of(const char *text, const char *key, char *out, size_t size)
{
	const char *value = value_of(text, key);

	snprintf(out, size, "%.*s", value ? (int)strcspn(value, "\n") : 0, value ? value : "");
}

static void parse(const char *text, struct trigger_result *result)
{
	char key[16];

	memset(result, 0, sizeof(*result));
	text_of(text, "op", result->op, sizeof(result->op));
	text_of(text, "late_cpus", result->late_cpus, sizeof(result->late_cpus));
	for (int cpu = 0; cpu < TRIGGER_LATE; cpu++) {
		snprintf(key, sizeof(key), "late_%d", cpu);
		text_of(text, key, result->late[cpu], sizeof(result->late[cpu]));
	}
	result->requests = number_of(text, "requests");
	result->completed = number_of(text, "completed");
	result->failed = number_of(text, "failed");
	result->error = number_of(text, "errno");
	result->callbacks = number_of(text, "callbacks");
	result->min_ns = number_of(text, "latency_ns_min");
	result->p50_ns = number_of(text, "latency_ns_p50");
	result->p99_ns = number_of(text, "latency_ns_p99");
	result->max_ns = number_of(text, "latency_ns_max");
	result->stopped_max_ns = number_of(text, "stopped_ns_max");
}

void trigger_read(struct trigger_result *result)
{
	char text[4096];

	if (file_read(TRIGGER_DIR "/result", text, sizeof(text)) < 0)
		*text = '\0';
	parse(text, result);
}

int trigger(struct trigger_result *result, const char *fmt, ...)
{
	char line[256];
	va_list ap;
	int err;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	err = trigger_write_bytes(line, strlen(line));
	trigger_read(result);
	return err;
}

pid_t trigger_start(int cpu, const char *fmt, ...)
{
	char line[256];
	va_list ap;
	pid_t pid;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	bind_to_cpu(cpu);
	_exit(-trigger_write_bytes(line, strlen(line)));	/* an errno fits */
}

int trigger_wait(pid_t pid, int seconds)
{
	uint64_t until = now_ns() + seconds * NS_PER_S;
	int status;

	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (now_ns() >= until)
			return -ETIME;
		usleep(2000);
	}
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

const char *trigger_result_problem(const struct trigger_result *result)
{
	if (!*result->op)
		return "no line op";
	if (result->requests < 0 || result->completed < 0 || result->failed < 0)
		return "no requests, completed or failed";
	if (result->error < 0 || result->callbacks < 0)
		return "no errno or callbacks";
	if ((int64_t)result->min_ns < 0 || (int64_t)result->max_ns < 0)
		return "no latency_ns_min or _max";
	if ((int64_t)result->p50_ns < 0 || (int64_t)result->p99_ns < 0)
		return "no latency_ns_p50 or _p99";
	if (result->completed + result->failed != result->requests)
		return "completed + failed is not requests";
	if (result->completed && (result->min_ns > result->p50_ns ||
				  result->p50_ns > result->p99_ns ||
				  result->p99_ns > result->max_ns))
		return "not min <= p50 <= p99 <= max";
	if (result->completed && !result->max_ns)
		return "latency of no time at all";
	return NULL;
}
