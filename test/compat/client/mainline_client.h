/* SPDX-License-Identifier: GPL-2.0-only */
/* mainline_client: what its files share. */
#ifndef _MAINLINE_CLIENT_H
#define _MAINLINE_CLIENT_H

#include <linux/atomic.h>
#include <linux/sched.h>

/* What a test's callbacks saw. */
struct sightings {
	struct task_struct	*caller;	/* who called stop_machine() */
	atomic_t		ran;		/* callbacks */
	atomic_t		strange;	/* of these, how many ran elsewhere */
	unsigned int		online;		/* CPUs, while all stood still */
	int			refusals;	/* yet to come */
};

#define SIGHTINGS() { .caller = current }

/* Count a callback, and whether the right stopper runs it. */
void sighted(struct sightings *seen);
/* 0 if there were @want callbacks, all of them where they should be */
int sightings_check(struct sightings *seen, const char *test, int ret,
		    unsigned int want);
unsigned int sightings_total(void);

int trap_test(void);		/* mainline_client_trap.c */
int family_test(void);		/* mainline_client_family.c */
void family_exit(void);

#endif /* _MAINLINE_CLIENT_H */
