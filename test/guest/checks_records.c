// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kstop says of the stops there were: latency, history and timeline, alone and
 * while stops run, and its tracepoints.
 */
#include "checks.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "kmsg.h"
#include "ktap.h"
#include "mate.h"
#include "records.h"
#include "stoppers.h"
#include "sysfs.h"
#include "traces.h"
#include "trigger.h"
#include "watch.h"

#define MODE_FILE	"/sys/module/kstop/parameters/record"
#define TRACING		"/sys/kernel/debug/tracing/"
#define REPEAT		200
#define MANY		300
#define ROWS_MAX	(RECORDS_MAX * RECORDS_CPUS)
#define SETTLE_MS	2000
#define READERS_S	10		/* in a run of 60 s */
#define MATES		6		/* who stop the CPUs meanwhile */
#define PROBE_CALLER	"call_machine[kstoptorture]"
#define PROBE_FN	"probe_fn[kstoptorture]"
#define STOPPED_FOR	"probe_fn [kstoptorture], called by call_machine"
#define WORKS_FOR	"probe_fn [kstoptorture], called by call_one"
#define TRACE_MAX_BYTES	(1 << 20)
#define TRACED		5		/* stops */

static struct record history[RECORDS_MAX];
static struct row timeline[ROWS_MAX];
static int nr_history, nr_rows;

static uint64_t all_cpus(void)
{
	return (1ULL << cpus_online()) - 1;
}

static void set_mode(const char *mode)
{
	int err = file_write(MODE_FILE, mode);

	if (err)
		ktap_result(false, "records.mode", "%s: %s", mode, strerror(-err));
}

static void reset_all(void)
{
	static const char *const files[] = { "stats", "latency", "history" };
	char path[64];
	int err = 0;

	/* A stop is counted when the last CPU has let go of it, after its caller has gone on. */
	usleep(50 * 1000);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !err; i++) {
		snprintf(path, sizeof(path), RECORDS_DIR "%s", files[i]);
		err = file_write(path, i ? "reset" : "reset\n");
	}
	if (err)
		ktap_result(false, "records.reset_all", "%s", strerror(-err));
}

/* The last CPU of a stop leaves a little after its caller goes on. */
static bool recorded(unsigned long want, struct latencies *sums, const char **problem)
{
	uint64_t until = now_ns() + SETTLE_MS * NS_PER_MS;

	do {
		if (!latency_read(sums, problem))
			return false;
		if (sums->total >= want)
			return true;
		usleep(1000);
	} while (now_ns() < until);
	*problem = "not as many as there were stops";
	return false;
}

/* Both files, of the same requests: nothing is under way. */
static const char *read_both(void)
{
	const char *problem = NULL;

	nr_history = history_read(history, RECORDS_MAX, &problem);
	if (!problem)
		nr_rows = timeline_read(timeline, ROWS_MAX, &problem);
	return problem;
}

static const struct row *row_of(uint64_t id, int cpu)
{
	for (int i = 0; i < nr_rows; i++)
		if (timeline[i].id == id && timeline[i].cpu == cpu)
			return &timeline[i];
	return NULL;
}

/* @times in order, each of which has happened; if not, what they are. */
static bool rises(const int64_t *times, int n)
{
	char text[256] = "";
	bool rise = true;

	for (int i = 0; i < n; i++) {
		size_t len = strlen(text);

		rise &= times[i] != NO_TIME && (!i || times[i] >= times[i - 1]);
		snprintf(text + len, sizeof(text) - len, " %" PRId64, times[i]);
	}
	if (!rise)
		ktap_note("times in ns:%s", text);
	return rise;
}

/* What is wrong with a line of history about a stop that has completed, on its own. */
static const char *record_problem(const struct record *r)
{
	const int64_t times[] = { 0, r->gathered, r->committed, r->began, r->released, r->ended };

	if (r->error || r->ret < 0)
		return "it says that it failed";
	if (!rises(times, 6))
		return "its times are not in order";
	if (r->run & ~r->stopped || !r->run)
		return "fn ran on a CPU that was not stopped, or on none";
	if (r->last_cpu < 0 || !(r->stopped >> r->last_cpu & 1))
		return "the last CPU is none of it";
	return r->calls < 1 || r->calls > 14 ? "so many calls cannot be" : NULL;
}

/* A CPU's line, beside its request's; RUN with IRQs off. */
static const char *row_problem(const struct row *row, const struct record *r, bool runs)
{
	const int64_t stood[] = { 0, row->arrived, row->entered, row->committed, r->committed,
				  r->released, row->left };
	const int64_t ran[] = { r->committed, r->began, row->began, row->returned, r->released };

	if (!rises(stood, 7))
		return "its times are not in order";
	if (row->entered > r->gathered)
		return "it came after the last CPU";
	if (row->run != runs || (runs ? !rises(ran, 5) : row->began != NO_TIME ||
							 row->returned != NO_TIME))
		return "fn ran when or where it should not";
	if ((row->relaxed != NO_TIME) != !!row->relaxes)
		return "it relaxed, or did it not?";
	return NULL;
}

static const char *rows_problem(const struct record *r)
{
	const char *problem = NULL;
	unsigned int relaxes = 0, leaves = 0, retreats = 0, n = 0;

	for (int cpu = 0; cpu < RECORDS_CPUS && !problem; cpu++) {
		const struct row *row = row_of(r->id, cpu);

		if (!row != !(r->stopped >> cpu & 1))
			return "a CPU is in one file only";
		if (!row)
			continue;
		problem = row_problem(row, r, r->run >> cpu & 1);
		relaxes += row->relaxes;
		leaves += row->leaves;
		retreats += row->retreats;
		n++;
	}
	if (!problem && row_of(r->id, r->last_cpu)->entered != r->gathered)
		problem = "the last CPU was not the last";
	if (!problem && (relaxes != r->relaxes || leaves != r->leaves || retreats != r->retreats))
		problem = "the counts do not add up";
	return problem ? problem : n ? NULL : "no CPU took part";
}

static void check_files(void)
{
	static const struct {
		const char	*name;
		unsigned int	mode;
	} files[] = {
		{ "stats", 0600 }, { "stoppers", 0400 }, { "latency", 0600 },
		{ "history", 0600 }, { "timeline", 0400 },
	};
	struct latencies sums;
	const char *problem = NULL;
	struct stat about;
	char path[64];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), RECORDS_DIR "%s", files[i].name);
		if (stat(path, &about) || (about.st_mode & 07777) != files[i].mode)
			problem = files[i].name;
	}
	ktap_result(!problem, "records.files", "%s", problem ? problem : "all, with their modes");
	problem = read_both();
	if (!problem)
		latency_read(&sums, &problem);
	ktap_result(!problem && !nr_history && !nr_rows && !sums.total, "records.empty",
		    "before the first stop: %s", problem ? problem : "nothing");
}

/* Bad writes are refused, with one line in the log, and change nothing. */
static void check_bad_writes(void)
{
	static const char *const bad[] = { "", "x", "rese", "resets", "reset reset", "\n" };
	static const char *const files[] = { "stats", "latency", "history" };
	int wrong = 0, mark, lines, err;
	char path[64], prefix[64];
	long before = stats_value("requests");

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), RECORDS_DIR "%s", files[i]);
		snprintf(prefix, sizeof(prefix), "kstop: %s: ", files[i]);
		/* An empty write does not come to the module. */
		for (size_t k = 1; k < sizeof(bad) / sizeof(bad[0]); k++) {
			mark = kmsg_mark();
			err = file_write(path, bad[k]);
			for (lines = 0; kmsg_find(mark, prefix, NULL, NULL, 0); lines++)
				;
			kmsg_close(mark);
			if (err == -EINVAL && lines == 1)
				continue;
			ktap_note("\"%s\" to %s: %s, %d lines", bad[k], files[i], strerror(-err),
				  lines);
			wrong++;
		}
		sleep(6);	/* the log takes ten in five seconds */
		watch_progress();
	}
	ktap_result(!wrong && stats_value("requests") == before, "records.bad_writes",
		    "%d were not refused as they should", wrong);
	mark = kmsg_mark();
	err = file_write(MODE_FILE, "often");
	ktap_result(err == -EINVAL && kmsg_find(mark, "kstop: record=often", NULL, NULL, 0),
		    "records.bad_mode", "%s", strerror(-err));
	kmsg_close(mark);
}

/* As many in each phase as there were stops, and none after a reset. */
static void check_counts(void)
{
	struct latencies sums = { 0 };
	const char *problem = NULL;
	struct trigger_result result;
	int err;

	set_mode("all");
	reset_all();
	err = trigger(&result, "machine repeat=%d", REPEAT);
	if (!err)
		recorded(REPEAT, &sums, &problem);
	ktap_result(!err && !problem && sums.gather == REPEAT && sums.stopped == REPEAT &&
		    sums.total == REPEAT, "records.counts",
		    "%d stops: gather %" PRIu64 ", stopped %" PRIu64 ", total %" PRIu64 "; %s",
		    REPEAT, sums.gather, sums.stopped, sums.total, problem ? problem : "fine");
	ktap_result(stats_value("recorded") == REPEAT && stats_value("requests") == REPEAT,
		    "records.stats", "recorded: %ld", stats_value("recorded"));
	/* kstoptorture's clock has more in it: it cannot have taken less. */
	ktap_result(sums.least_total <= result.max_ns && sums.least_total, "records.plausible",
		    "the fastest took %" PRIu64 " ns or more, the slowest %" PRIu64, sums.least_total,
		    result.max_ns);
	reset_all();
	problem = read_both();
	if (!problem)
		latency_read(&sums, &problem);
	ktap_result(!problem && !sums.gather && !sums.stopped && !sums.total && !nr_history &&
		    !nr_rows && !stats_value("requests") && !stats_value("recorded"),
		    "records.reset", "%s", problem ? problem : "all is empty");
}

static void check_modes(void)
{
	struct trigger_result result;
	long none, tick, warm, most;
	uint64_t began;
	char mode[16] = "";

	set_mode("none");
	reset_all();
	trigger(&result, "machine repeat=%d", MANY);
	watch_progress();
	none = stats_value("recorded");
	set_mode("tick");
	file_read(MODE_FILE, mode, sizeof(mode));
	began = now_ns();
	trigger(&result, "machine repeat=%d", MANY);
	/* A tick is a millisecond or more, and they are all called from one CPU. */
	most = (now_ns() - began) / NS_PER_MS + 2;
	tick = stats_value("recorded");
	watch_progress();
	usleep(50 * 1000);
	trigger(&result, "machine");
	warm = stats_value("recorded") - tick;
	ktap_result(!none && tick >= 1 && tick <= most && !strcmp(mode, "tick"),
		    "records.modes", "of %d stops back to back: none %ld, %s %ld, at most %ld", MANY,
		    none, mode, tick, most);
	ktap_result(warm == 1, "records.after_rest", "of one stop after a rest %ld", warm);
	set_mode("all");
}

/* The only stop since the last reset, which has to be of @op. */
static const struct record *only_stop(const char *op, const char **problem)
{
	uint64_t until = now_ns() + SETTLE_MS * NS_PER_MS;

	do {
		*problem = read_both();
		if (!*problem && nr_history == 1)
			break;
		usleep(1000);
	} while (!*problem && now_ns() < until);
	if (!*problem && nr_history != 1)
		*problem = "not one stop";
	if (!*problem && strcmp(history[0].op, op))
		*problem = "it is of another call";
	return *problem ? NULL : &history[0];
}

/* One stop, of which all is known. */
static void check_history(void)
{
	struct trigger_result result;
	uint64_t before, after, ended, last = 1ULL << (cpus_online() - 1);
	const struct record *r;
	const char *problem;

	reset_all();
	before = now_ns();
	trigger(&result, "machine run=%d", cpus_online() - 1);
	after = now_ns();
	r = only_stop("kstop_machine", &problem);
	if (!r) {
		ktap_result(false, "records.history", "%s", problem);
		return;
	}
	problem = record_problem(r);
	if (!problem)
		problem = rows_problem(r);
	if (!problem && (strcmp(r->caller, PROBE_CALLER) || strcmp(r->fn, PROBE_FN)))
		problem = "the functions are others";
	if (!problem && (r->pid != getpid() || strcmp(r->comm, "init") || r->cpu != 0))
		problem = "who called, and where?";
	if (!problem && (r->stopped != all_cpus() || r->run != last || r->calls != 1))
		problem = "the CPUs are others";
	/*
	 * The monotonic clock is read at the end. What is taken off it is sched_clock()'s, which runs
	 * five times too fast where the kernel calibrated the TSC while the host was busy.
	 */
	ended = r->clock + r->ended;
	if (!problem && (ended < before || ended > after))
		problem = "when was that?";
	ktap_note("%s by %s, fn %s, pid %d (%s) on CPU %d, stopped %#" PRIx64 ", run %#" PRIx64
		  ", gathered %" PRId64 ", committed %" PRId64 ", began %" PRId64 ", released %"
		  PRId64 ", ended %" PRId64 ", last CPU %d", r->op, r->caller, r->fn, r->pid,
		  r->comm, r->cpu, r->stopped, r->run, r->gathered, r->committed, r->began,
		  r->released, r->ended, r->last_cpu);
	ktap_result(!problem, "records.history", problem ? "%s" : NULL, problem);
}

/* Each call under its own name. */
static void check_ops(void)
{
	static const struct {
		const char	*line;
		const char	*op;
		int		cpus;	/* the least one needs */
	} ops[] = {
		{ "machine timeout_us=3600000000", "kstop_machine_opts", 1 },
		{ "machine irq=1", "kstop_machine_opts", 1 },
		{ "two cpu=1,0", "kstop_two_cpus", 2 },
		{ "cpus stop=0-1", "kstop_cpus", 2 },
		{ "try stop=0-1", "try_kstop_cpus", 2 },
		{ "rendezvous stop=0-1", "kstop_rendezvous", 2 },
		{ "core cpu=0", "kstop_core_cpuslocked", 1 },
		{ "pause", "kstop_pause", 1 },
		{ "inactive cpu=1", "kstop_machine_from_inactive_cpu", 2 },
	};
	int wrong = 0, n = 0;

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		struct trigger_result result;
		const char *problem = NULL;
		const struct record *r;
		int err;

		if (cpus_online() < ops[i].cpus)
			continue;
		reset_all();
		err = trigger(&result, "%s", ops[i].line);
		if (err == -EOPNOTSUPP) {	/* kstop_pause() before 5.11 */
			ktap_note("%s: %s", ops[i].line, strerror(-err));
			continue;
		}
		r = only_stop(ops[i].op, &problem);
		if (r)
			problem = record_problem(r);
		/* A gang goes its own ways, one by one. */
		if (!problem && !strstr(r->op, "kstop_cpus"))
			problem = rows_problem(r);
		n++;
		if (!err && !problem)
			continue;
		ktap_note("%s: %s, %s", ops[i].line, strerror(-err), problem ? problem : "fine");
		wrong++;
	}
	ktap_result(n && !wrong, "records.ops", "%d calls, %d wrong", n, wrong);
}

/* A call that gave up: its error, and fn ran nowhere. */
static void check_error(void)
{
	struct trigger_result result;
	const struct record *r = NULL;
	const char *problem = "it never ran out of time";
	struct latencies sums;

	for (int i = 0; i < 50; i++) {
		int err;

		reset_all();
		err = trigger(&result, "machine stop=0-%d timeout_us=1", cpus_online() - 1);
		if (err != -ETIMEDOUT || stats_value("requests") != 1) {
			ktap_note("try %d: %s, %ld requests", i, strerror(-err),
				  stats_value("requests"));
			continue;
		}
		r = only_stop("kstop_machine_opts", &problem);
		break;
	}
	if (r && (r->error != -ETIMEDOUT || r->began != NO_TIME || r->released != NO_TIME ||
		  r->ended == NO_TIME))
		problem = "it does not say so";
	if (!problem && (!latency_read(&sums, &problem) || sums.total))
		problem = "it was counted";
	ktap_result(!problem, "records.error", problem ? "%s" : NULL, problem);
}

/* A callback stands with its caller: works are call_one()'s, and all else is not. */
static const char *stopper_problem(const struct stopper *stopper)
{
	static const char *const reasons[] = {
		"not scheduled, ", "does not answer ", "on its way",
	};
	const char *named = strcmp(stopper->state, "work") ? STOPPED_FOR : WORKS_FOR;

	if (!strncmp(stopper->doing, named, strlen(named)))
		return NULL;
	if (!strcmp(stopper->state, "late")) {
		for (int i = 0; i < 3; i++)
			if (!strncmp(stopper->doing, reasons[i], strlen(reasons[i])))
				return NULL;
	} else if (!strcmp(stopper->doing, "-") && strcmp(stopper->state, "work")) {
		return NULL;
	}
	ktap_note("stopper %d: %s, %s", stopper->cpu, stopper->state, stopper->doing);
	return "a stopper does what nobody asked for";
}

static const char *stoppers_problem(void)
{
	struct stopper list[STOPPERS_MAX];
	int n = stoppers_read(list, STOPPERS_MAX);
	const char *problem = n ? NULL : "the file stoppers is not as it should be";

	for (int i = 0; i < n && !problem; i++)
		problem = stopper_problem(&list[i]);
	return problem;
}

/* After a stop that the caller took part in, its stopper having done nothing. */
static const char *idle_problem(void)
{
	struct stopper list[STOPPERS_MAX];
	struct trigger_result result;
	int n;

	if (trigger(&result, "machine"))
		return "a stop failed";
	if (!stoppers_empty(-1, 5))
		return "something stays queued";
	n = stoppers_read(list, STOPPERS_MAX);
	for (int i = 0; i < n; i++)
		if (strcmp(list[i].state, "idle") || strcmp(list[i].doing, "-"))
			n = 0;
	if (!n)
		stoppers_show();
	return n ? NULL : "a stopper is not idle";
}

/* One reading of all files, and how many stops were whole in both of those that tell. */
static const char *reading_problem(long *seen)
{
	const char *problem = stoppers_problem();
	struct latencies sums;
	uint64_t last = 0;

	if (!problem)
		problem = read_both();

	for (int i = 0; i < nr_history && !problem; i++) {
		if (history[i].id <= last)
			problem = "the ids do not rise";
		last = history[i].id;
		if (!problem && !history[i].error)
			problem = record_problem(&history[i]);
	}
	for (int i = 0; i < nr_history && !problem; i++) {
		if (history[i].error || !row_of(history[i].id, history[i].last_cpu))
			continue;
		problem = rows_problem(&history[i]);
		(*seen)++;
	}
	if (!problem)
		latency_read(&sums, &problem);
	return problem;
}

/*
 * All files again and again, while others stop the CPUs in all ways. Where reading is so
 * slow that no stop is in one file and still in the next, there is the last reading, when
 * the others have stopped.
 */
static void check_while_stopping(void)
{
	static char *const lines[MATES] = {
		"machine repeat=20", "machine irq=1 align=1 repeat=20", "machine stop=0 repeat=10",
		"machine run=0 repeat=10", "one cpu=0 repeat=200", "one cpu=1 repeat=200",
	};
	uint64_t until = now_ns() + check_seconds(READERS_S) * NS_PER_S, stops = 0;
	struct mate mates[MATES] = { 0 };
	const char *problem = NULL;
	long rounds = 0, seen = 0;
	bool ended = true;

	reset_all();
	for (int i = 0; i < MATES; i++)
		ended &= mate_start(&mates[i], mate_trigger, lines[i]);
	while (!problem && now_ns() < until) {
		problem = reading_problem(&seen);
		rounds++;
		watch_progress();
	}
	for (int i = 0; i < MATES; i++) {
		ended &= mate_stop(&mates[i]);
		stops += mates[i].share ? mates[i].share->done : 0;
		mate_free(&mates[i]);
	}
	if (!problem)
		problem = idle_problem();
	if (!problem)
		problem = reading_problem(&seen);
	ktap_result(!problem && ended && stops && seen, "records.while_stopping",
		    "%ld readings, %ld stops looked at, %" PRIu64 " series of stops: %s", rounds,
		    seen, stops, problem ? problem : ended ? "fine" : "a process did not end");
}

/* Then the counters must agree again. */
static void check_sums(void)
{
	struct latencies sums = { 0 };
	const char *problem = NULL;

	usleep(200 * 1000);
	latency_read(&sums, &problem);
	ktap_result(!problem && sums.total && sums.total == sums.gather &&
		    sums.total == sums.stopped && sums.total <= (uint64_t)stats_value("recorded"),
		    "records.sums", "gather %" PRIu64 ", stopped %" PRIu64 ", total %" PRIu64
		    ", recorded %ld: %s", sums.gather, sums.stopped, sums.total,
		    stats_value("recorded"), problem ? problem : "fine");
}

/* A line of the trace: which event, where, of which request. */
struct event {
	char		name[32];
	int		cpu;
	uint64_t	id;
};

static bool event_parse(char *line, struct event *event)
{
	char *at = strstr(line, ": kstop_"), *cpu = strchr(line, '['), *id;

	if (!at || !cpu || sscanf(cpu, "[%d]", &event->cpu) != 1 ||
	    sscanf(at, ": kstop_%31[a-z]:", event->name) != 1)
		return false;
	id = strstr(at, " id=");
	return id && sscanf(id, " id=%" SCNu64, &event->id) == 1;
}

static void trace_clear(void)
{
	int fd = open(TRACING "trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
}

struct events {
	struct event	list[4096];
	int		n;
	int		bad;
};

static struct events *trace_read(void)
{
	struct events *events = calloc(1, sizeof(*events));
	char *text = malloc(TRACE_MAX_BYTES), *rest = text, *line;

	if (events && text && file_read(TRACING "trace", text, TRACE_MAX_BYTES) > 0)
		while ((line = strsep(&rest, "\n")) && events->n < 4096) {
			if (*line == '#' || !*line)
				continue;
			if (event_parse(line, &events->list[events->n]))
				events->n++;
			else if (!events->bad++)
				ktap_note("no event: %s", line);
		}
	free(text);
	return events;
}

/* How often, for a request, on a CPU (-1: any). */
static int nr_events(const struct events *events, const char *name, uint64_t id, int cpu)
{
	int n = 0;

	for (int i = 0; i < events->n; i++) {
		const struct event *event = &events->list[i];

		n += event->id == id && !strcmp(event->name, name) &&
		     (cpu < 0 || event->cpu == cpu);
	}
	return n;
}

/* The events that each request must have, in the file that says what it did. */
static const char *events_problem(const struct events *events, const struct record *r)
{
	static const struct {
		const char	*name;
		bool		each;	/* CPU; or once */
	} want[] = {
		{ "request", false }, { "arrive", true }, { "commit", true }, { "run", false },
		{ "return", false }, { "release", false }, { "depart", true }, { "end", false },
	};

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		if (!want[i].each && nr_events(events, want[i].name, r->id, -1) != 1)
			return want[i].name;
		for (int cpu = 0; want[i].each && cpu < cpus_online(); cpu++)
			if (!nr_events(events, want[i].name, r->id, cpu))
				return want[i].name;
	}
	if (nr_events(events, "request", r->id, r->cpu) != 1)
		return "request, on another CPU";
	if (!(r->run & 1) != !nr_events(events, "run", r->id, 0))
		return "run, on another CPU";
	if (nr_events(events, "relax", r->id, -1) != (int)r->relaxes)
		return "relax, as often as history says";
	if (nr_events(events, "retreat", r->id, -1) != (int)r->retreats)
		return "retreat, as often as history says";
	return NULL;
}

static void check_traced_stops(void)
{
	struct trigger_result result;
	const char *problem = NULL;
	struct latencies sums;
	struct events *events;
	int missing = 0;

	set_mode("none");	/* a trace records all the same */
	reset_all();
	trace_clear();
	file_write(TRACING "events/kstop/enable", "1");
	trigger(&result, "machine run=%d repeat=%d", cpus_online() - 1, TRACED);
	recorded(TRACED, &sums, &problem);
	file_write(TRACING "events/kstop/enable", "0");
	if (!problem)
		problem = read_both();
	events = trace_read();
	for (int i = 0; events && i < nr_history && !problem; i++) {
		const char *event = events_problem(events, &history[i]);

		if (event)
			ktap_note("request %" PRIu64 " lacks: %s", history[i].id, event);
		missing += !!event;
	}
	ktap_result(!problem && events && events->n && !events->bad && nr_history == TRACED &&
		    !missing, "records.trace", "%d events of %d stops, %d lack some: %s",
		    events ? events->n : 0, nr_history, missing, problem ? problem : "fine");
	free(events);
}

static void check_trace_off(void)
{
	struct trigger_result result;
	struct events *events;

	trace_clear();
	trigger(&result, "machine repeat=%d", TRACED);
	events = trace_read();
	ktap_result(events && !events->n, "records.trace_off", "%d events",
		    events ? events->n : -1);
	free(events);
}

static void check_trace(void)
{
	if (access(TRACING "events", F_OK)) {
		ktap_skip("records.trace", "this kernel has no trace events");
		return;
	}
	if (access(TRACING "events/kstop/enable", W_OK)) {
		ktap_result(false, "records.trace", "there are no events: %s", strerror(errno));
		return;
	}
	check_traced_stops();
	check_trace_off();
}

void check_records(void)
{
	cpu_set_t first, before;
	int level;

	if (!check_load("records", "kstoptorture"))
		return;
	level = console_level(4);	/* the complaints are asked for */
	sched_getaffinity(0, sizeof(before), &before);
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	check_files();
	check_bad_writes();
	check_counts();
	check_modes();
	check_history();
	check_ops();
	check_error();
	check_while_stopping();
	check_sums();
	check_trace();
	sched_setaffinity(0, sizeof(before), &before);
	console_level(level);
	check_leave("records", "kstoptorture");
}
