// SPDX-License-Identifier: GPL-2.0-only
#include "pulse.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "ktap.h"

/*
 * Each sleeps on the CPU it has come to. If it is that CPU which has lost its timer
 * another one comes by; so there are two, at different places.
 *
 * They are processes, and share but a flag with PID 1. As its threads they shared its
 * memory, too, and so a lock: one that came to a hog's CPU in the midst of a page fault
 * never got on, and PID 1's next fork() waited for it for ever. (Seen with gdb.)
 */
#define PULSES		2
#define PAUSE_US	500000

static atomic_bool *resting;	/* of all; NULL: there is none */

/* To come to another CPU takes an interrupt there. A CPU may be down for now. */
static void visit(long cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static void go_round(long first)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	prctl(PR_SET_NAME, "pulse");
	for (long cpu = first;; cpu++) {
		if (!atomic_load(resting))
			visit(cpu % cpus);
		usleep(PAUSE_US);
	}
}

static bool share_flag(void)
{
	void *shared = mmap(NULL, sizeof(*resting), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared != MAP_FAILED)
		resting = shared;
	return resting;
}

void pulse_start(void)
{
	if (!resting && !share_flag()) {
		ktap_note("no pulse: %s", strerror(errno));
		return;
	}
	for (long i = 0; i < PULSES; i++) {
		pid_t pid = fork();

		if (!pid)
			go_round(i);
		if (pid < 0)
			ktap_note("no pulse: %s", strerror(errno));
	}
}

void pulse_rest(bool rest)
{
	if (resting)
		atomic_store(resting, rest);
}
