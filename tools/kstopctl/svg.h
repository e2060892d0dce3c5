/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drawings as SVG files.
 */
#ifndef KSTOPCTL_SVG_H
#define KSTOPCTL_SVG_H

#include <stdio.h>

#include "tool.h"

/* "-" is standard output. NULL with a reason. The background is white. */
FILE *svg_open(struct tool *tool, const char *path, unsigned int width, unsigned int height,
	       const char *title);

enum status svg_close(struct tool *tool, FILE *file, const char *path);

void svg_box(FILE *file, double x, double y, double width, double height, const char *colour,
	     const char *tip);

void svg_line(FILE *file, double x1, double y1, double x2, double y2, const char *colour);

/* @anchor: start, middle, end */
__attribute__((format(printf, 6, 7)))
void svg_text(FILE *file, double x, double y, const char *anchor, unsigned int size,
	      const char *fmt, ...);

/* 1, 2 or 5 times a power of ten: about @parts of them make @whole. */
double svg_step(double whole, unsigned int parts);

#endif
