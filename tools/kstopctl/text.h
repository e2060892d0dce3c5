/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text that the kernel wrote, which is not to be trusted with a terminal: a task's
 * name may hold any byte.
 */
#ifndef KSTOPCTL_TEXT_H
#define KSTOPCTL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

/* A part of a text. */
struct piece {
	const char	*at;
	size_t		len;
};

/* Where one is in a text, and what was wrong there. */
struct reader {
	const char	*at;
	const char	*end;
	unsigned int	line;		/* the one read last */
	char		wrong[120];	/* "" so far */
};

/* Printable ASCII stays, all else becomes \xNN; as much as fits. */
void text_clean(char *out, size_t size, const char *text, size_t len);

/* That as a JSON string. */
struct json_object *text_json(struct piece piece);

void reader_init(struct reader *reader, const char *text, size_t len);

/* The next line, without its end. False when there is no more. */
bool reader_line(struct reader *reader, struct piece *line);

/* "line N: what"; keeps the first. Returns false. */
bool reader_wrong(struct reader *reader, const char *what);

/* The first line must be "version: 1". */
bool reader_version(struct reader *reader);

/* Cut the first word off, blanks around it too. False when none is left. */
bool piece_word(struct piece *piece, struct piece *word);

/* Cut off all up to @mark, and @mark. False, and nothing cut, if it is not there. */
bool piece_until(struct piece *piece, const char *mark, struct piece *before);

bool piece_is(struct piece piece, const char *text);

/* Take @text off the beginning, or the end. */
bool piece_starts(struct piece *piece, const char *text);
bool piece_ends(struct piece *piece, const char *text);

/* All of it is one decimal number that fits. */
bool piece_u64(struct piece piece, uint64_t *number);
bool piece_s64(struct piece piece, int64_t *number);

#endif
