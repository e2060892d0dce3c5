// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a delay on one CPU costs another, which has nothing to do with it: the
 * longest gap in the work done there during one rendezvous, kstop's beside the
 * kernel's own. The delay is of two kinds:
 *
 *	late	the CPU has preemption off when the call comes
 *	taken	the CPU has arrived, and then a callback of the kernel's own
 *		stopper takes it away
 *
 * Native cannot have its CPUs taken away like that, and its calls wait for each
 * other before they stop anybody; there the callback comes before the call.
 * Beside them, as idle: the same delay there and no stop at all, which is what
 * the rest of the system, and the host of a guest, take of the worker's time.
 *
 * Figures, no verdict on them.
 */
#include <linux/sort.h>
#include <linux/stop_machine.h>

#include "../compat.h"
#include "crew.h"
#include "culprit.h"
#include "expect.h"
#include "hogs.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"
#include "spin.h"

#define REPEATS		5
#define FEW_REPEATS	3	/* of a second each */
#define TRIES		5	/* for a rendezvous that met the delay */
#define COME_MS		10000
#define ARRIVAL_NS	(50 * NSEC_PER_USEC)
#define AWAY_MS		20
#define ABDUCTOR_FIFO	50	/* below the stoppers */

typedef int (*machine_fn_t)(cpu_stop_fn_t fn, void *data,
			    const struct cpumask *cpus);

/*
 * One thread has the victim taken away. For kstop another one first sees to it
 * that the victim, where the caller is, has arrived and has to wait: it keeps
 * its own CPU late until the victim is away.
 */
struct abductor {
	unsigned int		victim;
	wait_queue_head_t	wait;
	u64			delay_ns;
	bool			decoy_wanted;
	bool			wanted;
	bool			ready;		/* the call may come */
	bool			calls;		/* it comes */
	bool			away;		/* the callback has begun */
	bool			over;
	int			ret;
};

struct hostages {
	unsigned int		first;
	unsigned int		victim;
	unsigned int		healthy;
	struct worker		*worker;
	struct culprit		*culprit;
	struct abductor		*abductor;
	struct probe		*probe;
	u64			gap_ns;		/* of the last rendezvous */
	u64			took_ns;
};

static int abduct_callback(void *arg)
{
	struct abductor *abductor = arg;
	u64 end = ktime_get_mono_fast_ns() + abductor->delay_ns;

	WRITE_ONCE(abductor->ready, true);
	WRITE_ONCE(abductor->away, true);
	while (ktime_get_mono_fast_ns() < end)
		cpu_relax();
	return 0;
}

static int abductor_round(void *arg)
{
	struct abductor *abductor = arg;

	wait_event_timeout(abductor->wait, READ_ONCE(abductor->wanted), HZ / 5);
	if (!READ_ONCE(abductor->wanted))
		return 1;
	WRITE_ONCE(abductor->wanted, false);
	abductor->ret = compat_stop_core(abductor->victim, abduct_callback,
					 abductor);
	smp_store_release(&abductor->over, true);
	return 0;
}

static void abduct(struct abductor *abductor)
{
	/* After what abductor_begin() wrote: it may be seen without the wake-up. */
	smp_store_release(&abductor->wanted, true);
	wake_up(&abductor->wait);
}

static void be_late(struct abductor *abductor)
{
	u64 end;

	preempt_disable();
	WRITE_ONCE(abductor->ready, true);
	spin_for(READ_ONCE(abductor->calls), COME_MS);
	end = ktime_get_mono_fast_ns() + ARRIVAL_NS;
	while (ktime_get_mono_fast_ns() < end)
		cpu_relax();
	abduct(abductor);
	spin_for(READ_ONCE(abductor->away), AWAY_MS);
	preempt_enable();
}

static int decoy_round(void *arg)
{
	struct abductor *abductor = arg;

	wait_event_timeout(abductor->wait, READ_ONCE(abductor->decoy_wanted),
			   HZ / 5);
	if (!READ_ONCE(abductor->decoy_wanted))
		return 1;
	WRITE_ONCE(abductor->decoy_wanted, false);
	be_late(abductor);
	return 0;
}

static void abductor_begin(struct abductor *abductor, u64 delay_ns, bool decoy)
{
	abductor->delay_ns = delay_ns;
	/* The last decoy may still be looking whether the CPU is away. */
	WRITE_ONCE(abductor->ready, false);
	WRITE_ONCE(abductor->calls, false);
	WRITE_ONCE(abductor->away, false);
	WRITE_ONCE(abductor->over, false);
	if (!decoy) {
		abduct(abductor);
		return;
	}
	smp_store_release(&abductor->decoy_wanted, true);
	wake_up(&abductor->wait);
}

static void call(struct hostages *h, machine_fn_t machine, const char *what)
{
	struct worker *worker = h->worker;
	u64 start, after;
	int ret;

	probe_reset(h->probe);
	WRITE_ONCE(worker->gap_max_ns, 0);
	WRITE_ONCE(h->abductor->calls, true);
	start = ktime_get_mono_fast_ns();
	ret = machine(probe_callback, h->probe, NULL);
	h->took_ns = ktime_get_mono_fast_ns() - start;
	expect(!ret, "%s: %d", what, ret);
	expect_ran_somewhere(h->probe, INTERRUPTS_OFF, what);
	/* The last gap shows with the worker's next slice. */
	after = READ_ONCE(worker->slices);
	expect(sleep_for(READ_ONCE(worker->slices) != after, COME_MS),
	       "the worker does not get on");
	h->gap_ns = READ_ONCE(worker->gap_max_ns);
}

/* No stop at all. */
static unsigned int idle_ms;

static int sleep_instead(cpu_stop_fn_t fn, void *data,
			 const struct cpumask *cpus)
{
	unsigned long flags;
	int ret;

	msleep(idle_ms);
	local_irq_save(flags);
	ret = fn(data);
	local_irq_restore(flags);
	return ret;
}

static void call_late(struct hostages *h, machine_fn_t machine,
		      unsigned int ms, const char *what)
{
	stand_on(h->first);
	idle_ms = ms;
	if (!culprit_begin(h->culprit, ms))
		return;
	call(h, machine, what);
	culprit_end(h->culprit);
}

static void call_taken(struct hostages *h, machine_fn_t machine,
		       unsigned int ms, const char *what)
{
	struct abductor *abductor = h->abductor;
	bool kstop = machine == kstop_machine;

	stand_on(kstop ? h->victim : h->first);
	abductor_begin(abductor, ms * NSEC_PER_MSEC, kstop);
	if (expect(sleep_for(READ_ONCE(abductor->ready), COME_MS),
		   "%s: the thread that takes CPU %u away does not get on",
		   what, h->victim))
		call(h, machine, what);
	expect(sleep_for(smp_load_acquire(&abductor->over), COME_MS),
	       "%s: CPU %u is away for good", what, h->victim);
	expect(!abductor->ret, "%s: stop_core_cpuslocked: %d", what,
	       abductor->ret);
}

/* The delay may be over before the call, or come after it: once more then. */
static void call_once(struct hostages *h, machine_fn_t machine, bool taken,
		      unsigned int ms, const char *what)
{
	int i;

	for (i = 0; i < TRIES && expect_go_on(); i++) {
		if (taken)
			call_taken(h, machine, ms, what);
		else
			call_late(h, machine, ms, what);
		if (h->took_ns >= ms * NSEC_PER_MSEC / 2)
			return;
	}
}

static int compare(const void *a, const void *b)
{
	const u64 *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static void present(u64 *gap_ns, u64 *took_ns, unsigned int nr,
		    const char *what)
{
	sort(gap_ns, nr, sizeof(u64), compare, NULL);
	sort(took_ns, nr, sizeof(u64), compare, NULL);
	figure(gap_ns[nr / 2], "%s_gap_p50_ns", what);
	figure(gap_ns[nr - 1], "%s_gap_max_ns", what);
	figure(took_ns[nr / 2], "%s_took_p50_ns", what);
}

static const struct {
	const char	*name;
	machine_fn_t	machine;
} columns[] = {
	{ "kstop", kstop_machine },
	{ "native", stop_machine },
	{ "idle", sleep_instead },
};

#define COLUMNS	ARRAY_SIZE(columns)

static void one_row(struct hostages *h, bool taken, unsigned int ms,
		    unsigned int repeats)
{
	u64 *gap[COLUMNS], *took[COLUMNS];
	unsigned int i, c, nr = taken ? COLUMNS - 1 : COLUMNS;
	char what[COLUMNS][32];

	for (c = 0; c < nr; c++) {
		gap[c] = scratch_alloc(repeats * sizeof(u64));
		took[c] = scratch_alloc(repeats * sizeof(u64));
		if (!expect(gap[c] && took[c], "no memory"))
			return;
		scnprintf(what[c], sizeof(what[c]), "%s_%ums_%s",
			  taken ? "taken" : "late", ms, columns[c].name);
	}
	for (i = 0; i < repeats && expect_go_on(); i++) {
		for (c = 0; c < nr; c++) {
			call_once(h, columns[c].machine, taken, ms, what[c]);
			gap[c][i] = h->gap_ns;
			took[c][i] = h->took_ns;
		}
	}
	for (c = 0; c < nr; c++)
		present(gap[c], took[c], repeats, what[c]);
}

static bool hostages_begin(struct hostages *h)
{
	unsigned int decoy;
	struct hand *hand;

	h->first = cpumask_first(cpu_online_mask);
	h->victim = cpumask_last(cpu_online_mask);
	h->healthy = cpumask_next(h->first, cpu_online_mask);
	if (h->healthy == h->victim)
		h->healthy = h->first;
	/* Another one yet, if there is one; else it costs the healthy a bit. */
	decoy = num_online_cpus() > 3 ?
		cpumask_next(h->healthy, cpu_online_mask) : h->first;
	h->worker = scratch_alloc(sizeof(*h->worker));
	h->abductor = scratch_alloc(sizeof(*h->abductor));
	h->probe = probe_new();
	if (!expect(h->worker && h->abductor && h->probe, "no memory"))
		return false;
	init_waitqueue_head(&h->abductor->wait);
	h->abductor->victim = h->victim;
	h->culprit = culprit_hire(CULPRIT_PREEMPT, h->victim);
	figure(h->healthy == h->first ? 2 : 3, "cpus_involved");
	hand = crew_hire("abductor", h->victim, abductor_round, h->abductor);
	if (!hand || !h->culprit)
		return false;
	compat_set_exact_fifo(hand->task, ABDUCTOR_FIFO);
	return crew_hire("worker", h->healthy, worker_round, h->worker) &&
	       crew_hire("decoy", decoy, decoy_round, h->abductor);
}

static int hostages(const struct params *params)
{
	static const unsigned int delays[] = { 1, 10, 100, 1000 };
	unsigned int cycles = params->cycles ?: REPEATS, i, repeats;
	struct hostages h = { };

	if (num_online_cpus() < 2)
		return -EOPNOTSUPP;
	stand_on(cpumask_first(cpu_online_mask));
	if (!hostages_begin(&h))
		return 0;
	for (i = 0; i < ARRAY_SIZE(delays); i++) {
		repeats = delays[i] < 1000 ? cycles :
			  min(cycles, (unsigned int)FEW_REPEATS);
		one_row(&h, false, delays[i], repeats);
		if (COMPAT_HAVE_STOP_CORE)
			one_row(&h, true, delays[i], repeats);
	}
	return 0;
}

const struct testcase hostages_cases[] = {
	{ "hostages", hostages },
	{ }
};
