// SPDX-License-Identifier: GPL-2.0-only
/* kstopscale.ko from load to verdict; what it measured goes to the console. */
#include "checks.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kmsg.h"
#include "ktap.h"
#include "mods.h"
#include "pulse.h"
#include "sysfs.h"
#include "watch.h"

#define STATE_FILE	"/sys/kernel/debug/kstopscale/state"
#define RESULTS_FILE	"/sys/kernel/debug/kstopscale/results"
#define STATS_FILE	"/sys/kernel/debug/kstop/stats"
#define SYMBOLS_PORT	"/dev/ttyS2"
#define OPTIONS_MAX	512
#define LINE_MAX_BYTES	1024

/* What is on the command line; without, as little as can be. */
static char asked[OPTIONS_MAX] = "samples=10 slices=2 slice_ms=50";

struct state {
	char	state[16];
	char	verdict[16];
	int	results;
	int	samples;
};

void check_scale_options(const char *words)
{
	snprintf(asked, sizeof(asked), "%s", words);
	for (char *c = asked; *c; c++)
		if (*c == ';')
			*c = ' ';
}

static bool state_read(struct state *state)
{
	char text[128];

	return file_read(STATE_FILE, text, sizeof(text)) > 0 &&
	       sscanf(text, "state: %15s\nverdict: %15s\nresults: %d\nsamples: %d",
		      state->state, state->verdict, &state->results, &state->samples) == 4;
}

/* The lines from @from on, for the host. The number of lines there are. */
static int print_lines(const char *path, const char *prefix, int from)
{
	char line[LINE_MAX_BYTES];
	FILE *file = fopen(path, "re");
	int n = 0;

	if (!file)
		return from;
	for (; fgets(line, sizeof(line), file); n++) {
		line[strcspn(line, "\n")] = '\0';
		if (n >= from)
			ktap_note("%s: %s", prefix, line);
	}
	fclose(file);
	return n;
}

static void print_conditions(void)
{
	char clock[CLOCKSOURCE_LEN] = "unknown";

	clocksource_get(clock, sizeof(clock));
	ktap_note("scale: guest cpus=%d clocksource=%s", cpus_online(), clock);
}

/* That it does not end is for the watch, and the host's time limit. */
static bool wait_for_end(struct state *state)
{
	int results = -1, samples = 0, lines = 0;

	do {
		sleep(1);
		if (!state_read(state))
			return false;
		if (state->samples != samples)
			watch_progress();
		samples = state->samples;
		if (state->results != results)
			lines = print_lines(RESULTS_FILE, "scale", lines);
		results = state->results;
	} while (strcmp(state->state, "ended"));
	print_lines(RESULTS_FILE, "scale", lines);
	print_lines(STATS_FILE, "kstop", 0);
	return true;
}

/* For scripts/profile: where each function of the kernel is, to the third port. */
static void print_symbols(void)
{
	char line[LINE_MAX_BYTES];
	FILE *in = fopen("/proc/kallsyms", "re"), *out = fopen(SYMBOLS_PORT, "we");
	unsigned long n = 0;

	while (in && out && fgets(line, sizeof(line), in))
		if (strcasestr(line, " t ") && fputs(line, out) >= 0)
			n++;
	if (in)
		fclose(in);
	if (out && fclose(out))
		n = 0;
	ktap_result(n > 0, "scale.symbols", "%lu", n);
}

static void check_log(int mark, const struct state *state)
{
	char line[256];
	int lines = 0;

	while (kmsg_find(mark, "kstopscale: End of measuring:", NULL, line, sizeof(line)))
		lines += strstr(line, state->verdict) ? 1 : 100;
	ktap_result(lines == 1, "scale.verdict_line", "one line in the log");
}

static void check_refusals(void)
{
	static const char *const bad[] = {
		"samples=0", "measures=luck", "ways=kstop,magic", "loads=much", "callers=1,x",
		"callers=0", "slice_ms=99999999",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int mark = kmsg_mark(), err = mods_load("kstopscale", bad[i]);
		char line[256];

		ktap_result(err == -EINVAL && kmsg_find(mark, "kstopscale: parameter ", NULL, line,
							sizeof(line)),
			    "scale.refuses", "%s: %s", bad[i], strerror(-err));
		kmsg_close(mark);
		if (!err)
			mods_unload("kstopscale");
	}
}

/* In the middle of it; it has begun when there is a sample. */
static void check_unload_early(void)
{
	struct state state = { .samples = 0 };
	int err = mods_load("kstopscale", "samples=1000000");

	while (!err && state_read(&state) && !state.samples)
		usleep(1000);
	if (!err)
		err = mods_unload("kstopscale");
	ktap_result(!err && state.samples, "scale.unload_early", "after %d samples: %s",
		    state.samples, strerror(-err));
}

void check_scale(void)
{
	struct state state;
	int mark, err;

	print_conditions();
	pulse_rest(true);
	err = mods_load("kstop", NULL);
	if (!err) {
		check_refusals();
		check_unload_early();
	}
	mark = kmsg_mark();
	if (!err)
		err = mods_load("kstopscale", asked);
	if (ktap_result(!err, "scale.load", "%s%s", asked, err ? ": refused" : "") &&
	    ktap_result(wait_for_end(&state), "scale.end", NULL)) {
		ktap_result(!strcmp(state.verdict, "SUCCESS"), "scale.verdict", "%s",
			    state.verdict);
		ktap_result(state.results > 0, "scale.results", "%d results", state.results);
		check_log(mark, &state);
		if (strstr(asked, "profile="))
			print_symbols();
	}
	pulse_rest(false);
	kmsg_close(mark);
	check_leave("scale", "kstopscale");
}
