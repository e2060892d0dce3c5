// SPDX-License-Identifier: GPL-2.0-only
#include "mate.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "ktap.h"
#include "trigger.h"

#define PATIENCE_S	20

static void loop(struct mate_share *share, mate_step step, void *arg)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!atomic_load(&share->stop)) {
		bool held = atomic_load(&share->held);

		atomic_store(&share->idle, held);
		if (held) {
			usleep(200);
			continue;
		}
		step(share, arg);
		share->steps++;
	}
	_exit(0);
}

bool mate_start(struct mate *mate, mate_step step, void *arg)
{
	*mate = (struct mate){ 0 };
	mate->share = mmap(NULL, sizeof(*mate->share), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mate->share == MAP_FAILED) {
		mate->share = NULL;
		return false;
	}
	mate->pid = fork();
	if (!mate->pid)
		loop(mate->share, step, arg);
	return mate->pid > 0;
}

bool mate_hold(struct mate *mate)
{
	uint64_t until = now_ns() + PATIENCE_S * NS_PER_S;

	atomic_store(&mate->share->idle, false);
	atomic_store(&mate->share->held, true);
	while (!atomic_load(&mate->share->idle)) {
		if (now_ns() >= until)
			return false;
		usleep(100);
	}
	return true;
}

void mate_release(struct mate *mate)
{
	atomic_store(&mate->share->held, false);
}

static bool gone_within(pid_t pid, int seconds)
{
	uint64_t until = now_ns() + seconds * NS_PER_S;

	while (waitpid(pid, NULL, WNOHANG) != pid) {
		if (now_ns() >= until)
			return false;
		usleep(1000);
	}
	return true;
}

bool mate_stop(struct mate *mate)
{
	pid_t pid = mate->pid;

	mate->pid = 0;
	if (pid <= 0)
		return false;
	atomic_store(&mate->share->stop, true);
	if (gone_within(pid, PATIENCE_S))
		return true;
	ktap_note("process %d does not end, and is killed", pid);
	kill(pid, SIGKILL);
	if (!gone_within(pid, PATIENCE_S))
		ktap_note("process %d does not die", pid);
	return false;
}

void mate_free(struct mate *mate)
{
	if (mate->share)
		munmap(mate->share, sizeof(*mate->share));
	mate->share = NULL;
}

void mate_count(struct mate_share *share, int err, int one, int two)
{
	if (!err) {
		atomic_fetch_add(&share->done, 1);
	} else if (err == -one || err == -two) {
		atomic_fetch_add(&share->refused, 1);
	} else {
		atomic_fetch_add(&share->failed, 1);
		atomic_store(&share->last_error, err);
	}
}

void mate_trigger(struct mate_share *share, void *arg)
{
	const char *line = arg;

	mate_count(share, trigger_write_bytes(line, strlen(line)), ENOENT, EAGAIN);
}
