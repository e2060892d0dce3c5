/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long recorded requests took: histograms, per CPU, summed when
 * /sys/kernel/debug/kstop/latency is read.
 */
#ifndef _KSTOP_LATENCY_H
#define _KSTOP_LATENCY_H

struct record_head;
struct seq_file;

int latency_init(void);
void latency_exit(void);

void latency_add(const struct record_head *head);
int latency_show(struct seq_file *m, void *unused);
void latency_reset(void);

#endif /* _KSTOP_LATENCY_H */
