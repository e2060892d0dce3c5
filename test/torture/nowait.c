// SPDX-License-Identifier: GPL-2.0-only
/*
 * nowait: works are queued back to back, and must all have run when
 * kstop_flush() returns. Latency is the time from queueing to the begin of fn.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <kstop.h>

#include "ops.h"
#include "parse.h"

#define BATCH_MAX	1024

/*
 * kstop_flush() cannot be interrupted, so what it waits for is kept short: a
 * batch spins for about a second at most, or it is a single work.
 */
#define BATCH_US	1000000

struct posting {
	struct kstop_work	work;
	struct visit		visit;
	bool			accepted;
};

static unsigned int batch_size(const struct command *cmd)
{
	unsigned int n = min_t(unsigned int, cmd->repeat, BATCH_MAX);

	if (cmd->busy_us)
		n = clamp_t(unsigned int, BATCH_US / cmd->busy_us, 1, n);
	return n;
}

static void post(struct run *run, struct posting *posting)
{
	unsigned int cpu = run->cmd->first;

	visit_init(&posting->visit, &run->probe, NULL);
	visit_open(&posting->visit, cpumask_of(cpu), 1, 1);
	posting->accepted = kstop_one_cpu_nowait(cpu, probe_fn, &posting->visit,
						 &posting->work);
}

static void collect(struct run *run, struct posting *posting)
{
	struct visit *visit = &posting->visit;
	int ret = posting->accepted ? 0 : -ENOENT;

	if (posting->accepted && !atomic_read(&visit->callbacks))
		run->lost = true;
	ret = visit_close(visit, ret, atomic64_read(&visit->entered));
	result_count(&run->result, visit, ret);
}

void nowait_perform(struct run *run)
{
	unsigned int i, n, left = run->cmd->repeat;
	unsigned int batch = batch_size(run->cmd);
	struct posting *pool;

	pool = kvcalloc(batch, sizeof(*pool), GFP_KERNEL);
	if (!pool) {
		result_fail(&run->result, -ENOMEM);
		return;
	}
	for (; left && !run->lost && !run_interrupted(run); left -= n) {
		n = min(batch, left);
		for (i = 0; i < n; i++)
			post(run, &pool[i]);
		kstop_flush();
		for (i = 0; i < n; i++)
			collect(run, &pool[i]);
	}
	if (!run->lost)
		kvfree(pool);
}
