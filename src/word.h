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

/* here: bits 0-13, relaxed: 14-27, seen: 28-41, calls: 42-55, round: 56-60, state: 61-63 */
#define WORD_HERE	(1ULL << 0)
#define WORD_RELAXED	(1ULL << 14)
#define WORD_SEEN	(1ULL << 28)
#define WORD_CALL	(1ULL << 42)
#define WORD_ROUND	(1ULL << 56)
#define WORD_STATE	(1ULL << 61)

#define WORD_COUNT_MASK	0x3fff
#define WORD_ROUND_MASK	0x1f

/* Calls that one request can serve; their numbers fit in the round's place. */
#define CALLS_MAX	14
#define WORD_CALLS_MASK	((1U << CALLS_MAX) - 1)

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

/* A bit set. */
static inline unsigned int word_calls(u64 word)
{
	return word / WORD_CALL & WORD_CALLS_MASK;
}

static inline unsigned int word_round(u64 word)
{
	return word / WORD_ROUND & WORD_ROUND_MASK;
}

/* In RUN, where there are no more rounds: the call whose fn runs. */
static inline unsigned int word_turn(u64 word)
{
	return word_round(word);
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

/* (round, state): what those who wait wait for */
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

/* RUN: it is the turn of @call. */
static inline u64 word_run(u64 word, unsigned int call)
{
	word = word_next(word, RUN);
	return word - word_round(word) * WORD_ROUND + call * WORD_ROUND;
}

#endif /* _KSTOP_WORD_H */
