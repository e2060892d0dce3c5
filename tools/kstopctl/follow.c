// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "follow.h"
#include "modules.h"
#include "root.h"
#include "table.h"

static volatile sig_atomic_t signalled;

static void note_signal(int signal)
{
	(void)signal;
	signalled = 1;
}

/* No restart: the sleep is to end. */
static void catch_signals(void)
{
	const struct sigaction action = { .sa_handler = note_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

void errand_param(struct errand *errand, const char *word)
{
	char *more;

	if (asprintf(&more, "%s%s%s", errand->params ? errand->params : "",
		     errand->params ? " " : "", word) < 0)
		abort();
	free(errand->params);
	errand->params = more;
}

/* Until "ended". */
static enum status follow(struct tool *tool, const struct errand *errand)
{
	const struct timespec second = { .tv_sec = 1 };
	struct json_object *state;
	enum status status;
	bool ended = false;

	while (!signalled && !ended) {
		status = file_read(tool, errand->module, errand->file, pairs_parse, &state);
		if (status != DONE)
			return status;
		ended = strcmp(get_text(state, "state"), "running");
		if (isatty(STDERR_FILENO)) {
			errand->progress(state);
			fputs(ended ? "\n" : "\r", stderr);
		}
		json_object_put(state);
		if (!ended)
			nanosleep(&second, NULL);
	}
	return DONE;
}

enum status errand_run(struct tool *tool, const struct errand *errand, bool *interrupted)
{
	struct json_object *loaded;
	enum status status;

	if (root_is_other())
		return fail(tool, BAD_USAGE, "modules are of this machine, not of --root");
	if (root_loaded(errand->module))
		return fail(tool, FAILED, "%s is loaded already: kstopctl unload %s",
			    errand->module, errand->module);
	catch_signals();
	loaded = json_object_new_array();
	status = module_load(tool, errand->module, errand->dir, errand->params, loaded);
	json_object_put(loaded);
	if (status == DONE)
		status = follow(tool, errand);
	*interrupted = signalled;
	return status;
}

enum status errand_end(struct tool *tool, const struct errand *errand, enum status status)
{
	char reason[sizeof(tool->reason)];
	enum status end;

	if (errand->keep || !root_loaded(errand->module))
		return status;
	strcpy(reason, tool->reason);
	end = module_unload(tool, errand->module);
	if (status == DONE)
		return end;
	if (end != DONE)
		complain(tool, "%s", tool->reason);
	strcpy(tool->reason, reason);
	return status;
}
