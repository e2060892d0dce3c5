/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kstop's files, each as JSON. The parsers take any bytes (tools/fuzz); the
 * readers find the file first.
 */
#ifndef KSTOPCTL_FILES_H
#define KSTOPCTL_FILES_H

#include "text.h"
#include "tool.h"

typedef struct json_object *(*file_parser)(struct reader *reader);

struct json_object *stats_parse(struct reader *reader);		/* an object */
struct json_object *stoppers_parse(struct reader *reader);	/* arrays of objects */
struct json_object *latency_parse(struct reader *reader);
struct json_object *history_parse(struct reader *reader);
struct json_object *timeline_parse(struct reader *reader);

/* kstoptorture's: objects. late_N becomes "late", an array of objects. */
struct json_object *result_parse(struct reader *reader);
struct json_object *torture_parse(struct reader *reader);

/* kstopscale's: an object; an array of them */
struct json_object *state_parse(struct reader *reader);
struct json_object *results_parse(struct reader *reader);

/* Read and parse a file of a module's. On failure there is a reason. */
enum status file_read(struct tool *tool, const char *module, const char *file,
		      file_parser parse, struct json_object **json);

/* A number with three decimals. */
struct json_object *new_decimal(double number);

/* Short for fields that a parser has made sure of. */
uint64_t get_u64(const struct json_object *object, const char *key);
int64_t get_s64(const struct json_object *object, const char *key);
bool get_bool(const struct json_object *object, const char *key);
bool has_value(const struct json_object *object, const char *key);	/* and not null */
const char *get_text(const struct json_object *object, const char *key);	/* "-" for null */

#endif
