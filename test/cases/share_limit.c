// SPDX-License-Identifier: GPL-2.0-only
/*
 * A limit that runs out at the very moment at which a shared stop begins to run. It is too
 * late to give up then; but a call that is left over waits for the hotplug lock next, and
 * there the limit counts again.
 *
 * One CPU is busy with a work until about then, and the stop of two callers waits for it.
 * Meanwhile somebody wants that CPU to go down. The first caller's fn takes longer than a
 * stop may last. Then CPU hotplug has the lock, and keeps it until the second caller, who
 * has a limit, has returned. The work ends a little earlier if the stop began after that
 * limit, else later; so the moment is met, how often is up to the machine.
 */
#define pr_fmt(fmt) "kstoptest: " fmt

#include <linux/cpuhotplug.h>
#include <linux/printk.h>

#include "crew.h"
#include "expect.h"
#include "hotplug.h"
#include "kstop.h"
#include "kstoptest.h"
#include "scratch.h"
#include "spin.h"

#define SECONDS		8
#define LIMIT_NS	(10 * NSEC_PER_MSEC)
#define STEP_NS		(512 * NSEC_PER_USEC)	/* less where one has gone too far */
#define STEP_MIN_NS	(8 * NSEC_PER_USEC)
#define SETTLE_US	500
#define FIRST_MS	3		/* more than share_us, as it is by default */
#define PATIENCE_MS	10000

/**
 * struct scene - who takes part in it
 * @victim:	the CPU that is busy and then to go down
 * @work:	what it is busy with
 * @until:	until when, as ktime_get_mono_fast_ns()
 * @early:	so long before the second caller's limit, ns
 * @step:	to change that by
 * @limit:	when that is over
 * @began:	when the first fn did
 * @turn:	which try it is
 * @calling:	so many have come to their call in it
 * @back:	and so many have returned
 * @second:	how often the second one has
 * @downs:	so often the CPU has gone down and come up
 * @met:	in so many tries the second one returned late, as who was too late to give up
 * @held:	in so many hotplug had its lock before the second one was back
 * @in_vain:	and did not see it return
 * @completed:	calls of the second one, whose fn ran
 * @timed_out:	and that did not
 */
struct scene {
	unsigned int		victim;
	struct kstop_work	work;
	u64			until;
	s64			early;
	s64			step;
	u64			limit;
	u64			began;
	unsigned int		turn;
	atomic_t		calling;
	atomic_t		back;
	unsigned int		second;
	unsigned int		downs;
	unsigned int		met;
	unsigned int		held;
	bool			in_vain;
	u64			completed;
	u64			timed_out;
};

/* A caller, or who takes the CPU down: once in each try. */
struct actor {
	struct scene	*scene;
	unsigned int	turn;
	bool		ran;
};

static struct scene *scene;	/* for the hotplug callback */

static int busy_callback(void *arg)
{
	struct scene *here = arg;

	spin_for(ktime_get_mono_fast_ns() >= READ_ONCE(here->until), PATIENCE_MS);
	return 0;
}

static int first_callback(void *arg)
{
	struct scene *here = arg;

	WRITE_ONCE(here->began, ktime_get_mono_fast_ns());
	spin_for(false, FIRST_MS);
	return 0;
}

static int second_callback(void *arg)
{
	struct actor *actor = arg;

	WRITE_ONCE(actor->ran, true);
	return 0;
}

/* True if there is a try that this one has not had, and @calling has come so far. */
static bool my_turn(struct actor *actor, int calling)
{
	struct scene *here = actor->scene;

	if (smp_load_acquire(&here->turn) == actor->turn ||
	    atomic_read(&here->calling) < calling) {
		usleep_range(50, 100);
		return false;
	}
	actor->turn++;
	if (calling)	/* the one before gets to where it is wanted */
		usleep_range(SETTLE_US, SETTLE_US + 50);
	return true;
}

static int first_round(void *arg)
{
	struct actor *actor = arg;
	struct scene *here = actor->scene;
	int ret;

	if (!my_turn(actor, 0))
		return 1;
	atomic_inc(&here->calling);
	ret = kstop_machine(first_callback, here, NULL);
	expect(!ret, "the first call: %d", ret);
	atomic_inc(&here->back);
	return ret;
}

static int second_round(void *arg)
{
	const struct kstop_opts opts = { .timeout_ns = LIMIT_NS };
	struct kstop_report report = { };
	struct actor *actor = arg;
	struct scene *here = actor->scene;
	u64 began;
	int ret;

	if (!my_turn(actor, 1))
		return 1;
	actor->ran = false;
	here->limit = ktime_get_mono_fast_ns() + LIMIT_NS;
	WRITE_ONCE(here->until, here->limit - here->early);
	atomic_inc(&here->calling);
	ret = kstop_machine_opts(second_callback, actor, &opts, &report);
	expect(ret == (actor->ran ? 0 : -ETIMEDOUT), "the second call: %d, and fn %s",
	       ret, actor->ran ? "ran" : "did not run");
	/* And a few that were kept off their CPU right after giving up. */
	began = READ_ONCE(here->began);
	if (ret && began &&
	    ktime_get_mono_fast_ns() >= began + FIRST_MS * NSEC_PER_MSEC)
		here->met++;
	if (ret)
		here->timed_out++;
	else
		here->completed++;
	WRITE_ONCE(here->second, actor->turn);
	atomic_inc(&here->back);
	return ret == -ETIMEDOUT ? 0 : ret;
}

static int downer_round(void *arg)
{
	struct actor *actor = arg;
	struct scene *here = actor->scene;

	if (!my_turn(actor, 2))
		return 1;
	if (take_down(here->victim))
		bring_up(here->victim);
	WRITE_ONCE(here->downs, actor->turn);
	return 0;
}

/* On the CPU that goes down; hotplug's lock is held, for writing. */
static int hold_lock(unsigned int cpu)
{
	unsigned int turn = READ_ONCE(scene->turn);

	if (cpu != scene->victim || READ_ONCE(scene->second) == turn)
		return 0;
	scene->held++;
	if (!sleep_for(READ_ONCE(scene->second) == turn, PATIENCE_MS))
		WRITE_ONCE(scene->in_vain, true);
	return 0;
}

static struct hand *hire_actor(struct scene *here, const char *name, round_fn_t round)
{
	struct actor *actor = scratch_alloc(sizeof(*actor));

	if (!actor)
		return NULL;
	actor->scene = here;
	return crew_hire(name, cpumask_first(cpu_online_mask), round, actor);
}

/* The stop was to begin at the limit. */
static void come_closer(struct scene *here)
{
	bool earlier = here->began > here->limit;

	if (here->step < 0 ? earlier : !earlier)
		here->step = -here->step / 2;
	else if (abs(here->step) < STEP_NS)
		here->step += here->step / 2;
	if (abs(here->step) < STEP_MIN_NS)
		here->step = earlier ? STEP_MIN_NS : -STEP_MIN_NS;
	here->early += here->step;
}

static bool one_try(struct scene *here)
{
	bool ended;

	WRITE_ONCE(here->until, U64_MAX);
	WRITE_ONCE(here->began, 0);
	atomic_set(&here->calling, 0);
	atomic_set(&here->back, 0);
	kstop_one_cpu_nowait(here->victim, busy_callback, here, &here->work);
	smp_store_release(&here->turn, here->turn + 1);
	ended = sleep_for(atomic_read(&here->back) == 2 &&
			  READ_ONCE(here->downs) == here->turn, 3 * PATIENCE_MS);
	if (ended)
		come_closer(here);
	return expect(ended,
		      "callers %d of 2 back, CPU %u down %u of %u times",
		      atomic_read(&here->back), here->victim,
		      READ_ONCE(here->downs), here->turn) &&
	       expect(!here->in_vain,
		      "the limit does not count while a call that was left over waits for hotplug");
}

static int share_limit_hotplug(const struct params *params)
{
	unsigned long end = jiffies + (params->seconds ?: SECONDS) * HZ;
	struct scene *here = scratch_alloc(sizeof(*here));
	int state;

	if (!here)
		return -ENOMEM;
	here->victim = hotplug_victim(nr_cpu_ids);
	if (here->victim >= nr_cpu_ids)
		return -EOPNOTSUPP;
	here->step = STEP_NS;
	scene = here;
	state = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
					  "kstoptest:share_limit", NULL,
					  hold_lock);
	if (state < 0)
		return state;
	if (hire_actor(here, "first", first_round) &&
	    hire_actor(here, "second", second_round) &&
	    hire_actor(here, "downer", downer_round))
		while (one_try(here) && time_before(jiffies, end) && expect_go_on())
			;
	crew_dismiss();
	kstop_flush();
	figure(here->turn, "tries");
	figure(here->met, "met");
	figure(here->held, "held");
	figure(here->completed, "completed");
	figure(here->timed_out, "timed_out");
	if (!here->met || !here->held)
		pr_warn("share_limit: none of %u tries %s, so it shows little\n",
			here->turn, here->met ? "was held up by hotplug" :
			"had a call that gave up too late");
	cpuhp_remove_state_nocalls(state);
	return 0;
}

const struct testcase share_limit_cases[] = {
	{ "share_limit_hotplug", share_limit_hotplug },
	{ }
};
