// SPDX-License-Identifier: GPL-2.0-only
#include "ktap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINE	900	/* a kernel log record holds 1024 bytes with its prefix */

static int log_fd = -1;
static struct ktap_counts counts;

/* No stdio: a thread that is stuck in the middle of a line must not hold a lock. */
static void put_line(const char *prefix, const char *fmt, va_list ap)
{
	char line[MAX_LINE];
	size_t len;

	/* User's facility, error: shown when the kernel's chatter is not. */
	snprintf(line, sizeof(line), "%s%s", log_fd < 0 ? "" : "<11>", prefix);
	len = strlen(line);
	vsnprintf(line + len, sizeof(line) - len - 1, fmt, ap);
	len = strlen(line);
	line[len++] = '\n';
	while (write(log_fd < 0 ? STDOUT_FILENO : log_fd, line, len) < 0 && errno == EINTR)
		;
}

void ktap_open(void)
{
	log_fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("", fmt, ap);
	va_end(ap);
}

void ktap_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("# ", fmt, ap);
	va_end(ap);
}

void ktap_start(void)
{
	counts = (struct ktap_counts){ 0 };
	say("KTAP version 1");
}

bool ktap_result(bool ok, const char *name, const char *fmt, ...)
{
	char found[512] = "";
	va_list ap;

	if (fmt) {
		va_start(ap, fmt);
		vsnprintf(found, sizeof(found), fmt, ap);
		va_end(ap);
	}
	counts.plan++;
	if (ok)
		counts.passed++;
	else
		counts.failed++;
	say("%s %d %s%s%s", ok ? "ok" : "not ok", counts.plan, name, *found ? " # " : "", found);
	return ok;
}

void ktap_skip(const char *name, const char *fmt, ...)
{
	char why[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	counts.plan++;
	counts.skipped++;
	say("ok %d %s # SKIP %s", counts.plan, name, why);
}

struct ktap_counts ktap_counts(void)
{
	return counts;
}

struct ktap_counts ktap_end(void)
{
	say("1..%d", counts.plan);
	return counts;
}
