// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "kstoptest: " fmt

#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "crew.h"
#include "hogs.h"
#include "kstop.h"
#include "kstoptest.h"
#include "loops.h"
#include "scratch.h"
#include "storm.h"
#include "waker.h"

#define STORM_HANDS	4

enum loop_kind { STORM, LATE, WORKER, WAKER };

static const size_t state_size[] = {
	[STORM]		= sizeof(struct stormer),
	[LATE]		= sizeof(struct late_hog),
	[WORKER]	= sizeof(struct worker),
	[WAKER]		= sizeof(struct waker),
};

struct loop_type {
	const char	*name;
	enum loop_kind	kind;
	round_fn_t	round;
	unsigned int	hands;
	int		cpu;		/* unless user space says another */
};

static const struct loop_type types[] = {
	{ "machine",	STORM,	storm_machine,	1, ANY_CPU },
	{ "two",	STORM,	storm_two,	1, ANY_CPU },
	{ "cpus",	STORM,	storm_cpus,	1, ANY_CPU },
	{ "try",	STORM,	storm_try,	1, ANY_CPU },
	{ "one",	STORM,	storm_one,	1, ANY_CPU },
	{ "nowait",	STORM,	storm_nowait,	1, ANY_CPU },
	{ "core",	STORM,	storm_core,	1, ANY_CPU },
	{ "opts",	STORM,	storm_opts,	1, ANY_CPU },
	{ "rendezvous",	STORM,	storm_rendezvous, 1, ANY_CPU },
	{ "pause",	STORM,	storm_pause,	1, ANY_CPU },
	{ "native",	STORM,	storm_native,	1, ANY_CPU },
	{ "plain",	STORM,	storm_plain,	1, ANY_CPU },
	{ "native_ms",	STORM,	storm_native_ms, 1, ANY_CPU },
	{ "plain_ms",	STORM,	storm_plain_ms,	1, ANY_CPU },
	{ "storm",	STORM,	storm_any,	STORM_HANDS, ANY_CPU },
	{ "subset_a",	STORM,	storm_subset_a,	1, ANY_CPU },
	{ "subset_b",	STORM,	storm_subset_b,	1, ANY_CPU },
	{ "wake",	WAKER,	waker_round,	1, ANY_CPU },
	{ "preemptoff",	LATE,	late_hog_round,	1, 1 },
	{ "worker",	WORKER,	worker_round,	1, 0 },
};

struct loop_hand {
	struct hand	hand;
	void		*state;
};

struct loop {
	struct list_head	node;
	const struct loop_type	*type;
	struct loop_hand	hands[STORM_HANDS];
};

static DEFINE_MUTEX(loops_lock);	/* guards the list and what is on it */
static LIST_HEAD(loops);

static const struct loop_type *find_type(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].name, name))
			return &types[i];
	return NULL;
}

static struct loop *find_loop(const char *name)
{
	struct loop *loop;

	list_for_each_entry(loop, &loops, node)
		if (!strcmp(loop->type->name, name))
			return loop;
	return NULL;
}

/* Each accepted work has run by now, unless kstop lost it. */
static int settle_stormer(const struct stormer *stormer, const char *name)
{
	u64 ran;

	kstop_flush();
	ran = atomic64_read(&stormer->ran);
	if (ran == stormer->accepted && !atomic_read(&stormer->astray) &&
	    !atomic_read(&stormer->twice))
		return 0;
	pr_err("loop %s: %llu works accepted, %llu ran, %d elsewhere, %d twice\n",
	       name, stormer->accepted, ran, atomic_read(&stormer->astray),
	       atomic_read(&stormer->twice));
	return -EPROTO;
}

static int end_state(const struct loop_type *type, void *state)
{
	if (type->kind == STORM)
		return settle_stormer(state, type->name);
	if (type->kind == WAKER)
		waker_exit(state);
	return 0;
}

/* What is lost stays allocated. */
static int end_loop(struct loop *loop)
{
	unsigned int i;
	int ret = 0;

	list_del(&loop->node);
	for (i = 0; i < loop->type->hands; i++)
		WRITE_ONCE(loop->hands[i].hand.stop, true);
	for (i = 0; i < loop->type->hands; i++)
		if (!hand_dismiss(&loop->hands[i].hand))
			return -EPROTO;
	for (i = 0; i < loop->type->hands && !ret; i++)
		if (loop->hands[i].state)
			ret = end_state(loop->type, loop->hands[i].state);
	if (ret) {
		scratch_lose(loop->type->name);
		return ret;
	}
	for (i = 0; i < loop->type->hands; i++)
		kvfree(loop->hands[i].state);
	kfree(loop);
	return 0;
}

static int hire_for(const struct loop_type *type, struct loop_hand *hand,
		    int cpu)
{
	hand->state = kvzalloc(state_size[type->kind], GFP_KERNEL);
	if (!hand->state)
		return -ENOMEM;
	if (type->kind == STORM)
		stormer_init(hand->state, true);
	return hand_hire(&hand->hand, type->name, cpu, type->round, hand->state);
}

static int begin_loop(const struct loop_type *type, int cpu)
{
	struct loop *loop = kzalloc(sizeof(*loop), GFP_KERNEL);
	unsigned int i;
	int ret = 0;

	if (!loop)
		return -ENOMEM;
	loop->type = type;
	list_add_tail(&loop->node, &loops);
	for (i = 0; i < type->hands && !ret; i++)
		ret = hire_for(type, &loop->hands[i], cpu);
	if (ret)
		end_loop(loop);
	return ret;
}

int loop_start(const char *name, int cpu)
{
	const struct loop_type *type = find_type(name);
	int ret = -EBUSY;

	if (!type) {
		pr_err("loops: no loop \"%s\"\n", name);
		return -EINVAL;
	}
	if (cpu == ANY_CPU)
		cpu = type->cpu;
	if (cpu != ANY_CPU && (cpu >= nr_cpu_ids || !cpu_online(cpu))) {
		pr_err("loops: no CPU %d\n", cpu);
		return -EINVAL;
	}
	mutex_lock(&loops_lock);
	if (!find_loop(name))
		ret = begin_loop(type, cpu);
	mutex_unlock(&loops_lock);
	return ret;
}

int loop_stop(const char *name)
{
	struct loop *loop;
	int ret = -ENOENT;

	mutex_lock(&loops_lock);
	loop = find_loop(name);
	if (loop)
		ret = end_loop(loop);
	mutex_unlock(&loops_lock);
	return ret;
}

u64 loop_count(const char *name)
{
	struct loop *loop;
	u64 count = 0;

	mutex_lock(&loops_lock);
	loop = find_loop(name);
	if (loop)
		count = READ_ONCE(loop->hands[0].hand.count);
	mutex_unlock(&loops_lock);
	return count;
}

int loops_stop_all(void)
{
	struct loop *loop, *next;
	int ret = 0;

	mutex_lock(&loops_lock);
	list_for_each_entry_safe(loop, next, &loops, node)
		ret = end_loop(loop) ?: ret;
	mutex_unlock(&loops_lock);
	return ret;
}

static int stop_command(const char *name)
{
	if (!strcmp(name, "all"))
		return loops_stop_all();
	if (!find_type(name)) {
		pr_err("loops: no loop \"%s\"\n", name);
		return -EINVAL;
	}
	return loop_stop(name);
}

int loops_command(char *command)
{
	char *verb = strsep(&command, " ");
	char *name = strsep(&command, " ");
	unsigned int number;
	int cpu = ANY_CPU;

	if (name && !strcmp(verb, "stop") && !command)
		return stop_command(name);
	if (!name || strcmp(verb, "start")) {
		pr_err("loops: want \"start NAME [cpu=N]\" or \"stop NAME\"\n");
		return -EINVAL;
	}
	if (command) {
		if (!parse_number(command, "cpu", &number) || number > INT_MAX) {
			pr_err("loops: bad word \"%s\"\n", command);
			return -EINVAL;
		}
		cpu = number;
	}
	return loop_start(name, cpu);
}

static void show_loop(struct seq_file *m, const struct loop *loop)
{
	u64 count = 0, errors = 0, refused = 0;
	const struct worker *worker = NULL;
	unsigned int i;
	int last = 0;

	for (i = 0; i < loop->type->hands; i++) {
		const struct hand *hand = &loop->hands[i].hand;

		count += READ_ONCE(hand->count);
		errors += READ_ONCE(hand->errors);
		refused += READ_ONCE(hand->refused);
		last = READ_ONCE(hand->last_error) ?: last;
	}
	if (loop->type->kind == WORKER)
		worker = loop->hands[0].state;
	if (worker)
		count = READ_ONCE(worker->slices);
	seq_printf(m, "%s %llu %llu refused=%llu last_error=%d",
		   loop->type->name, count, errors, refused, last);
	if (worker)
		seq_printf(m, " gap_max_ns=%llu", READ_ONCE(worker->gap_max_ns));
	seq_putc(m, '\n');
}

int loops_show(struct seq_file *m, void *unused)
{
	struct loop *loop;

	mutex_lock(&loops_lock);
	list_for_each_entry(loop, &loops, node)
		show_loop(m, loop);
	mutex_unlock(&loops_lock);
	return 0;
}
