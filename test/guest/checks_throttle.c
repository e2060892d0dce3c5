// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a callback of 10 s does to the real-time tasks of its CPU, with the
 * throttle as it is by default: figures for the documentation. The kernel may
 * charge the stopper's time to all of that CPU's real-time tasks.
 */
#include "checks.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "ktap.h"
#include "sched_attr.h"
#include "sysfs.h"
#include "trigger.h"
#include "watch.h"

#define CALLBACK_S	10
#define BEFORE_S	2
#define AFTER_S		15
#define BEAT_MS		10
#define BEATS_MAX	(2 * (BEFORE_S + CALLBACK_S + AFTER_S) * 1000 / BEAT_MS)

/* When a task that wakes up every 10 ms did; shared with it. */
struct heart {
	volatile unsigned int	beats;
	uint64_t		at[BEATS_MAX];
};

static void beat(struct heart *heart, int cpu)
{
	struct policy policy = { .policy = SCHED_FIFO, .priority = 50 };
	uint64_t next;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (bind_to_cpu(cpu) || policy_set(&policy))
		_exit(1);
	for (next = now_ns(); heart->beats < BEATS_MAX; heart->beats++) {
		struct timespec at = { 0 };

		next = now_ns() + BEAT_MS * NS_PER_MS;
		at.tv_sec = next / NS_PER_S;
		at.tv_nsec = next % NS_PER_S;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		heart->at[heart->beats] = now_ns();
	}
	_exit(0);
}

/* The longest time between two beats, of those that end between two moments. */
static double longest_ms(const struct heart *heart, uint64_t from, uint64_t to)
{
	uint64_t longest = 0;

	for (unsigned int i = 1; i < heart->beats; i++) {
		uint64_t gap = heart->at[i] - heart->at[i - 1];

		if (heart->at[i] >= from && heart->at[i] < to && gap > longest)
			longest = gap;
	}
	return longest / 1e6;
}

/* The first beat at that moment or later; 0: none. */
static uint64_t first_from(const struct heart *heart, uint64_t from)
{
	for (unsigned int i = 0; i < heart->beats; i++)
		if (heart->at[i] >= from)
			return heart->at[i];
	return 0;
}

static void measure(const char *test, const char *call, struct heart *heart, int cpu)
{
	uint64_t began, middle, ended, again;
	char callback[64];
	int err;

	snprintf(callback, sizeof(callback), "%s=%d busy_us=%d", call, cpu, CALLBACK_S * 1000000);
	watch_begin(test, 2 * CALLBACK_S + AFTER_S);
	sleep(BEFORE_S);
	began = now_ns();
	middle = began + CALLBACK_S * NS_PER_S / 2;
	err = trigger_write_bytes(callback, strlen(callback));
	ended = now_ns();
	sleep(AFTER_S);
	again = first_from(heart, middle);
	watch_end();
	ktap_note("%s: callback of %.0f ms on CPU %d, a SCHED_FIFO 50 task there wakes every %d ms",
		  test, (ended - began) / 1e6, cpu, BEAT_MS);
	ktap_note("%s: longest gap before it %.1f ms, around it %.1f ms, of that after its end %.1f"
		  " ms, later %.1f ms", test, longest_ms(heart, 0, began),
		  longest_ms(heart, began, again + 1), again > ended ? (again - ended) / 1e6 : 0,
		  longest_ms(heart, again + 1, UINT64_MAX));
	ktap_result(!err && again, test, "%s", err ? strerror(-err) : again ? "figures above" :
		    "the task never ran again");
}

static void check_call(const char *test, const char *call)
{
	struct heart *heart;
	pid_t pid;

	heart = mmap(NULL, sizeof(*heart), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	pid = heart == MAP_FAILED ? -1 : fork();
	if (!pid)
		beat(heart, 1);
	if (pid > 0) {
		measure(test, call, heart, 1);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	} else {
		ktap_result(false, test, "no task");
	}
	if (heart != MAP_FAILED)
		munmap(heart, sizeof(*heart));
}

/* With interrupts on, and with all CPUs stopped and interrupts off. */
static void check_policy(const char *policy)
{
	char test[64], options[64];

	snprintf(test, sizeof(test), "rt_throttle.%s", policy);
	snprintf(options, sizeof(options), "policy=%s", policy);
	if (!check_load_with(test, "kstoptorture", options))
		return;
	snprintf(test, sizeof(test), "rt_throttle.%s.one", policy);
	check_call(test, "one cpu");
	snprintf(test, sizeof(test), "rt_throttle.%s.machine", policy);
	check_call(test, "machine run");
	snprintf(test, sizeof(test), "rt_throttle.%s", policy);
	check_leave(test, "kstoptorture");
}

void check_rt_throttle(void)
{
	if (cpus_present() < 2) {
		ktap_skip("rt_throttle", "one CPU");
		return;
	}
	cpus_clear(1, 1);
	check_policy("fifo");
	check_policy("deadline");
	cpus_unclear();
}
