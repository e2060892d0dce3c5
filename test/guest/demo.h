/* SPDX-License-Identifier: GPL-2.0-only */
/* Mode demo: every operation, idle and under load, and a table of it all. */
#ifndef DEMO_H
#define DEMO_H

void demo_run(void);

#endif
