// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "kstoptest: " fmt

#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "scratch.h"

struct scratch {
	struct list_head	node;
	u8			data[] __aligned(16);
};

/* Only the thread that runs the case allocates and frees. */
static LIST_HEAD(scratches);
static bool lost;

void *scratch_alloc(size_t size)
{
	struct scratch *scratch = kvzalloc(sizeof(*scratch) + size, GFP_KERNEL);

	if (!scratch)
		return NULL;
	list_add(&scratch->node, &scratches);
	return scratch->data;
}

struct cpumask *scratch_mask(void)
{
	return scratch_alloc(sizeof(struct cpumask));
}

void scratch_free(void)
{
	struct scratch *scratch, *next;

	if (scratch_lost())
		return;
	list_for_each_entry_safe(scratch, next, &scratches, node) {
		list_del(&scratch->node);
		kvfree(scratch);
	}
}

void scratch_lose(const char *what)
{
	pr_err("lost: %s; the module stays loaded, nothing more is run\n", what);
	if (!READ_ONCE(lost))
		__module_get(THIS_MODULE);
	WRITE_ONCE(lost, true);
}

bool scratch_lost(void)
{
	return READ_ONCE(lost);
}
