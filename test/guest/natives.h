/* SPDX-License-Identifier: GPL-2.0-only */
/* How often the kernel has stopped CPUs by its own means, counted by kprobes. */
#ifndef NATIVES_H
#define NATIVES_H

#include <stdbool.h>
#include <stdint.h>

enum native {
	NATIVE_NONE,
	NATIVE_MACHINE,
	NATIVE_ONE_CPU,
	NATIVE_ONE_CPU_NOWAIT,
	NATIVE_MIGRATION,	/* a running task is sent elsewhere, by one of the two */
	NATIVE_TWO_CPUS,
	NATIVES,
};

struct natives {
	uint64_t	count[NATIVES];
};

void natives_open(void);
bool natives_known(void);	/* false: this kernel does not let one count */
const char *native_name(enum native native);
void natives_read(struct natives *natives);
void natives_close(void);

#endif
