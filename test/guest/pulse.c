// SPDX-License-Identifier: GPL-2.0-only
#include "pulse.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "ktap.h"

/*
 * Each sleeps on the CPU it has come to. If it is that CPU which has lost its timer
 * another one comes by; so there are two, at different places.
 */
#define PULSES		2
#define PAUSE_US	500000

static atomic_bool resting;

/* To come to another CPU takes an interrupt there. A CPU may be down for now. */
static void visit(long cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static void *go_round(void *first)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	prctl(PR_SET_NAME, "pulse");
	for (long cpu = (long)first;; cpu++) {
		if (!resting)
			visit(cpu % cpus);
		usleep(PAUSE_US);
	}
	return NULL;
}

void pulse_start(void)
{
	pthread_t thread;
	int err;

	for (long i = 0; i < PULSES; i++) {
		err = pthread_create(&thread, NULL, go_round, (void *)i);
		if (err)
			ktap_note("no pulse: %s", strerror(err));
		else
			pthread_detach(thread);
	}
}

void pulse_rest(bool rest)
{
	resting = rest;
}
