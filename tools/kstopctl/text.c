// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

void text_clean(char *out, size_t size, const char *text, size_t len)
{
	size_t i, used = 0;

	for (i = 0; i < len; i++) {
		unsigned char c = text[i];
		bool plain = c >= ' ' && c < 0x7f;

		if (used + (plain ? 1 : 4) >= size)
			break;
		used += sprintf(out + used, plain ? "%c" : "\\x%02x", c);
	}
	out[used] = '\0';
}

struct json_object *text_json(struct piece piece)
{
	size_t size = 4 * piece.len + 1;
	char *clean = malloc(size);
	struct json_object *json;

	if (!clean)
		abort();
	text_clean(clean, size, piece.at, piece.len);
	json = json_object_new_string(clean);
	free(clean);
	return json;
}

void reader_init(struct reader *reader, const char *text, size_t len)
{
	*reader = (struct reader){ .at = text, .end = text + len };
}

bool reader_line(struct reader *reader, struct piece *line)
{
	const char *newline;
	size_t left = reader->end - reader->at;

	if (!left)
		return false;
	newline = memchr(reader->at, '\n', left);
	line->at = reader->at;
	line->len = newline ? (size_t)(newline - reader->at) : left;
	reader->at += line->len + !!newline;
	reader->line++;
	return true;
}

bool reader_wrong(struct reader *reader, const char *what)
{
	if (!*reader->wrong)
		snprintf(reader->wrong, sizeof(reader->wrong), "line %u: %s", reader->line,
			 what);
	return false;
}

bool reader_version(struct reader *reader)
{
	struct piece line;
	uint64_t version;

	if (!reader_line(reader, &line))
		return reader_wrong(reader, "it is empty");
	if (!piece_starts(&line, "version: ") || !piece_u64(line, &version))
		return reader_wrong(reader, "no version");
	if (version != 1)
		return reader_wrong(reader, "a version that this kstopctl does not know");
	return true;
}

bool piece_word(struct piece *piece, struct piece *word)
{
	while (piece->len && *piece->at == ' ') {
		piece->at++;
		piece->len--;
	}
	word->at = piece->at;
	word->len = 0;
	while (word->len < piece->len && piece->at[word->len] != ' ')
		word->len++;
	piece->at += word->len;
	piece->len -= word->len;
	while (piece->len && *piece->at == ' ') {
		piece->at++;
		piece->len--;
	}
	return word->len;
}

bool piece_until(struct piece *piece, const char *mark, struct piece *before)
{
	size_t len = strlen(mark);
	const char *at = memmem(piece->at, piece->len, mark, len);

	if (!at)
		return false;
	*before = (struct piece){ piece->at, at - piece->at };
	piece->at += before->len + len;
	piece->len -= before->len + len;
	return true;
}

bool piece_is(struct piece piece, const char *text)
{
	return piece.len == strlen(text) && !memcmp(piece.at, text, piece.len);
}

bool piece_starts(struct piece *piece, const char *text)
{
	size_t len = strlen(text);

	if (piece->len < len || memcmp(piece->at, text, len))
		return false;
	piece->at += len;
	piece->len -= len;
	return true;
}

bool piece_ends(struct piece *piece, const char *text)
{
	size_t len = strlen(text);

	if (piece->len < len || memcmp(piece->at + piece->len - len, text, len))
		return false;
	piece->len -= len;
	return true;
}

bool piece_u64(struct piece piece, uint64_t *number)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < piece.len; i++) {
		unsigned int digit = (unsigned char)piece.at[i] - '0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return piece.len;
}

bool piece_s64(struct piece piece, int64_t *number)
{
	bool minus = piece_starts(&piece, "-");
	uint64_t value;

	if (!piece_u64(piece, &value) || value > INT64_MAX)
		return false;
	*number = minus ? -(int64_t)value : (int64_t)value;
	return true;
}
