// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl - load kstop, stop CPUs with it, see what it does
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "root.h"
#include "tool.h"

static const struct command *const commands[] = {
	&load_command, &unload_command, &status_command, &stop_command, &latency_command,
	&history_command, &watch_command, &late_command, &torture_command, &bench_command,
	&doctor_command,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* Beyond what fits a char, and what commands use. */
enum { OPT_ROOT = 1000, OPT_COLOUR, OPT_VERSION };

static const struct option common[] = {
	{ "json",	no_argument,		NULL, 'j' },
	{ "help",	no_argument,		NULL, 'h' },
	{ "root",	required_argument,	NULL, OPT_ROOT },
	{ "color",	required_argument,	NULL, OPT_COLOUR },
	{ "version",	no_argument,		NULL, OPT_VERSION },
	{ 0 }
};

#define COMMON_HELP \
	"  -j, --json        print JSON, as tools/kstopctl.schema.json has it\n" \
	"  --color WHEN      auto, always or never; auto is only on a terminal, and never\n" \
	"                    where NO_COLOR is set and not empty\n" \
	"  --root DIR        read /sys, /proc and so on below DIR (also KSTOP_SYSROOT)\n" \
	"  -h, --help        this text\n"

void complain(const struct tool *tool, const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "kstopctl%s%s: ", tool->command ? " " : "",
		tool->command ? tool->command->name : "");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

enum status parse_count(struct tool *tool, const char *what, const char *text,
			unsigned long long min, unsigned long long max,
			unsigned long long *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || *value < min || *value > max)
		return fail(tool, BAD_USAGE, "%s: want a number from %llu to %llu, not \"%s\"",
			    what, min, max, text);
	return DONE;
}

static void print_help(const struct tool *tool)
{
	const struct command *command = tool->command;
	size_t i;

	if (command) {
		printf("usage: kstopctl %s%s%s\n\n%s.\n\n%s" COMMON_HELP "%s", command->name,
		       *command->args ? " " : "", command->args, command->summary, command->help,
		       command->exits ? command->exits : "");
		return;
	}
	printf("usage: kstopctl [OPTION...] COMMAND [ARGUMENT...]\n\n"
	       "Load the kernel module kstop, stop CPUs with it, see what it does.\n\n");
	for (i = 0; i < COMMANDS; i++)
		printf("  %-10s%s\n", commands[i]->name, commands[i]->summary);
	printf("\n" COMMON_HELP "  --version         which version this is\n\n"
	       "\"kstopctl COMMAND --help\" says more of each, kstopctl(8) says all. Exit status:\n"
	       "0 done, 1 failed, 2 usage, 3 module not loaded, 4 not allowed, 5 the kernel's\n"
	       "file was not understood, 6 a stop failed, 7 doctor found what keeps kstop from\n"
	       "working.\n");
}

/* The options of the command, and the common ones behind them. */
static struct option *all_options(const struct command *command)
{
	size_t nr = 0, nr_common = sizeof(common) / sizeof(common[0]);
	struct option *all;

	while (command && command->options && command->options[nr].name)
		nr++;
	all = calloc(nr + nr_common, sizeof(*all));
	if (!all)
		abort();
	if (nr)
		memcpy(all, command->options, nr * sizeof(*all));
	memcpy(all + nr, common, sizeof(common));
	return all;
}

static enum status set_colour(struct tool *tool, const char *when)
{
	if (!strcmp(when, "always"))
		tool->colour = true;
	else if (!strcmp(when, "never"))
		tool->colour = false;
	else if (strcmp(when, "auto"))
		return fail(tool, BAD_USAGE, "--color: want auto, always or never, not \"%s\"",
			    when);
	return DONE;
}

/* *done: nothing is left to do. */
static enum status common_option(struct tool *tool, int c, const char *value, bool *done)
{
	switch (c) {
	case 'j':
		tool->json = true;
		return DONE;
	case 'h':
		print_help(tool);
		*done = true;
		return DONE;
	case OPT_ROOT:
		root_set(value);
		return DONE;
	case OPT_COLOUR:
		return set_colour(tool, value);
	case OPT_VERSION:
		puts("kstopctl " VERSION);
		*done = true;
		return DONE;
	default:
		return fail(tool, BAD_USAGE, "see kstopctl %s%s--help",
			    tool->command ? tool->command->name : "", tool->command ? " " : "");
	}
}

/*
 * getopt_long() says on standard error what it does not know, with argv[0] before
 * it. @first: stop at what is no option. optind tells where it came to.
 */
static enum status parse_options(struct tool *tool, int argc, char **argv, bool first,
				 bool *done)
{
	struct option *options = all_options(tool->command);
	enum status status = DONE;
	int c;

	optind = 0;
	while (status == DONE && !*done &&
	       (c = getopt_long(argc, argv, first ? "+jh" : "jh", options, NULL)) != -1) {
		if (c >= 0x100 && c < OPT_ROOT && tool->command)
			status = tool->command->option(tool, c, optarg);
		else
			status = common_option(tool, c, optarg, done);
	}
	free(options);
	return status;
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	}
	return NULL;
}

/* {"version": 1, "command": ..., "exit": ..., and "data" or "error"} */
static void print_json(struct tool *tool, enum status status)
{
	struct json_object *all = json_object_new_object();

	json_object_object_add(all, "version", json_object_new_int(JSON_VERSION));
	json_object_object_add(all, "command", tool->command ?
			       json_object_new_string(tool->command->name) : NULL);
	json_object_object_add(all, "exit", json_object_new_int(status));
	if (tool->data)
		json_object_object_add(all, "data", json_object_get(tool->data));
	if (*tool->reason)
		json_object_object_add(all, "error", json_object_new_string(tool->reason));
	puts(json_object_to_json_string_ext(all, tool->streams ? JSON_C_TO_STRING_PLAIN |
					    JSON_C_TO_STRING_NOSLASHESCAPE :
					    JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
}

void tool_print(struct tool *tool, enum status status)
{
	if (tool->json)
		print_json(tool, status);
	else if (tool->data)
		tool->command->show(tool, tool->data);
	fflush(stdout);
}

static enum status run(struct tool *tool, int argc, char **argv)
{
	static char name[32];
	bool done = false;
	enum status status = parse_options(tool, argc, argv, true, &done);
	int at = optind;

	if (status != DONE || done)
		return status;
	if (at == argc)
		return fail(tool, BAD_USAGE, "no command, see kstopctl --help");
	tool->command = find_command(argv[at]);
	if (!tool->command)
		return fail(tool, BAD_USAGE, "no command \"%s\", see kstopctl --help", argv[at]);
	snprintf(name, sizeof(name), "kstopctl %s", tool->command->name);
	argv[at] = name;
	status = parse_options(tool, argc - at, argv + at, false, &done);
	if (status != DONE || done)
		return status;
	return tool->command->collect(tool, argc - at - optind, argv + at + optind);
}

/* For a complaint about the command line: what is behind a mistake was not looked at. */
static bool json_wanted(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		size_t len = strlen(argv[i]);

		if (!strcmp(argv[i], "-j") || (len > 2 && !strncmp(argv[i], "--json", len)))
			return true;
	}
	return false;
}

static bool colour_wanted(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb");
}

int main(int argc, char **argv)
{
	struct tool tool = { .colour = colour_wanted() };
	enum status status;

	setlocale(LC_CTYPE, "");	/* numbers stay as they are */
	tool.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	if (getenv("KSTOP_SYSROOT"))
		root_set(getenv("KSTOP_SYSROOT"));

	status = run(&tool, argc, argv);
	if (status == BAD_USAGE && json_wanted(argc, argv))
		tool.json = true;
	/* Help and version have spoken; what streams has, too, unless it failed. */
	if (tool.command && (tool.data || *tool.reason) && !(tool.streams && status == DONE))
		tool_print(&tool, status);
	else if (tool.json && *tool.reason)
		print_json(&tool, status);
	if (*tool.reason)
		complain(&tool, "%s", tool.reason);
	if (tool.data)
		json_object_put(tool.data);
	if (fflush(stdout) || ferror(stdout)) {
		perror("kstopctl: standard output");
		return FAILED;
	}
	return status;
}
