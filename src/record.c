// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fault.h"
#include "latency.h"
#include "part.h"
#include "queue.h"
#include "record.h"
#include "stats.h"

/* So many requests, fewer on a large machine: so many rows in all, but for the least. */
#define RECORDS_MAX	64
#define RECORDS_MIN	8
#define ROWS		4096

/* Those in a row that may be found in use; then it is not recorded. */
#define TRIES		4

static struct record *records[RECORDS_MAX];
static unsigned int nr_records;
static unsigned int next;		/* the oldest; guarded by order_lock */

DEFINE_PER_CPU(unsigned long, recorded_at);
unsigned int record_mode = RECORD_TICK;

static const char * const mode_names[] = {
	[RECORD_NONE]	= "none",
	[RECORD_TICK]	= "tick",
	[RECORD_ALL]	= "all",
};

static int mode_set(const char *text, const struct kernel_param *param)
{
	int mode = sysfs_match_string(mode_names, text);

	if (mode < 0) {
		pr_err("record=%.20s is none of none, tick, all\n", text);
		return -EINVAL;
	}
	WRITE_ONCE(record_mode, mode);
	return 0;
}

static int mode_get(char *buf, const struct kernel_param *param)
{
	return sprintf(buf, "%s\n", mode_names[READ_ONCE(record_mode)]);
}

static const struct kernel_param_ops mode_ops = {
	.set = mode_set,
	.get = mode_get,
};
module_param_cb(record, &mode_ops, NULL, 0644);
MODULE_PARM_DESC(record,
	"which stops are measured for debugfs's latency, history and timeline: tick (default: on each calling CPU the first of each tick), all or none");

struct record *record_alloc(void)
{
	struct record *record;

	record = kvzalloc(struct_size(record, rows, nr_cpu_ids), GFP_KERNEL);
	if (!record)
		return NULL;
	if (!zalloc_cpumask_var(&record->stopped, GFP_KERNEL))
		goto free;
	if (!zalloc_cpumask_var(&record->run, GFP_KERNEL))
		goto free_stopped;
	return record;

free_stopped:
	free_cpumask_var(record->stopped);
free:
	kvfree(record);
	return NULL;
}

void record_free(struct record *record)
{
	free_cpumask_var(record->run);
	free_cpumask_var(record->stopped);
	kvfree(record);
}

int __init records_init(void)
{
	unsigned int nr = clamp(ROWS / nr_cpu_ids, RECORDS_MIN + 0U,
				RECORDS_MAX + 0U);

	while (nr_records < nr) {
		records[nr_records] = load_step(record_alloc(), NULL);
		if (!records[nr_records]) {
			records_exit();
			return -ENOMEM;
		}
		nr_records++;
	}
	return 0;
}

/* No request and no reader is left. */
void records_exit(void)
{
	while (nr_records)
		record_free(records[--nr_records]);
}

unsigned int records_max(void)
{
	return nr_records;
}

/* One that belongs to nobody, nearly always the oldest. */
static struct record *take(void)
{
	struct record *record;
	unsigned int i, seq;

	for (i = 0; i < TRIES; i++) {
		record = records[next];
		next = (next + 1) % nr_records;
		seq = smp_load_acquire(&record->seq);
		if (seq % 2)
			continue;
		WRITE_ONCE(record->seq, seq + 1);
		/* Pairs with the one in copy_record(). */
		smp_mb();
		return record;
	}
	return NULL;
}

/**
 * record_begin() - record a request, if there is room
 * @id: the request's number
 *
 * Context: order_lock is held.
 * Return: its record, or NULL.
 */
struct record *record_begin(u64 id)
{
	struct record *record;

	lockdep_assert_held(&order_lock);
	this_cpu_write(recorded_at, jiffies);
	record = take();
	if (!record)
		return NULL;
	count_event(EV_RECORD);
	WRITE_ONCE(record->head.id, id);
	WRITE_ONCE(record->head.cpu, smp_processor_id());
	WRITE_ONCE(record->head.last_cpu, nr_cpu_ids);
	WRITE_ONCE(record->head.committed, 0);
	WRITE_ONCE(record->head.released, 0);
	WRITE_ONCE(record->head.queued, sched_clock());
	return record;
}

static void count_up(u8 *count)
{
	if (*count < U8_MAX)
		WRITE_ONCE(*count, *count + 1);
}

/* This CPU's row, which may still be of an older request. */
static struct record_row *own_row(struct part *part)
{
	struct record_row *row = part->row;
	unsigned int seq = part->req->record->seq;

	if (row->seq != seq) {
		WRITE_ONCE(row->arrived, 0);
		WRITE_ONCE(row->relaxed, 0);
		WRITE_ONCE(row->entered, 0);
		WRITE_ONCE(row->committed, 0);
		WRITE_ONCE(row->began, 0);
		WRITE_ONCE(row->returned, 0);
		WRITE_ONCE(row->left, 0);
		WRITE_ONCE(row->relaxes, 0);
		WRITE_ONCE(row->leaves, 0);
		WRITE_ONCE(row->retreats, 0);
		WRITE_ONCE(row->seq, seq);
	}
	WRITE_ONCE(row->role, part->role);
	return row;
}

void record_enter(struct part *part, u64 now)
{
	struct record_row *row = own_row(part);

	if (!row->arrived)
		WRITE_ONCE(row->arrived, now);
	WRITE_ONCE(row->entered, now);
	/* The next to do so is in a later round, which begins without us. */
	if (word_state(part->word) == COMMIT)
		WRITE_ONCE(part->req->record->head.last_cpu,
			   smp_processor_id());
}

void record_relax(struct part *part)
{
	struct record_row *row = own_row(part);

	WRITE_ONCE(row->relaxed, sched_clock());
	count_up(&row->relaxes);
}

void record_leave(struct part *part)
{
	count_up(&own_row(part)->leaves);
}

void record_commit(struct part *part, u64 now)
{
	WRITE_ONCE(own_row(part)->committed, now);
}

void record_retreat(struct part *part)
{
	count_up(&own_row(part)->retreats);
}

/* fn is about to begin. */
void record_fn(struct part *part)
{
	struct record_row *row = own_row(part);

	if (!row->began)
		WRITE_ONCE(row->began, sched_clock());
}

void record_returned(struct part *part)
{
	WRITE_ONCE(own_row(part)->returned, sched_clock());
}

void record_left(struct part *part)
{
	WRITE_ONCE(own_row(part)->left, sched_clock());
}

/* The caller of kstop_pause() goes on for good. */
void record_resumed(struct part *part)
{
	WRITE_ONCE(part->req->record->head.ended, sched_clock());
}

/* Word by word: of readers and writers of a record neither waits for the other. */
static void copy_words(void *to, const void *from, size_t size)
{
	unsigned long *copy = to;
	const unsigned long *words = from;
	size_t i;

	for (i = 0; i < size / sizeof(*words); i++)
		WRITE_ONCE(copy[i], READ_ONCE(words[i]));
}

static void copy_cpus(struct cpumask *to, const struct cpumask *from)
{
	copy_words(cpumask_bits(to), cpumask_bits(from),
		   BITS_TO_LONGS(nr_cpumask_bits) * sizeof(long));
}

/* Where it ran, or was to run. A caller without a stopper takes part all the same. */
static void note_cpus(struct record *record, const struct request *req,
		      const struct call *call)
{
	unsigned int cpu = record->head.cpu;

	copy_cpus(record->stopped, req->targets);
	if (READ_ONCE(record->rows[cpu].seq) == record->seq)
		cpumask_set_cpu(cpu, record->stopped);
	copy_cpus(record->run, call->one ? cpumask_of(req->one) : call->run);
}

/**
 * record_end() - the caller that has queued a request goes on
 * @req: the request, ->record is not NULL; the caller still holds it
 * @stop: what it wanted
 * @err: its error, or 0
 * @ret: what fn returned, if that is 0
 *
 * Context: any but NMI.
 */
void record_end(struct request *req, const struct stop *stop, int err, int ret)
{
	struct record *record = req->record;
	struct record_head *head = &record->head;
	u64 now = sched_clock();

	WRITE_ONCE(head->ended, now);
	WRITE_ONCE(head->clock, ktime_get_mono_fast_ns() - (now - head->queued));
	WRITE_ONCE(head->op, stop->what);
	WRITE_ONCE(head->caller, stop->caller);
	WRITE_ONCE(head->fn, stop->fn);
	data_race(strscpy_pad(head->comm, current->comm, sizeof(head->comm)));
	WRITE_ONCE(head->pid, task_pid_nr(current));
	WRITE_ONCE(head->calls, READ_ONCE(req->nr_calls));
	WRITE_ONCE(head->err, err);
	WRITE_ONCE(head->ret, err ? 0 : ret);
	note_cpus(record, req, &req->calls[stop->call]);
}

/**
 * record_publish() - nobody holds the request any more
 * @record: its record; not to be touched afterwards
 *
 * Context: any but NMI.
 */
void record_publish(struct record *record)
{
	latency_add(&record->head);
	smp_store_release(&record->seq, record->seq + 1);
}

static_assert(sizeof(struct record_head) % sizeof(long) == 0);
static_assert(sizeof(struct record_row) % sizeof(long) == 0);

/* False if it belongs to a request, or did in between. */
static bool copy_record(struct record *copy, const struct record *record)
{
	copy->seq = smp_load_acquire(&record->seq);
	if (copy->seq % 2 || !copy->seq)
		return false;
	copy_words(&copy->head, &record->head, sizeof(copy->head));
	copy_cpus(copy->stopped, record->stopped);
	copy_cpus(copy->run, record->run);
	copy_words(copy->rows, record->rows, nr_cpu_ids * sizeof(copy->rows[0]));
	/* Pairs with take(). */
	smp_rmb();
	return READ_ONCE(record->seq) == copy->seq;
}

/* The published one with the lowest id above @after, or NULL. */
static struct record *find_next(u64 after)
{
	struct record *found = NULL;
	u64 id, lowest = U64_MAX;
	unsigned int i;

	for (i = 0; i < nr_records; i++) {
		if (READ_ONCE(records[i]->seq) % 2)
			continue;
		id = READ_ONCE(records[i]->head.id);
		if (id <= after || id >= lowest)
			continue;
		found = records[i];
		lowest = id;
	}
	return found;
}

/**
 * record_next() - copy the record of the next request
 * @copy: where to; from record_alloc()
 * @after: the id of the one before
 *
 * Context: any; takes no lock.
 * Return: false if there is none.
 */
bool record_next(struct record *copy, u64 after)
{
	struct record *record;
	unsigned int i;

	/* What is of another request by now comes in its turn, or has been before. */
	for (i = 0; i < nr_records; i++) {
		record = find_next(after);
		if (!record)
			break;
		if (copy_record(copy, record) && copy->head.id > after)
			return true;
	}
	return false;
}
