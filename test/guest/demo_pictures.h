/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The demo's end: how long calls take, kstop's beside the kernel's own, as bars, and
 * what each CPU does in one stop, as a row. Both as text and, where kstopctl is there,
 * as drawings for the host.
 */
#ifndef DEMO_PICTURES_H
#define DEMO_PICTURES_H

void demo_pictures(void);

#endif
