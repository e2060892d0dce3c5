/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Says so when a case gets nowhere, and what everybody is doing then. It ends
 * nothing: whether this is a hang is for the host and its time limit to say.
 */
#ifndef WATCH_H
#define WATCH_H

void watch_init(void);
void watch_begin(const char *what, int limit_s);	/* progress at least this often */
void watch_progress(void);
void watch_end(void);

#endif
