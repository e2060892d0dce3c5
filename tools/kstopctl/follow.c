// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "follow.h"
#include "kmsg.h"
#include "modules.h"
#include "root.h"

static volatile sig_atomic_t signalled;

static void note_signal(int signal)
{
	(void)signal;
	signalled = 1;
}

/* No restart: the sleep is to end. What is ignored, as by nohup, stays so. */
static void catch_signals(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM };
	const struct sigaction action = { .sa_handler = note_signal };
	struct sigaction old;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (!sigaction(signals[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

void errand_option(struct errand *errand, int c, const char *value)
{
	if (c == OPT_ERRAND_DIR)
		errand->dir = value;
	else if (c == OPT_ERRAND_KEEP)
		errand->keep = true;
	else
		errand->only_look = true;
}

static void append_word(struct errand *errand, const char *word)
{
	char *more;

	if (asprintf(&more, "%s%s%s", errand->params ? errand->params : "",
		     errand->params ? " " : "", word) < 0)
		abort();
	free(errand->params);
	errand->params = more;
}

void errand_param(struct errand *errand, const char *name, const char *value)
{
	char *word;

	if (asprintf(&word, "%s=%s", name, value) < 0)
		abort();
	append_word(errand, word);
	free(word);
}

static enum status take_params(struct tool *tool, struct errand *errand, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		if (!strchr(argv[i], '='))
			return fail(tool, BAD_USAGE, "\"%s\" is not PARAMETER=VALUE", argv[i]);
		append_word(errand, argv[i]);
	}
	return DONE;
}

/* Until "ended". */
static enum status follow(struct tool *tool, const struct errand *errand)
{
	const struct timespec second = { .tv_sec = 1 };
	struct json_object *state;
	enum status status;
	bool ended = false;

	while (!signalled && !ended) {
		status = file_read(tool, errand->module, errand->file, errand->parse, &state);
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

static enum status load_and_follow(struct tool *tool, const struct errand *errand)
{
	struct json_object *loaded;
	enum status status;

	catch_signals();
	loaded = json_object_new_array();
	status = module_load(tool, errand->module, errand->dir, errand->params, loaded);
	json_object_put(loaded);
	return status == DONE ? follow(tool, errand) : status;
}

static enum status judge(struct tool *tool, const struct errand *errand)
{
	const char *state = get_text(tool->data, "state");
	const char *verdict = get_text(tool->data, "verdict");

	if (signalled)
		return fail(tool, FAILED, "interrupted, no verdict");
	if (errand->only_look && (!strcmp(state, "running") || !strcmp(state, "none")))
		return DONE;
	if (strcmp(verdict, "SUCCESS"))
		return fail(tool, STOP_FAILED, "verdict: %s; the kernel's log has more", verdict);
	return DONE;
}

static enum status read_and_judge(struct tool *tool, const struct errand *errand)
{
	enum status status = errand->read(tool);

	return status == DONE ? judge(tool, errand) : status;
}

static enum status unload(struct tool *tool, const char *module)
{
	return root_loaded(module) ? module_unload(tool, module) : DONE;
}

/*
 * Unload what was loaded, if that is wanted. @status is what came before, and goes
 * before.
 */
static enum status end(struct tool *tool, const struct errand *errand, bool had_kstop,
		       enum status status)
{
	char reason[sizeof(tool->reason)];
	enum status end;

	if (errand->keep)
		return status;
	strcpy(reason, tool->reason);
	end = unload(tool, errand->module);
	if (end == DONE && !had_kstop)
		end = unload(tool, "kstop");
	if (status == DONE)
		return end;
	if (end != DONE)
		complain(tool, "%s", tool->reason);
	strcpy(tool->reason, reason);
	return status;
}

/* What the kernel says meanwhile is worth repeating if it is not well. */
static enum status do_it(struct tool *tool, const struct errand *errand)
{
	bool had_kstop = root_loaded("kstop");
	int log = kmsg_now();
	enum status status = load_and_follow(tool, errand);

	if (status == DONE)
		status = read_and_judge(tool, errand);
	if (status == STOP_FAILED)
		kmsg_repeat(tool, log, NULL);
	if (log >= 0)
		close(log);
	return end(tool, errand, had_kstop, status);
}

enum status errand_run(struct tool *tool, struct errand *errand, int argc, char **argv)
{
	enum status status = take_params(tool, errand, argc, argv);

	if (status == DONE && errand->only_look)
		status = read_and_judge(tool, errand);
	else if (status == DONE && root_is_other())
		status = fail(tool, BAD_USAGE, "modules are of this machine, not of --root");
	else if (status == DONE && root_loaded(errand->module))
		status = fail(tool, FAILED, "%s is loaded already: kstopctl unload %s",
			      errand->module, errand->module);
	else if (status == DONE)
		status = do_it(tool, errand);
	free(errand->params);
	return status;
}
