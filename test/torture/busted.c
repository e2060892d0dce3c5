// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations that are not what they pretend to be: each must be found out.
 */
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#include <kstop.h>

#include "ops.h"
#include "parse.h"
#include "types.h"

/* kstop_machine(), but the callback is just called, here, in the context it may expect. */
static int call_locally(struct run *run)
{
	int ret;

	cpus_read_lock();
	run_open(run);
	preempt_disable();
	local_irq_disable();
	ret = probe_fn(&run->visit);
	local_irq_enable();
	preempt_enable();
	ret = run_close(run, ret);
	cpus_read_unlock();
	return ret;
}

static void interrupt(void *visit)
{
	probe_fn(visit);
}

/*
 * kstop_machine(), but the callbacks are called by interrupts, and nobody is stopped.
 * All is as it should be, except that the others go on meanwhile.
 */
static int call_by_interrupt(struct run *run)
{
	int ret = 0;
	unsigned int cpu;

	cpus_read_lock();
	run_open(run);
	run->visit.interrupt = true;
	for_each_cpu_and(cpu, run_where(run), cpu_online_mask) {
		ret = run->answer;
		smp_call_function_single(cpu, interrupt, &run->visit, 1);
	}
	ret = run_close(run, ret);
	cpus_read_unlock();
	return ret;
}

/* From 0 to @n - 1, the next one at each call. */
static unsigned int turn(unsigned int n)
{
	static atomic_t turns;

	return (unsigned int)atomic_inc_return(&turns) % n;
}

static int stop_all(struct run *run)
{
	return kstop_machine(probe_fn, &run->visit, run_where(run));
}

/* kstop_rendezvous(), but teardown comes before action. */
static int swap_parts(const struct cpumask *stop, cpu_stop_fn_t setup, cpu_stop_fn_t action,
		      cpu_stop_fn_t teardown, void *arg)
{
	return kstop_rendezvous(stop, setup, teardown, action, arg);
}

static int call_swapped(struct run *run)
{
	return rendezvous_by(run, swap_parts);
}

/* The same, but action does not come at all. */
static int skip_part(const struct cpumask *stop, cpu_stop_fn_t setup, cpu_stop_fn_t action,
		     cpu_stop_fn_t teardown, void *arg)
{
	return kstop_rendezvous(stop, setup, NULL, teardown, arg);
}

static int call_skipping(struct run *run)
{
	return rendezvous_by(run, skip_part);
}

struct parts {
	cpu_stop_fn_t	part[3];
	void		*arg;
};

static int all_parts(void *arg)
{
	const struct parts *parts = arg;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(parts->part); i++)
		ret = parts->part[i](parts->arg);
	return ret;
}

/*
 * The same, but a CPU goes from part to part without the others. Who has been through
 * setup is not known in action then, so the witnesses complain, too.
 */
static int out_of_step(const struct cpumask *stop, cpu_stop_fn_t setup, cpu_stop_fn_t action,
		       cpu_stop_fn_t teardown, void *arg)
{
	struct parts parts = { { setup, action, teardown }, arg };

	return kstop_rendezvous(stop, NULL, all_parts, NULL, &parts);
}

static int call_out_of_step(struct run *run)
{
	return rendezvous_by(run, out_of_step);
}

/* A word of the letter, or all of it, arrives when the call is over. */
static int call_with_old_letter(struct run *run)
{
	struct visit *visit = &run->visit;
	unsigned int first = turn(2) ? LETTER_WORDS - 1 : 0, i;
	int ret;

	run_open(run);
	for (i = first; i < LETTER_WORDS; i++)
		visit->letter[i] ^= BIT(20);
	ret = stop_all(run);
	for (i = first; i < LETTER_WORDS; i++)
		visit->letter[i] ^= BIT(20);
	return run_close(run, ret);
}

/* One of the replies does not. */
static int call_without_reply(struct run *run)
{
	int ret;

	run_open(run);
	ret = stop_all(run);
	if (!cpumask_empty(&run->ran))
		run->replies[cpumask_first(&run->ran)] = 0;
	return run_close(run, ret);
}

/* Errors that there is no reason for, and fn ran nowhere. */
static int call_in_vain(struct run *run)
{
	static const int errors[] = { -ENOENT, -EBUSY, -EAGAIN, -ETIMEDOUT };

	run_open(run);
	return run_close(run, errors[turn(ARRAY_SIZE(errors))]);
}

/* Not what fn gave: an error, another number, or nothing. */
static int call_with_other_result(struct run *run)
{
	static const int others[] = { -EIO, 8, 0 };

	run->visit.answer = 7;
	run_open(run);
	stop_all(run);
	return run_close(run, others[turn(ARRAY_SIZE(others))]);
}

/* The caller comes back in another state than that in which it called. */
static int call_without_restoring(struct run *run)
{
	bool irqs = turn(2);
	int ret;

	run_open(run);
	ret = stop_all(run);
	if (irqs)
		local_irq_disable();
	else
		preempt_disable();
	ret = run_close(run, ret);
	if (irqs)
		local_irq_enable();
	else
		preempt_enable();
	return ret;
}

/* kstop_cpus(), but fn runs on one of them only. */
static int call_some(struct run *run)
{
	const struct cpumask *stop = &run->cmd->cpus[KEY_STOP];

	visit_open(&run->visit, stop, 1, cpumask_weight(stop));
	return run_close(run, kstop_one_cpu(cpumask_first(stop), probe_fn, &run->visit));
}

const struct operation busted_local_op = {
	.name = "busted_local", .irqs_off = true, .standstill = true, .call = call_locally,
};

const struct operation busted_ipi_op = {
	.name = "busted_ipi", .irqs_off = true, .standstill = true, .call = call_by_interrupt,
};

const struct operation busted_swap_op = {
	.name = "busted_swap", .irqs_off = true, .call = call_swapped,
};

const struct operation busted_skip_op = {
	.name = "busted_skip", .irqs_off = true, .call = call_skipping,
};

const struct operation busted_step_op = {
	.name = "busted_step", .irqs_off = true, .call = call_out_of_step,
};

const struct operation busted_letter_op = {
	.name = "busted_letter", .irqs_off = true, .standstill = true,
	.call = call_with_old_letter,
};

const struct operation busted_reply_op = {
	.name = "busted_reply", .irqs_off = true, .standstill = true, .call = call_without_reply,
};

const struct operation busted_vain_op = {
	.name = "busted_vain", .irqs_off = true, .standstill = true, .call = call_in_vain,
};

const struct operation busted_result_op = {
	.name = "busted_result", .irqs_off = true, .standstill = true,
	.call = call_with_other_result,
};

const struct operation busted_state_op = {
	.name = "busted_state", .irqs_off = true, .standstill = true,
	.call = call_without_restoring,
};

const struct operation busted_some_op = {
	.name = "busted_some", .each = true, .call = call_some,
};
