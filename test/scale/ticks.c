// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>

#include "ticks.h"

#define LONG_MS		20

static u32 ticks, ns;		/* in the same time */

struct reading {
	u64	ticks;
	u64	ns;
};

static struct reading read_both(void)
{
	struct reading reading;

	local_irq_disable();
	reading.ns = ktime_get_ns();
	reading.ticks = ticks_now();
	local_irq_enable();
	return reading;
}

int ticks_calibrate(void)
{
	struct reading before = read_both(), after;
	unsigned int shift = 0;

	msleep(LONG_MS);
	after = read_both();
	after.ticks -= before.ticks;
	after.ns -= before.ns;
	while ((after.ticks | after.ns) >> shift > U32_MAX)
		shift++;
	ticks = after.ticks >> shift;
	ns = after.ns >> shift;
	return ticks && ns ? 0 : -EOPNOTSUPP;
}

u64 ticks_to_ns(u64 t)
{
	return mul_u64_u32_div(t, ns, ticks);
}

u64 ticks_from_ns(u64 t)
{
	return mul_u64_u32_div(t, ticks, ns);
}
