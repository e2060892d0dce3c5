// SPDX-License-Identifier: GPL-2.0-only
/* kstop_one_cpu() and kstop_one_cpu_nowait(), from each CPU to each. */
#include <linux/completion.h>

#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "probe.h"
#include "scratch.h"

#define WORK_LIMIT	(10 * HZ)

static void one_on(struct probe *probe, unsigned int cpu, int want)
{
	int ret;

	probe_reset(probe);
	probe->ret = want;
	ret = kstop_one_cpu(cpu, probe_callback, probe);
	expect(ret == want, "kstop_one_cpu(%u): %d, not %d", cpu, ret, want);
	expect_ran(probe, cpumask_of(cpu), PREEMPTION_OFF, "kstop_one_cpu");
}

static int one(const struct params *params)
{
	struct probe *probe = probe_new();
	unsigned int from, cpu;

	if (!probe)
		return -ENOMEM;
	for_each_online_cpu(from) {
		stand_on(from);
		for_each_online_cpu(cpu) {
			one_on(probe, cpu, 0);
			one_on(probe, cpu, 7);
			one_on(probe, cpu, -7);
		}
	}
	return 0;
}

struct errand {
	struct kstop_work	work;
	struct probe		*probe;
	struct completion	done;
};

static int errand_callback(void *arg)
{
	struct errand *errand = arg;
	int ret = probe_callback(errand->probe);

	complete(&errand->done);
	return ret;
}

static bool nowait_on(struct errand *errand, unsigned int cpu, int ret)
{
	probe_reset(errand->probe);
	errand->probe->ret = ret;		/* is dropped */
	init_completion(&errand->done);
	/* It needs no initialisation. */
	memset(&errand->work, 0xa5, sizeof(errand->work));
	if (!expect(kstop_one_cpu_nowait(cpu, errand_callback, errand,
					 &errand->work),
		    "kstop_one_cpu_nowait(%u): refused", cpu))
		return true;
	if (!expect(wait_for_completion_timeout(&errand->done, WORK_LIMIT),
		    "kstop_one_cpu_nowait(%u): did not run", cpu)) {
		scratch_lose("a nowait work");
		return false;
	}
	expect_ran(errand->probe, cpumask_of(cpu), PREEMPTION_OFF,
		   "kstop_one_cpu_nowait");
	return true;
}

static int nowait(const struct params *params)
{
	struct errand *errand = scratch_alloc(sizeof(*errand));
	unsigned int from, cpu;

	if (errand)
		errand->probe = probe_new();
	if (!errand || !errand->probe)
		return -ENOMEM;
	for_each_online_cpu(from) {
		stand_on(from);
		for_each_online_cpu(cpu) {
			if (!nowait_on(errand, cpu, 0) ||
			    !nowait_on(errand, cpu, -7))
				return 0;
		}
	}
	/* The last complete() may still be under way in the callback. */
	kstop_flush();
	return 0;
}

const struct testcase api_one_cases[] = {
	{ "one", one },
	{ "nowait", nowait },
	{ }
};
