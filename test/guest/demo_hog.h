/* SPDX-License-Identifier: GPL-2.0-only */
/* The demo's last act: a CPU that does not come. */
#ifndef DEMO_HOG_H
#define DEMO_HOG_H

/* Finds no module loaded and leaves none. */
void demo_hog(void);

#endif
