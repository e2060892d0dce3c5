// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/time64.h>

#include "budget.h"

static unsigned int gather_us;
module_param(gather_us, uint, 0444);
MODULE_PARM_DESC(gather_us,
	"how long a CPU that has arrived waits for a late one before it goes back to work, in us (1 to 100000; 0, the default: as gathering takes here)");

static unsigned int commit_us = 50;
module_param(commit_us, uint, 0444);
MODULE_PARM_DESC(commit_us,
	"how long a CPU with IRQs off waits for the last one to turn off its own before it lets go again, in us (1 to 100000, default 50)");

#define US_MAX	100000

/* Budgets do not grow beyond a few turns of a hypervisor's scheduler. */
#define GROWN_MAX_NS	(100 * NSEC_PER_MSEC)
#define TRIES_MAX	12U

/*
 * What gathering takes here when nobody is late, as a moving average. Several
 * CPUs may update it at the same time; a lost update does no harm.
 */
static u64 typical_ns = 50 * NSEC_PER_USEC;

u64 budget_typical_ns(void)
{
	return READ_ONCE(typical_ns);
}

/* A rendezvous of many CPUs takes longer: each wake-up is the caller's work. */
static u64 gather_max_ns(unsigned int nr)
{
	return (100 + 20 * (u64)nr) * NSEC_PER_USEC;
}

/*
 * A budget that was too short is doubled for the next try of the same request,
 * and the next request begins nearer to where this one succeeded. Without that,
 * a machine whose CPUs are run in turns by a hypervisor (or by QEMU on too few
 * cores) may never have all of them awake within one budget.
 *
 * patience is that beginning, as a power of two in 1/16. It goes up by half of
 * the tries that failed, and slowly down while none fails.
 */
static unsigned int patience;

static u64 grown(u64 ns, unsigned int tries)
{
	tries = min(tries + READ_ONCE(patience) / 16, TRIES_MAX);
	return min_t(u64, ns << tries, max_t(u64, ns, GROWN_MAX_NS));
}

/**
 * budget_learn_tries() - take note of how a request fared
 * @tries: how often a budget ran out though all had been there
 */
void budget_learn_tries(unsigned int tries)
{
	unsigned int old = READ_ONCE(patience);

	if (tries)
		WRITE_ONCE(patience, min(old + 8 * min(tries, TRIES_MAX),
					 16 * TRIES_MAX));
	else if (old)
		WRITE_ONCE(patience, old - 1);
}

/**
 * budget_gather_ns() - how long to wait in GATHER for a CPU not seen yet
 * @nr: participants
 */
u64 budget_gather_ns(unsigned int nr)
{
	if (gather_us)
		return gather_us * NSEC_PER_USEC;
	return clamp_t(u64, 3 * READ_ONCE(typical_ns), 30 * NSEC_PER_USEC,
		       gather_max_ns(nr));
}

/**
 * budget_return_ns() - how long to wait in GATHER for CPUs that come back
 * @nr: participants
 * @tries: how often this one has relaxed though all had been there
 */
u64 budget_return_ns(unsigned int nr, unsigned int tries)
{
	return grown(budget_gather_ns(nr), tries);
}

/* Reading the clock takes a noticeable part of a short stop, so not each is measured. */
#define LEARN_EVERY	8

static DEFINE_PER_CPU(unsigned int, gathers);

bool budget_wants_to_learn(void)
{
	return this_cpu_inc_return(gathers) % LEARN_EVERY == 0;
}

/**
 * budget_learn() - take note of how long a gather took
 * @nr: participants
 * @gather_ns: from queueing to COMMIT, by one who was there all the time
 */
void budget_learn(unsigned int nr, u64 gather_ns)
{
	u64 old = READ_ONCE(typical_ns);

	gather_ns = min(gather_ns, gather_max_ns(nr));
	WRITE_ONCE(typical_ns, old - old / 8 + gather_ns / 8);
}

/**
 * budget_commit_ns() - how long to wait in COMMIT
 * @round: how many rounds have failed
 */
u64 budget_commit_ns(unsigned int round)
{
	return grown(commit_us * NSEC_PER_USEC, round);
}

static bool budget_valid(const char *name, unsigned int value, unsigned int low)
{
	if (value >= low && value <= US_MAX)
		return true;
	pr_err("%s=%u is out of range, %u to %u\n", name, value, low, US_MAX);
	return false;
}

/* Return: 0, or -EINVAL with a message for a bad module parameter. */
int budgets_check(void)
{
	if (!budget_valid("gather_us", gather_us, 0) ||
	    !budget_valid("commit_us", commit_us, 1))
		return -EINVAL;
	return 0;
}
