// SPDX-License-Identifier: GPL-2.0-only
#include "mutate.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPEAT_LIMIT	3
#define BUSY_LIMIT	99
#define AS_IT_IS	20	/* one line in so many is not changed */
#define HOTPLUGS	64	/* one in so many that asks for hotplug, which is slow, may */

/* %1$d is the highest CPU number. */
static const char *const corpus[] = {
	"one cpu=0", "one cpu=%1$d busy_us=10", "two cpu=0,%1$d", "two cpu=%1$d,0 repeat=2",
	"nowait cpu=%1$d repeat=3", "cpus stop=0-%1$d", "cpus stop=%1$d repeat=2 busy_us=5",
	"try stop=0", "try stop=0-%1$d busy_us=1", "machine", "machine run=0-%1$d",
	"machine stop=0,%1$d run=0 repeat=2", "machine timeout_us=1", "native run=%1$d",
	"machine stop=%1$d timeout_us=3600000000 busy_us=7", "rendezvous stop=0-%1$d",
	"machine irq=1 run=0-%1$d", "machine stop=0,%1$d align=1 irq=0 timeout_us=99",
	"pause", "pause stop=%1$d timeout_us=500", "pause stop=0-%1$d busy_us=20 repeat=2",
	"core cpu=%1$d", "core cpu=0 repeat=2", "inactive cpu=%1$d run=0-%1$d", "native",
};

static const char *const numbers[] = {
	"0", "00", "1", "-1", "+1", "8191", "8192", "65536", "2147483647", "2147483648",
	"4294967295", "4294967296", "9223372036854775807", "9223372036854775808",
	"18446744073709551615", "18446744073709551616", "0x10", "1e3", "1000000", "10000000",
	"99999999999999999999999999999999999999999999999999999999999999999999",
};

static const char *const words[] = {
	"cpu=", "stop=", "run=", "repeat=", "busy_us=", "timeout_us=", "irq=", "align=", " ", "\t", "\n", "=",
	",", "-", "0-", "0,0", "one", "machine", "%s%n", "\x1b[2J", "\xff\xfe", "\xc3\xa4",
};

#define PICK(seed, array)	((array)[mutate_random(seed) % (sizeof(array) / sizeof(*(array)))])

/* xorshift64*; a seed of 0 would stay 0. */
uint64_t mutate_random(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (*seed * 0x2545f4914f6cdd1dULL) >> 16;
}

static size_t upto(uint64_t *seed, size_t most)
{
	return mutate_random(seed) % (most + 1);
}

static size_t from_corpus(uint64_t *seed, char *line, int top)
{
	size_t len = snprintf(line, MUTATE_MAX, PICK(seed, corpus), top);

	if (mutate_random(seed) % 2)
		line[len++] = '\n';
	return len;
}

static size_t insert(char *line, size_t len, size_t at, const char *what, size_t n)
{
	if (len + n > MUTATE_MAX)
		n = MUTATE_MAX - len;
	memmove(line + at + n, line + at, len - at);
	memmove(line + at, what, n);
	return len + n;
}

static size_t flip_bits(uint64_t *seed, char *line, size_t len)
{
	for (size_t n = 1 + upto(seed, 7); n && len; n--)
		line[upto(seed, len - 1)] ^= 1 << upto(seed, 7);
	return len;
}

static size_t cut_out(uint64_t *seed, char *line, size_t len)
{
	size_t at = upto(seed, len), n = upto(seed, len - at);

	memmove(line + at, line + at + n, len - at - n);
	return len - n;
}

/* The front of one and the back of another. */
static size_t splice(uint64_t *seed, char *line, size_t len, int top)
{
	char other[MUTATE_MAX];
	size_t n = from_corpus(seed, other, top), from = upto(seed, n);

	len = upto(seed, len);
	return insert(line, len, len, other + from, n - from);
}

static size_t repeat_part(uint64_t *seed, char *line, size_t len)
{
	size_t at = upto(seed, len), n = upto(seed, len - at);
	char part[MUTATE_MAX];

	memcpy(part, line + at, n);
	for (size_t times = upto(seed, 20); times; times--)
		len = insert(line, len, at, part, n);
	return len;
}

/* A number, in place of the digits after a "=". */
static size_t renumber(uint64_t *seed, char *line, size_t len)
{
	char *equals = memchr(line, '=', len);
	const char *number = PICK(seed, numbers);
	size_t at, digits = 0;

	if (!equals)
		return insert(line, len, upto(seed, len), number, strlen(number));
	at = equals + 1 - line;
	while (at + digits < len && line[at + digits] >= '0' && line[at + digits] <= '9')
		digits++;
	memmove(line + at, line + at + digits, len - at - digits);
	return insert(line, len - digits, at, number, strlen(number));
}

static size_t noise(uint64_t *seed, char *line)
{
	size_t len = upto(seed, 300);

	for (size_t i = 0; i < len; i++)
		line[i] = mutate_random(seed);
	return len;
}

/* Around the longest line there may be, and around pages. */
static size_t pad(uint64_t *seed, char *line, size_t len)
{
	static const size_t sizes[] = { 255, 256, 257, 258, 259, 4095, 4096, 4097, 8192 };
	size_t want = PICK(seed, sizes);

	if (want <= len)
		return len;
	memset(line + len, mutate_random(seed) % 2 ? ' ' : 'x', want - len);
	return want;
}

static size_t mutate_once(uint64_t *seed, char *line, size_t len, int top)
{
	const char *word = PICK(seed, words);

	switch (mutate_random(seed) % 9) {
	case 0:
		return flip_bits(seed, line, len);
	case 1:
		return cut_out(seed, line, len);
	case 2:
		return splice(seed, line, len, top);
	case 3:
		return repeat_part(seed, line, len);
	case 4:
		return renumber(seed, line, len);
	case 5:
		return insert(line, len, upto(seed, len), word, strlen(word));
	case 6:
		return insert(line, len, upto(seed, len), "\0\0", 1 + upto(seed, 1));
	case 7:
		return pad(seed, line, len);
	default:
		return noise(seed, line);
	}
}

/*
 * A number after such a key that is accepted, and too much for here, is made
 * small, with as many digits. What is out of range stays.
 */
static void tame(char *line, size_t len, const char *key, uint64_t limit, uint64_t valid)
{
	size_t n = strlen(key), end;

	for (size_t at = 0; at + n < len; at++) {
		uint64_t value = 0;

		if (memcmp(line + at, key, n))
			continue;
		for (end = at + n; end < len && line[end] >= '0' && line[end] <= '9'; end++)
			value = value > valid ? value : value * 10 + (line[end] - '0');
		if (value <= limit || value > valid)
			continue;
		memset(line + at + n, '0', end - at - n);
		line[end - 1] = '1';
	}
}

static bool asks_for_hotplug(const char *line, size_t len)
{
	return memmem(line, len, "inactive", 8);
}

size_t mutate_line(uint64_t *seed, char *line, int top)
{
	size_t len = from_corpus(seed, line, top);

	for (size_t n = mutate_random(seed) % AS_IT_IS ? 1 + upto(seed, 3) : 0; n; n--)
		len = mutate_once(seed, line, len, top);
	tame(line, len, "repeat=", REPEAT_LIMIT, 1000000);
	tame(line, len, "busy_us=", BUSY_LIMIT, 10000000);
	if (asks_for_hotplug(line, len) && mutate_random(seed) % HOTPLUGS)
		line[0] ^= 0x20;
	return len;
}
