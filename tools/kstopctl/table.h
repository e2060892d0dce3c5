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
 * @reader:	at the beginning of the text; what is wrong, afterwards
 * @columns:	those that are wanted; one without a name ends them
 * @lines_max:	more lines than that behind the header are wrong
 *
 * Columns are found by their names, and others left out.
 *
 * Return: an array of objects; NULL if something is wrong.
 */
struct json_object *table_parse(struct reader *reader, const struct column *columns,
				size_t lines_max);

/* More lines of "key: value" are wrong: each of 8192 CPUs may have one. */
#define PAIRS_MAX	(1 << 14)

/**
 * struct pairs_form - which keys there are
 * @numbers:	those that must be there and are numbers, as all others are that may be there
 * @texts:	those that must be there and are texts; or NULL
 * @states:	the words that "state" may be, if it is one of them; or NULL
 * @late:	late_N, for a CPU each, are texts, too
 *
 * NULL ends each list.
 */
struct pairs_form {
	const char *const	*numbers;
	const char *const	*texts;
	const char *const	*states;
	bool			late;
};

/**
 * pairs_parse() - lines of "key: value"
 * @reader:	at their beginning
 * @form:	what they have to be
 *
 * No number is negative.
 *
 * Return: an object; NULL if something is wrong.
 */
struct json_object *pairs_parse(struct reader *reader, const struct pairs_form *form);

#endif
