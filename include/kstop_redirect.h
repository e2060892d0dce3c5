/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kstop_redirect.h - mainline's names for kstop's functions, nothing else
 *
 * Each function of mainline's stop_machine() family is declared here with
 * mainline's prototype and the assembler name of kstop's function: the source
 * says stop_machine(), the object file refers to kstop_machine. The members of
 * the family that mainline does not export, or that this kernel does not have,
 * come along.
 *
 * Most users want kstop_compat.h or the shadow linux/stop_machine.h, which
 * both start from here. This one alone is for the compiler's command line,
 *
 *	make KCFLAGS="-include .../include/kstop_redirect.h" ...
 *
 * It brings only linux/types.h with it, so a client that defines pr_fmt at
 * the top of its file, and then includes <linux/stop_machine.h>, is not
 * disturbed.
 *
 * Why assembler names, not #define stop_machine kstop_machine: some clients
 * define the name themselves after the include (to wrap it, or for old
 * kernels), and a #define loses to that without a word: the client goes on to
 * call the kernel's function. An assembler name belongs to the function, and no
 * macro takes it away. It also covers pointers to the function.
 *
 * The order does not matter: before or after <linux/stop_machine.h>, with or
 * without kstop.h. The declarations are written out, not copied with typeof, so
 * that they may come first; where a kernel's own differ, the compiler says
 * "conflicting types".
 *
 * What it cannot reach:
 *
 *  - A use of the name before this point, in a header's inline function, say.
 *    GCC redirects that as well, clang stops with "cannot apply asm label to
 *    function after its first use". The shadow header and -include come before
 *    any use.
 *  - A file of the client that sees none of this. Look at the whole module
 *    with nm, below.
 *  - The name as a string: symbol_get(), kallsyms, kprobes, ftrace filters.
 *    And calls written in assembly.
 *  - What the kernel's own code does for the client: a function of the kernel
 *    that stops the machine (text patching, a clocksource change) uses the
 *    kernel's stopper.
 *  - CONFIG_CFI_CLANG checks types where a function is called through a pointer,
 *    and stop_one_cpu_nowait() has another one than kstop_one_cpu_nowait().
 *
 * To check, after the build:
 *
 *	nm -u client.ko | grep stop_
 *
 * shows kstop_machine and its like, and no stop_machine. (A client that took
 * only half of this, because one of its files came by mainline's declaration
 * another way, shows both.)
 *
 * With CONFIG_MODVERSIONS the reference is one to kstop_machine like any other;
 * its CRC comes from kstop's Module.symvers (KBUILD_EXTRA_SYMBOLS).
 */
#ifndef _KSTOP_REDIRECT_H
#define _KSTOP_REDIRECT_H

#ifndef CONFIG_SMP
#error "kstop needs CONFIG_SMP"
#endif

#include <linux/types.h>

struct cpumask;

int stop_one_cpu(unsigned int cpu, int (*fn)(void *arg), void *arg)
	__asm__("kstop_one_cpu");
int stop_two_cpus(unsigned int cpu1, unsigned int cpu2, int (*fn)(void *arg),
		  void *arg) __asm__("kstop_two_cpus");
/*
 * This one returns nothing since 7.3, and a bool before that. So the name goes without
 * a prototype, and the kernel's holds. *work stands in for a struct kstop_work: see
 * kstop_compat.h.
 */
#pragma redefine_extname stop_one_cpu_nowait kstop_one_cpu_nowait
int stop_machine(int (*fn)(void *arg), void *data, const struct cpumask *cpus)
	__asm__("kstop_machine");
int stop_machine_cpuslocked(int (*fn)(void *arg), void *data,
			    const struct cpumask *cpus)
	__asm__("kstop_machine_cpuslocked");
int stop_machine_from_inactive_cpu(int (*fn)(void *arg), void *data,
				   const struct cpumask *cpus)
	__asm__("kstop_machine_from_inactive_cpu");

/* Not in the headers of every kernel: since 5.19, and until 5.7. */
int stop_core_cpuslocked(unsigned int cpu, int (*fn)(void *arg), void *data)
	__asm__("kstop_core_cpuslocked");
int stop_cpus(const struct cpumask *mask, int (*fn)(void *arg), void *arg)
	__asm__("kstop_cpus");
int try_stop_cpus(const struct cpumask *mask, int (*fn)(void *arg), void *arg)
	__asm__("try_kstop_cpus");

#endif /* _KSTOP_REDIRECT_H */
