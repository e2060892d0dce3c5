/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations: one for each call of kstop, and native to compare with.
 */
#ifndef _KSTOPTORTURE_OPS_H
#define _KSTOPTORTURE_OPS_H

#include <linux/cpumask.h>
#include <linux/types.h>

#include <kstop.h>

#include "probe.h"
#include "result.h"

struct command;
struct seq_file;

/**
 * struct run - a command that is being carried out
 * @cmd:	the command
 * @probe:	for all its requests
 * @visit:	the present request, where there is one at a time
 * @ran:	for @visit
 * @result:	what came of it so far
 * @late:	see struct kstop_report, for the present request
 * @reasons:	the same
 * @returned:	what fn gave on each CPU, as the report has it
 * @replies:	see struct visit, for the present request
 * @answer:	the same
 * @held:	who stands still, where an operation has to find out
 * @cpuslocked:	pause holds the hotplug lock, so that all stand still
 * @lost:	a callback is still to come, although it was waited for:
 *		nothing of this may ever go away
 */
struct run {
	const struct command	*cmd;
	struct probe		probe;
	struct visit		visit;
	struct cpumask		ran;
	struct result		result;
	struct cpumask		late;
	struct kstop_late	*reasons;
	int			*returned;
	u64			*replies;
	int			answer;
	struct cpumask		held;
	bool			cpuslocked;
	bool			lost;
};

/**
 * struct operation - something the trigger file can do
 * @name:	the first word of its line
 * @help:	what it does, for the grammar
 * @keys:	the keys that it takes, a bit each
 * @required:	those of them that it needs
 * @nr_cpus:	how many CPUs cpu= has to name
 * @irqs_off:	fn has interrupts off
 * @standstill:	no CPU comes or goes while fn runs
 * @each:	fn runs on each CPU of stop= that is there
 * @call:	make one request, with run->visit; 0 or a negative errno
 * @perform:	instead of @call: make all requests, count them in run->result
 */
struct operation {
	const char	*name;
	const char	*help;
	unsigned int	keys;
	unsigned int	required;
	unsigned int	nr_cpus;
	bool		irqs_off;
	bool		standstill;
	bool		each;
	int		(*call)(struct run *run);
	void		(*perform)(struct run *run);
};

const struct operation *operation_find(const char *name);

/* What reading the trigger file gives. */
int operations_show(struct seq_file *m, void *unused);

/* Carry out a command and publish its result; 0 or its first error. */
int command_run(const struct command *cmd);

/*
 * The steps of that. @requests is how many will be made; more only make the
 * percentiles coarser. A run whose callbacks were lost is not freed, and keeps the
 * module.
 */
struct run *run_create(const struct command *cmd, const char *name, unsigned int requests);
void run_perform(struct run *run);
void run_destroy(struct run *run);

/* Between two requests: has the writer been killed? Notes it, and lets others run. */
bool run_interrupted(struct run *run);

/* run=, or NULL for where kstop likes. */
const struct cpumask *run_where(const struct run *run);

/* Open the visit for a call that runs fn at run_where(). */
void run_open(struct run *run);

/* The call gave @ret just now: close the visit. */
int run_close(struct run *run, int ret);

/* Operations with a file of their own. */
int inactive_call(struct run *run);
void nowait_perform(struct run *run);
int pause_call(struct run *run);
int rendezvous_call(struct run *run);

/* The same by what kstop_rendezvous() is, or pretends to be. */
int rendezvous_by(struct run *run,
		  int (*rendezvous)(const struct cpumask *stop, cpu_stop_fn_t setup,
				    cpu_stop_fn_t action, cpu_stop_fn_t teardown, void *arg));

#endif /* _KSTOPTORTURE_OPS_H */
