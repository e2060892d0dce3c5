// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kmsg.h"
#include "root.h"

#define RECORD_BYTES	8192	/* read() gives one record, and EINVAL for less room */

static int open_log(void)
{
	char *path = root_path("/dev/kmsg");
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	free(path);
	return fd;
}

int kmsg_now(void)
{
	int fd = open_log();

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* All that is there now. EPIPE: records were overwritten, go on behind them. */
static char *read_log(int fd, size_t *len)
{
	size_t used = 0, room = 0;
	char *text = NULL;
	ssize_t n;

	while (used <= FILE_BYTES_MAX) {
		if (room - used < RECORD_BYTES) {
			char *more = realloc(text, room = 2 * room + RECORD_BYTES);

			if (!more)
				break;
			text = more;
		}
		n = read(fd, text + used, RECORD_BYTES);
		if (n < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (n <= 0)
			break;
		used += n;
	}
	*len = used;
	return text;
}

/* "LEVEL,NUMBER,USEC,FLAGS[,...];message" */
static bool parse_record(struct piece *line, uint64_t *usec)
{
	struct piece head, word;

	if (!piece_until(line, ";", &head))
		return false;
	return piece_until(&head, ",", &word) && piece_until(&head, ",", &word) &&
	       piece_until(&head, ",", &word) && piece_u64(word, usec);
}

bool kmsg_repeat(const struct tool *tool, int since, const char *begins)
{
	struct reader reader;
	struct piece line;
	uint64_t usec;
	char *text, clean[1024];
	bool found = false;
	size_t len;

	if (since < 0)
		return false;
	text = read_log(since, &len);
	reader_init(&reader, text, len);
	while (reader_line(&reader, &line)) {
		struct piece rest;

		if (!parse_record(&line, &usec))
			continue;
		rest = line;
		if (!piece_starts(&rest, "kstop"))
			continue;
		rest = line;
		found |= begins && piece_starts(&rest, begins);
		text_clean(clean, sizeof(clean), line.at, line.len);
		complain(tool, "the kernel says: %s", clean);
	}
	free(text);
	return found;
}

/* "N ms" */
static bool parse_ms(struct piece text, struct json_object *event)
{
	uint64_t ms;

	if (!piece_ends(&text, " ms") || !piece_u64(text, &ms))
		return false;
	json_object_object_add(event, "waited_ms", json_object_new_uint64(ms));
	return true;
}

/* "for CPU 1 for 1000 ms: why", "for 1000 ms: all CPUs get on, ..." */
static bool parse_waits(struct piece rest, struct json_object *event)
{
	struct piece cpus, waited;

	json_object_object_add(event, "event", json_object_new_string("waits"));
	if (piece_starts(&rest, "for CPUs ") || piece_starts(&rest, "for CPU ")) {
		if (!piece_until(&rest, " ", &cpus))
			return false;
		json_object_object_add(event, "cpus", text_json(cpus));
	}
	if (!piece_starts(&rest, "for ") || !piece_until(&rest, ": ", &waited) ||
	    !parse_ms(waited, event))
		return false;
	json_object_object_add(event, "why", text_json(rest));
	return true;
}

static bool parse_event(struct piece line, struct json_object *event)
{
	struct piece fn, caller;

	if (!piece_starts(&line, "kstop: ") || !piece_until(&line, ", called by ", &fn) ||
	    !piece_until(&line, ", ", &caller))
		return false;
	json_object_object_add(event, "fn", text_json(fn));
	json_object_object_add(event, "caller", text_json(caller));
	if (piece_starts(&line, "waits "))
		return parse_waits(line, event);
	if (piece_starts(&line, "has all its CPUs after "))
		json_object_object_add(event, "event", json_object_new_string("got_all"));
	else if (piece_starts(&line, "gave up after "))
		json_object_object_add(event, "event", json_object_new_string("gave_up"));
	else
		return false;
	return parse_ms(line, event);
}

/* The newest stay. */
static void drop_old(struct json_object *events, size_t more_than)
{
	size_t nr = json_object_array_length(events);

	if (nr > more_than)
		json_object_array_del_idx(events, 0, nr - KMSG_LATE_MAX);
}

struct json_object *kmsg_parse_late(const char *text, size_t len)
{
	struct json_object *events = json_object_new_array(), *event;
	struct reader reader;
	struct piece line;
	uint64_t usec;

	reader_init(&reader, text, len);
	while (reader_line(&reader, &line)) {
		if (!parse_record(&line, &usec))
			continue;
		event = json_object_new_object();
		json_object_object_add(event, "log_us", json_object_new_uint64(usec));
		if (parse_event(line, event))
			json_object_array_add(events, event);
		else
			json_object_put(event);
		drop_old(events, 2 * KMSG_LATE_MAX);
	}
	drop_old(events, KMSG_LATE_MAX);
	return events;
}

struct json_object *kmsg_late(bool *readable)
{
	struct json_object *events;
	int fd = open_log();
	char *text;
	size_t len;

	*readable = fd >= 0;
	if (fd < 0)
		return json_object_new_array();
	text = read_log(fd, &len);
	close(fd);
	events = kmsg_parse_late(text, len);
	free(text);
	return events;
}
