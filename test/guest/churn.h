/* SPDX-License-Identifier: GPL-2.0-only */
/* Things user space does over and over that make the kernel's own stoppers work. */
#ifndef CHURN_H
#define CHURN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct churn {
	const char	*name;
	int		(*step)(struct churn *churn);	/* 0 or -errno */
	int		cpu;		/* the CPU that comes and goes */
	int		pause_us;	/* between two steps */
	atomic_ulong	count;		/* steps that worked */
	atomic_ulong	errors;
	atomic_int	last_error;
	atomic_bool	stop;
	atomic_bool	held;
	pthread_mutex_t	busy;		/* held during a step */
	pthread_t	thread;
	bool		running;
	char		original[32];	/* clock source to go back to */
};

/* CPU @cpu goes down, comes up, and so on; a step is one of the two. */
bool churn_hotplug(struct churn *churn, int cpu, int pause_us);

/* The next clock source, one stop_machine() each. False: there is but one. */
bool churn_clocksource(struct churn *churn, int pause_us);

/* After hold has returned no step is under way, and the CPU is online. */
void churn_hold(struct churn *churn);
void churn_release(struct churn *churn);

/* Waits for the last step; what was changed is as before. Fine if never started. */
void churn_stop(struct churn *churn);

#endif
