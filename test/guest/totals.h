/* SPDX-License-Identifier: GPL-2.0-only */
/* What kstop has done in this guest, over all its loads; for the tables. */
#ifndef TOTALS_H
#define TOTALS_H

/* Before kstop is unloaded, and when that has succeeded. */
struct totals {
	unsigned long long requests;
	unsigned long long works;
};

struct totals totals_read(void);
void totals_add(const struct totals *totals);

void totals_print(void);

#endif
