// SPDX-License-Identifier: GPL-2.0-only
/*
 * A caller with a time limit sleeps, and a real-time task takes the CPU where it went to sleep. The
 * limit ends the call all the same, on another CPU, where the caller may run: on PREEMPT_RT, too,
 * where most timers are handled by a thread that such a task keeps away.
 */
#include "checks.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "hogs.h"
#include "kthreads.h"
#include "ktap.h"
#include "siege.h"
#include "stoppers.h"
#include "sysfs.h"
#include "trigger.h"

#define TEST		"fifo_caller"
#define LIMIT_MS	1000
#define TRIES		5
#define ANSWER_S	5

static const struct policy fifo_10 = { .policy = SCHED_FIFO, .priority = 10 };

/* Until its request is queued, the only one there is, and it sleeps. */
static bool wait_for_sleep(pid_t pid)
{
	uint64_t until = now_ns() + ANSWER_S * NS_PER_S;

	while (stoppers_empty(-1, 0) || task_state(pid) != 'D') {
		if (now_ns() >= until)
			return false;
		usleep(1000);
	}
	return true;
}

/* From now on it may run on any CPU but the late one. */
static int let_loose(pid_t pid, int late)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (int cpu = 0; cpu < late; cpu++)
		CPU_SET(cpu, &set);
	return sched_setaffinity(pid, sizeof(set), &set) ? -errno : 0;
}

/* What came of the call, or -EAGAIN if it was over before the hog was there. */
static int call_beside_hog(int cpu, int late)
{
	pid_t caller = trigger_start(cpu, "machine stop=%d timeout_us=%d", late, LIMIT_MS * 1000);
	pid_t hog = -ETIME;
	int ret = -EAGAIN;
	uint64_t began;

	if (wait_for_sleep(caller))
		hog = let_loose(caller, late);
	if (!hog)
		hog = hog_start(cpu, "hog10", &fifo_10);
	began = now_ns();
	if (hog > 0 && task_state(caller) == 'D') {
		ret = trigger_wait(caller, ANSWER_S);
		ktap_note("%s, %.0f ms after the hog was there", strerror(-ret), ms_since(began));
	}
	hog_stop(hog);
	if (ret == -EAGAIN || ret == -ETIME)
		trigger_wait(caller, ANSWER_S);
	return hog > 0 ? ret : hog;
}

void check_fifo_caller(void)
{
	int late = cpus_present() - 1, err = -EAGAIN;
	struct siege siege;

	if (late < 2) {
		ktap_skip(TEST, "fewer than three CPUs");
		return;
	}
	if (!check_load_with(TEST, "kstoptorture", "policy=fifo"))
		return;
	if (siege_begin(&siege, "hog99", late, late, &fifo_99)) {
		cpus_clear(late - 1, late);
		for (int i = 0; i < TRIES && err == -EAGAIN; i++)
			err = call_beside_hog(late - 1, late);
		siege_end(&siege);
		ktap_result(err == -ETIMEDOUT, TEST ".limit", "while a hog keeps CPU %d, where the caller fell asleep: %s",
			    late - 1, strerror(-err));
	} else {
		ktap_result(false, TEST ".hog", "does not start");
	}
	check_leave(TEST, "kstoptorture");
}
