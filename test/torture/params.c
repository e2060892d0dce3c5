// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hogs.h"
#include "params.h"
#include "types.h"

#define CALLERS_MAX	1024
#define LINE_BYTES	800

struct params params = {
	.torture_type		= "",
	.duration_s		= 60,
	.stat_interval_s	= 15,
	.hogs			= "",
	.timeout_min_us		= 10,
	.timeout_max_us		= 20000,
};

#define PARAM(name, type, text)						\
	module_param_named(name, params.name, type, 0444);		\
	MODULE_PARM_DESC(name, text)

PARAM(torture_type, charp, "type of torture, empty: none, see debugfs (empty)");
PARAM(callers, uint, "threads that make requests, 0: one for each CPU (0)");
PARAM(duration_s, uint, "seconds it lasts, 0: until unloaded (60)");
PARAM(stat_interval_s, uint, "seconds between lines of statistics, 0: none (15)");
PARAM(onoff_interval_ms, uint, "milliseconds between CPU hotplug operations, 0: none (0)");
PARAM(stutter_s, uint, "seconds between pause and go, 0: never (0)");
PARAM(shuffle_s, uint, "seconds for which one CPU is left free of callers, 0: never (0)");
PARAM(native, uint, "threads that call the kernel's own stop_machine() (0)");
PARAM(hogs, charp, "comma list of hogs: " HOG_NAMES " (none)");
PARAM(timeout_min_us, uint, "shortest time limit of a request, microseconds (10)");
PARAM(timeout_max_us, uint, "longest time limit of a request, microseconds (20000)");
PARAM(seed, ulong, "of what is requested and which CPUs go down, 0: a random one (0)");

static int refuse(const char *name, const char *why)
{
	pr_err("parameter %s: %s\n", name, why);
	return -EINVAL;
}

int params_check(void)
{
	if (params.callers > CALLERS_MAX)
		return refuse("callers", "more than 1024");
	if (params.native > CALLERS_MAX)
		return refuse("native", "more than 1024");
	if (!params.timeout_min_us || params.timeout_min_us > params.timeout_max_us)
		return refuse("timeout_min_us", "want 0 < timeout_min_us <= timeout_max_us");
	if (params.timeout_max_us > 3600000000U)
		return refuse("timeout_max_us", "more than an hour");
	if (!params.callers)
		params.callers = num_online_cpus();
	while (!params.seed)
		params.seed = get_random_u32();
	return 0;
}

void params_print(const char *when)
{
	char *line = kmalloc(LINE_BYTES, GFP_KERNEL);
	int n;

	if (!line)
		return;
	n = scnprintf(line, LINE_BYTES, "torture_type=%s callers=%u duration_s=%u "
		      "stat_interval_s=%u onoff_interval_ms=%u stutter_s=%u shuffle_s=%u "
		      "native=%u hogs=%s timeout_min_us=%u timeout_max_us=%u seed=%lu",
		      params.torture_type, params.callers, params.duration_s,
		      params.stat_interval_s, params.onoff_interval_ms, params.stutter_s,
		      params.shuffle_s, params.native, params.hogs, params.timeout_min_us,
		      params.timeout_max_us, params.seed);
	weights_print(line + n, LINE_BYTES - n);
	pr_info("%s: %s\n", when, line);
	kfree(line);
}
