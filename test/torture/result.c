// SPDX-License-Identifier: GPL-2.0-only
/*
 * What came of a command.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "probe.h"
#include "result.h"

/* That of the command which ended last; ->op is NULL before the first. */
static struct result published;
static DEFINE_MUTEX(published_lock);

int result_init(struct result *result, const char *op, unsigned int requests)
{
	*result = (struct result) { .op = op };
	result->room = min_t(unsigned int, requests, SAMPLES_MAX);
	result->samples = kvmalloc_array(result->room, sizeof(u64), GFP_KERNEL);
	result->reasons = kvcalloc(nr_cpu_ids, sizeof(*result->reasons), GFP_KERNEL);
	if (result->samples && result->reasons)
		return 0;
	result_exit(result);
	return -ENOMEM;
}

void result_exit(struct result *result)
{
	kvfree(result->samples);
	kvfree(result->reasons);
	result->samples = NULL;
	result->reasons = NULL;
}

/*
 * Keep the n-th latency with probability room / n, in place of any one kept so
 * far, so that at each time all are equally likely to be there.
 */
static void keep_sample(struct result *result, u64 latency)
{
	u32 slot;

	if (result->nr_samples < result->room) {
		result->samples[result->nr_samples++] = latency;
		return;
	}
	slot = get_random_u32() % (u32)result->completed;
	if (slot < result->room)
		result->samples[slot] = latency;
}

void result_count(struct result *result, const struct visit *visit, int error)
{
	u64 latency = visit->latency;

	result->requests++;
	result->callbacks += atomic_read(&visit->callbacks);
	if (error) {
		result->failed++;
		result_fail(result, error);
		return;
	}
	result->completed++;
	if (result->completed == 1 || latency < result->min)
		result->min = latency;
	if (latency > result->max)
		result->max = latency;
	keep_sample(result, latency);
}

void result_late(struct result *result, const struct cpumask *late,
		 const struct kstop_late *reasons)
{
	cpumask_copy(&result->late, late);
	memcpy(result->reasons, reasons, nr_cpu_ids * sizeof(*reasons));
}

void result_fail(struct result *result, int error)
{
	if (!result->error)
		result->error = error;
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a;
	u64 y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* The smallest sample that no fewer than @percent % of all do not exceed. */
static u64 percentile(const struct result *result, unsigned int percent)
{
	unsigned int n = result->nr_samples;

	return n ? result->samples[DIV_ROUND_UP(n * percent, 100) - 1] : 0;
}

void result_publish(struct result *result)
{
	sort(result->samples, result->nr_samples, sizeof(u64), compare, NULL);
	result->p50 = percentile(result, 50);
	result->p99 = percentile(result, 99);
	kvfree(result->samples);
	result->samples = NULL;

	mutex_lock(&published_lock);
	swap(published, *result);
	mutex_unlock(&published_lock);
}

void result_forget(void)
{
	result_exit(&published);
}

static void show_late(struct seq_file *m, const struct result *r)
{
	unsigned int cpu;
	char text[200];

	seq_printf(m, "late_cpus: %*pbl\n", cpumask_pr_args(&r->late));
	for_each_cpu(cpu, &r->late) {
		kstop_late_describe(text, sizeof(text), &r->reasons[cpu]);
		seq_printf(m, "late_%u: %s\n", cpu, text);
	}
}

static void show(struct seq_file *m, const struct result *r)
{
	seq_printf(m, "op: %s\n", r->op);
	seq_printf(m, "requests: %llu\n", r->requests);
	seq_printf(m, "completed: %llu\n", r->completed);
	seq_printf(m, "failed: %llu\n", r->failed);
	seq_printf(m, "errno: %d\n", -r->error);
	seq_printf(m, "callbacks: %llu\n", r->callbacks);
	seq_printf(m, "latency_samples: %u\n", r->nr_samples);
	seq_printf(m, "latency_ns_min: %llu\n", r->min);
	seq_printf(m, "latency_ns_p50: %llu\n", r->p50);
	seq_printf(m, "latency_ns_p99: %llu\n", r->p99);
	seq_printf(m, "latency_ns_max: %llu\n", r->max);
	seq_printf(m, "stopped_ns_max: %llu\n", r->stopped_max);
	show_late(m, r);
}

int result_show(struct seq_file *m, void *unused)
{
	mutex_lock(&published_lock);
	if (published.op)
		show(m, &published);
	mutex_unlock(&published_lock);
	return 0;
}
