// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "kstoptest: " fmt

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "expect.h"

#define MAX_WHYS	16
#define WHY_LENGTH	192
#define FIGURES_LENGTH	4096

static struct {
	/* Guards the rest; also in a pause. Some look at the two counters without it. */
	raw_spinlock_t	lock;
	const char	*name;
	const char	*verdict;
	unsigned int	checks;
	unsigned int	failures;
	const char	*file;			/* of the last check */
	int		line;
	unsigned long	when;			/* in jiffies */
	char		whys[MAX_WHYS][WHY_LENGTH];
	size_t		figures_used;
	char		figures[FIGURES_LENGTH];
} book = {
	.lock		= __RAW_SPIN_LOCK_UNLOCKED(book.lock),
	.name		= "none",
	.verdict	= "not run",
};

static void note_check(const char *file, int line)
{
	raw_spin_lock(&book.lock);
	WRITE_ONCE(book.checks, book.checks + 1);
	book.file = file;
	book.line = line;
	book.when = jiffies;
	raw_spin_unlock(&book.lock);
}

/* False if that many are on record already. */
static bool note_why(const char *why)
{
	bool kept = false;

	raw_spin_lock(&book.lock);
	if (book.failures < MAX_WHYS) {
		strscpy(book.whys[book.failures], why, WHY_LENGTH);
		kept = true;
	}
	WRITE_ONCE(book.failures, book.failures + 1);
	raw_spin_unlock(&book.lock);
	return kept;
}

bool expect_at(bool held, const char *file, int line, const char *fmt, ...)
{
	char why[WHY_LENGTH];
	va_list args;
	int used;

	file = kbasename(file);
	note_check(file, line);
	if (held)
		return true;

	used = scnprintf(why, sizeof(why), "%s:%d ", file, line);
	va_start(args, fmt);
	vscnprintf(why + used, sizeof(why) - used, fmt, args);
	va_end(args);
	if (note_why(why))
		pr_err("%s: why: %s\n", book.name, why);
	return false;
}

void figure(u64 value, const char *key, ...)
{
	char line[96];
	va_list args;
	int used;

	va_start(args, key);
	used = vscnprintf(line, sizeof(line), key, args);
	va_end(args);
	used += scnprintf(line + used, sizeof(line) - used, ": %llu\n", value);

	raw_spin_lock(&book.lock);
	if (book.figures_used + used < FIGURES_LENGTH) {
		memcpy(book.figures + book.figures_used, line, used + 1);
		book.figures_used += used;
	}
	raw_spin_unlock(&book.lock);
}

void expect_splat(const char *what)
{
	pr_info("expect-splat: %s\n", what);
}

bool expect_go_on(void)
{
	return !fatal_signal_pending(current) && expect_failures() < MAX_WHYS;
}

void expect_begin(const char *name)
{
	raw_spin_lock(&book.lock);
	book.name = name;
	book.verdict = "running";
	WRITE_ONCE(book.checks, 0);
	WRITE_ONCE(book.failures, 0);
	book.file = "start";
	book.line = 0;
	book.when = jiffies;
	book.figures_used = 0;
	book.figures[0] = '\0';
	raw_spin_unlock(&book.lock);
}

unsigned int expect_failures(void)
{
	return READ_ONCE(book.failures);
}

unsigned int expect_checks(void)
{
	return READ_ONCE(book.checks);
}

void expect_end(const char *verdict)
{
	raw_spin_lock(&book.lock);
	book.verdict = verdict;
	raw_spin_unlock(&book.lock);
}

void expect_where(const char **file, int *line, unsigned long *when)
{
	raw_spin_lock(&book.lock);
	*file = book.file;
	*line = book.line;
	*when = book.when;
	raw_spin_unlock(&book.lock);
}

void expect_show(struct seq_file *m)
{
	unsigned int i;

	raw_spin_lock(&book.lock);
	seq_printf(m, "case: %s\n", book.name);
	seq_printf(m, "verdict: %s\n", book.verdict);
	seq_printf(m, "checks: %u\n", book.checks);
	seq_printf(m, "failures: %u\n", book.failures);
	seq_puts(m, book.figures);
	for (i = 0; i < min_t(unsigned int, book.failures, MAX_WHYS); i++)
		seq_printf(m, "why: %s\n", book.whys[i]);
	raw_spin_unlock(&book.lock);
}
