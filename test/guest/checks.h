/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mode check: the cases. Each prints one or more test lines. A case finds no
 * module loaded and leaves none.
 */
#ifndef CHECKS_H
#define CHECKS_H

#include <stdbool.h>

/* @names: comma list or "all"; @seconds: how long the coexistence case lasts. */
void checks_run(const char *names, int seconds);

/* What to load for the case torture: options, with ';' for blanks. */
void check_torture_options(const char *words);

/* The same for the case scale and kstopscale. */
void check_scale_options(const char *words);

/* @base seconds in a run of 60, in proportion otherwise. */
int check_seconds(int base);

/* The same of a number of things to do; one at least. */
int check_share(int base);

/*
 * Load a module for a case, or unload. A failure is a failed test line.
 * check_leave() also unloads kstop and looks whether anything is left.
 */
bool check_load(const char *test, const char *module);
bool check_leave(const char *test, const char *module);

/*
 * The same with options for kstop. If they ask for policy=deadline, and kstop says that
 * this kernel cannot do it, and so it is (before 5.15, or without schedutil), that is a
 * skipped test line.
 */
bool check_load_with(const char *test, const char *module, const char *options);

void check_loading(void);		/* checks_load.c */
void check_api(void);			/* checks_testmod.c */
void check_order(void);
void check_late(void);
void check_hotplug(void);
void check_many(void);
void check_culprits(void);
void check_culprits_deadline(void);
void check_pauses(void);
void check_busy(void);
void check_limit_race(void);
void check_limits_storm(void);
void check_hostages(void);
void check_sharing(void);
void check_arrival(void);
void check_alignment(void);
void check_triggers(void);		/* checks_triggers.c */
void check_coexistence(void);		/* checks_coexistence.c */
void check_coexistence_spurious(void);
void check_fifo_hog(void);		/* checks_hog.c */
void check_fifo_killed(void);
void check_fifo_caller(void);		/* checks_caller.c */
void check_deadline(void);		/* checks_deadline.c */
void check_deadline_hotplug(void);
void check_suspend(void);		/* checks_suspend.c */
void check_rt_throttle(void);		/* checks_throttle.c */
void check_torture(void);		/* checks_torture.c */
void check_scale(void);			/* checks_scale.c */
void check_tool(void);			/* checks_tool.c */
void check_unload(void);		/* checks_unload.c */
void check_clients(void);		/* checks_clients.c */
void check_records(void);		/* checks_records.c */
void check_debug_kernel(void);		/* checks_debug.c */

/*
 * Is this a kernel with detectors of errors, whose silence check_debug_kernel() checks? It
 * is if there have to be some, and check_debug_kernel() fails for each that is missing.
 */
void check_detectors(const char *names);	/* comma list */
bool debug_kernel(void);
bool rt_kernel(void);

/*
 * What a kernel lacks, for results that are no failures there: is it older than that
 * release; and does it not count where preemption is off, so that no interrupt of the
 * kernel's own code can be joined from? The latter is a guess by the kernel's name for
 * itself, which debug options can make a wrong one: it excuses, and expects nothing.
 */
bool kernel_before(int major, int minor);
bool preemption_uncounted(void);

/* Is it set in this kernel's configuration? -1: that is not here. */
int kernel_option(const char *option);

void check_faults_load(void);		/* checks_faults_load.c */
void check_faults_hotplug(void);	/* checks_faults_hotplug.c */
void check_faults_stopper(void);	/* checks_faults_stopper.c */
void check_faults_fuzz(void);		/* checks_faults_fuzz.c */
void check_faults_files(void);		/* checks_faults_files.c */
void check_faults_user(void);		/* checks_faults_user.c */
void check_rt_latency(void);		/* checks_rt.c */
void check_third_party(void);		/* checks_third.c */
void check_tracers(void);		/* checks_tracers.c */
void check_third_loads(const char *names);	/* only these */

#endif
