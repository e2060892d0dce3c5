// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs of others load the machine, each in a way that makes the kernel stop
 * CPUs itself or takes them away, while kstoptorture runs.
 */
#include "checks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "natives.h"
#include "pressure.h"
#include "real.h"
#include "sysfs.h"
#include "watch.h"

#define PATIENCE_S	10	/* with requests, once a load is over */
#define GRACE_S		60	/* a load may take this and three times its seconds */
#define DUMP_S		5	/* before it is ended: what everybody does */

/*
 * See test/third. A few of the kernel's stops happen beside any load; the one that
 * is there to cause them must cause so many for 100 works. Not every task that is
 * sent elsewhere runs at that moment.
 */
static const struct load {
	const char	*name;
	int		seconds;	/* in a run of 60 */
	enum native	native;		/* which of the kernel's stops it must cause */
	unsigned int	percent;
	const char	*command;
} loads[] = {
	{ "programs",		1,  NATIVE_NONE, 0,	"programs" },
	{ "stress_cpu_online",	12, NATIVE_MACHINE, 50,	"stress --pathological --cpu-online 1" },
	{ "stress_affinity",	10, NATIVE_MIGRATION, 50, "stress --affinity 4" },
	{ "stress_schedpolicy",	10, NATIVE_NONE, 0,	"stress --schedpolicy 4" },
	{ "stress_cyclic",	8,  NATIVE_NONE, 0,	"stress --cyclic 1" },
	{ "stress_timers",	10, NATIVE_NONE, 0,	"stress --timer 1 --hrtimers 1 --switch 2" },
	{ "cyclictest",		12, NATIVE_NONE, 0,	"cyclictest" },
	{ "hotplug",		12, NATIVE_MACHINE, 50,	"hotplug" },	/* going down */
	{ "hotplug_fail",	20, NATIVE_MACHINE, 50,	"hotplug_fail" },
	{ "clocksource",	8,  NATIVE_MACHINE, 100, "clocksource" },
	{ "mtrr",		8,  NATIVE_MACHINE, 100, "mtrr" },
	{ "taskset",		12, NATIVE_MIGRATION, 10, "taskset" },
	{ "numa",		16, NATIVE_NONE, 0,	"numa" },
};

#define LOADS	(sizeof(loads) / sizeof(loads[0]))

static char asked[256];		/* comma list, empty: all */

void check_third_loads(const char *names)
{
	snprintf(asked, sizeof(asked), "%s", names);
}

/* What came of everything but the program itself, between two looks. */
struct look {
	struct pressure	pressure;
	struct natives	natives;
};

/*
 * The torture rests for a second now and then, and a load may be over by that
 * time: an end without a request since @before is looked at again for a while.
 */
static void look(struct look *look, const struct look *before)
{
	for (int tries = 0; tries < PATIENCE_S * 10; tries++) {
		pressure_read(&look->pressure);
		if (!before || look->pressure.requests != before->pressure.requests)
			break;
		usleep(100000);
	}

	natives_read(&look->natives);
}

static uint64_t requests_between(const struct look *before, const struct look *after)
{
	return after->pressure.requests - before->pressure.requests;
}

static uint64_t natives_between(const struct look *before, const struct look *after, enum native n)
{
	return after->natives.count[n] - before->natives.count[n];
}

static void show_figures(const struct load *load, const struct look *before,
			 const struct look *after)
{
	ktap_note("figure: %s.requests %" PRIu64, load->name, requests_between(before, after));
	for (enum native n = NATIVE_NONE + 1; natives_known() && n < NATIVES; n++)
		if (natives_between(before, after, n))
			ktap_note("figure: %s.native_%s %" PRIu64, load->name, native_name(n),
				  natives_between(before, after, n));
}

static bool stops_enough(const struct load *load, const struct look *before,
			 const struct look *after, uint64_t work)
{
	return !natives_known() || !load->native ||
	       natives_between(before, after, load->native) * 100 >= load->percent * work;
}

/* NULL: nothing is wrong, but for what the program itself says. */
static const char *beside(const struct load *load, const struct look *before,
			  const struct look *after, uint64_t work)
{
	if (cpus_online() != cpus_present())
		return "it left a CPU offline";
	if (after->pressure.violations)
		return "the torture saw a violation";
	if (!after->pressure.running)
		return "the torture is over";
	if (!requests_between(before, after))
		return "no request of kstop's came to an end meanwhile";
	if (!stops_enough(load, before, after, work))
		return "it did not make the kernel stop CPUs for that";
	return NULL;
}

static void all_online(void)
{
	for (int cpu = 0; cpu < cpus_present(); cpu++)
		if (!cpu_online(cpu))
			cpu_set_online(cpu, true);
}

static void run_load(const struct load *load)
{
	int seconds = check_seconds(load->seconds), limit_s = 3 * seconds + GRACE_S;
	struct look before, after;
	struct real_end end;
	char test[64];
	const char *wrong;

	snprintf(test, sizeof(test), "third.%s", load->name);
	watch_begin(test, limit_s - DUMP_S);
	look(&before, NULL);
	real_run(load->name, load->command, seconds, limit_s, &end);
	look(&after, &before);
	show_figures(load, &before, &after);
	wrong = end.status ? NULL : beside(load, &before, &after, end.work);
	if (end.status == REAL_LACKING)
		ktap_skip(test, "%s", end.why);
	else if (end.status)
		ktap_result(false, test, "status %d: %s", end.status, end.why);
	else if (wrong)
		ktap_result(false, test, "%s", wrong);
	else
		ktap_result(end.work > 0, test, "work %" PRIu64 ", %" PRIu64 " requests beside it",
			    end.work, requests_between(&before, &after));
	all_online();
}

static const struct load *find(const char *name)
{
	for (size_t i = 0; i < LOADS; i++)
		if (!strcmp(loads[i].name, name))
			return &loads[i];
	return NULL;
}

static void run_asked(void)
{
	char *name, *save;

	for (name = strtok_r(asked, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		const struct load *load = find(name);

		if (load)
			run_load(load);
		else
			ktap_result(false, name, "there is no such load");
	}
}

static void run_all(void)
{
	for (size_t i = 0; i < LOADS; i++)
		run_load(&loads[i]);
}

void check_third_party(void)
{
	int level;

	if (!real_open()) {
		ktap_skip("third.root", "no Debian in /real: run-guest --root loads");
		return;
	}
	if (!pressure_start("third"))
		return;
	level = console_level(5);
	natives_open();
	if (*asked)
		run_asked();
	else
		run_all();
	natives_close();
	pressure_stop("third");
	console_level(level);
}
