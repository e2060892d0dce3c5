// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of the test guest: loads kstop, shows it (guest.mode=demo) or checks it
 * (guest.mode=check), says what came of it, and powers off.
 *
 *	guest.mode=demo|check		what to do, default check
 *	guest.cases=NAME,NAME|all	which checks, default all
 *	guest.seconds=N			how long the long ones run
 *	guest.torture=OPTION;OPTION	of kstoptorture for the case torture; kstop.OPTION
 *					is one of kstop's
 *	guest.scale=OPTION;OPTION	of kstopscale for the case scale
 *	guest.loads=NAME,NAME		which loads of the case third_party, default all
 *	guest.detectors=NAME,NAME	what a debug kernel must have (checks_debug.c)
 *
 * are words on the kernel's command line. The verdict, one line, goes to the
 * second serial port, and to the console.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks.h"
#include "demo.h"
#include "ktap.h"
#include "mods.h"
#include "sysfs.h"
#include "totals.h"
#include "watch.h"

/* QEMU's arm64 board has a console of another kind, and of this kind one that is added. */
#ifdef __aarch64__
#define VERDICT_PORT	"/dev/ttyS0"
#else
#define VERDICT_PORT	"/dev/ttyS1"
#endif

static int verdict_fd = -1;

struct settings {
	char	mode[16];
	char	cases[512];
	int	seconds;		/* 0: each test's own */
};

static void mount_or_say(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, NULL) && errno != EBUSY)
		ktap_note("cannot mount %s: %s", where, strerror(errno));
}

static void mount_all(void)
{
	mount_or_say("proc", "/proc");
	mount_or_say("sysfs", "/sys");
	mount_or_say("devtmpfs", "/dev");
	mount_or_say("debugfs", "/sys/kernel/debug");
}

static void take_word(struct settings *settings, const char *word)
{
	if (!strncmp(word, "guest.mode=", 11))
		snprintf(settings->mode, sizeof(settings->mode), "%s", word + 11);
	else if (!strncmp(word, "guest.cases=", 12))
		snprintf(settings->cases, sizeof(settings->cases), "%s", word + 12);
	else if (!strncmp(word, "guest.seconds=", 14))
		settings->seconds = atoi(word + 14);
	else if (!strncmp(word, "guest.torture=", 14))
		check_torture_options(word + 14);
	else if (!strncmp(word, "guest.scale=", 12))
		check_scale_options(word + 12);
	else if (!strncmp(word, "guest.loads=", 12))
		check_third_loads(word + 12);
	else if (!strncmp(word, "guest.detectors=", 16))
		check_detectors(word + 16);
}

static struct settings read_settings(void)
{
	struct settings settings = { .mode = "check", .cases = "all" };
	char line[4096], *word, *save;

	if (file_read("/proc/cmdline", line, sizeof(line)) < 0)
		return settings;
	for (word = strtok_r(line, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
		take_word(&settings, word);
	return settings;
}

static void write_verdict(const char *line, size_t len)
{
	if (verdict_fd < 0 || write(verdict_fd, line, len) != (ssize_t)len)
		ktap_note("cannot write the verdict to " VERDICT_PORT);
	else
		fsync(verdict_fd);
}

static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void end_with(const struct ktap_counts *counts)
{
	bool pass = counts->plan > 0 && counts->passed > 0 && !counts->failed;
	char line[128];
	int len;

	len = snprintf(line, sizeof(line), "verdict: %s plan=%d passed=%d failed=%d skipped=%d\n",
		       pass ? "PASS" : "FAIL", counts->plan, counts->passed, counts->failed,
		       counts->skipped);
	say("%.*s", len - 1, line);
	write_verdict(line, len);
	power_off();
}

/* Where this fails nobody is left to tell. */
static void put(int fd, const char *text)
{
	ssize_t done = write(fd, text, strlen(text));

	(void)done;
}

/* No way back: say so with what is safe in a signal handler, and go. */
static void fatal_signal(int signal)
{
	static const char verdict[] = "verdict: FAIL plan=0 passed=0 failed=1 skipped=0\n";
	char what[] = "kstop-guest: PID 1 got signal 00\n";

	what[sizeof(what) - 4] += signal / 10;
	what[sizeof(what) - 3] += signal % 10;
	put(STDOUT_FILENO, what);
	put(STDOUT_FILENO, verdict);
	put(verdict_fd, verdict);
	power_off();
}

static void catch_fatal_signals(void)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	static char stack[64 * 1024];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = {
		.sa_handler = fatal_signal,
		.sa_flags = SA_ONSTACK | SA_RESETHAND,
	};

	sigaltstack(&alternative, NULL);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &action, NULL);
}

static void set_up(void)
{
	mount_all();
	ktap_open();
	file_write("/proc/sys/kernel/printk_devkmsg", "on");	/* no rate limit for us */
	verdict_fd = open(VERDICT_PORT, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (verdict_fd < 0)
		ktap_note("no " VERDICT_PORT ": %s", strerror(errno));
	catch_fatal_signals();
	watch_init();
}

int main(void)
{
	struct settings settings;
	struct ktap_counts counts;

	if (getpid() != 1) {
		fprintf(stderr, "This is PID 1 of a test guest, not for use elsewhere.\n");
		return 1;
	}
	put(STDOUT_FILENO, "kstop-guest: PID 1 is up\n");
	set_up();
	settings = read_settings();
	ktap_start();
	if (mods_init())
		ktap_result(false, "libkmod", "no context");
	else if (!strcmp(settings.mode, "demo"))
		demo_run();
	else if (!strcmp(settings.mode, "check"))
		checks_run(settings.cases, settings.seconds);
	else
		ktap_result(false, "mode", "%s is neither demo nor check", settings.mode);
	totals_print();
	counts = ktap_end();
	end_with(&counts);
}
