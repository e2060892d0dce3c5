// SPDX-License-Identifier: GPL-2.0-only
/*
 * What root can do to a stopper thread from user space: signals do nothing, it
 * cannot be moved; its policy can be changed, and then it is slower.
 */
#include "checks.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faults.h"
#include "hogs.h"
#include "kthreads.h"
#include "ktap.h"
#include "mate.h"
#include "sysfs.h"
#include "watch.h"

#define THREADS_MAX	64
#define ROUNDS		20
#define MATES		2

struct threads {
	struct kthread	list[THREADS_MAX];
	int		n;
};

static bool threads_find(struct threads *t)
{
	t->n = kthreads_find("kstop/", t->list, THREADS_MAX);
	return t->n > 0 && t->n <= THREADS_MAX;
}

/* The same threads, on the same CPUs, neither stopped nor dead. */
static const char *threads_problem(const struct threads *before)
{
	struct threads now;

	if (!threads_find(&now) || now.n != before->n)
		return "not as many threads as before";
	for (int i = 0; i < now.n; i++) {
		if (now.list[i].pid != before->list[i].pid)
			return "not the same threads";
		if (now.list[i].bound_cpu != before->list[i].bound_cpu)
			return "a thread was moved";
		if (strchr("TtZX", now.list[i].state))
			return "a thread is stopped or dead";
	}
	return NULL;
}

static void conclude(const char *test, const char *problem, const char *found)
{
	if (!problem)
		problem = stops_problem();
	ktap_result(!problem, test, "%s%s%s", found, problem ? ": " : "",
		    problem ? problem : "");
}

/* Each signal there is, with requests under way. */
static void check_signals(const struct threads *t)
{
	struct mate mates[MATES] = { 0 };
	unsigned long done = 0, failed = 0, sent = 0;
	const char *problem = NULL;
	bool ended = true;
	char text[128];

	ended &= mate_start(&mates[0], mate_trigger, "machine repeat=5");
	ended &= mate_start(&mates[1], mate_trigger, "one cpu=0 repeat=5");
	for (int round = 0; round < ROUNDS && !problem; round++) {
		for (int i = 0; i < t->n; i++)
			for (int sig = 1; sig < SIGRTMAX; sig++)
				sent += !kill(t->list[i].pid, sig);
		problem = threads_problem(t);
		watch_progress();
	}
	for (int i = 0; i < MATES; i++) {
		ended &= mate_stop(&mates[i]);
		done += mates[i].share ? mates[i].share->done : 0;
		failed += mates[i].share ? mates[i].share->failed : 0;
		mate_free(&mates[i]);
	}
	ktap_note("figure: signals %lu", sent);
	snprintf(text, sizeof(text), "%lu sent, %lu requests meanwhile, %lu failed", sent, done,
		 failed);
	if (!problem && (!ended || !done || failed || !sent))
		problem = "that is not as it should be";
	conclude("faults_stopper.signals", problem, text);
}

/* How the kernel takes it that a thread is to be moved; it should give EINVAL. */
struct moves {
	int	refused;
	int	others;
};

static void count_move(struct moves *moves, int err, const char *how)
{
	if (err == -EINVAL) {
		moves->refused++;
		return;
	}
	moves->others++;
	ktap_note("%s: %s", how, strerror(-err));
}

static void conclude_moves(const char *test, const struct moves *moves, const struct threads *t)
{
	char text[64];

	snprintf(text, sizeof(text), "%d refused, %d not so", moves->refused, moves->others);
	conclude(test, moves->others || !moves->refused ? "that is not EINVAL each time" :
		 threads_problem(t), text);
}

/* Each thread to each other CPU, and to all. */
static void check_affinity(const struct threads *t)
{
	struct moves moves = { 0 };
	cpu_set_t set;

	for (int i = 0; i < t->n; i++) {
		for (int cpu = -1; cpu < cpus_present(); cpu++) {
			if (cpu == t->list[i].bound_cpu)
				continue;
			CPU_ZERO(&set);
			for (int other = 0; other < cpus_present(); other++)
				if (cpu < 0 || cpu == other)
					CPU_SET(other, &set);
			count_move(&moves, sched_setaffinity(t->list[i].pid, sizeof(set), &set) ?
				   -errno : 0, "affinity");
		}
	}
	ktap_note("figure: affinity_refused %d", moves.refused);
	conclude_moves("faults_stopper.affinity", &moves, t);
}

/* A group of threads, wherever there is one to be had. */
static bool cgroup_move(const char *type, const char *options, const struct threads *t,
			struct moves *moves)
{
	static const char top[] = "/tmp/group", sub[] = "/tmp/group/sub";
	char file[64], text[16];

	mkdir(top, 0755);
	if (mount(type, top, type, 0, options))
		return false;
	mkdir(sub, 0755);
	snprintf(file, sizeof(file), "%s/cpuset.cpus", sub);
	file_write(file, "0");
	snprintf(file, sizeof(file), "%s/cpuset.mems", sub);
	file_write(file, "0");
	snprintf(file, sizeof(file), "%s/cgroup.procs", sub);
	for (int i = 0; i < t->n; i++) {
		snprintf(text, sizeof(text), "%d", t->list[i].pid);
		count_move(moves, file_write(file, text), type);
	}
	rmdir(sub);
	umount(top);
	return true;
}

static void check_cgroups(const struct threads *t)
{
	struct moves moves = { 0 };
	bool there;

	there = cgroup_move("cgroup2", NULL, t, &moves);
	there |= cgroup_move("cgroup", "cpuset", t, &moves);
	there |= cgroup_move("cgroup", "cpu", t, &moves);
	if (!there) {
		ktap_skip("faults_stopper.cgroups", "this kernel has none");
		return;
	}
	ktap_note("figure: cgroup_moves_refused %d", moves.refused);
	conclude_moves("faults_stopper.cgroups", &moves, t);
}

/* Attach to it, and limits at which the kernel itself sends signals. */
static void check_limits(const struct threads *t)
{
	const struct rlimit least = { 1, 1 };
	const char *problem = NULL;
	int attached = 0, limits = 0, all = 3 * t->n;
	char text[96];

	for (int i = 0; i < t->n; i++) {
		pid_t pid = t->list[i].pid;

		attached += !ptrace(PTRACE_SEIZE, pid, NULL, NULL);
		limits += !prlimit(pid, RLIMIT_CPU, &least, NULL);
		limits += !prlimit(pid, RLIMIT_RTTIME, &least, NULL);
		limits += !prlimit(pid, RLIMIT_SIGPENDING, &least, NULL);
	}
	/* More CPU time than the limit, at least as the kernel counts it. */
	for (int i = 0; i < 10 && !problem; i++) {
		problem = stops_problem();
		watch_progress();
	}
	snprintf(text, sizeof(text), "%d of %d limits set, attached to %d", limits, all, attached);
	if (limits != all)
		problem = "a limit cannot be set, so it shows nothing";
	conclude("faults_stopper.limits", attached ? "a stopper can be traced" :
		 problem ? problem : threads_problem(t), text);
}

static int set_all(const struct threads *t, int policy, int priority)
{
	struct sched_param param = { .sched_priority = priority };
	int allowed = 0;

	for (int i = 0; i < t->n; i++)
		allowed += !sched_setscheduler(t->list[i].pid, policy, &param);
	return allowed;
}

/*
 * Root may have it so. Beside ordinary tasks that use all CPUs a stop takes
 * longer then, and comes all the same.
 */
static void check_policies(const struct threads *t)
{
	static const struct {
		const char	*name;
		int		policy, priority;
		bool		hogs;		/* idle beside these takes many seconds */
	} set[] = {
		{ "fifo_1", SCHED_FIFO, 1, true }, { "rr_1", SCHED_RR, 1, true },
		{ "other", SCHED_OTHER, 0, true }, { "batch", SCHED_BATCH, 0, true },
		{ "idle", SCHED_IDLE, 0, false },
	};

	for (size_t i = 0; i < sizeof(set) / sizeof(set[0]); i++) {
		struct hogs *hogs = !set[i].hogs ? NULL :
				    hogs_start(SCHED_OTHER, 0, cpus_present() - 1);
		int allowed = set_all(t, set[i].policy, set[i].priority);
		const char *problem = allowed != t->n ? "its policy cannot be changed" :
				      set[i].hogs && !hogs ? "no hogs" : NULL;
		char test[64], text[64];

		snprintf(test, sizeof(test), "faults_stopper.policy_%s", set[i].name);
		for (int j = 0; j < 3 && !problem; j++) {
			watch_progress();
			problem = stops_problem();
		}
		snprintf(text, sizeof(text), "allowed for %d of %d", allowed, t->n);
		conclude(test, problem ? problem : threads_problem(t), text);
		hogs_stop(hogs);
	}
	set_all(t, SCHED_FIFO, 99);
}

void check_faults_stopper(void)
{
	struct threads threads;

	if (!check_load("faults_stopper", "kstoptorture"))
		return;
	if (threads_find(&threads)) {
		check_signals(&threads);
		check_affinity(&threads);
		check_cgroups(&threads);
		check_limits(&threads);
		check_policies(&threads);
	} else {
		ktap_result(false, "faults_stopper.threads", "%d of them", threads.n);
	}
	check_leave("faults_stopper", "kstoptorture");
}
