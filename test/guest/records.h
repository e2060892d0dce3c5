/* SPDX-License-Identifier: GPL-2.0-only */
/* kstop's files latency, history and timeline, read as docs/debugfs.md says. */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDS_DIR	"/sys/kernel/debug/kstop/"
#define RECORDS_MAX	64
#define RECORDS_CPUS	64
#define NO_TIME		INT64_MIN

/* A line of history. */
struct record {
	uint64_t	id;
	char		op[40], caller[80], fn[80];
	int		pid, cpu;
	uint64_t	stopped, run;		/* sets of CPUs */
	int		calls;
	uint64_t	clock;
	int64_t		gathered, committed, began, released, ended;
	int		last_cpu;		/* -1: none */
	unsigned int	relaxes, retreats, leaves;
	int		error, ret;
	char		comm[80];
};

/* A line of timeline. */
struct row {
	uint64_t	id;
	int		cpu;
	char		server[16];
	bool		run;
	int64_t		arrived, relaxed, entered, committed, began, returned, left;
	unsigned int	relaxes, leaves, retreats;
};

struct latencies {
	uint64_t	gather, stopped, total;	/* counts */
	uint64_t	least_total;		/* where its first bucket begins, in ns */
};

/* How many there are; -1 and *problem if the file is not as it should be. */
int history_read(struct record *list, int max, const char **problem);
int timeline_read(struct row *list, int max, const char **problem);
bool latency_read(struct latencies *sums, const char **problem);

/* A counter of stats; -1: there is none. */
long stats_value(const char *key);

#endif
