// SPDX-License-Identifier: GPL-2.0-only
#include "kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"

int kmsg_mark(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	lseek(fd, 0, SEEK_END);
	return fd;
}

void kmsg_close(int mark)
{
	if (mark >= 0)
		close(mark);
}

/*
 * One record is one read: "prio,seq,usec,flags;text\n KEY=value\n ...", where prio
 * is 8 * facility + level, and the kernel's own facility is 0.
 */
static bool next_text(int mark, char *record, size_t size, char **text)
{
	ssize_t len;

	for (;;) {
		len = read(mark, record, size - 1);
		if (len >= 0) {
			record[len] = '\0';
			if (atoi(record) < 8)
				break;
			continue;
		}
		if (errno == EPIPE) {
			ktap_note("kernel log overran its buffer, lines are lost");
			continue;
		}
		if (errno != EINTR)
			return false;
	}
	*text = strchr(record, ';');
	*text = *text ? *text + 1 : record;
	(*text)[strcspn(*text, "\n")] = '\0';
	return true;
}

bool kmsg_find(int mark, const char *one, const char *two, char *line, size_t size)
{
	char record[8192], *text;

	while (mark >= 0 && next_text(mark, record, sizeof(record), &text)) {
		if ((one && !strstr(text, one)) || (two && !strstr(text, two)))
			continue;
		if (line)
			snprintf(line, size, "%s", text);
		return true;
	}
	return false;
}
