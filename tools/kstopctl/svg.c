// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "svg.h"

/* Text from the kernel is printable ASCII by now (text_clean()). */
static void print_escaped(FILE *file, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':	fputs("&lt;", file); break;
		case '>':	fputs("&gt;", file); break;
		case '&':	fputs("&amp;", file); break;
		case '"':	fputs("&quot;", file); break;
		default:	fputc(*text, file);
		}
	}
}

FILE *svg_open(struct tool *tool, const char *path, unsigned int width, unsigned int height,
	       const char *title)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "we") : stdout;

	if (!file) {
		fail(tool, FAILED, "%s: %s", path, strerror(errno));
		return NULL;
	}
	fprintf(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" "
		"viewBox=\"0 0 %u %u\" font-family=\"sans-serif\">\n<title>", width, height,
		width, height);
	print_escaped(file, title);
	fputs("</title>\n", file);
	svg_box(file, 0, 0, width, height, "#ffffff", NULL);
	return file;
}

enum status svg_close(struct tool *tool, FILE *file, const char *path)
{
	int err;

	fputs("</svg>\n", file);
	err = ferror(file) | fflush(file);
	if (file != stdout)
		err |= fclose(file);
	return err ? fail(tool, FAILED, "%s: it could not be written", path) : DONE;
}

void svg_box(FILE *file, double x, double y, double width, double height, const char *colour,
	     const char *tip)
{
	fprintf(file, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"",
		x, y, width > 0 ? width : 0, height > 0 ? height : 0, colour);
	if (!tip) {
		fputs("/>\n", file);
		return;
	}
	fputs("><title>", file);
	print_escaped(file, tip);
	fputs("</title></rect>\n", file);
}

void svg_line(FILE *file, double x1, double y1, double x2, double y2, const char *colour)
{
	fprintf(file, "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke=\"%s\"/>\n",
		x1, y1, x2, y2, colour);
}

void svg_text(FILE *file, double x, double y, const char *anchor, unsigned int size,
	      const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		abort();
	va_end(args);
	fprintf(file, "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"%s\" font-size=\"%u\" "
		"fill=\"#222222\">", x, y, anchor, size);
	print_escaped(file, text);
	fputs("</text>\n", file);
	free(text);
}

double svg_step(double whole, unsigned int parts)
{
	double rough = whole / parts, power = pow(10, floor(log10(rough > 0 ? rough : 1)));

	if (rough <= power)
		return power;
	return rough <= 2 * power ? 2 * power : rough <= 5 * power ? 5 * power : 10 * power;
}
