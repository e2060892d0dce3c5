// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "history.h"
#include "queue.h"
#include "record.h"
#include "rendezvous.h"

static const char * const role_names[] = {
	[ROLE_STOPPER]		= "stopper",
	[ROLE_CALLER]		= "caller",
	[ROLE_NO_STOPPER]	= "no_stopper",
	[ROLE_PAUSER]		= "pauser",
	[ROLE_IRQ]		= "interrupt",
	[ROLE_OFFLINE]		= "offline",
};

static u64 reset_id;	/* what came up to here is not shown any more */

/* "name[module]": no blank in a column. */
static void put_symbol(struct seq_file *m, const void *address)
{
	char text[KSYM_SYMBOL_LEN], *blank;

	snprintf(text, sizeof(text), "%ps", address);
	blank = strchr(text, ' ');
	if (blank)
		memmove(blank, blank + 1, strlen(blank));
	seq_printf(m, " %s", text);
}

static void put_cpus(struct seq_file *m, const struct cpumask *cpus)
{
	if (cpumask_empty(cpus))
		seq_puts(m, " -");
	else
		seq_printf(m, " %*pbl", cpumask_pr_args(cpus));
}

static void put_time(struct seq_file *m, const struct record *record, u64 time)
{
	if (time)
		seq_printf(m, " %lld", (s64)(time - record->head.queued));
	else
		seq_puts(m, " -");
}

/**
 * struct sums - what all rows of a record say together
 * @began:	when the first fn began; 0: none did
 * @relaxes:	of all CPUs
 * @retreats:	likewise
 * @leaves:	likewise
 */
struct sums {
	u64		began;
	unsigned int	relaxes;
	unsigned int	retreats;
	unsigned int	leaves;
};

static struct sums sum_up(const struct record *record)
{
	struct sums sums = { };
	unsigned int cpu;

	for_each_cpu(cpu, record->stopped) {
		const struct record_row *row = &record->rows[cpu];

		if (!record_has_row(record, cpu))
			continue;
		if (row->began && (!sums.began ||
				   (s64)(row->began - sums.began) < 0))
			sums.began = row->began;
		sums.relaxes += row->relaxes;
		sums.retreats += row->retreats;
		sums.leaves += row->leaves;
	}
	return sums;
}

static void put_times(struct seq_file *m, const struct record *record,
		      const struct sums *sums)
{
	const struct record_head *head = &record->head;
	unsigned int last = head->last_cpu;

	put_time(m, record, last < nr_cpu_ids ? record->rows[last].entered : 0);
	put_time(m, record, head->committed);
	put_time(m, record, sums->began);
	put_time(m, record, head->released);
	put_time(m, record, head->ended);
	if (last < nr_cpu_ids)
		seq_printf(m, " %u", last);
	else
		seq_puts(m, " -");
}

static void put_request(struct seq_file *m, const struct record *record)
{
	const struct record_head *head = &record->head;
	struct sums sums = sum_up(record);

	seq_printf(m, "%llu %s", head->id, head->op);
	put_symbol(m, (void *)head->caller);
	put_symbol(m, head->fn);
	seq_printf(m, " %d %u", head->pid, head->cpu);
	put_cpus(m, record->stopped);
	put_cpus(m, record->run);
	seq_printf(m, " %u %llu", head->calls, head->clock);
	put_times(m, record, &sums);
	seq_printf(m, " %u %u %u %d", sums.relaxes, sums.retreats, sums.leaves,
		   head->err);
	if (head->err)
		seq_puts(m, " - ");
	else
		seq_printf(m, " %d ", head->ret);
	/* A name may hold anything, but the file's lines are lines. */
	seq_escape(m, head->comm, "\n\\");
	seq_putc(m, '\n');
}

static void put_row(struct seq_file *m, const struct record *record,
		    unsigned int cpu)
{
	static const struct record_row none;
	const struct record_row *row = &none;
	const char *role = "-";

	if (record_has_row(record, cpu)) {
		row = &record->rows[cpu];
		role = role_names[row->role];
	}
	seq_printf(m, "%llu %u %s %u", record->head.id, cpu, role,
		   cpumask_test_cpu(cpu, record->run));
	put_time(m, record, row->arrived);
	put_time(m, record, row->relaxed);
	put_time(m, record, row->entered);
	put_time(m, record, row->committed);
	put_time(m, record, row->began);
	put_time(m, record, row->returned);
	put_time(m, record, row->left);
	seq_printf(m, " %u %u %u\n", row->relaxes, row->leaves, row->retreats);
}

static void put_rows(struct seq_file *m, const struct record *record)
{
	unsigned int cpu;

	for_each_cpu(cpu, record->stopped)
		put_row(m, record, cpu);
}

/* Each record in turn. No more than there were: while stops run, more would come. */
static int show_all(struct seq_file *m,
		    void (*put)(struct seq_file *m, const struct record *record))
{
	struct record *copy = record_alloc();
	u64 id = READ_ONCE(reset_id);
	unsigned int i;

	if (!copy)
		return -ENOMEM;
	for (i = 0; i < records_max() && record_next(copy, id); i++) {
		put(m, copy);
		id = copy->head.id;
	}
	record_free(copy);
	return 0;
}

/* /sys/kernel/debug/kstop/history */
int history_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "version: 1\n"
		 "id op caller fn pid cpu stopped run calls queued_mono_ns gathered_ns committed_ns began_ns released_ns ended_ns last_cpu relaxes retreats leaves error ret comm\n");
	return show_all(m, put_request);
}

/* /sys/kernel/debug/kstop/timeline */
int timeline_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "version: 1\n"
		 "id cpu server run arrived_ns relaxed_ns entered_ns committed_ns began_ns returned_ns left_ns relaxes leaves retreats\n");
	return show_all(m, put_rows);
}

/* What was queued before is not shown any more. */
void history_reset(void)
{
	WRITE_ONCE(reset_id, queue_last_id());
}
