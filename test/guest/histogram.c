// SPDX-License-Identifier: GPL-2.0-only
#include "histogram.h"

#include <inttypes.h>
#include <string.h>

#include "ktap.h"

#define WIDTH		26	/* of the longest bar */
#define ROWS		24	/* more of them, and each becomes twice as wide */
#define LEAST		4	/* shorter than 2^4 ns goes to the first one */

static int bucket_of(uint64_t ns)
{
	int log = ns < 1 << LEAST ? LEAST : 63 - __builtin_clzll(ns), i;

	if (ns < 1 << LEAST)
		return 0;
	i = 4 * (log - LEAST) + (ns >> (log - 2) & 3);
	return i < HISTOGRAM_BUCKETS ? i : HISTOGRAM_BUCKETS - 1;
}

static uint64_t bucket_from(int i)
{
	return (4ULL + i % 4) << (i / 4 + LEAST - 2);
}

void histogram_add(struct histogram *histogram, uint64_t ns)
{
	histogram->calls++;
	histogram->count[bucket_of(ns)]++;
}

/* The bucket's middle in which half of the calls are reached. */
static double median_us(const struct histogram *histogram)
{
	unsigned int sum = 0;
	int i = 0;

	while (i < HISTOGRAM_BUCKETS && (sum += histogram->count[i]) * 2 < histogram->calls)
		i++;
	return (bucket_from(i) + bucket_from(i + 1)) / 2e3;
}

/* Of the @per buckets that make up a row. */
static unsigned int row_of(const struct histogram *histogram, int row, int per)
{
	unsigned int sum = 0;

	for (int i = row * per; i < (row + 1) * per; i++)
		sum += histogram->count[i];
	return sum;
}

static unsigned int most_of(const struct histogram *histogram, int per, unsigned int most)
{
	for (int row = 0; row < HISTOGRAM_BUCKETS / per; row++)
		if (row_of(histogram, row, per) > most)
			most = row_of(histogram, row, per);
	return most;
}

/* How many buckets make up a row: a quarter, half or all of a power of two. */
static int choose_per(const struct histogram *one, const struct histogram *two)
{
	int per, rows;

	for (per = 1; per < 4; per *= 2) {
		rows = 0;
		for (int row = 0; row < HISTOGRAM_BUCKETS / per; row++)
			rows += row_of(one, row, per) || row_of(two, row, per);
		if (rows <= ROWS)
			break;
	}
	return per;
}

/* Whoever is there at all is to be seen. */
static const char *bar(char *text, unsigned int count, unsigned int most)
{
	int n = most ? (count * WIDTH + most / 2) / most : 0;

	memset(text, '#', n);
	text[n] = '\0';
	return count && !n ? strcpy(text, ".") : text;
}

void histogram_say(const struct histogram *one, const struct histogram *two)
{
	int per = choose_per(one, two), last = -1;
	unsigned int most = most_of(two, per, most_of(one, per, 0)), this, that;
	char left[WIDTH + 1], right[WIDTH + 1];

	say("  %21s   %-*s   %s", "", WIDTH + 5, one->name, two->name);
	for (int row = 0; row < HISTOGRAM_BUCKETS / per; row++) {
		this = row_of(one, row, per);
		that = row_of(two, row, per);
		if (!this && !that)
			continue;
		if (last >= 0 && row > last + 1)
			say("  %9s", "...");
		last = row;
		say("  %8.1f ..%8.1f us %5u %-*s   %5u %s", bucket_from(row * per) / 1e3,
		    bucket_from((row + 1) * per) / 1e3, this, WIDTH, bar(left, this, most),
		    that, bar(right, that, most));
	}
	say("  %21s %7.1f us %-*s %7.1f us", "median, about", median_us(one), WIDTH - 3, "",
	    median_us(two));
}

void histogram_print(FILE *file, const struct histogram *histogram)
{
	for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (histogram->count[i])
			fprintf(file, "%s %" PRIu64 " %" PRIu64 " %u\n", histogram->name,
				bucket_from(i), bucket_from(i + 1), histogram->count[i]);
}
