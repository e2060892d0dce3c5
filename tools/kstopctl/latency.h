/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Histograms of how long stops took.
 */
#ifndef KSTOPCTL_LATENCY_H
#define KSTOPCTL_LATENCY_H

#include "tool.h"

/**
 * latency_phases() - from the lines of "latency"
 *
 * Return: an array with an object for each phase: phase, count, p50_ns, p99_ns,
 * max_below_ns (null if one took longer than any bucket), overflow, buckets. NULL: there
 * are more phases than there can be.
 */
struct json_object *latency_phases(struct json_object *lines);

void latency_show(const struct tool *tool, struct json_object *phases);

enum status latency_plot(struct tool *tool, struct json_object *phases, const char *path);

#endif
