/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Storm: kstop's operations as rounds for a crew, each call checked by what its
 * callback counted. A round gives 0, 1 if kstop refused as it may (the CPU is
 * offline), or an error: what kstop returned, or -EPROTO if fn did not run
 * where and as often as the return value says.
 */
#ifndef _KSTOPTEST_STORM_H
#define _KSTOPTEST_STORM_H

#include <linux/atomic.h>
#include <linux/cpumask.h>

#include "kstop.h"

#define STORM_WORKS	16

struct stormer;

struct storm_work {
	struct kstop_work	work;
	struct stormer		*owner;
	unsigned int		cpu;
	atomic_t		busy;
};

struct stormer {
	bool			hotplug;	/* CPUs come and go meanwhile */
	u32			random;
	struct cpumask		mask;		/* of the present call */
	u64			accepted;	/* nowait works */
	u64			refused;
	atomic64_t		ran;
	atomic_t		astray;		/* on another CPU */
	atomic_t		twice;		/* or more often */
	struct storm_work	works[STORM_WORKS];
};

void stormer_init(struct stormer *stormer, bool hotplug);

/* After kstop_flush(): what was accepted ran, once, where it should. */
void expect_none_lost(struct stormer *stormer, const char *whose);

/* Rounds; the argument is a stormer of one's own. */
int storm_one(void *arg);
int storm_two(void *arg);
int storm_nowait(void *arg);
int storm_cpus(void *arg);
int storm_try(void *arg);
int storm_machine(void *arg);		/* fn everywhere, or on one CPU */
int storm_machine_cpuslocked(void *arg);
int storm_core(void *arg);
int storm_flush(void *arg);
int storm_opts(void *arg);		/* with a time limit or without */
int storm_rendezvous(void *arg);
int storm_pause(void *arg);
int storm_subset_a(void *arg);		/* a and b overlap */
int storm_subset_b(void *arg);
int storm_native(void *arg);		/* the kernel's own stop_machine() */
int storm_plain(void *arg);		/* the same by kstop */
int storm_native_ms(void *arg);		/* these two with a millisecond's rest */
int storm_plain_ms(void *arg);
int storm_any(void *arg);		/* one of kstop's, at random */

#endif /* _KSTOPTEST_STORM_H */
