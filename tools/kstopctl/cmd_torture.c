// SPDX-License-Identifier: GPL-2.0-only
/*
 * kstopctl torture: kstoptorture's torture from beginning to end
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "follow.h"
#include "kmsg.h"
#include "root.h"
#include "table.h"
#include "tool.h"
#include "view.h"

enum { OPT_TYPE = 0x100, OPT_DURATION, OPT_DIR, OPT_KEEP, OPT_STATUS };

static const struct option options[] = {
	{ "type",	required_argument,	NULL, OPT_TYPE },
	{ "duration-s",	required_argument,	NULL, OPT_DURATION },
	{ "dir",	required_argument,	NULL, OPT_DIR },
	{ "keep",	no_argument,		NULL, OPT_KEEP },
	{ "status",	no_argument,		NULL, OPT_STATUS },
	{ 0 }
};

static const char *type = "mixed", *duration = "60";
static bool only_status;

static void progress(struct json_object *state)
{
	fprintf(stderr, "%s requests, %s violations", get_text(state, "requests"),
		get_text(state, "violations"));
}

static struct errand errand = {
	.module		= "kstoptorture",
	.file		= "torture",
	.progress	= progress,
};

static enum status option(struct tool *tool, int c, const char *value)
{
	unsigned long long seconds;

	switch (c) {
	case OPT_TYPE:
		type = value;
		return DONE;
	case OPT_DURATION:
		duration = value;
		return parse_count(tool, "--duration-s", value, 1, 1000000, &seconds);
	case OPT_DIR:
		errand.dir = value;
		return DONE;
	case OPT_KEEP:
		errand.keep = true;
		return DONE;
	default:
		only_status = true;
		return DONE;
	}
}

static enum status make_params(struct tool *tool, int argc, char **argv)
{
	char word[128];
	int i;

	snprintf(word, sizeof(word), "torture_type=%s", type);
	errand_param(&errand, word);
	snprintf(word, sizeof(word), "duration_s=%s", duration);
	errand_param(&errand, word);
	for (i = 0; i < argc; i++) {
		if (!strchr(argv[i], '='))
			return fail(tool, BAD_USAGE, "\"%s\" is not PARAMETER=VALUE", argv[i]);
		errand_param(&errand, argv[i]);
	}
	return DONE;
}

static enum status judge(struct tool *tool)
{
	const char *verdict = get_text(tool->data, "verdict");
	bool running = !strcmp(get_text(tool->data, "state"), "running");

	if (!has_value(tool->data, "state") || !has_value(tool->data, "verdict"))
		return fail(tool, NOT_UNDERSTOOD, DEBUGFS "/kstoptorture/torture: no state, or "
			    "no verdict");
	if (only_status && (running || !strcmp(get_text(tool->data, "state"), "none")))
		return DONE;
	if (strcmp(verdict, "SUCCESS"))
		return fail(tool, STOP_FAILED, "verdict: %s; the kernel's log has more", verdict);
	return DONE;
}

static enum status collect(struct tool *tool, int argc, char **argv)
{
	bool interrupted = false, ours = false;
	enum status status;
	int log = -1;

	status = make_params(tool, argc, argv);
	if (status == DONE && !only_status) {
		ours = !root_is_other() && !root_loaded(errand.module);
		log = kmsg_now();
		status = errand_run(tool, &errand, &interrupted);
	}
	free(errand.params);
	if (status == DONE)
		status = file_read(tool, "kstoptorture", "torture", pairs_parse, &tool->data);
	if (status == DONE)
		status = interrupted ? fail(tool, FAILED, "interrupted, no verdict") :
				       judge(tool);
	if (status == STOP_FAILED)
		kmsg_repeat(tool, log);
	else if (log >= 0)
		close(log);
	return ours ? errand_end(tool, &errand, status) : status;
}

static void show(struct tool *tool, struct json_object *data)
{
	view_pairs(tool, data);
}

const struct command torture_command = {
	.name		= "torture",
	.args		= "[OPTION...] [PARAMETER=VALUE...]",
	.summary	= "Make random stops, check each, end with a verdict",
	.help		=
	"Loads kstoptorture, waits until it has ended, says what came of it, unloads it.\n"
	"Not on a machine that matters: it stops all CPUs, all the time.\n\n"
	"  --type TYPE       mixed, one of stop's operations, ... (mixed)\n"
	"  --duration-s N    how long (60)\n"
	"  --dir DIR         as with load\n"
	"  --keep            leave it loaded\n"
	"  --status          only say how the one that is loaded gets on\n"
	"  PARAMETER=VALUE   more of the module's, such as hogs=all native=2\n\n"
	"Exit status 6: its verdict is not SUCCESS.\n",
	.options	= options,
	.option		= option,
	.collect	= collect,
	.show		= show,
};
