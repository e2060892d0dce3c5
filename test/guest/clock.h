/* SPDX-License-Identifier: GPL-2.0-only */
/* What time it is, in nanoseconds since boot. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_MS	1000000ULL
#define NS_PER_S	1000000000ULL

static inline uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static inline double ms_since(uint64_t then)
{
	return (now_ns() - then) / 1e6;
}

#endif
