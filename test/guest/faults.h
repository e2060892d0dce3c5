/* SPDX-License-Identifier: GPL-2.0-only */
/* What the cases about faults share: loads that may fail, and whether kstop is whole. */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Stops through kstoptorture, which is loaded: each online CPU alone, and all of
 * them together. Says what is wrong, NULL: nothing.
 */
const char *stops_problem(void);

/* Loads kstoptorture, stops, unloads; the same. */
const char *fresh_load_problem(void);

/*
 * Loads kstopscale, and waits until it has measured: from then on it makes no requests,
 * and has its files. 0 or -errno.
 */
int scale_load(void);

/* How many files a module has in debugfs. */
int debugfs_files(const char *module);

/*
 * A module's file in memory. Loading it so is one system call and nothing else,
 * and allocates nothing in user space.
 */
struct image {
	void	*bytes;
	size_t	size;
};

bool image_read(struct image *image, const char *module);
int image_load(const struct image *image, const char *options);	/* 0 or -errno */
void image_free(struct image *image);

/*
 * CONFIG_FAULT_INJECTION: the n-th allocation of one thread from now on fails.
 * Opened once for a thread (0: the calling one), as to open a file allocates.
 */
int nth_open(pid_t pid);			/* a file, or -errno */
void nth_set(int nth, unsigned int n);
bool nth_over(int nth);				/* has it failed? None does any more */

#endif
