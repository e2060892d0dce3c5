/* SPDX-License-Identifier: GPL-2.0-only */
/* Input for a trigger file that is valid, nearly valid, or nothing like it. */
#ifndef MUTATE_H
#define MUTATE_H

#include <stddef.h>
#include <stdint.h>

#define MUTATE_MAX	8192	/* of a line; larger ones only claim to be */

uint64_t mutate_random(uint64_t *seed);

/*
 * Fills @line, MUTATE_MAX bytes, and returns its length. @top is the highest CPU
 * number. What is valid asks for no more than a few short stops.
 */
size_t mutate_line(uint64_t *seed, char *line, int top);

#endif
