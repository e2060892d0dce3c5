/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data as text: tables by libsmartcols, and bars.
 */
#ifndef KSTOPCTL_VIEW_H
#define KSTOPCTL_VIEW_H

#include "tool.h"

/**
 * struct view_column - one column of a table
 * @key:	of the objects' fields
 * @heading:	with the unit
 * @divide:	numbers by this, and show a decimal; 0: as they are
 * @right:	align to the right, as numbers are
 * @wrap:	the last column: on a terminal too narrow it takes several lines
 * @spare:	on a terminal too narrow it is left out
 * @colour:	of this text, or NULL for none
 */
struct view_column {
	const char	*key;
	const char	*heading;
	double		divide;
	bool		right;
	bool		wrap;
	bool		spare;
	const char	*(*colour)(const char *text);
};

/* Columns end with one without a key. */
void view_table(const struct tool *tool, struct json_object *rows,
		const struct view_column *columns);

/* "key  value", a line each; objects and arrays in it are left out. */
void view_pairs(const struct tool *tool, struct json_object *object);

void view_heading(const struct tool *tool, const char *text);

/* Columns of the terminal; 80 where there is none. */
unsigned int view_width(void);

/* Whether there is one, which lines should fit. */
bool view_is_terminal(void);

/* Colour on and off, by name; nothing where colours are not wanted. */
void view_colour(const struct tool *tool, const char *name);
void view_plain(const struct tool *tool);

/* A bar of @part of @whole, at most @width wide; no part but 0 is invisible. */
void view_bar(const struct tool *tool, double part, double whole, unsigned int width);

#endif
