// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitops.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "expect.h"
#include "stake.h"

void stake_open(struct stake *stake)
{
	memset(stake, 0, sizeof(*stake));
}

int stake_callback(void *arg)
{
	struct stake *stake = arg;
	unsigned int cpu = raw_smp_processor_id();

	atomic_inc(&stake->runs);
	if (READ_ONCE(stake->over))
		atomic_inc(&stake->after);
	if (cpu < BITS_PER_LONG)
		set_bit(cpu, &stake->ran);
	return 0;
}

static unsigned long first_cpus(const struct cpumask *mask)
{
	unsigned long bits = 0;
	unsigned int cpu;

	for_each_cpu(cpu, mask)
		if (cpu < BITS_PER_LONG && cpu_online(cpu))
			bits |= BIT(cpu);
	return bits;
}

bool stake_close(struct stake *stake, int ret, const struct cpumask *stop,
		 const struct cpumask *run)
{
	int runs = atomic_read(&stake->runs);

	WRITE_ONCE(stake->over, true);
	stake->at_return = runs;
	if (ret)
		return expect(!runs, "%d, but fn ran %d times", ret, runs);
	if (!run)
		return expect(runs == 1 && !(stake->ran & ~first_cpus(stop)),
			      "one CPU of %*pbl: ran %d times, on %#lx",
			      cpumask_pr_args(stop), runs, stake->ran);
	return expect(runs == hweight_long(first_cpus(run)) &&
		      stake->ran == first_cpus(run),
		      "on %*pbl: ran %d times, on %#lx", cpumask_pr_args(run),
		      runs, stake->ran);
}

bool stake_settled(struct stake *stake)
{
	return expect(!atomic_read(&stake->after) &&
		      atomic_read(&stake->runs) == stake->at_return,
		      "fn ran %d times after the call, %d in all, %d at its end",
		      atomic_read(&stake->after), atomic_read(&stake->runs),
		      stake->at_return);
}
