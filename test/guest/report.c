// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ktap.h"

#define RULE	"  ---------------------------------------------------------------------------"

void figures_add(struct figures *figures, const struct trigger_result *result, int err,
		 bool timed)
{
	if (trigger_result_problem(result)) {		/* no figures to go by */
		figures->requests++;
		figures->failed++;
		return;
	}
	figures->requests += result->requests;
	if (err == -ENOENT || err == -EAGAIN)
		figures->refused += result->failed;
	else if (err && !result->failed)		/* the contract was broken */
		figures->failed += result->requests;
	else
		figures->failed += result->failed;
	if (!timed || !result->completed || figures->slices == REPORT_SLICES)
		return;
	if (result->max_ns > figures->max_ns)
		figures->max_ns = result->max_ns;
	figures->p50_ns[figures->slices] = result->p50_ns;
	figures->p99_ns[figures->slices] = result->p99_ns;
	figures->slices++;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* In microseconds, 0 if there are none. */
static double median_us(const uint64_t *values, int n)
{
	uint64_t sorted[REPORT_SLICES];

	if (!n)
		return 0;
	for (int i = 0; i < n; i++)
		sorted[i] = values[i];
	qsort(sorted, n, sizeof(sorted[0]), by_value);
	return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2e3;
}

double figures_ratio(const struct figures *this, const struct figures *that)
{
	double most = median_us(that->p50_ns, that->slices);

	return most > 0 ? median_us(this->p50_ns, this->slices) / most : 0;
}

void report_head(const char *title)
{
	say("%s", "");
	say("  %s", title);
	say(RULE);
	say("  %-22s %8s %7s %7s %9s %9s %10s", "operation", "requests", "failed", "refused",
	    "p50 us", "p99 us", "max us");
	say(RULE);
}

void report_line(const char *name, const struct figures *figures)
{
	if (!figures->slices) {
		say("  %-22s %8ld %7ld %7ld %9s %9s %10s", name, figures->requests,
		    figures->failed, figures->refused, "-", "-", "-");
		return;
	}
	say("  %-22s %8ld %7ld %7ld %9.1f %9.1f %10.1f", name, figures->requests, figures->failed,
	    figures->refused, median_us(figures->p50_ns, figures->slices),
	    median_us(figures->p99_ns, figures->slices), figures->max_ns / 1e3);
}

static void ratio(char *text, size_t size, double this, double that)
{
	if (this > 0 && that > 0)
		snprintf(text, size, "%.2f x", this / that);
	else
		snprintf(text, size, "-");
}

void report_ratio(const char *name, const struct figures *this, const struct figures *that)
{
	char p50[16], p99[16], max[16];

	ratio(p50, sizeof(p50), median_us(this->p50_ns, this->slices),
	      median_us(that->p50_ns, that->slices));
	ratio(p99, sizeof(p99), median_us(this->p99_ns, this->slices),
	      median_us(that->p99_ns, that->slices));
	ratio(max, sizeof(max), this->max_ns, that->max_ns);
	say("  %-22s %8s %7s %7s %9s %9s %10s", name, "", "", "", p50, p99, max);
}
