// SPDX-License-Identifier: GPL-2.0-only
#include "demo_pictures.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "demo_tool.h"
#include "histogram.h"
#include "hogs.h"
#include "ktap.h"
#include "mods.h"
#include "records.h"
#include "sysfs.h"
#include "testmod.h"
#include "tool.h"
#include "traces.h"
#include "trigger.h"
#include "watch.h"

#define CALLS		300	/* of each, unless the host is slow */
#define FEW_CALLS	20
#define PATIENCE_S	5
#define LIMIT_S		60
#define ROUNDS		10	/* until there is a stop to look at */
#define ENOUGH		0.2	/* of it was spent relaxed */
#define ROWS_MAX	(RECORDS_MAX * 8)
#define COLUMNS		"92"	/* of kstopctl's text */
#define FILE_PORT	"/dev/ttyS2"	/* there if the host wants files */
#define MADE_UP		"/tmp/measured"	/* a root for kstopctl */
#define DEBUGFS		MADE_UP "/sys/kernel/debug"

/*
 * To the host, if it listens there: "file NAME BYTES", a newline, the bytes.
 * Whether it has got what it wants is for the host to say.
 */
static void hand_over(const char *dir, const char *name)
{
	static char text[512 * 1024];
	char path[128], head[128];
	struct termios raw;
	int len, fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	len = file_read(path, text, sizeof(text));
	fd = open(FILE_PORT, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (len < 0 || fd < 0 || tcgetattr(fd, &raw)) {
		close(fd);
		return;
	}
	cfmakeraw(&raw);
	tcsetattr(fd, TCSANOW, &raw);
	snprintf(head, sizeof(head), "file %s %d\n", name, len);
	if (write(fd, head, strlen(head)) > 0)
		for (int done = 0, n; done < len; done += n)
			if ((n = write(fd, text + done, len - done)) <= 0)
				break;
	close(fd);
}

/* The same call of both, one at a time and in turn, so that both meet the same host. */
static void measure(struct histogram *kstop, struct histogram *native)
{
	static const char *const requests[] = { "machine", "native" };
	struct histogram *const to[] = { kstop, native };
	time_t began = time(NULL);
	struct trigger_result result;

	for (int n = 0; n < CALLS && (n < FEW_CALLS || time(NULL) - began < PATIENCE_S); n++)
		for (int i = 0; i < 2; i++)
			if (!trigger(&result, "%s", requests[i]) && result.completed == 1)
				histogram_add(to[i], result.min_ns);
	watch_progress();
}

/* kstopctl draws what it takes for kstop's own file; the phases are the two of us. */
static int draw(const struct histogram *kstop, const struct histogram *native)
{
	static const char *const dirs[] = {
		MADE_UP, MADE_UP "/sys", MADE_UP "/sys/kernel", DEBUGFS, DEBUGFS "/kstop",
	};
	static char output[DEMO_OUTPUT_MAX];
	FILE *file;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		mkdir(dirs[i], 0755);
	file = fopen(DEBUGFS "/kstop/latency", "we");
	if (!file)
		return -1;
	fputs("version: 1\nphase from_ns to_ns count\n", file);
	histogram_print(file, kstop);
	histogram_print(file, native);
	if (fclose(file))
		return -1;
	return tool_run("--root " MADE_UP " latency --plot /tmp/histogram.svg", output,
			sizeof(output));
}

static void show_histogram(void)
{
	struct histogram kstop = { .name = "kstop_machine" };
	struct histogram native = { .name = "native_stop_machine" };
	int status = 0;

	measure(&kstop, &native);
	say("%s", "");
	say("  How long a call takes, kstop's and the kernel's own: %u and %u calls, one at a",
	    kstop.calls, native.calls);
	say("  time and in turn, each after a rest (the tables above: back to back):");
	say("%s", "");
	histogram_say(&kstop, &native);
	if (tool_there())
		status = draw(&kstop, &native);
	hand_over("/tmp", "histogram.svg");
	say("%s", "");
	ktap_result(kstop.calls >= FEW_CALLS && native.calls >= FEW_CALLS && !status,
		    "pictures.histogram", "%u and %u calls, kstopctl's exit status %d",
		    kstop.calls, native.calls, status);
}

/* How much of that stop the CPU of that row was back at work in. */
static double relaxed_part(const struct record *stop, const struct row *row)
{
	if (row->id != stop->id || row->relaxed == NO_TIME || row->entered == NO_TIME)
		return 0;
	return (double)(row->entered - row->relaxed) / stop->ended;
}

/*
 * The stop that has most to show: in which a CPU was back at work for most of the
 * time. 0: there is none.
 */
static uint64_t choose(double *most)
{
	static struct record stops[RECORDS_MAX];
	static struct row rows[ROWS_MAX];
	const char *problem;
	int nr_rows = timeline_read(rows, ROWS_MAX, &problem);
	int nr_stops = history_read(stops, RECORDS_MAX, &problem);
	uint64_t found = 0;

	*most = 0;
	for (int i = 0; i < nr_stops; i++) {
		if (stops[i].error || stops[i].ended <= 0)
			continue;
		if (!found)
			found = stops[i].id;
		for (int j = 0; j < nr_rows; j++) {
			double part = relaxed_part(&stops[i], &rows[j]);

			if (part > *most) {
				*most = part;
				found = stops[i].id;
			}
		}
	}
	return found;
}

/*
 * Stops beside the kernel's own and a hog on each CPU, so that CPUs have to wait;
 * again, a few times, until one of them did and went back to work.
 */
static uint64_t make_stops(void)
{
	static const char words[] = "stop machine --repeat 64";
	static char output[DEMO_OUTPUT_MAX];
	struct hogs *hogs;
	uint64_t id = 0;
	double most = 0;
	int n = 0;

	hogs = hogs_start(SCHED_OTHER, 0, -1);
	testmod_loop("start native");
	do {
		watch_progress();
		if (tool_run(words, output, sizeof(output)))
			break;
		id = choose(&most);
	} while (++n < ROUNDS && most < ENOUGH);
	testmod_loop("stop all");
	hogs_stop(hogs);
	say("%s", "");
	say("  # kstopctl %s", words);
	say("    %d times, beside the kernel's own stops in a loop and a hog on each CPU", n);
	return id;
}

/* Each CPU has a row, and one of them ran fn. */
static bool is_timeline(const char *output, int cpus)
{
	char row[32];

	for (int cpu = 0; cpu < cpus; cpu++) {
		snprintf(row, sizeof(row), "CPU %-4d ", cpu);
		if (!strstr(output, row))
			return false;
	}
	return strstr(output, "#") && strstr(output, "committed");
}

static void show_timeline(int cpus)
{
	static char output[DEMO_OUTPUT_MAX];
	uint64_t stop = 0;
	char words[80];
	int status;

	file_write(RECORDS_DIR "history", "reset");	/* else it shows them all now */
	status = demo_command("history --record all", output, sizeof(output));
	if (!status)
		stop = make_stops();
	if (stop) {
		snprintf(words, sizeof(words), "history --timeline %" PRIu64
			 " --plot /tmp/timeline.svg", stop);
		status = tool_run(words, output, sizeof(output));
		*strstr(words, " --plot") = '\0';	/* that name is of no use outside */
		status |= demo_command(words, output, sizeof(output));
	}
	hand_over("/tmp", "timeline.svg");
	say("%s", "");
	ktap_result(stop && !status && is_timeline(output, cpus), "pictures.timeline",
		    "stop %" PRIu64 ", exit status %d, %d CPUs", stop, status, cpus);
}

static int load(void)
{
	int status = demo_load(NULL);

	return status ? status : mods_load("kstoptest", NULL);
}

static int unload(void)
{
	return mods_unload("kstoptest") | demo_unload();
}

void demo_pictures(void)
{
	char what[256] = "";
	int status;

	say("%s", "");
	say("What it looks like:");
	setenv("COLUMNS", COLUMNS, 1);
	watch_begin("pictures", LIMIT_S);
	status = load();
	if (!status) {
		show_histogram();
		if (tool_there())
			show_timeline(cpus_present());
		else
			ktap_skip("pictures.timeline", "no " TOOL " here (scripts/setup tool)");
	}
	status |= unload();
	watch_end();
	say("%s", "");
	ktap_result(!status && traces_gone(what, sizeof(what)), "pictures.nothing_left",
		    *what ? "%s" : NULL, what);
}
