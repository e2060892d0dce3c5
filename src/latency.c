// SPDX-License-Identifier: GPL-2.0-only
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "fault.h"
#include "latency.h"
#include "record.h"

enum phase {
	PHASE_GATHER,
	PHASE_STOPPED,
	PHASE_TOTAL,
	PHASE_NR
};

static const char * const phase_names[PHASE_NR] = {
	[PHASE_GATHER]	= "gather",
	[PHASE_STOPPED]	= "stopped",
	[PHASE_TOTAL]	= "total",
};

/*
 * Buckets: up to 2^FIRST, then PER_OCTAVE for each power of two, then what is 2^LAST
 * and more.
 */
#define FIRST		8
#define LAST		34
#define OCTAVE_BITS	2
#define PER_OCTAVE	(1 << OCTAVE_BITS)
#define OVERFLOW	(1 + (LAST - FIRST) * PER_OCTAVE)
#define BUCKETS		(OVERFLOW + 1)

struct latency {
	unsigned long count[PHASE_NR][BUCKETS];
};

/* Not in the module's own per-CPU memory, of which there is little for all modules. */
static struct latency __percpu *latencies;

/* Resetting leaves the counters alone, whose CPUs may be counting. */
static DEFINE_MUTEX(reset_mutex);	/* guards this; readers take it, too */
static struct latency at_reset;

int __init latency_init(void)
{
	latencies = load_step(alloc_percpu(struct latency), NULL);
	return latencies ? 0 : -ENOMEM;
}

void latency_exit(void)
{
	free_percpu(latencies);
}

/* Clocks of two CPUs may differ; then what took no time may seem to have taken less. */
static unsigned int bucket_of(s64 ns)
{
	unsigned int octave;

	if (ns < 1LL << FIRST)
		return 0;
	if (ns >= 1LL << LAST)
		return OVERFLOW;
	octave = ilog2((u64)ns);
	return 1 + (octave - FIRST) * PER_OCTAVE +
	       (ns >> (octave - OCTAVE_BITS)) % PER_OCTAVE;
}

/* Where a bucket begins, and the one before it ends. */
static u64 bucket_from(unsigned int bucket)
{
	unsigned int octave, part;

	if (!bucket)
		return 0;
	octave = FIRST + (bucket - 1) / PER_OCTAVE;
	part = (bucket - 1) % PER_OCTAVE;
	return (u64)(PER_OCTAVE + part) << (octave - OCTAVE_BITS);
}

static void count(enum phase phase, u64 from, u64 to)
{
	this_cpu_inc(latencies->count[phase][bucket_of(to - from)]);
}

/**
 * latency_add() - count a request
 * @head: what was recorded of it
 *
 * Context: any but NMI.
 */
void latency_add(const struct record_head *head)
{
	if (head->err || !head->committed || !head->released)
		return;
	count(PHASE_GATHER, head->queued, head->committed);
	count(PHASE_STOPPED, head->committed, head->released);
	count(PHASE_TOTAL, head->queued, head->ended);
}

static unsigned long sum(enum phase phase, unsigned int bucket)
{
	unsigned long sum = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(latencies, cpu)->count[phase][bucket]);
	return sum;
}

static void show_phase(struct seq_file *m, enum phase phase)
{
	unsigned int bucket;
	unsigned long nr;

	for (bucket = 0; bucket < OVERFLOW; bucket++) {
		nr = sum(phase, bucket) - at_reset.count[phase][bucket];
		if (nr)
			seq_printf(m, "%s %llu %llu %lu\n", phase_names[phase],
				   bucket_from(bucket), bucket_from(bucket + 1),
				   nr);
	}
	nr = sum(phase, OVERFLOW) - at_reset.count[phase][OVERFLOW];
	seq_printf(m, "%s %llu inf %lu\n", phase_names[phase],
		   bucket_from(OVERFLOW), nr);
}

/* /sys/kernel/debug/kstop/latency */
int latency_show(struct seq_file *m, void *unused)
{
	enum phase phase;

	seq_puts(m, "version: 1\nphase from_ns to_ns count\n");
	mutex_lock(&reset_mutex);
	for (phase = 0; phase < PHASE_NR; phase++)
		show_phase(m, phase);
	mutex_unlock(&reset_mutex);
	return 0;
}

void latency_reset(void)
{
	enum phase phase;
	unsigned int bucket;

	mutex_lock(&reset_mutex);
	for (phase = 0; phase < PHASE_NR; phase++)
		for (bucket = 0; bucket < BUCKETS; bucket++)
			at_reset.count[phase][bucket] = sum(phase, bucket);
	mutex_unlock(&reset_mutex);
}
