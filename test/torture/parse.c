// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a line to a command, see parse.h for the grammar.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "ops.h"
#include "parse.h"

#define BLANKS	" \t"

#define QUOTE_BYTES	40	/* of the word in a complaint */

/*
 * The beginning of a word as it can stand between quotes in the log. %*pE does
 * not do: for the kernel's isprint() the bytes from 0xa0 on are text.
 */
static const char *quote(char *out, size_t size, const char *word, size_t len)
{
	size_t i, used = 0;

	out[0] = '\0';
	for (i = 0; i < len && i < QUOTE_BYTES; i++) {
		unsigned char c = word[i];
		bool plain = isascii(c) && isprint(c) && c != '"' && c != '\\';

		used += scnprintf(out + used, size - used, plain ? "%c" : "\\x%02x", c);
	}
	if (i < len)
		scnprintf(out + used, size - used, "...");
	return out;
}

/*
 * The one line about a bad input, and what the writer gets. A person gets them
 * all, and a program that writes nonsense does not fill the log.
 */
static __printf(3, 4)
int complain_bytes(const char *word, size_t len, const char *fmt, ...)
{
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 200);
	char quoted[4 * QUOTE_BYTES + sizeof("...")];
	struct va_format why;
	va_list args;

	if (!__ratelimit(&limit))
		return -EINVAL;
	va_start(args, fmt);
	why.fmt = fmt;
	why.va = &args;
	pr_warn("trigger: \"%s\": %pV\n", quote(quoted, sizeof(quoted), word, len), &why);
	va_end(args);
	return -EINVAL;
}

#define complain(word, ...) ({						\
	const char *_word = (word);					\
									\
	complain_bytes(_word, strlen(_word), __VA_ARGS__);		\
})

/*
 * Decimal digits and nothing else; what is too large for a u64 becomes
 * U64_MAX, which is outside every range. Moves *pos behind them.
 */
static bool parse_digits(const char **pos, u64 *value)
{
	const char *p = *pos;
	u64 v = 0;

	for (; isdigit(*p); p++)
		v = v > (U64_MAX - 9) / 10 ? U64_MAX : v * 10 + (*p - '0');
	if (p == *pos)
		return false;
	*pos = p;
	*value = v;
	return true;
}

static int parse_number(const char *word, const char *value, u32 *number, u32 min,
			u32 max)
{
	u64 v;

	if (!parse_digits(&value, &v) || *value)
		return complain(word, "not a decimal number");
	if (v < min || v > max)
		return complain(word, "out of range, %u to %u", min, max);
	*number = v;
	return 0;
}

/* "N" or "N-M" at *pos. */
static int parse_range(const char *word, const char **pos, u64 *from, u64 *to)
{
	bool good = parse_digits(pos, from);

	*to = *from;
	if (good && **pos == '-') {
		++*pos;
		good = parse_digits(pos, to);
	}
	if (!good || (**pos && **pos != ','))
		return complain(word, "not a CPU list, such as 0,2-3");
	if (*from >= nr_cpu_ids || *to >= nr_cpu_ids)
		return complain(word, "CPU number out of range, 0 to %u", nr_cpu_ids - 1);
	if (*from > *to)
		return complain(word, "range %llu-%llu runs backwards", *from, *to);
	return 0;
}

static int parse_list(const char *word, const char *value, struct cpumask *mask,
		      unsigned int *first)
{
	u64 from, to, cpu;
	int ret;

	cpumask_clear(mask);
	do {
		ret = parse_range(word, &value, &from, &to);
		if (ret)
			return ret;
		if (cpumask_empty(mask))
			*first = from;
		for (cpu = from; cpu <= to; cpu++) {
			if (cpumask_test_and_set_cpu(cpu, mask))
				return complain(word, "CPU %llu is listed twice", cpu);
		}
	} while (*value++ == ',');
	return 0;
}

static int parse_cpu(struct command *cmd, const char *word, const char *value)
{
	struct cpumask *mask = &cmd->cpus[KEY_CPU];
	int ret = parse_list(word, value, mask, &cmd->first);

	if (!ret && cpumask_weight(mask) != cmd->op->nr_cpus)
		ret = complain(word, "names %u CPUs, %s takes %u", cpumask_weight(mask),
			       cmd->op->name, cmd->op->nr_cpus);
	return ret;
}

static int parse_stop(struct command *cmd, const char *word, const char *value)
{
	unsigned int first;

	return parse_list(word, value, &cmd->cpus[KEY_STOP], &first);
}

static int parse_run(struct command *cmd, const char *word, const char *value)
{
	unsigned int first;

	return parse_list(word, value, &cmd->cpus[KEY_RUN], &first);
}

static int parse_repeat(struct command *cmd, const char *word, const char *value)
{
	return parse_number(word, value, &cmd->repeat, 1, REPEAT_MAX);
}

static int parse_busy_us(struct command *cmd, const char *word, const char *value)
{
	return parse_number(word, value, &cmd->busy_us, 0, BUSY_US_MAX);
}

static int parse_timeout_us(struct command *cmd, const char *word, const char *value)
{
	return parse_number(word, value, &cmd->timeout_us, 1, TIMEOUT_US_MAX);
}

static int parse_irq(struct command *cmd, const char *word, const char *value)
{
	return parse_number(word, value, &cmd->irq, 0, 1);
}

static int parse_align(struct command *cmd, const char *word, const char *value)
{
	return parse_number(word, value, &cmd->align, 0, 1);
}

static const struct {
	const char	*name;
	const char	*value;			/* for the grammar */
	int		(*parse)(struct command *cmd, const char *word, const char *value);
} keys[KEY_COUNT] = {
	[KEY_CPU]	= { "cpu",	"CPU",		parse_cpu },
	[KEY_STOP]	= { "stop",	"LIST",		parse_stop },
	[KEY_RUN]	= { "run",	"LIST",		parse_run },
	[KEY_TIMEOUT_US] = { "timeout_us", "N",		parse_timeout_us },
	[KEY_REPEAT]	= { "repeat",	"N",		parse_repeat },
	[KEY_BUSY_US]	= { "busy_us",	"N",		parse_busy_us },
	[KEY_IRQ]	= { "irq",	"0|1",		parse_irq },
	[KEY_ALIGN]	= { "align",	"0|1",		parse_align },
};

const char *key_name(enum command_key key)
{
	return keys[key].name;
}

const char *key_value(enum command_key key)
{
	return keys[key].value;
}

static enum command_key find_key(const char *name, size_t len)
{
	enum command_key key;

	for (key = 0; key < KEY_COUNT; key++) {
		if (strlen(keys[key].name) == len && !memcmp(keys[key].name, name, len))
			break;
	}
	return key;
}

static int parse_pair(struct command *cmd, const char *word)
{
	const char *equals = strchr(word, '=');
	enum command_key key;

	if (!equals)
		return complain(word, "not a key=value word");
	key = find_key(word, equals - word);
	if (key == KEY_COUNT)
		return complain(word, "unknown key");
	if (!(cmd->op->keys & BIT(key)))
		return complain(word, "%s does not take this key", cmd->op->name);
	if (command_has(cmd, key))
		return complain(word, "key given twice");
	if (!equals[1])
		return complain(word, "no value");
	cmd->given |= BIT(key);
	return keys[key].parse(cmd, word, equals + 1);
}

static char *next_word(char **line)
{
	char *word;

	do {
		word = strsep(line, BLANKS);
	} while (word && !*word);
	return word;
}

static int parse_words(struct command *cmd, char *line)
{
	char *word = next_word(&line);
	enum command_key key;
	int ret;

	if (!word)
		return complain("", "empty line");
	cmd->op = operation_find(word);
	if (!cmd->op)
		return complain(word, "unknown operation");
	cmd->repeat = 1;
	while ((word = next_word(&line))) {
		ret = parse_pair(cmd, word);
		if (ret)
			return ret;
	}
	for (key = 0; key < KEY_COUNT; key++) {
		if ((cmd->op->required & BIT(key)) && !command_has(cmd, key))
			return complain(cmd->op->name, "needs %s=", key_name(key));
	}
	return 0;
}

/* What can be wrong with a line before one looks at its words. */
static int check_bytes(char *line, size_t len)
{
	const char *bad;

	if (len && len <= LINE_BYTES_MAX + 1 && line[len - 1] == '\n')
		line[--len] = '\0';
	if (len > LINE_BYTES_MAX)
		return complain_bytes(line, LINE_BYTES_MAX,
				      "%zu bytes are too long a line, at most %u", len,
				      LINE_BYTES_MAX);
	bad = memchr(line, '\0', len);
	if (bad)
		return complain_bytes(line, len, "NUL byte at offset %zu", bad - line);
	bad = memchr(line, '\n', len);
	if (bad)
		return complain_bytes(line, len, "more than one line, newline at offset %zu",
				      bad - line);
	return 0;
}

struct command *command_parse(char *line, size_t len)
{
	struct command *cmd;
	int ret;

	ret = check_bytes(line, len);
	if (ret)
		return ERR_PTR(ret);
	cmd = kzalloc(sizeof(*cmd), GFP_KERNEL);
	if (!cmd)
		return ERR_PTR(-ENOMEM);
	ret = parse_words(cmd, line);
	if (ret) {
		kfree(cmd);
		return ERR_PTR(ret);
	}
	return cmd;
}
