/* SPDX-License-Identifier: GPL-2.0-only */
/* kstop's file stoppers: what each stopper does, and for whom. */
#ifndef STOPPERS_H
#define STOPPERS_H

#include <stdbool.h>

#define STOPPERS_MAX	64

struct stopper {
	int	cpu;
	char	state[16];
	char	policy[16];
	int	priority;
	int	queued;
	char	doing[192];
};

/* How many there are, 0 if the file is not as it should be. */
int stoppers_read(struct stopper *list, int max);

/* Is nothing queued, except on @except (-1: nowhere), within some seconds? */
bool stoppers_empty(int except, int seconds);

void stoppers_show(void);

#endif
