// SPDX-License-Identifier: GPL-2.0-only
#include "records.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sysfs.h"

#define VERSION		"version: 1\n"
#define HISTORY_HEAD	VERSION "id op caller fn pid cpu stopped run calls queued_mono_ns "	\
			"gathered_ns committed_ns began_ns released_ns ended_ns last_cpu "	\
			"relaxes retreats leaves error ret comm\n"
#define TIMELINE_HEAD	VERSION "id cpu server run arrived_ns relaxed_ns entered_ns "		\
			"committed_ns began_ns returned_ns left_ns relaxes leaves retreats\n"
#define LATENCY_HEAD	VERSION "phase from_ns to_ns count\n"
#define OVERFLOW_NS	17179869184ULL
#define FILE_MAX_BYTES	(1 << 20)

/* The whole file, without its head, to be freed; NULL and *problem. */
static char *table_read(const char *name, const char *head, const char **problem)
{
	char *text = malloc(FILE_MAX_BYTES), path[64];
	int len;

	snprintf(path, sizeof(path), RECORDS_DIR "%s", name);
	len = text ? file_read(path, text, FILE_MAX_BYTES - 1) : -1;
	if (len > 0)
		strcpy(text + len, "\n");	/* file_read() has cut it */
	if (len < 0)
		*problem = "it cannot be read";
	else if (strncmp(text, head, strlen(head)))
		*problem = "the version or the header is another";
	else
		return memmove(text, text + strlen(head), strlen(text + strlen(head)) + 1);
	free(text);
	return NULL;
}

/* "-" or a time. */
static bool get_time(char **line, int64_t *time)
{
	char *word = strsep(line, " "), *end;

	if (!word || !*word)
		return false;
	*time = NO_TIME;
	if (!strcmp(word, "-"))
		return true;
	*time = strtoll(word, &end, 10);
	return !*end;
}

static bool get_text(char **line, char *text, size_t size)
{
	char *word = strsep(line, " ");

	if (!word || !*word || strlen(word) >= size)
		return false;
	strcpy(text, word);
	return true;
}

static bool get_number(char **line, uint64_t *number)
{
	char *word = strsep(line, " "), *end;

	if (!word || *word < '0' || *word > '9')
		return false;
	*number = strtoull(word, &end, 10);
	return !*end;
}

static bool get_uint(char **line, unsigned int *number)
{
	uint64_t value;

	if (!get_number(line, &value))
		return false;
	*number = value;
	return true;
}

/* "-" or a number, which may be negative. */
static bool get_int(char **line, int *number, int none)
{
	int64_t value;

	if (!get_time(line, &value))
		return false;
	*number = value == NO_TIME ? none : (int)value;
	return true;
}

static bool get_cpus(char **line, uint64_t *cpus)
{
	char *word = strsep(line, " "), *end;

	*cpus = 0;
	if (!word || !*word)
		return false;
	if (!strcmp(word, "-"))
		return true;
	for (; *word; word = end + (*end == ',')) {
		unsigned long first = strtoul(word, &end, 10), last = first;

		if (end == word)
			return false;
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		if (last >= RECORDS_CPUS || (*end && *end != ','))
			return false;
		for (; first <= last; first++)
			*cpus |= 1ULL << first;
	}
	return true;
}

static bool record_parse(char *line, struct record *r)
{
	unsigned int pid, cpu, calls;

	if (!get_number(&line, &r->id) || !get_text(&line, r->op, sizeof(r->op)) ||
	    !get_text(&line, r->caller, sizeof(r->caller)) ||
	    !get_text(&line, r->fn, sizeof(r->fn)) || !get_uint(&line, &pid) ||
	    !get_uint(&line, &cpu) || !get_cpus(&line, &r->stopped) ||
	    !get_cpus(&line, &r->run) || !get_uint(&line, &calls) ||
	    !get_number(&line, &r->clock))
		return false;
	r->pid = pid;
	r->cpu = cpu;
	r->calls = calls;
	if (!get_time(&line, &r->gathered) || !get_time(&line, &r->committed) ||
	    !get_time(&line, &r->began) || !get_time(&line, &r->released) ||
	    !get_time(&line, &r->ended) || !get_int(&line, &r->last_cpu, -1) ||
	    !get_uint(&line, &r->relaxes) || !get_uint(&line, &r->retreats) ||
	    !get_uint(&line, &r->leaves) || !get_int(&line, &r->error, 0) ||
	    !get_int(&line, &r->ret, 0) || !line)
		return false;
	snprintf(r->comm, sizeof(r->comm), "%s", line);
	return *line;
}

static bool row_parse(char *line, struct row *r)
{
	unsigned int cpu, run;

	if (!get_number(&line, &r->id) || !get_uint(&line, &cpu) ||
	    !get_text(&line, r->server, sizeof(r->server)) || !get_uint(&line, &run) ||
	    !get_time(&line, &r->arrived) || !get_time(&line, &r->relaxed) ||
	    !get_time(&line, &r->entered) || !get_time(&line, &r->committed) ||
	    !get_time(&line, &r->began) || !get_time(&line, &r->returned) ||
	    !get_time(&line, &r->left) || !get_uint(&line, &r->relaxes) ||
	    !get_uint(&line, &r->leaves) || !get_uint(&line, &r->retreats))
		return false;
	r->cpu = cpu;
	r->run = run;
	return !line && cpu < RECORDS_CPUS && run <= 1;
}

int history_read(struct record *list, int max, const char **problem)
{
	char *text = table_read("history", HISTORY_HEAD, problem), *rest = text, *line;
	int n = 0;

	if (!text)
		return -1;
	while ((line = strsep(&rest, "\n")) && *line && n < max) {
		if (!record_parse(line, &list[n++])) {
			*problem = "a line of history is no line";
			n = -1;
			break;
		}
	}
	free(text);
	return n;
}

int timeline_read(struct row *list, int max, const char **problem)
{
	char *text = table_read("timeline", TIMELINE_HEAD, problem), *rest = text, *line;
	int n = 0;

	if (!text)
		return -1;
	while ((line = strsep(&rest, "\n")) && *line && n < max) {
		if (!row_parse(line, &list[n++])) {
			*problem = "a line of timeline is no line";
			n = -1;
			break;
		}
	}
	free(text);
	return n;
}

/* The phases in turn, in each the buckets in turn, and at its end the overflow. */
bool latency_read(struct latencies *sums, const char **problem)
{
	static const char *const names[] = { "gather", "stopped", "total" };
	char *text = table_read("latency", LATENCY_HEAD, problem), *rest = text, *line;
	uint64_t *counts[] = { &sums->gather, &sums->stopped, &sums->total };
	uint64_t from, to, count, last = 0;
	int phase = 0;

	if (!text)
		return false;
	memset(sums, 0, sizeof(*sums));
	while (phase < 3 && (line = strsep(&rest, "\n"))) {
		char *word = strsep(&line, " ");
		bool inf = line && strstr(line, " inf ");

		if (!word || strcmp(word, names[phase]) || !get_number(&line, &from))
			break;
		to = UINT64_MAX;
		if (inf ? !strsep(&line, " ") : !get_number(&line, &to))
			break;
		if (!get_number(&line, &count) || line || from < last || to <= from ||
		    inf != (from == OVERFLOW_NS))
			break;
		if (phase == 2 && count && !sums->total)
			sums->least_total = from;
		*counts[phase] += count;
		last = inf ? 0 : to;
		phase += inf;
	}
	if (phase < 3 || (rest && *rest))
		*problem = "a line of latency is no line, or there are too many or too few";
	else
		*problem = NULL;
	free(text);
	return !*problem;
}

long stats_value(const char *key)
{
	char text[2048], want[64], *at;

	if (file_read(RECORDS_DIR "stats", text, sizeof(text)) < 0)
		return -1;
	snprintf(want, sizeof(want), "\n%s: ", key);
	at = strstr(text, want);
	return at ? strtol(at + strlen(want), NULL, 10) : -1;
}
