// SPDX-License-Identifier: GPL-2.0-only
/* kstop_machine_opts() */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/ktime.h>

#include "machine.h"
#include "share.h"

static void report_clear(struct kstop_report *report)
{
	if (report->late)
		cpumask_clear(report->late);
	if (report->reasons)
		memset(report->reasons, 0,
		       array_size(nr_cpu_ids, sizeof(*report->reasons)));
	report->gather_ns = 0;
	report->stopped_ns = 0;
	report->total_ns = 0;
}

static bool opts_valid(const struct kstop_opts *opts)
{
	if (opts->flags & ~(KSTOP_IRQ | KSTOP_ALIGN))
		return false;
	return !opts->run || !opts->stop ||
	       cpumask_subset(opts->run, opts->stop);
}

int kstop_machine_opts(cpu_stop_fn_t fn, void *data,
		       const struct kstop_opts *opts,
		       struct kstop_report *report)
{
	static const struct kstop_opts none;
	struct stop stop = {
		.fn = fn,
		.arg = data,
		.caller = _RET_IP_,
		.missing = -EBUSY,
		.restart = RESTART_ALWAYS,
		.report = report,
	};
	int ret;

	if (!opts)
		opts = &none;
	if (report)
		report_clear(report);
	if (!opts_valid(opts))
		return -EINVAL;

	stop.mask = opts->stop ?: cpu_online_mask;
	stop.run = opts->run;
	stop.nowhere = opts->run ? -ENOENT : 0;
	stop.irq = opts->flags & KSTOP_IRQ;
	stop.align = opts->flags & KSTOP_ALIGN;
	stop.share = !opts->stop && !stop.irq && share_allowed();
	stop.limit.timeout_ns = opts->timeout_ns;
	ret = stop_and_wait("kstop_machine_opts", &stop);
	if (report && stop.limit.start)
		report->total_ns = ktime_to_ns(ktime_sub(ktime_get(),
							 stop.limit.start));
	return ret;
}
EXPORT_SYMBOL_GPL(kstop_machine_opts);
