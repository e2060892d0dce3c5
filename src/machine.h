/* SPDX-License-Identifier: GPL-2.0-only */
/* What the calls that stop several CPUs have in common. */
#ifndef _KSTOP_MACHINE_H
#define _KSTOP_MACHINE_H

#include "rendezvous.h"

int stop_and_wait(const char *what, struct stop *stop);

#endif /* _KSTOP_MACHINE_H */
