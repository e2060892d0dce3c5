// SPDX-License-Identifier: GPL-2.0-only
#include "testmod.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "sysfs.h"
#include "watch.h"

#define TESTMOD_DIR	"/sys/kernel/debug/kstoptest"
#define TEXT_SIZE	16384

int testmod_cases(char names[][TESTMOD_NAME_LEN], int max)
{
	char text[TEXT_SIZE], *line, *save;
	int n = 0;

	if (file_read(TESTMOD_DIR "/cases", text, sizeof(text)) < 0)
		return 0;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (n < max)
			snprintf(names[n], TESTMOD_NAME_LEN, "%s", line);
		n++;
	}
	return n;
}

/* "NAME count errors refused=N ..." */
static bool parse_loop(const char *line, struct testmod_loop *loop)
{
	const char *refused = strstr(line, " refused=");

	loop->refused = refused ? strtoull(refused + 9, NULL, 10) : 0;
	return sscanf(line, "%31s %" SCNu64 " %" SCNu64, loop->name, &loop->count,
		      &loop->errors) == 3;
}

int testmod_loops(struct testmod_loop *loops, int max)
{
	char text[TEXT_SIZE], *line, *save;
	int n = 0;

	if (file_read(TESTMOD_DIR "/loops", text, sizeof(text)) < 0)
		return 0;
	for (line = strtok_r(text, "\n", &save); line && n < max;
	     line = strtok_r(NULL, "\n", &save))
		n += parse_loop(line, &loops[n]);
	return n;
}

int testmod_loop(const char *fmt, ...)
{
	char line[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	return file_write(TESTMOD_DIR "/loops", line);
}

/* Figures and reasons; the rest is in the test line. */
static bool worth_showing(const char *line)
{
	return strncmp(line, "case:", 5) && strncmp(line, "verdict:", 8) &&
	       strcmp(line, "failures: 0");
}

static void show_result(void)
{
	char text[TEXT_SIZE], *line, *save;

	if (file_read(TESTMOD_DIR "/result", text, sizeof(text)) < 0)
		return;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (worth_showing(line))
			ktap_note("  %s", line);
}

bool testmod_run(const char *test, const char *command, int limit_s)
{
	int err;

	watch_begin(test, limit_s);
	err = file_write(TESTMOD_DIR "/run", command);
	watch_end();
	show_result();
	if (err == -EOPNOTSUPP) {
		ktap_skip(test, "not possible here");
		return true;
	}
	return ktap_result(!err, test, err ? "%s: %s" : NULL, command, strerror(-err));
}
