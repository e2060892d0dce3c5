// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "../compat.h"
#include "ops.h"
#include "params.h"
#include "parse.h"
#include "types.h"

#define K(key)	BIT(KEY_##key)

#define WORKS_MAX	64		/* in one nowait command */
#define SHORT_US	50		/* most callbacks take no time, some that, */
#define LONG_US		2000		/* few so much */



/**
 * struct type - a kind of request
 * @name:	for torture_type=
 * @op:		the operation's name, if it is not that
 * @busted:	an operation that is in no table
 * @always:	keys it is given
 * @maybe:	keys it is given now and then
 */
struct type {
	const char		*name;
	const char		*op;
	const struct operation	*busted;
	unsigned int		always;
	unsigned int		maybe;
};

static const struct type types[] = {
	{ "one",	NULL,		NULL,	K(CPU),		K(BUSY_US) },
	{ "two",	NULL,		NULL,	K(CPU),		K(BUSY_US) },
	{ "nowait",	NULL,		NULL,	K(CPU),		K(BUSY_US) | K(REPEAT) },
	{ "cpus",	NULL,		NULL,	K(STOP),	K(BUSY_US) },
	{ "try",	NULL,		NULL,	K(STOP),	K(BUSY_US) },
	{ "machine",	NULL,		NULL,	0,		K(RUN) | K(BUSY_US) },
	{ "core",	NULL,		NULL,	K(CPU),		K(BUSY_US) },
	{ "opts",	"machine",	NULL,	0,		K(STOP) | K(RUN) | K(BUSY_US) |
								K(TIMEOUT_US) | K(IRQ) |
								K(ALIGN) },
	{ "rendezvous",	NULL,		NULL,	K(STOP),	K(BUSY_US) },
	{ "pause",	NULL,		NULL,	0,		K(STOP) | K(BUSY_US) |
								K(TIMEOUT_US) },
	{ "inactive",	NULL,		NULL,	K(CPU),		K(RUN) },
	{ "native",	NULL,		NULL,	0,		K(RUN) | K(BUSY_US) },
	{ "busted_local", NULL, &busted_local_op, K(RUN),	K(BUSY_US) },
	{ "busted_ipi",	NULL,	&busted_ipi_op,	K(RUN),		K(BUSY_US) },
	{ "busted_swap", NULL,	&busted_swap_op, K(STOP),	K(BUSY_US) },
	{ "busted_skip", NULL,	&busted_skip_op, K(STOP),	K(BUSY_US) },
	{ "busted_step", NULL,	&busted_step_op, K(STOP) | K(BUSY_US), 0 },
	{ "busted_letter", NULL, &busted_letter_op, K(RUN),	K(BUSY_US) },
	{ "busted_reply", NULL,	&busted_reply_op, K(RUN),	K(BUSY_US) },
	{ "busted_vain", NULL,	&busted_vain_op, 0,		K(RUN) },
	{ "busted_result", NULL, &busted_result_op, K(RUN),	K(BUSY_US) },
	{ "busted_state", NULL,	&busted_state_op, K(RUN),	K(BUSY_US) },
	{ "busted_some", NULL,	&busted_some_op, K(STOP),	K(BUSY_US) },
};

#define WEIGHT(n, name, value)						\
	module_param_named(weight_##name, weights[n], uint, 0444);	\
	MODULE_PARM_DESC(weight_##name, "of " #name " in the mixed type (" #value ")")

/* In the order of types[]; those that are not here are not mixed in. */
static uint weights[TYPES_MAX] = { 20, 10, 10, 10, 5, 10, 5, 15, 5, 10, 0 };
WEIGHT(0, one, 20);
WEIGHT(1, two, 10);
WEIGHT(2, nowait, 10);
WEIGHT(3, cpus, 10);
WEIGHT(4, try, 5);
WEIGHT(5, machine, 10);
WEIGHT(6, core, 5);
WEIGHT(7, opts, 15);
WEIGHT(8, rendezvous, 5);
WEIGHT(9, pause, 10);
WEIGHT(10, inactive, 0);
#define WEIGHTS		11
#define NATIVE		11

/* "mixed" by other names, for a kstop that was built with this flag. */
static const struct {
	const char	*name;
	const char	*flag;
	bool		built;
} broken_builds[] = {
	{ "busted_r1",		"KSTOP_BUSTED_R1",	IS_ENABLED(KSTOP_BUSTED_R1) },
	{ "busted_commit",	"KSTOP_BUSTED_COMMIT",	IS_ENABLED(KSTOP_BUSTED_COMMIT) },
	{ "busted_order",	"KSTOP_BUSTED_ORDER",	IS_ENABLED(KSTOP_BUSTED_ORDER) },
	{ "busted_release",	"KSTOP_BUSTED_RELEASE",	IS_ENABLED(KSTOP_BUSTED_RELEASE) },
	{ "busted_drop",	"KSTOP_BUSTED_DROP",	IS_ENABLED(KSTOP_BUSTED_DROP) },
	{ "busted_irq",		"KSTOP_BUSTED_IRQ",	IS_ENABLED(KSTOP_BUSTED_IRQ) },
	{ "busted_share",	"KSTOP_BUSTED_SHARE",	IS_ENABLED(KSTOP_BUSTED_SHARE) },
	{ "busted_cancel",	"KSTOP_BUSTED_CANCEL",	IS_ENABLED(KSTOP_BUSTED_CANCEL) },
};

static int chosen = -1;			/* -1: mixed */

static const struct operation *operation_of(const struct type *type)
{
	return type->busted ?: operation_find(type->op ?: type->name);
}

static int refuse(const char *name)
{
	size_t i;

	pr_err("torture_type=%s: there is no such type. There are mixed", name);
	for (i = 0; i < ARRAY_SIZE(types); i++)
		pr_cont(" %s", types[i].name);
	for (i = 0; i < ARRAY_SIZE(broken_builds); i++)
		pr_cont(" %s", broken_builds[i].name);
	pr_cont("\n");
	return -EINVAL;
}

static int choose_mixed(void)
{
	unsigned int i, sum = 0;

	for (i = 0; i < WEIGHTS; i++) {
		if (weights[i] > 1000000) {
			pr_err("parameter weight_%s: more than 1000000\n", types[i].name);
			return -EINVAL;
		}
		sum += weights[i];
	}
	if (!sum) {
		pr_err("torture_type=mixed: all weights are 0\n");
		return -EINVAL;
	}
	return 0;
}

/* This machine cannot do it. */
static void leave_out(const char *name)
{
	unsigned int i;

	for (i = 0; i < WEIGHTS; i++)
		if (!strcmp(types[i].name, name))
			weights[i] = 0;
}

int types_choose(const char *name)
{
	size_t i;

	BUILD_BUG_ON(ARRAY_SIZE(types) > TYPES_MAX);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (strcmp(name, types[i].name))
			continue;
		if (operation_of(&types[i])->nr_cpus > num_present_cpus()) {
			pr_err("torture_type=%s: there is but one CPU\n", name);
			return -EINVAL;
		}
		if (!COMPAT_CAN_PIN && !strcmp(name, "pause")) {
			pr_err("torture_type=%s: this kernel cannot do it\n", name);
			return -EOPNOTSUPP;
		}
		chosen = i;
		return 0;
	}
	chosen = -1;
	if (num_present_cpus() < 2)
		leave_out("two");
	if (!COMPAT_CAN_PIN)
		leave_out("pause");
	if (!strcmp(name, "mixed"))
		return choose_mixed();
	for (i = 0; i < ARRAY_SIZE(broken_builds); i++) {
		if (strcmp(name, broken_builds[i].name))
			continue;
		if (broken_builds[i].built)
			return choose_mixed();
		pr_err("torture_type=%s: all modules have to be built with -D%s\n", name,
		       broken_builds[i].flag);
		return -EINVAL;
	}
	return refuse(name);
}

/* From 0 to @below - 1. */
static u32 draw(struct rnd_state *rnd, u32 below)
{
	return prandom_u32_state(rnd) % below;
}

static bool one_in(struct rnd_state *rnd, u32 n)
{
	return !draw(rnd, n);
}

static unsigned int draw_type(struct rnd_state *rnd)
{
	unsigned int i, sum = 0;
	u32 at;

	if (chosen >= 0)
		return chosen;
	for (i = 0; i < WEIGHTS; i++)
		sum += weights[i];
	at = draw(rnd, sum);
	for (i = 0; at >= weights[i]; i++)
		at -= weights[i];
	return i;
}

static unsigned int draw_cpu(const struct cpumask *from, struct rnd_state *rnd)
{
	unsigned int n = draw(rnd, cpumask_weight(from)), cpu = cpumask_first(from);

	while (n--)
		cpu = cpumask_next(cpu, from);
	return cpu;
}

/* Any of the subsets of @from but the empty one. */
static void draw_subset(struct cpumask *mask, const struct cpumask *from, struct rnd_state *rnd)
{
	unsigned int cpu;

	cpumask_clear(mask);
	for_each_cpu(cpu, from) {
		if (one_in(rnd, 2))
			cpumask_set_cpu(cpu, mask);
	}
	if (cpumask_empty(mask))
		cpumask_set_cpu(draw_cpu(from, rnd), mask);
}

/* @n different CPUs, as far as there are so many. */
static void draw_cpus(struct command *cmd, const struct cpumask *from, unsigned int n,
		      struct rnd_state *rnd)
{
	struct cpumask *mask = &cmd->cpus[KEY_CPU];

	cpumask_clear(mask);
	cmd->first = draw_cpu(from, rnd);
	cpumask_set_cpu(cmd->first, mask);
	n = min(n, cpumask_weight(from));
	while (cpumask_weight(mask) < n)
		cpumask_set_cpu(draw_cpu(from, rnd), mask);
}

static u32 draw_busy_us(struct rnd_state *rnd)
{
	return one_in(rnd, 32) ? draw(rnd, LONG_US) : draw(rnd, SHORT_US);
}

static void draw_values(struct command *cmd, const struct cpumask *from, struct rnd_state *rnd)
{
	const struct cpumask *stop = from;

	if (command_has(cmd, KEY_CPU))
		draw_cpus(cmd, from, cmd->op->nr_cpus, rnd);
	if (command_has(cmd, KEY_STOP)) {
		stop = &cmd->cpus[KEY_STOP];
		draw_subset(&cmd->cpus[KEY_STOP], from, rnd);
	}
	if (command_has(cmd, KEY_RUN))
		draw_subset(&cmd->cpus[KEY_RUN], stop, rnd);
	if (command_has(cmd, KEY_REPEAT))
		cmd->repeat = 1 + draw(rnd, WORKS_MAX);
	if (command_has(cmd, KEY_BUSY_US))
		cmd->busy_us = draw_busy_us(rnd);
	if (command_has(cmd, KEY_TIMEOUT_US))
		cmd->timeout_us = params.timeout_min_us +
			draw(rnd, params.timeout_max_us - params.timeout_min_us + 1);
}

unsigned int types_draw(struct command *cmd, struct run *run, struct rnd_state *rnd,
			bool native)
{
	unsigned int type = native ? NATIVE : draw_type(rnd), key;
	const struct type *t = &types[type];

	/* Now and then a CPU that is down, or half way. */
	if (one_in(rnd, 8))
		cpumask_copy(&run->held, cpu_present_mask);
	else		/* in one piece, while they come and go */
		data_race(cpumask_and(&run->held, cpu_present_mask, cpu_online_mask));
	cmd->op = operation_of(t);
	if (cmd->op->nr_cpus > cpumask_weight(&run->held))
		cpumask_copy(&run->held, cpu_present_mask);
	cmd->given = t->always;
	for (key = 0; key < KEY_COUNT; key++) {
		if ((t->maybe & BIT(key)) && one_in(rnd, key == KEY_BUSY_US ? 8 : 2))
			cmd->given |= BIT(key);
	}
	cmd->repeat = 1;
	cmd->busy_us = 0;
	cmd->timeout_us = 0;
	cmd->irq = command_has(cmd, KEY_IRQ);
	cmd->align = command_has(cmd, KEY_ALIGN);
	draw_values(cmd, &run->held, rnd);
	run->answer = one_in(rnd, 8) ? 1 + draw(rnd, 1000) : 0;
	run->cpuslocked = one_in(rnd, 2);
	return type;
}

unsigned int types_count(void)
{
	return ARRAY_SIZE(types);
}

const char *type_name(unsigned int type)
{
	return types[type].name;
}

unsigned int type_native(void)
{
	return NATIVE;
}

void weights_print(char *buf, size_t size)
{
	unsigned int i;
	int n = 0;

	for (i = 0; i < WEIGHTS; i++)
		n += scnprintf(buf + n, size - n, " weight_%s=%u", types[i].name, weights[i]);
}
