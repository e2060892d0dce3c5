// SPDX-License-Identifier: GPL-2.0-only
#include "totals.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "sysfs.h"

/* More than one thread may unload. */
static atomic_ullong requests, works;

static unsigned long long number(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

struct totals totals_read(void)
{
	char text[1024];

	if (file_read("/sys/kernel/debug/kstop/stats", text, sizeof(text)) <= 0)
		return (struct totals){ 0 };
	return (struct totals){
		.requests = number(text, "\nrequests: "),
		.works = number(text, "\nworks: "),
	};
}

void totals_add(const struct totals *totals)
{
	requests += totals->requests;
	works += totals->works;
}

void totals_print(void)
{
	ktap_note("figure: kstop_requests %llu", requests);
	ktap_note("figure: kstop_works %llu", works);
}
