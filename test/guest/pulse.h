/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pulse: something that interrupts every CPU once in a while.
 *
 * QEMU 7.2 loses an interrupt now and then: the timer's vector is set in the local
 * APIC of a halted CPU, and the CPU is never told. A kernel that sets its timer anew in
 * each timer interrupt never gets another there, and what sleeps on that CPU for a time
 * sleeps for ever. (Seen with gdb on QEMU.) Any other interrupt makes QEMU look
 * again, and the lost one arrives, too; so there is one.
 *
 * Whether it ever healed a guest has not been seen. It wakes no thread but its own, so what hangs because somebody was not woken
 * still hangs.
 */
#ifndef PULSE_H
#define PULSE_H

#include <stdbool.h>

void pulse_start(void);

/* Not while something is measured that it would disturb. */
void pulse_rest(bool rest);

#endif
