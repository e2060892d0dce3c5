// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tracers that people have, on kstop's tracepoints: the examples of docs/tracing.md. Each
 * program looks for itself whether it saw what happened.
 */
#include "checks.h"

#include <inttypes.h>
#include <stdio.h>

#include "ktap.h"
#include "real.h"
#include "watch.h"

#define LIMIT_S		150
#define DUMP_S		5	/* before it is ended: what everybody does */

static void run_tracer(const char *name)
{
	struct real_end end;
	char test[64];

	snprintf(test, sizeof(test), "tracers.%s", name);
	watch_begin(test, LIMIT_S - DUMP_S);
	real_run(name, name, 1, LIMIT_S, &end);
	if (end.status)
		ktap_result(false, test, "status %d: %s", end.status, end.why);
	else
		ktap_result(end.work > 0, test, "it saw %" PRIu64 " stops", end.work);
}

void check_tracers(void)
{
	static const char *const tracers[] = { "with_trace_cmd", "with_perf", "with_bpftrace" };

	if (!real_open() || !real_has("/usr/bin/bpftrace")) {
		ktap_skip("tracers.root", "no Debian with them in /real: run-guest --root tracers");
		return;
	}
	if (!real_mount("tracefs", "/sys/kernel/tracing")) {
		ktap_skip("tracers.tracefs", "this kernel has no tracepoints");
		return;
	}
	if (!check_load("tracers", "kstoptorture"))
		return;
	for (size_t i = 0; i < sizeof(tracers) / sizeof(tracers[0]); i++)
		run_tracer(tracers[i]);
	check_leave("tracers", "kstoptorture");
}
