// SPDX-License-Identifier: GPL-2.0-only
#include "real.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "ktap.h"
#include "pulse.h"
#include "watch.h"

#define ROOT		"/real"
#define MAX_LINE	256

bool real_mount(const char *type, const char *dir)
{
	char where[128];

	snprintf(where, sizeof(where), ROOT "%s", dir);
	mkdir(where, 0755);
	if (!mount(type, where, type, 0, NULL) || errno == EBUSY)
		return true;
	ktap_note("cannot mount %s: %s", where, strerror(errno));
	return false;
}

bool real_open(void)
{
	if (symlink("/proc/self/fd", "/dev/fd") && errno != EEXIST)	/* bash wants it */
		ktap_note("no /dev/fd: %s", strerror(errno));
	return !access(ROOT "/third", X_OK) && real_mount("proc", "/proc") &&
	       real_mount("sysfs", "/sys") && real_mount("debugfs", "/sys/kernel/debug") &&
	       real_mount("devtmpfs", "/dev") && real_mount("tmpfs", "/dev/shm") &&
	       real_mount("tmpfs", "/tmp");
}

bool real_has(const char *path)
{
	char where[128];

	snprintf(where, sizeof(where), ROOT "%s", path);
	return !access(where, F_OK);
}

static void become(const char *command, int seconds, int out)
{
	char line[512];
	char *argv[] = { "bash", "-c", line, NULL };
	char *envp[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/", NULL };
	int null = open("/dev/null", O_RDWR);
	int words = strcspn(command, " ");

	snprintf(line, sizeof(line), "exec ./%.*s %d%s", words, command, seconds,
		 command + words);
	setsid();
	if (null < 0 || chroot(ROOT) || chdir("/third"))
		_exit(126);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execve("/bin/bash", argv, envp);
	_exit(127);
}

static void take_line(const char *name, char *line, struct real_end *end)
{
	if (!*line)
		return;
	if (sscanf(line, "work: %" SCNu64, &end->work) == 1)
		ktap_note("figure: %s.work %" PRIu64, name, end->work);
	else if (!strncmp(line, "figure: ", 8))
		ktap_note("figure: %s.%s", name, line + 8);
	else
		ktap_note("  %s", line);
	snprintf(end->why, sizeof(end->why), "%.*s", (int)sizeof(end->why) - 1, line);
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return !waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid == pid;
}

/*
 * Until the program has ended and has been heard out, or @until; false: it was the
 * latter. What it left running may hold the pipe's other end.
 */
static bool relay(const char *name, pid_t pid, int in, uint64_t until, struct real_end *end)
{
	char line[MAX_LINE];
	size_t len = 0;

	while (now_ns() < until) {
		struct pollfd ready = { .fd = in, .events = POLLIN };
		bool ended = has_ended(pid);
		char c;

		if (poll(&ready, 1, ended ? 0 : 200) < 1 || read(in, &c, 1) < 1) {
			if (ended)
				return true;
			usleep(10000);	/* the pipe may be closed already */
			continue;
		}
		if (c != '\n' && len < sizeof(line) - 1) {
			line[len++] = c;
			continue;
		}
		line[len] = '\0';
		len = 0;
		watch_progress();
		take_line(name, line, end);
	}
	return false;
}

/* Whoever is still there, wherever it went: we are PID 1. The pulses are, too. */
static void end_everybody(void)
{
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	pulse_start();
}

static void how_it_ended(pid_t pid, struct real_end *end)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		snprintf(end->why, sizeof(end->why), "it cannot be waited for");
	else if (WIFEXITED(status))
		end->status = WEXITSTATUS(status);
	else
		snprintf(end->why, sizeof(end->why), "signal %d", WTERMSIG(status));
}

void real_run(const char *name, const char *command, int seconds, int limit_s,
	      struct real_end *end)
{
	int ends[2];
	pid_t pid;

	*end = (struct real_end){ .status = -1, .why = "it said nothing" };
	if (pipe2(ends, O_CLOEXEC)) {
		snprintf(end->why, sizeof(end->why), "pipe: %s", strerror(errno));
		return;
	}
	pid = fork();
	if (!pid)
		become(command, seconds, ends[1]);
	close(ends[1]);
	if (pid < 0)
		snprintf(end->why, sizeof(end->why), "fork: %s", strerror(errno));
	else if (relay(name, pid, ends[0], now_ns() + limit_s * NS_PER_S, end))
		how_it_ended(pid, end);
	else
		snprintf(end->why, sizeof(end->why), "no end within %d s", limit_s);
	close(ends[0]);
	end_everybody();
}
