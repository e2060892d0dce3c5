/* SPDX-License-Identifier: GPL-2.0-only */
/* The parameters of a torture, all read-only and printed at its start and end. */
#ifndef _KSTOPTORTURE_PARAMS_H
#define _KSTOPTORTURE_PARAMS_H

#include <linux/types.h>

/**
 * struct params - what the torture shall be like; times as their names say
 * @torture_type:	which type, see types.h; empty: none, the trigger file only
 * @callers:		threads that make requests, 0: as many as CPUs are online
 * @duration_s:		how long, 0: until the module is unloaded
 * @stat_interval_s:	between two lines of statistics, 0: none but the last
 * @onoff_interval_ms:	between taking a CPU down and up, 0: CPUs stay online
 * @stutter_s:		all callers pause and go on that often, 0: never
 * @shuffle_s:		one CPU is left free of callers, another one that often
 * @native:		threads that call the kernel's stop_machine()
 * @hogs:		list of what else keeps the CPUs busy, see hogs.h
 * @timeout_min_us:	shortest time limit of a request that has one
 * @timeout_max_us:	longest
 * @seed:		of the callers' choices and of which CPUs go down, 0: chosen at random
 */
struct params {
	char	*torture_type;
	uint	callers;
	uint	duration_s;
	uint	stat_interval_s;
	uint	onoff_interval_ms;
	uint	stutter_s;
	uint	shuffle_s;
	uint	native;
	char	*hogs;
	uint	timeout_min_us;
	uint	timeout_max_us;
	ulong	seed;
};

extern struct params params;

/* Say no to what cannot be, and choose what was left open. 0 or -EINVAL. */
int params_check(void);

/* One line: @when and all parameters. */
void params_print(const char *when);

#endif /* _KSTOPTORTURE_PARAMS_H */
