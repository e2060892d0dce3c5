// SPDX-License-Identifier: GPL-2.0-only
/*
 * A CPU is late: it keeps preemption off for 10 ms at a time. On another CPU
 * somebody has work to do, and a caller there stops the machine. How much of
 * that work's time does one rendezvous cost? The kernel's own stop_machine()
 * stands beside it for comparison. Figures, no verdict on them.
 */
#include <linux/math64.h>
#include <linux/sort.h>
#include <linux/stop_machine.h>

#include "crew.h"
#include "expect.h"
#include "hogs.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define RENDEZVOUS	50
#define LATE_MS		10000		/* the hog comes every 20 ms */

/* What the calls of one kind cost the worker. */
struct bill {
	unsigned int	calls;
	unsigned int	late;		/* took a millisecond or more */
	unsigned int	failed;
	u64		gap_max_ns;
	u64		*took_ns;	/* of each call, */
	u64		*gap_ns;	/* the worker's longest gap meanwhile, */
	u64		*slices;	/* and how much it got done */
};

typedef int (*machine_fn_t)(cpu_stop_fn_t fn, void *data,
			    const struct cpumask *cpus);

static int nothing_callback(void *arg)
{
	return 0;
}

/* No stop at all: what the rest of the system takes of the worker's time. */
static int sleep_instead(cpu_stop_fn_t fn, void *data,
			 const struct cpumask *cpus)
{
	usleep_range(LATE_NS / 2 / NSEC_PER_USEC,
		     LATE_NS / 2 / NSEC_PER_USEC + 500);
	return fn(data);
}

/* Not at the end of its section, so that the call finds the CPU late. */
static bool hog_is_off(struct late_hog *hog)
{
	return READ_ONCE(hog->off) &&
	       ktime_get_mono_fast_ns() - READ_ONCE(hog->off_since) <
	       LATE_NS / 2;
}

static void call_machine(machine_fn_t machine, struct bill *bill)
{
	u64 start = ktime_get_mono_fast_ns(), took;

	if (machine(nothing_callback, NULL, NULL))
		bill->failed++;
	took = ktime_get_mono_fast_ns() - start;
	bill->took_ns[bill->calls] = took;
	if (took >= NSEC_PER_MSEC)
		bill->late++;
}

static void run_up_bill(machine_fn_t machine, struct late_hog *hog,
			struct worker *worker, struct bill *bill)
{
	u64 before, after;

	if (!expect(sleep_for(hog_is_off(hog), LATE_MS),
		    "the late CPU is not late"))
		return;
	/* What other calls and the wait did to the worker does not count. */
	WRITE_ONCE(worker->gap_max_ns, 0);
	before = READ_ONCE(worker->slices);
	call_machine(machine, bill);
	after = READ_ONCE(worker->slices);
	/* The last gap shows with the worker's next slice. */
	expect(sleep_for(READ_ONCE(worker->slices) != after, LATE_MS),
	       "the worker does not get on");
	bill->slices[bill->calls] = after - before;
	bill->gap_ns[bill->calls] = READ_ONCE(worker->gap_max_ns);
	bill->gap_max_ns = max(bill->gap_max_ns, bill->gap_ns[bill->calls]);
	bill->calls++;
}

static int compare(const void *a, const void *b)
{
	const u64 *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

/* Medians: a guest is itself taken off its CPU now and then. */
static u64 median(u64 *values, unsigned int nr)
{
	sort(values, nr, sizeof(*values), compare, NULL);
	return values[nr / 2];
}

static bool bill_open(struct bill *bill, unsigned int calls)
{
	bill->took_ns = scratch_alloc((calls + 1) * sizeof(u64));
	bill->gap_ns = scratch_alloc((calls + 1) * sizeof(u64));
	bill->slices = scratch_alloc((calls + 1) * sizeof(u64));
	return bill->took_ns && bill->gap_ns && bill->slices;
}

/* Slices that the worker got done in a second while the calls lasted. */
static u64 speed(const struct bill *bill)
{
	u64 slices = 0, took = 0;
	unsigned int i;

	for (i = 0; i < bill->calls; i++) {
		slices += bill->slices[i];
		took += bill->took_ns[i];
	}
	return div64_u64(slices * NSEC_PER_SEC, max(took, 1ULL));
}

/* @full: how fast the worker is when nobody stops it. */
static void present(const struct bill *bill, u64 full, const char *name)
{
	u64 speed_now = speed(bill), took;

	expect(!bill->failed, "%s: %u of %u failed", name, bill->failed,
	       bill->calls);
	expect(bill->late, "%s: no rendezvous was late", name);
	figure(bill->calls, "%s_calls", name);
	figure(bill->late, "%s_late", name);
	figure(div64_u64(speed_now * 100, max(full, 1ULL)),
	       "%s_worker_percent", name);
	figure(bill->gap_max_ns, "%s_gap_max_ns", name);
	figure(median(bill->gap_ns, bill->calls), "%s_gap_p50_ns", name);
	took = median(bill->took_ns, bill->calls);
	figure(took, "%s_took_p50_ns", name);
	figure(speed_now < full ?
	       div64_u64(took * (full - speed_now), full) : 0,
	       "%s_stolen_ns_per_late", name);
}

static int late_cpu(const struct params *params)
{
	unsigned int cycles = params->cycles ?: RENDEZVOUS, i;
	unsigned int first = cpumask_first(cpu_online_mask);
	struct late_hog *hog = scratch_alloc(sizeof(*hog));
	struct worker *worker = scratch_alloc(sizeof(*worker));
	struct bill kstop = { }, native = { }, idle = { };

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	if (!hog || !worker || !bill_open(&kstop, cycles) ||
	    !bill_open(&native, cycles) || !bill_open(&idle, cycles))
		return -ENOMEM;
	stand_on(first);
	if (!crew_hire("late", cpumask_last(cpu_online_mask), late_hog_round,
		       hog) ||
	    !crew_hire("worker", first, worker_round, worker))
		return 0;
	for (i = 0; i < cycles && expect_go_on(); i++) {
		run_up_bill(kstop_machine, hog, worker, &kstop);
		run_up_bill(stop_machine, hog, worker, &native);
		run_up_bill(sleep_instead, hog, worker, &idle);
	}
	present(&idle, speed(&idle), "idle");
	present(&kstop, speed(&idle), "kstop");
	present(&native, speed(&idle), "native");
	return 0;
}

const struct testcase late_cases[] = {
	{ "late_cpu", late_cpu },
	{ }
};
