/* SPDX-License-Identifier: GPL-2.0-only */
/* What kstop must not leave behind when it is unloaded. */
#ifndef TRACES_H
#define TRACES_H

#include <stdbool.h>
#include <stddef.h>

/* True if nothing is left; otherwise @what says what. */
bool traces_gone(char *what, size_t size);

#endif
