// SPDX-License-Identifier: GPL-2.0-only
/*
 * mainline_client_trap - a client that has its own idea of the name
 *
 * After the include it defines stop_machine() itself. Had a compatibility
 * header redirected the name with a #define, that one would be gone here, and
 * nothing would say so.
 */
#include <linux/stop_machine.h>

#include "mainline_client.h"

static unsigned int asked;

#undef stop_machine
#define stop_machine(fn, data, cpus) (asked++, stop_machine(fn, data, cpus))

static int count(void *data)
{
	sighted(data);
	return 0;
}

int trap_test(void)
{
	/* the second by pointer, which no function-like macro sees */
	int (*volatile stop)(cpu_stop_fn_t fn, void *data,
			     const struct cpumask *cpus) = stop_machine;
	struct sightings seen = SIGHTINGS();
	int ret;

	ret = stop_machine(count, &seen, NULL) ?: stop(count, &seen, NULL);
	if (asked != 1)
		ret = -EPROTO;
	return sightings_check(&seen, "own macro", ret, 2);
}
