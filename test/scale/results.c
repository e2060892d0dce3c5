// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "results.h"
#include "samples.h"

#define LINE_BYTES	900		/* what a line in the log can be */
#define QUANTILES	34		/* in a line */

struct line {
	struct list_head	entry;
	char			text[];
};

static LIST_HEAD(lines);
static unsigned int nr_results;
static DEFINE_MUTEX(lines_lock);	/* the two above; the second is read without, too */

static int add_line(const char *text, bool result)
{
	size_t size = strlen(text) + 1;
	struct line *line;

	line = kmalloc(struct_size(line, text, size), GFP_KERNEL);
	if (!line)
		return -ENOMEM;
	memcpy(line->text, text, size);
	mutex_lock(&lines_lock);
	list_add_tail(&line->entry, &lines);
	WRITE_ONCE(nr_results, nr_results + result);
	mutex_unlock(&lines_lock);
	return 0;
}

static int print_key(char *buf, const char *what, const struct situation *situation,
		     const char *way)
{
	return scnprintf(buf, LINE_BYTES, "%s measure=%s variant=%s load=%s callers=%u way=%s",
			 what, situation->measure, situation->variant ?: "-", situation->load, situation->callers, way);
}

static void print_result(char *buf, const struct situation *situation, const char *way,
			 const struct samples *samples)
{
	int n = print_key(buf, "result", situation, way);

	scnprintf(buf + n, LINE_BYTES - n, " unit=%s better=%s n=%u min=%llu p10=%llu "
		  "p50=%llu p90=%llu p99=%llu max=%llu mean=%llu", situation->unit,
		  situation->more ? "more" : "less", samples->nr, samples_quantile(samples, 0),
		  samples_quantile(samples, 10), samples_quantile(samples, 50),
		  samples_quantile(samples, 90), samples_quantile(samples, 99),
		  samples_quantile(samples, 100), samples_mean(samples));
}

static void print_quantiles(char *buf, const struct situation *situation, const char *way,
			    const struct samples *samples, unsigned int from)
{
	int n = print_key(buf, "quantiles", situation, way);
	unsigned int percent;

	n += scnprintf(buf + n, LINE_BYTES - n, " from=%u values=", from);
	for (percent = from; percent <= 100 && percent < from + QUANTILES; percent++)
		n += scnprintf(buf + n, LINE_BYTES - n, "%s%llu", percent == from ? "" : ",",
			       samples_quantile(samples, percent));
}

int results_add(const struct situation *situation, const char *way, struct samples *samples)
{
	char *buf;
	int ret;

	if (!samples->nr)
		return -ENODATA;
	buf = kmalloc(LINE_BYTES, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	samples_sort(samples);
	print_result(buf, situation, way, samples);
	ret = add_line(buf, true);
	kfree(buf);
	return ret;
}

int results_add_all(const struct situation *situation, const char *way, struct samples *samples)
{
	int ret = results_add(situation, way, samples);
	unsigned int from;
	char *buf;

	if (ret)
		return ret;
	buf = kmalloc(LINE_BYTES, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	for (from = 0; from <= 100 && !ret; from += QUANTILES) {
		print_quantiles(buf, situation, way, samples, from);
		ret = add_line(buf, false);
	}
	kfree(buf);
	return ret;
}

unsigned int results_count(void)
{
	return READ_ONCE(nr_results);
}

int results_show(struct seq_file *m, void *unused)
{
	struct line *line;

	mutex_lock(&lines_lock);
	list_for_each_entry(line, &lines, entry)
		seq_printf(m, "%s\n", line->text);
	mutex_unlock(&lines_lock);
	return 0;
}

void results_forget(void)
{
	struct line *line, *next;

	list_for_each_entry_safe(line, next, &lines, entry)
		kfree(line);
	INIT_LIST_HEAD(&lines);
}
