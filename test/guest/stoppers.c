// SPDX-License-Identifier: GPL-2.0-only
#include "stoppers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "ktap.h"
#include "sysfs.h"

#define PATH	"/sys/kernel/debug/kstop/stoppers"
#define HEAD	"cpu state policy priority queued doing"

int stoppers_read(struct stopper *list, int max)
{
	char text[8192], *line, *save;
	int n = 0;

	if (file_read(PATH, text, sizeof(text)) <= 0)
		return 0;
	line = strtok_r(text, "\n", &save);
	if (!line || strcmp(line, "version: 1"))
		return 0;
	line = strtok_r(NULL, "\n", &save);
	if (!line || strcmp(line, HEAD))
		return 0;
	while (n < max && (line = strtok_r(NULL, "\n", &save))) {
		struct stopper *s = &list[n++];

		if (sscanf(line, "%d %15s %15s %d %d %191[^\n]", &s->cpu, s->state, s->policy,
			   &s->priority, &s->queued, s->doing) != 6)
			return 0;
	}
	return n;
}

bool stoppers_empty(int except, int seconds)
{
	uint64_t until = now_ns() + seconds * NS_PER_S;
	struct stopper list[STOPPERS_MAX];

	for (;;) {
		int n = stoppers_read(list, STOPPERS_MAX), queued = 0;

		for (int i = 0; i < n; i++)
			if (list[i].cpu != except)
				queued += list[i].queued;
		if (n && !queued)
			return true;
		if (now_ns() >= until)
			return false;
		usleep(20 * 1000);
	}
}

void stoppers_show(void)
{
	struct stopper list[STOPPERS_MAX];
	int n = stoppers_read(list, STOPPERS_MAX);

	for (int i = 0; i < n; i++)
		ktap_note("stopper %d: %s, %s %d, %d queued, %s", list[i].cpu, list[i].state,
			  list[i].policy, list[i].priority, list[i].queued, list[i].doing);
	if (!n)
		ktap_note("%s is not there or not as it should be", PATH);
}
