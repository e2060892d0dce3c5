/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two forms of kstop's files (docs/debugfs.md), made JSON.
 */
#ifndef KSTOPCTL_TABLE_H
#define KSTOPCTL_TABLE_H

#include "text.h"

enum column_type {
	COLUMN_TEXT,
	COLUMN_U64,
	COLUMN_S64,
	COLUMN_BOOL,		/* 0 or 1 */
	COLUMN_END_U64,		/* a number, or "inf": null */
};

struct column {
	const char		*name;
	enum column_type	type;
	bool			maybe;		/* "-" is null */
};

/**
 * table_parse() - version, header, lines
 * @columns:	those that are wanted; one without a name ends them
 * @reader:	at the beginning of the text; what is wrong, afterwards
 *
 * Columns are found by their names, and others left out.
 *
 * Return: an array of objects; NULL if something is wrong.
 */
struct json_object *table_parse(struct reader *reader, const struct column *columns);

/**
 * pairs_parse() - lines of "key: value"
 * @reader:	at their beginning
 *
 * Values are numbers, but those of op, state, verdict, late_cpus and late_N.
 *
 * Return: an object; NULL if something is wrong.
 */
struct json_object *pairs_parse(struct reader *reader);

#endif
