/* SPDX-License-Identifier: GPL-2.0-only */
/* The word on which all of a request is decided; rendezvous.h says how. */
#ifndef _KSTOP_WORD_H
#define _KSTOP_WORD_H

#include <linux/types.h>

enum state {
	GATHER,
	COMMIT,
	RUN,
	RELEASE,
	ABORTED,
};

/* here: bits 0-15, relaxed: 16-31, seen: 32-47, round: 48-60, state: 61-63 */
#define WORD_HERE	(1ULL << 0)
#define WORD_RELAXED	(1ULL << 16)
#define WORD_SEEN	(1ULL << 32)
#define WORD_ROUND	(1ULL << 48)
#define WORD_STATE	(1ULL << 61)

#define WORD_COUNT_MASK	0xffff
#define WORD_ROUND_MASK	0x1fff

static inline unsigned int word_here(u64 word)
{
	return word & WORD_COUNT_MASK;
}

static inline unsigned int word_relaxed(u64 word)
{
	return word / WORD_RELAXED & WORD_COUNT_MASK;
}

static inline unsigned int word_seen(u64 word)
{
	return word / WORD_SEEN & WORD_COUNT_MASK;
}

static inline unsigned int word_round(u64 word)
{
	return word / WORD_ROUND & WORD_ROUND_MASK;
}

static inline enum state word_state(u64 word)
{
	return word / WORD_STATE;
}

/* Nobody has anything to do any more but to leave. */
static inline bool word_over(u64 word)
{
	return word_state(word) >= RELEASE;
}

/* (round, state) */
static inline u32 word_hint(u64 word)
{
	return word / WORD_ROUND;
}

/* The same with another state, and nobody counted in it yet. */
static inline u64 word_next(u64 word, enum state state)
{
	word -= word_here(word) * WORD_HERE;
	word -= word_state(word) * WORD_STATE;
	return word + state * WORD_STATE;
}

/* Back to GATHER, in a new round. The round wraps within its field. */
static inline u64 word_retreat(u64 word)
{
	u64 round = (word_round(word) + 1) & WORD_ROUND_MASK;

	word = word_next(word, GATHER);
	return word - word_round(word) * WORD_ROUND + round * WORD_ROUND;
}

#endif /* _KSTOP_WORD_H */
