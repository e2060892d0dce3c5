// SPDX-License-Identifier: GPL-2.0-only
/*
 * rendezvous: the callback runs three times on each CPU, as setup, action and
 * teardown. No part begins before the part before it has returned everywhere.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/slab.h>

#include <kstop.h>

#include "ops.h"
#include "parse.h"

enum part { SETUP, ACTION, TEARDOWN, PARTS };

/**
 * struct trio - one rendezvous
 * @visit:	the request
 * @began:	CPUs that have begun each part
 * @ended:	and ended it
 * @ran:	which ones they are; of setup that is the visit's
 * @later:	room for the other parts'
 */
struct trio {
	struct visit	*visit;
	atomic_t	began[PARTS];
	atomic_t	ended[PARTS];
	struct cpumask	*ran[PARTS];
	struct cpumask	later[PARTS - 1];
};

static const char *const part_names[PARTS] = { "setup", "action", "teardown" };

/*
 * How many CPUs there are in all nobody knows before the call is over, as they
 * may come and go until it begins; but whoever is in a part that is over has
 * ended it, and nobody is in the one that comes next.
 */
static void check_step(struct trio *trio, enum part part)
{
	if (part > SETUP &&
	    atomic_read(&trio->began[part - 1]) != atomic_read(&trio->ended[part - 1]))
		violate(trio->visit, "%s begins before all %s have ended", part_names[part],
			part_names[part - 1]);
	if (part < TEARDOWN && atomic_read(&trio->began[part + 1]))
		violate(trio->visit, "%s still runs, %s has begun", part_names[part],
			part_names[part + 1]);
}

static int run_part(struct trio *trio, enum part part)
{
	atomic_inc(&trio->began[part]);
	check_step(trio, part);
	probe_run(trio->visit, trio->ran[part]);
	check_step(trio, part);
	atomic_inc(&trio->ended[part]);
	return trio->visit->answer;
}

static int setup(void *trio)
{
	return run_part(trio, SETUP);
}

/* All have been through setup, so who takes part is known. */
static int action(void *arg)
{
	struct trio *trio = arg;

	WRITE_ONCE(trio->visit->held, trio->ran[SETUP]);
	return run_part(trio, ACTION);
}

static int teardown(void *trio)
{
	return run_part(trio, TEARDOWN);
}

/* Every CPU has been through all three, or none through any. */
static void check_all(struct trio *trio)
{
	enum part part;

	for (part = ACTION; part < PARTS; part++) {
		if (!cpumask_equal(trio->ran[part], trio->ran[SETUP]))
			violate(trio->visit, "%s ran on %u CPUs, setup on %u", part_names[part],
				cpumask_weight(trio->ran[part]),
				cpumask_weight(trio->ran[SETUP]));
	}
}

int rendezvous_by(struct run *run,
		  int (*rendezvous)(const struct cpumask *stop, cpu_stop_fn_t setup,
				    cpu_stop_fn_t action, cpu_stop_fn_t teardown, void *arg))
{
	const struct cpumask *stop = &run->cmd->cpus[KEY_STOP];
	struct trio *trio = kzalloc(sizeof(*trio), GFP_KERNEL);
	int ret;

	if (!trio)
		return -ENOMEM;
	trio->visit = &run->visit;
	trio->ran[SETUP] = run->visit.ran;
	trio->ran[ACTION] = &trio->later[0];
	trio->ran[TEARDOWN] = &trio->later[1];
	visit_open(&run->visit, stop, PARTS, PARTS * cpumask_weight(stop));
	ret = rendezvous(stop, setup, action, teardown, trio);
	check_all(trio);
	ret = run_close(run, ret);
	kfree(trio);
	return ret;
}

int rendezvous_call(struct run *run)
{
	return rendezvous_by(run, kstop_rendezvous);
}
