// SPDX-License-Identifier: GPL-2.0-only
#include "demo_tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "mods.h"
#include "tool.h"
#include "totals.h"
#include "watch.h"

int demo_command(const char *words, char *output, size_t size)
{
	static char own[DEMO_OUTPUT_MAX];
	char *copy, *line, *save;
	int status;

	if (!output) {
		output = own;
		size = sizeof(own);
	}
	watch_progress();
	say("%s", "");
	say("  # kstopctl %s", words);
	status = tool_run(words, output, size);
	copy = strdup(output);
	for (line = copy; line && *line; line = save) {
		save = strchrnul(line, '\n');
		if (*save)
			*save++ = '\0';
		say("    %s", line);
	}
	free(copy);
	return status;
}

static int load_without(const char *options)
{
	int err = mods_load("kstop", options);

	if (!err)
		err = mods_load("kstoptorture", NULL);
	if (err)
		mods_unload("kstop");
	return err;
}

int demo_load(const char *options)
{
	char words[128];
	int status = 0;

	if (!tool_there())
		return load_without(options);
	if (options) {
		snprintf(words, sizeof(words), "load %s", options);
		status = demo_command(words, NULL, 0);
	}
	return status ? status : demo_command("load kstoptorture", NULL, 0);
}

int demo_unload(void)
{
	struct totals totals;
	int status;

	if (!tool_there()) {
		status = mods_unload("kstoptorture");
		return status ? status : mods_unload("kstop");
	}
	totals = totals_read();
	status = demo_command("unload", NULL, 0);
	if (!status)
		totals_add(&totals);
	return status;
}
