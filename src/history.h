/* SPDX-License-Identifier: GPL-2.0-only */
/* The last requests that were recorded, as text. */
#ifndef _KSTOP_HISTORY_H
#define _KSTOP_HISTORY_H

struct seq_file;

int history_show(struct seq_file *m, void *unused);
int timeline_show(struct seq_file *m, void *unused);
void history_reset(void);

#endif /* _KSTOP_HISTORY_H */
