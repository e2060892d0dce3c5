/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kstoptest - kstop's promises, checked from inside the kernel
 *
 * Each case is one function that calls kstop and says with expect() what must
 * hold. User space runs them one at a time through debugfs:
 *
 *	kstoptest/cases		names, one per line
 *	kstoptest/run		write "NAME [seconds=N] [cycles=N]", returns
 *				when done: 0 pass, -EPROTO fail, -EOPNOTSUPP
 *				skipped, -EINVAL no such case or bad words
 *	kstoptest/result	figures and reasons of the last run
 *	kstoptest/loops		background load, see loops.h
 */
#ifndef _KSTOPTEST_H
#define _KSTOPTEST_H

#include <linux/types.h>

/**
 * struct params - the words after the name; 0 means the case's own default
 * @seconds:	how long a case that runs for a time shall run
 * @cycles:	how often a case that counts shall repeat
 */
struct params {
	unsigned int	seconds;
	unsigned int	cycles;
};

/**
 * struct testcase - one line of the registry
 * @name:	what user space writes
 * @run:	process context, killable; 0 = expect() decides, -EOPNOTSUPP =
 *		not here, another error = failed
 */
struct testcase {
	const char	*name;
	int		(*run)(const struct params *params);
};

/* Tables, each ended by an empty entry. */
extern const struct testcase api_one_cases[];
extern const struct testcase api_several_cases[];
extern const struct testcase api_machine_cases[];
extern const struct testcase errors_cases[];
extern const struct testcase nested_cases[];
extern const struct testcase leak_cases[];
extern const struct testcase nowait_cases[];
extern const struct testcase flush_cases[];
extern const struct testcase exclusion_cases[];
extern const struct testcase gang_cases[];
extern const struct testcase message_cases[];
extern const struct testcase try_busy_cases[];
extern const struct testcase inactive_cases[];
extern const struct testcase order_cases[];
extern const struct testcase late_cases[];
extern const struct testcase all_stopped_cases[];
extern const struct testcase stress_cases[];
extern const struct testcase opts_cases[];
extern const struct testcase limits_cases[];
extern const struct testcase phases_cases[];
extern const struct testcase pause_cases[];
extern const struct testcase culprits_cases[];
extern const struct testcase races_cases[];
extern const struct testcase limits_storm_cases[];
extern const struct testcase hostages_cases[];
extern const struct testcase early_cases[];
extern const struct testcase share_cases[];
extern const struct testcase share_limit_cases[];
extern const struct testcase irq_cases[];
extern const struct testcase align_cases[];

/* NULL if there is none of that name. */
const struct testcase *testcase_find(const char *name);

/* Right after load, before anything else has used kstop. */
void all_stopped_at_load(void);

/* "KEY=N" with N a plain number: true and *value set. */
bool parse_number(const char *word, const char *key, unsigned int *value);

#endif /* _KSTOPTEST_H */
