// SPDX-License-Identifier: GPL-2.0-only
#include "churn.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "sysfs.h"

static int toggle_cpu(struct churn *churn)
{
	return cpu_set_online(churn->cpu, !cpu_online(churn->cpu));
}

static int next_clocksource(struct churn *churn)
{
	char list[CLOCKSOURCE_MAX][CLOCKSOURCE_LEN], now[CLOCKSOURCE_LEN];
	int n = clocksources(list, CLOCKSOURCE_MAX), i;

	(void)churn;
	if (clocksource_get(now, sizeof(now)) < 0)
		return -1;
	for (i = 0; i < n && strcmp(list[i], now); i++)
		;
	return clocksource_set(list[(i + 1) % n]);
}

static int one_step(struct churn *churn)
{
	int err = -EBUSY;

	pthread_mutex_lock(&churn->busy);
	if (!atomic_load(&churn->held)) {
		err = churn->step(churn);
		if (!err) {
			atomic_fetch_add(&churn->count, 1);
		} else {
			atomic_fetch_add(&churn->errors, 1);
			atomic_store(&churn->last_error, err);
		}
	}
	pthread_mutex_unlock(&churn->busy);
	return err;
}

static void *churn_thread(void *arg)
{
	struct churn *churn = arg;

	while (!atomic_load(&churn->stop)) {
		int err = one_step(churn);

		usleep(err && churn->pause_us < 1000 ? 1000 : churn->pause_us);
	}
	return NULL;
}

static bool start(struct churn *churn)
{
	pthread_mutex_init(&churn->busy, NULL);
	churn->running = !pthread_create(&churn->thread, NULL, churn_thread, churn);
	if (!churn->running)
		ktap_note("no thread for %s", churn->name);
	return churn->running;
}

bool churn_hotplug(struct churn *churn, int cpu, int pause_us)
{
	*churn = (struct churn){ .name = "hotplug", .step = toggle_cpu, .cpu = cpu,
				 .pause_us = pause_us };
	return cpu > 0 && start(churn);
}

bool churn_clocksource(struct churn *churn, int pause_us)
{
	char list[CLOCKSOURCE_MAX][CLOCKSOURCE_LEN];

	*churn = (struct churn){ .name = "clocksource", .step = next_clocksource,
				 .cpu = -1, .pause_us = pause_us };
	if (clocksources(list, CLOCKSOURCE_MAX) < 2 ||
	    clocksource_get(churn->original, sizeof(churn->original)) < 0)
		return false;
	return start(churn);
}

static void put_back(struct churn *churn)
{
	int err = 0;

	if (churn->cpu > 0 && !cpu_online(churn->cpu))
		err = cpu_set_online(churn->cpu, true);
	if (*churn->original)
		err = clocksource_set(churn->original);
	if (err)
		ktap_note("%s: cannot put back what it changed: %s", churn->name, strerror(-err));
}

void churn_hold(struct churn *churn)
{
	if (!churn->running)
		return;
	atomic_store(&churn->held, true);
	pthread_mutex_lock(&churn->busy);
	put_back(churn);
	pthread_mutex_unlock(&churn->busy);
}

void churn_release(struct churn *churn)
{
	atomic_store(&churn->held, false);
}

void churn_stop(struct churn *churn)
{
	if (!churn->running)
		return;
	atomic_store(&churn->stop, true);
	pthread_join(churn->thread, NULL);
	churn->running = false;
	put_back(churn);
}
