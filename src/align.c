// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/sched/clock.h>

#include "align.h"
#include "request.h"

/* A clock that takes longer to read makes fn begin at different moments. */
#define FAST_NS		100
#define READS		64

/* Until all have seen what is to happen when: each has to fetch the line. */
#define AHEAD_NS	500
#define AHEAD_CPU_NS	50

/*
 * A clock of jiffies stands still while all CPUs have IRQs off. align_init() does not
 * take it, but it may become the clock later; then this many looks are enough.
 */
#define LOOKS_MAX	100000

#define AT_ONCE		1

static bool by_clock __ro_after_init;

/* What reading the clock takes, at its best, as an interrupt may come between. */
static u64 clock_cost(void)
{
	u64 start, best = U64_MAX;
	unsigned int i, k;

	for (k = 0; k < 8; k++) {
		start = sched_clock();
		for (i = 0; i < READS; i++)
			ktime_get_mono_fast_ns();
		best = min(best, div_u64(sched_clock() - start, READS));
	}
	return best;
}

/* Whether it goes on while nobody can help it to. */
static bool clock_goes_on(void)
{
	unsigned long flags;
	u64 start, end;
	unsigned int i;

	local_irq_save(flags);
	start = ktime_get_mono_fast_ns();
	for (i = 0; i < READS; i++)
		end = ktime_get_mono_fast_ns();
	local_irq_restore(flags);
	return end != start;
}

void __init align_init(void)
{
	by_clock = clock_cost() <= FAST_NS && clock_goes_on();
}

/**
 * align_wait() - wait for the start
 * @req: the request, in RUN
 * @nr: CPUs that wait
 *
 * No cpu_relax(): it may take longer than the difference that matters, and the wait is
 * short: the others are on their way with IRQs off.
 */
void align_wait(struct request *req, unsigned int nr)
{
	unsigned int looks;
	u64 start;

	/* Fully ordered; pairs with those who see @start_at: none begins before. */
	if (atomic_inc_return(&req->ready) == nr) {
		start = AT_ONCE;
		if (by_clock)
			start = ktime_get_mono_fast_ns() + AHEAD_NS +
				AHEAD_CPU_NS * nr;
		/* Partner: the acquire below. Who sees the start sees all that are ready. */
		atomic64_set_release(&req->start_at, start);
	} else {
		/* Partner: the release above. */
		while (!(start = atomic64_read_acquire(&req->start_at)))
			barrier();
	}
	if (start == AT_ONCE)
		return;
	for (looks = 0; looks < LOOKS_MAX &&
			(s64)(ktime_get_mono_fast_ns() - start) < 0; looks++)
		barrier();
}
