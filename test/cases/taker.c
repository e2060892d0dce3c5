// SPDX-License-Identifier: GPL-2.0-only
#include <linux/smp.h>

#include "../compat.h"
#include "crew.h"
#include "expect.h"
#include "scratch.h"
#include "spin.h"
#include "taker.h"

#define IDLE_JIFFIES	(HZ / 5)

static void spin(struct taker *taker)
{
	u64 end = ktime_get_mono_fast_ns() + READ_ONCE(taker->spin_ns);

	while (ktime_get_mono_fast_ns() < end)
		cpu_relax();
}

/* Who has had enough of it may look while it goes on. */
static void count_taken(struct taker *taker, enum taking how)
{
	WRITE_ONCE(taker->taken[how], taker->taken[how] + 1);
}

static enum hrtimer_restart taker_timer(struct hrtimer *timer)
{
	struct taker *taker = container_of(timer, struct taker, timer);

	if (taker->how == TAKE_INTERRUPT) {
		count_taken(taker, TAKE_INTERRUPT);
		spin(taker);
	} else {
		WRITE_ONCE(taker->wanted, true);
		swake_up_one(&taker->wait);
	}
	return HRTIMER_NORESTART;
}

static int thread_round(void *arg)
{
	struct taker *taker = arg;

	swait_event_timeout_exclusive(taker->wait, READ_ONCE(taker->wanted),
				      IDLE_JIFFIES);
	if (!READ_ONCE(taker->wanted))
		return 1;
	WRITE_ONCE(taker->wanted, false);
	count_taken(taker, TAKE_THREAD);
	spin(taker);
	return 0;
}

static int native_callback(void *arg)
{
	spin(arg);
	return 0;
}

static int native_round(void *arg)
{
	struct taker *taker = arg;

	if (!READ_ONCE(taker->native) ||
	    compat_stop_core(taker->cpu, native_callback, taker)) {
		usleep_range(200, 300);
		return 1;
	}
	count_taken(taker, TAKE_NATIVE);
	usleep_range(20, 200);
	return 0;
}

struct taker *taker_hire(unsigned int cpu)
{
	struct taker *taker = scratch_alloc(sizeof(*taker));
	struct hand *hand;

	if (!expect(taker, "no memory"))
		return NULL;
	taker->cpu = cpu;
	init_swait_queue_head(&taker->wait);
	compat_hrtimer_setup(&taker->timer, taker_timer, CLOCK_MONOTONIC,
			     HRTIMER_MODE_REL_PINNED_HARD);
	hand = crew_hire("taker", cpu, thread_round, taker);
	/* Where it cannot be first, it is one more thread. */
	if (!hand || !crew_hire("native", ANY_CPU, native_round, taker))
		return NULL;
	compat_set_first(hand->task);
	return taker;
}

/* On the taker's CPU, or the timer would fire elsewhere. */
static void start_timer(void *arg)
{
	struct taker *taker = arg;

	hrtimer_start(&taker->timer, ns_to_ktime(taker->delay_ns),
		      HRTIMER_MODE_REL_PINNED_HARD);
}

void taker_set(struct taker *taker, enum taking how, u64 delay_ns, u64 spin_ns)
{
	hrtimer_cancel(&taker->timer);
	taker->how = how;
	taker->delay_ns = delay_ns;
	WRITE_ONCE(taker->spin_ns, spin_ns);
	WRITE_ONCE(taker->native, how == TAKE_NATIVE);
	if (how == TAKE_INTERRUPT || how == TAKE_THREAD)
		smp_call_function_single(taker->cpu, start_timer, taker, 1);
}

void taker_rest(struct taker *taker)
{
	hrtimer_cancel(&taker->timer);
	WRITE_ONCE(taker->native, false);
}
