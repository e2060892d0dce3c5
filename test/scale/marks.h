/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Marks for scripts/profile: instructions that do nothing, and that its plugin knows
 * by their bytes, so that it counts between them only. They cost nothing else.
 */
#ifndef _KSTOPSCALE_MARKS_H
#define _KSTOPSCALE_MARKS_H

#include <linux/string.h>

#include "params.h"
#include "ways.h"

/* As test/profile/count.c has them. */
#define MARK_END	"0x6b737400"
#define MARK_BEGIN	"0x6b737401"
#define MARK_CALL	"0x6b737402"

#ifdef CONFIG_X86
/* nopl with a displacement of four bytes */
#define mark(number)	asm volatile(".byte 0x0f, 0x1f, 0x80\n\t.long " number ::: "memory")
#else
#define mark(number)	do { } while (0)
#endif

static inline bool mark_wanted(const struct way *way)
{
	return way && *params.profile && !strcmp(params.profile, way->name);
}

/* A sample of @way begins, if that is the one to be looked at; and has ended. */
static inline void mark_begin(const struct way *way)
{
	if (mark_wanted(way))
		mark(MARK_BEGIN);
}

static inline void mark_end(const struct way *way)
{
	if (mark_wanted(way))
		mark(MARK_END);
}

#endif /* _KSTOPSCALE_MARKS_H */
