/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bystanders: a thread on every online CPU that never rests, and a watcher that
 * looks whether they stand still.
 *
 * A bystander counts, most of the time inside a section with preemption off.
 * The watcher, called where others shall be stopped, looks at the counts for a
 * millisecond, and sends each CPU a call-function interrupt, which one that has
 * interrupts off does not take meanwhile.
 */
#ifndef _KSTOPTEST_BYSTANDER_H
#define _KSTOPTEST_BYSTANDER_H

#include <linux/cache.h>
#include <linux/cpumask.h>

struct bystander {
	u64	inside_count;		/* counted with preemption off */
	u64	outside_count;		/* and with preemption on */
	bool	inside;			/* preemption is off now */
} ____cacheline_aligned;

struct watch {
	struct bystander	*bystanders;	/* one for each possible CPU */
	u64			*before;	/* two for each possible CPU */
	struct cpumask		*watched;	/* whom to look at */
	struct cpumask		*moved;		/* whose count moved */
	struct cpumask		*inside;	/* who was in a section */
	struct cpumask		*interrupted;	/* who took an interrupt */
	unsigned int		looks;		/* how often it looked */
};

/* Hires a bystander for each online CPU. NULL: no memory or no thread. */
struct watch *watch_start(void);

/* Looks at @cpus from now on; forgets what was seen. */
void watch_set(struct watch *watch, const struct cpumask *cpus);

int watch_callback(void *arg);		/* a look; arg is the watch */

/* Nothing was seen, and there was a look. */
void expect_still(struct watch *watch, const char *what);

/* Without a stop each of the watched does move, or the watch is blind. */
void expect_sees_movement(struct watch *watch);

/* The count and the section now, for who compares two moments by himself. */
u64 bystander_count(const struct watch *watch, unsigned int cpu);
bool bystander_inside(const struct watch *watch, unsigned int cpu);

/* No interrupt sent by a look is under way any more. Before the case ends. */
void watch_settle(struct watch *watch);

#endif /* _KSTOPTEST_BYSTANDER_H */
