// SPDX-License-Identifier: GPL-2.0-only
#include "tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"
#include "sched_attr.h"

#define LIMIT_S		120
#define WORDS_MAX	24

bool tool_there(void)
{
	return !access(TOOL, X_OK);
}

static void split(char *line, char **words)
{
	char *save, *word;
	int n = 0;

	words[n++] = TOOL;
	for (word = strtok_r(line, " ", &save); word && n < WORDS_MAX - 1;
	     word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	words[n] = NULL;
}

static pid_t start(uid_t user, const char *words, int output)
{
	char line[256], *argv[WORDS_MAX];
	pid_t pid = fork();

	if (pid)
		return pid;
	bind_to_cpu(0);
	alarm(LIMIT_S);
	if (output >= 0)
		dup2(output, STDOUT_FILENO);
	if (output >= 0)
		dup2(output, STDERR_FILENO);
	snprintf(line, sizeof(line), "%s", words);
	split(line, argv);
	if (!user || (!setresgid(user, user, user) && !setresuid(user, user, user)))
		execv(TOOL, argv);
	_exit(127);
}

pid_t tool_start(const char *words, int output)
{
	return start(0, words, output);
}

int tool_status(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int tool_run_as(uid_t user, const char *words, char *output, size_t size)
{
	size_t used = 0;
	int fds[2];
	ssize_t n;
	pid_t pid;

	if (pipe(fds))
		return -1;
	pid = start(user, words, fds[1]);
	close(fds[1]);
	while ((n = read(fds[0], output + used, size - 1 - used)) > 0)
		used += n;
	output[used] = '\0';
	close(fds[0]);
	return pid > 0 ? tool_status(pid) : -1;
}

int tool_run(const char *words, char *output, size_t size)
{
	return tool_run_as(0, words, output, size);
}

void tool_note(const char *output, bool json)
{
	char *copy = strdup(output), *line, *save;

	for (line = copy ? strtok_r(copy, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		ktap_note("%s %.900s", json && strncmp(line, "kstopctl", 8) ? "json" : "text",
			  line);
	free(copy);
}
