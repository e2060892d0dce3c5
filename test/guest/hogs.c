// SPDX-License-Identifier: GPL-2.0-only
#include "hogs.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"
#include "sysfs.h"

struct hogs {
	int	count;
	pid_t	pid[];
};

static void bind_to(int cpu, int movable_cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (cpu == movable_cpu)
		CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void hog(int cpu, int policy, int priority, int movable_cpu)
{
	struct sched_param param = { .sched_priority = priority };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	bind_to(cpu, movable_cpu);
	sched_setscheduler(0, policy, &param);
	for (volatile unsigned long n = 0;; n++)
		;
}

struct hogs *hogs_start(int policy, int priority, int movable_cpu)
{
	int cpus = cpus_present();
	struct hogs *hogs = calloc(1, sizeof(*hogs) + cpus * sizeof(hogs->pid[0]));

	if (!hogs)
		return NULL;
	for (int cpu = 0; cpu < cpus; cpu++) {
		pid_t pid = fork();

		if (!pid)
			hog(cpu, policy, priority, movable_cpu);
		if (pid < 0) {
			ktap_note("no hog for CPU %d", cpu);
			hogs_stop(hogs);
			return NULL;
		}
		hogs->pid[hogs->count++] = pid;
	}
	return hogs;
}

void hogs_stop(struct hogs *hogs)
{
	if (!hogs)
		return;
	for (int i = 0; i < hogs->count; i++)
		kill(hogs->pid[i], SIGKILL);
	for (int i = 0; i < hogs->count; i++)
		waitpid(hogs->pid[i], NULL, 0);
	free(hogs);
}

/* Says how setting up went before it goes wild, as nobody may hear it later. */
static void lone_hog(int cpu, const char *name, const struct policy *policy, int answer)
{
	int err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	/* In this order: as an ordinary task it may never run again over there. */
	err = policy_set(policy);
	if (!err)
		err = bind_to_cpu(cpu);
	if (write(answer, &err, sizeof(err)) != sizeof(err) || err)
		_exit(1);
	for (volatile unsigned long n = 0;; n++)
		;
}

pid_t hog_start(int cpu, const char *name, const struct policy *policy)
{
	int ends[2], err = -EIO;
	pid_t pid;

	if (pipe(ends))
		return -errno;
	pid = fork();
	if (!pid)
		lone_hog(cpu, name, policy, ends[1]);
	close(ends[1]);
	if (pid > 0 && read(ends[0], &err, sizeof(err)) != sizeof(err))
		err = -EIO;
	close(ends[0]);
	if (pid > 0 && err)
		hog_stop(pid);
	return pid < 0 ? -EAGAIN : err ? err : pid;
}

void hog_stop(pid_t hog)
{
	if (hog <= 0)
		return;
	kill(hog, SIGKILL);
	waitpid(hog, NULL, 0);
}
