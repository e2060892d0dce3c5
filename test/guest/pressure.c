// SPDX-License-Identifier: GPL-2.0-only
#include "pressure.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"
#include "ktap.h"
#include "trigger.h"

static const char *const lines[] = {
	"machine repeat=5", "machine run=0-1 repeat=5", "one cpu=1 repeat=5",
	"two cpu=0,1 repeat=5", "cpus stop=0-3 repeat=5", "rendezvous stop=0-3 repeat=5",
	"machine timeout_us=500 repeat=5",
};

static pthread_t thread;
static atomic_bool stop;
static atomic_ulong requests, violations;

static bool may(int err)
{
	return !err || err == -ETIMEDOUT || err == -ENOENT || err == -EAGAIN;
}

static void *press(void *arg)
{
	struct trigger_result result;

	(void)arg;
	for (unsigned int n = 0; !atomic_load(&stop); n++) {
		int err = trigger(&result, "%s", lines[n % (sizeof(lines) / sizeof(lines[0]))]);

		atomic_fetch_add(&requests, result.completed);
		usleep(5000);
		if (!may(err)) {
			ktap_note("%s: %s", lines[n % 7], strerror(-err));
			atomic_fetch_add(&violations, 1);
		}
	}
	return NULL;
}

bool pressure_start(const char *test)
{
	return check_load(test, "kstoptorture") && !pthread_create(&thread, NULL, press, NULL);
}

void pressure_read(struct pressure *pressure)
{
	pressure->running = true;
	pressure->requests = atomic_load(&requests);
	pressure->violations = atomic_load(&violations);
}

void pressure_stop(const char *test)
{
	(void)test;
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
}
