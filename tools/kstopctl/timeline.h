/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The picture of one stop: each CPU a row, time to the right.
 */
#ifndef KSTOPCTL_TIMELINE_H
#define KSTOPCTL_TIMELINE_H

#include "tool.h"

/**
 * timeline_make() - join what history and timeline say of a stop
 * @stop:	the line of history
 * @lines:	all lines of timeline
 *
 * Return: an object: stop, span_ns, zoom_ns, and rows, an array; each with cpu, server
 * and spans, an array of phase, from_ns, to_ns in rising order. zoom_ns is a little
 * before the first CPU committed, if what comes then is too short beside what came
 * before; else null.
 */
struct json_object *timeline_make(struct json_object *stop, struct json_object *lines);

void timeline_show(const struct tool *tool, struct json_object *timeline);

enum status timeline_plot(struct tool *tool, struct json_object *timeline, const char *path);

#endif
