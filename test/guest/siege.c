// SPDX-License-Identifier: GPL-2.0-only
#include "siege.h"

#include <sched.h>
#include <string.h>

#include "hogs.h"
#include "ktap.h"

const struct policy fifo_99 = { .policy = SCHED_FIFO, .priority = 99 };

bool siege_begin(struct siege *siege, const char *name, int first, int last,
		 const struct policy *policy)
{
	*siege = (struct siege){ .name = name, .first = first, .last = last };
	if (first < 1 || last < first || last >= SIEGE_MAX) {
		ktap_note("no CPU left for anybody else");
		return false;
	}
	if (!rt_throttle_off())
		return false;
	cpus_clear(first, last);
	for (int cpu = first; cpu <= last; cpu++) {
		siege->hog[cpu] = hog_start(cpu, name, policy);
		if (siege->hog[cpu] > 0)
			continue;
		ktap_note("no hog for CPU %d: %s", cpu, strerror(-siege->hog[cpu]));
		siege_end(siege);
		return false;
	}
	return true;
}

/* With a SCHED_DEADLINE hog about the throttle cannot be set: first things first. */
void siege_end(struct siege *siege)
{
	for (int cpu = siege->first; cpu <= siege->last; cpu++)
		hog_stop(siege->hog[cpu]);
	cpus_unclear();
	rt_throttle_restore();
}
