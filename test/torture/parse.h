/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A line written to the trigger file, and the command it stands for.
 *
 *	line	= operation { key "=" value }, blanks between
 *	list	= cpus { "," cpus }
 *	cpus	= number [ "-" number ]
 *
 * The parser is strict: what it does not know for certain it refuses, with
 * -EINVAL and one line in the log that holds the word and the reason.
 */
#ifndef _KSTOPTORTURE_PARSE_H
#define _KSTOPTORTURE_PARSE_H

#include <linux/bits.h>
#include <linux/cpumask.h>
#include <linux/types.h>

struct operation;

/* Without the newline at its end, which may be missing. */
#define LINE_BYTES_MAX	256

enum command_key {
	KEY_CPU,
	KEY_STOP,
	KEY_RUN,
	KEY_LISTS,			/* the keys before this one are CPU lists */
	KEY_TIMEOUT_US = KEY_LISTS,
	KEY_REPEAT,
	KEY_BUSY_US,
	KEY_IRQ,
	KEY_ALIGN,
	KEY_COUNT,
};

#define REPEAT_MAX	1000000
#define BUSY_US_MAX	10000000
#define TIMEOUT_US_MAX	3600000000U	/* an hour */

/**
 * struct command - what a line asks for
 * @op:		the operation
 * @given:	the keys that were there, a bit each
 * @first:	the CPU that was named first in cpu=, for who cares about order
 * @cpus:	the lists; each CPU below nr_cpu_ids, online or not
 * @repeat:	number of requests, 1 if not given
 * @busy_us:	how long each fn takes, 0 if not given
 * @timeout_us:	the time limit, 0 (none) if not given
 * @irq:	1: KSTOP_IRQ
 * @align:	1: KSTOP_ALIGN
 */
struct command {
	const struct operation	*op;
	unsigned int		given;
	unsigned int		first;
	struct cpumask		cpus[KEY_LISTS];
	u32			repeat;
	u32			busy_us;
	u32			timeout_us;
	u32			irq;
	u32			align;
};

static inline bool command_has(const struct command *cmd, enum command_key key)
{
	return cmd->given & BIT(key);
}

/* A list, or NULL for who did not give it. */
static inline const struct cpumask *command_cpus(const struct command *cmd,
						 enum command_key key)
{
	return command_has(cmd, key) ? &cmd->cpus[key] : NULL;
}

const char *key_name(enum command_key key);
const char *key_value(enum command_key key);

/*
 * Parse @len bytes, of which at most LINE_BYTES_MAX + 2 need to be there, and
 * a NUL behind them. @line is torn to pieces.
 * Returns a command to kfree(), or an ERR_PTR.
 */
struct command *command_parse(char *line, size_t len);

#endif /* _KSTOPTORTURE_PARSE_H */
