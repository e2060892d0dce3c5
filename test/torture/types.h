/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Torture types: which requests a caller makes, and with what.
 *
 * A type is an operation of the trigger file with random keys; "mixed" is one of
 * them at a time, by weight. A *busted* type must not end well: it is there to show
 * that the checks can see something. Some of them are operations that are not what
 * they pretend to be. The others are "mixed" with a kstop that was built broken, and
 * only there in such a build.
 */
#ifndef _KSTOPTORTURE_TYPES_H
#define _KSTOPTORTURE_TYPES_H

#include <linux/prandom.h>
#include <linux/types.h>

struct command;
struct run;

/* One of the types that make requests of one kind, by number. */
#define TYPES_MAX	24

/* By torture_type=; 0, or -EINVAL and a line that says what there is. */
int types_choose(const char *name);

/*
 * Fill in a command, and what else @run needs for it: of the type that was chosen,
 * or of the type "native". Returns the number of its type.
 */
unsigned int types_draw(struct command *cmd, struct run *run, struct rnd_state *rnd,
			bool native);

unsigned int types_count(void);
const char *type_name(unsigned int type);

/* The number of the kernel's own stop_machine(). */
unsigned int type_native(void);

/* All the weights of "mixed", as they are written for a module. */
void weights_print(char *buf, size_t size);

/* The operations of busted types, busted.c. */
extern const struct operation busted_local_op, busted_ipi_op, busted_swap_op, busted_skip_op,
	busted_step_op, busted_letter_op, busted_reply_op, busted_vain_op, busted_result_op,
	busted_state_op, busted_some_op;

#endif /* _KSTOPTORTURE_TYPES_H */
