/* SPDX-License-Identifier: GPL-2.0-only */
/* What "kstopctl doctor" says of this machine, against what we know of it by ourselves. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>

/* @loaded: whether kstop is, and kstoptorture. */
void check_doctor(bool loaded);

#endif
