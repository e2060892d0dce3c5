// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fault.h"
#include "latency.h"
#include "part.h"
#include "queue.h"
#include "record.h"
#include "stats.h"
#include "trace.h"

/* So many requests, fewer on a large machine: so many rows in all, but for the least. */
#define RECORDS_MAX	64
#define RECORDS_MIN	8
#define ROWS		4096

/* Those in a row that may be found in use. */
#define TRIES		4

static struct record *records[RECORDS_MAX];
static unsigned int nr_records;
static unsigned int next;		/* the oldest; guarded by order_lock */

/* For those that find none free: nobody reads it. Its id is 0, no request's. */
static struct record *scrap;

DEFINE_PER_CPU(unsigned long, recorded_at);
unsigned int record_mode = RECORD_TICK;

static const char * const mode_names[] = {
	[RECORD_NONE]	= "none",
	[RECORD_TICK]	= "tick",
	[RECORD_ALL]	= "all",
};

static DEFINE_MUTEX(mode_mutex);	/* guards these */
static unsigned int wanted_mode = RECORD_TICK;
static unsigned int tracers;

static void mode_update(void)
{
	lockdep_assert_held(&mode_mutex);
	WRITE_ONCE(record_mode, tracers ? RECORD_ALL : wanted_mode);
}

int record_trace_on(void)
{
	mutex_lock(&mode_mutex);
	tracers++;
	mode_update();
	mutex_unlock(&mode_mutex);
	return 0;
}

void record_trace_off(void)
{
	mutex_lock(&mode_mutex);
	tracers--;
	mode_update();
	mutex_unlock(&mode_mutex);
}

static int mode_set(const char *text, const struct kernel_param *param)
{
	int mode = sysfs_match_string(mode_names, text);

	if (mode < 0) {
		pr_err("record=%.20s is none of none, tick, all\n", text);
		return -EINVAL;
	}
	mutex_lock(&mode_mutex);
	wanted_mode = mode;
	mode_update();
	mutex_unlock(&mode_mutex);
	return 0;
}

static int mode_get(char *buf, const struct kernel_param *param)
{
	return sprintf(buf, "%s\n", mode_names[READ_ONCE(wanted_mode)]);
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

static bool __init alloc_all(unsigned int nr)
{
	scrap = record_alloc();
	if (!scrap)
		return false;
	scrap->seq = 1;
	while (nr_records < nr) {
		records[nr_records] = record_alloc();
		if (!records[nr_records])
			return false;
		nr_records++;
	}
	return true;
}

int __init records_init(void)
{
	unsigned int nr = clamp(ROWS / nr_cpu_ids, RECORDS_MIN + 0U,
				RECORDS_MAX + 0U);

	if (load_step(alloc_all(nr), false))
		return 0;
	records_exit();
	return -ENOMEM;
}

/* No request and no reader is left. */
void records_exit(void)
{
	while (nr_records)
		record_free(records[--nr_records]);
	if (scrap)
		record_free(scrap);
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
		/* Pairs with record_publish(). */
		seq = smp_load_acquire(&record->seq);
		if (seq % 2)
			continue;
		WRITE_ONCE(record->seq, seq + 1);
		/* Pairs with smp_rmb() in copy_record(). */
		smp_mb();
		return record;
	}
	return NULL;
}

/**
 * record_begin() - record a request
 * @req: the request, which has its number and its targets
 * @stop: what its caller wants
 *
 * Context: order_lock is held.
 */
void record_begin(struct request *req, const struct stop *stop)
{
	struct record *record;

	lockdep_assert_held(&order_lock);
	this_cpu_write(recorded_at, jiffies);
	record = take();
	if (record) {
		count_event(EV_RECORD);
		WRITE_ONCE(record->head.id, req->id);
	} else {
		record = scrap;
	}
	WRITE_ONCE(record->head.cpu, smp_processor_id());
	WRITE_ONCE(record->head.last_cpu, nr_cpu_ids);
	WRITE_ONCE(record->head.committed, 0);
	WRITE_ONCE(record->head.released, 0);
	WRITE_ONCE(record->head.queued, sched_clock());
	WRITE_ONCE(req->record, record);
	trace_kstop_request(req, stop);
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

	if (word_state(part->word) == COMMIT) {
		/*
		 * Others may have left and come back since @now, and the word be the
		 * same.
		 */
		now = sched_clock();
		/* The next to do so is in a later round, which begins without us. */
		WRITE_ONCE(part->req->record->head.last_cpu,
			   smp_processor_id());
	}
	if (!row->arrived)
		WRITE_ONCE(row->arrived, now);
	WRITE_ONCE(row->entered, now);
	trace_kstop_arrive(part);
}

void record_relax(struct part *part)
{
	struct record_row *row = own_row(part);

	WRITE_ONCE(row->relaxed, sched_clock());
	count_up(&row->relaxes);
	trace_kstop_relax(part);
}

void record_leave(struct part *part)
{
	count_up(&own_row(part)->leaves);
	trace_kstop_leave(part);
}

void record_commit(struct part *part, u64 now)
{
	struct record_head *head = &part->req->record->head;

	WRITE_ONCE(own_row(part)->committed, now);
	/* No fn is to run. */
	if (word_state(part->word) == RELEASE)
		WRITE_ONCE(head->released, now);
	trace_kstop_commit(part);
}

void record_retreat(struct part *part)
{
	count_up(&own_row(part)->retreats);
	trace_kstop_retreat(part);
}

/* fn is about to begin. */
void record_fn(struct part *part)
{
	struct record_row *row = own_row(part);

	if (!row->began)
		WRITE_ONCE(row->began, sched_clock());
	trace_kstop_run(part);
}

void record_returned(struct part *part, int ret)
{
	WRITE_ONCE(own_row(part)->returned, sched_clock());
	trace_kstop_return(part, ret);
}

/* This CPU made the word RELEASE. */
void record_release(struct part *part)
{
	trace_kstop_release(part->req);
}

void record_left(struct part *part)
{
	WRITE_ONCE(own_row(part)->left, sched_clock());
	trace_kstop_depart(part);
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

/* What is to be said of the caller that has queued a request. */
static void note_caller(struct request *req, const struct stop *stop, int err,
			int ret)
{
	struct record *record = req->record;
	struct record_head *head = &record->head;
	u64 now = sched_clock();

	if (record == scrap)
		return;
	WRITE_ONCE(head->ended, now);
	WRITE_ONCE(head->clock, ktime_get_mono_fast_ns() - (now - head->queued));
	WRITE_ONCE(head->op, stop->what);
	WRITE_ONCE(head->caller, stop->caller);
	WRITE_ONCE(head->fn, stop->fn);
	/* Others may rename this thread, or read the record. */
	data_race(strscpy_pad(head->comm, current->comm, sizeof(head->comm)));
	WRITE_ONCE(head->pid, task_pid_nr(current));
	WRITE_ONCE(head->calls, READ_ONCE(req->nr_calls));
	WRITE_ONCE(head->err, err);
	WRITE_ONCE(head->ret, err ? 0 : ret);
	note_cpus(record, req, &req->calls[stop->call]);
}

/**
 * record_end() - a caller goes on
 * @req: the request, ->record is not NULL; the caller still holds it
 * @stop: what it wanted
 * @err: its error, or 0
 * @ret: what fn returned, if that is 0
 *
 * Several may share a request; it is recorded of the one that queued it.
 *
 * Context: any but NMI.
 */
void record_end(struct request *req, const struct stop *stop, int err, int ret)
{
	if (READ_ONCE(req->task) == current)
		note_caller(req, stop, err, ret);
	trace_kstop_end(req, stop->call, err, ret);
}

/* kstop_pause() returns; when it is resumed nothing is known of @stop any more. */
void record_pause(struct part *part, const struct stop *stop)
{
	record_fn(part);
	note_caller(part->req, stop, 0, 0);
}

/* And its caller goes on. */
void record_resumed(struct part *part)
{
	WRITE_ONCE(part->req->record->head.ended, sched_clock());
	trace_kstop_end(part->req, 0, 0, 0);
}

/**
 * record_publish() - nobody holds the request any more
 * @record: its record; not to be touched afterwards
 *
 * Context: any but NMI.
 */
void record_publish(struct record *record)
{
	if (record == scrap)
		return;
	latency_add(&record->head);
	/* Pairs with take() and copy_record(). */
	smp_store_release(&record->seq, record->seq + 1);
}

static_assert(sizeof(struct record_head) % sizeof(long) == 0);
static_assert(sizeof(struct record_row) % sizeof(long) == 0);

/* False if it belongs to a request, or did in between. */
static bool copy_record(struct record *copy, const struct record *record)
{
	/* Pairs with record_publish(). */
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
