/* SPDX-License-Identifier: GPL-2.0-only */
/* The files in /sys/kernel/debug/kstop/. */
#ifndef _KSTOP_DEBUGFS_H
#define _KSTOP_DEBUGFS_H

void files_init(void);
void files_exit(void);

#endif /* _KSTOP_DEBUGFS_H */
