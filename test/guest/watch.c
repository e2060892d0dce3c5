// SPDX-License-Identifier: GPL-2.0-only
#include "watch.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "kthreads.h"
#include "ktap.h"
#include "sysfs.h"

static _Atomic(const char *) current;	/* NULL: nothing is watched */
static atomic_long last_progress;	/* seconds */
static atomic_int limit;

static long now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static void dump(void)
{
	int level = console_level(7);

	kthreads_show_stacks("kstop/");
	file_write("/proc/sysrq-trigger", "w");		/* blocked tasks */
	file_write("/proc/sysrq-trigger", "l");		/* what runs on each CPU */
	console_level(level);
}

static void *watch_thread(void *arg)
{
	long said = 0;		/* at which silence it was last reported */

	(void)arg;
	for (;;) {
		const char *what = atomic_load(&current);
		long silence = now_s() - atomic_load(&last_progress);

		if (!what || silence < atomic_load(&limit)) {
			said = 0;
		} else if (!said || silence >= 2 * said) {
			said = silence;
			ktap_note("no progress in %s for %ld s", what, silence);
			dump();
		}
		sleep(1);
	}
	return NULL;
}

void watch_init(void)
{
	struct sched_param param = { .sched_priority = 10 };	/* above the hogs */
	pthread_t thread;

	if (pthread_create(&thread, NULL, watch_thread, NULL)) {
		ktap_note("no watch thread");
		return;
	}
	pthread_setschedparam(thread, SCHED_FIFO, &param);
	pthread_detach(thread);
}

void watch_begin(const char *what, int limit_s)
{
	watch_progress();
	atomic_store(&limit, limit_s);
	atomic_store(&current, what);
}

void watch_progress(void)
{
	atomic_store(&last_progress, now_s());
}

void watch_end(void)
{
	atomic_store(&current, NULL);
}
