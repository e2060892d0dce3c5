// SPDX-License-Identifier: GPL-2.0-only
/*
 * How late cyclictest's threads wake while CPUs are stopped all the time, by kstop, by the
 * kernel's own and not at all: figures for the documentation.
 */
#include "checks.h"

#include <inttypes.h>

#include "ktap.h"
#include "real.h"
#include "watch.h"

#define SECONDS		120	/* in a run of 60 */
#define LIMIT_S(s)	(3 * (s) + 60)

void check_rt_latency(void)
{
	int seconds = check_seconds(SECONDS);
	struct real_end end;

	if (!real_open()) {
		ktap_skip("rt_latency.root", "no Debian in /real: run-guest --root loads");
		return;
	}
	if (!check_load("rt_latency", "kstoptest"))
		return;
	watch_begin("rt_latency", LIMIT_S(seconds));
	real_run("rt_latency", "rt_latency", seconds, LIMIT_S(seconds), &end);
	watch_end();
	ktap_result(!end.status && end.work, "rt_latency.figures", "%" PRIu64 " wake-ups, status %d: %s",
		    end.work, end.status, end.why);
	check_leave("rt_latency", "kstoptest");
}
