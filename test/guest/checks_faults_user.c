// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is not root, or is root of a user namespace only: opens none of kstop's
 * files, changes no parameter, loads and unloads nothing, does nothing to a
 * stopper. With debugfs as it is mounted, and with its door open.
 */
#include "checks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults.h"
#include "kthreads.h"
#include "ktap.h"
#include "mods.h"
#include "sysfs.h"
#include "watch.h"

#define NOBODY		65534
#define DEBUG_DIR	"/sys/kernel/debug"
#define CPUS_MAX	64

/* What a user got, in memory that we see, too. */
struct loot {
	int	tries;
	int	refused;
	int	got;
	char	first[128];	/* of what it got */
};

struct target {
	struct loot	*loot;
	struct image	image;
	struct kthread	threads[CPUS_MAX];
	int		n;
};

static void tried(struct loot *loot, bool got, const char *what, const char *on)
{
	loot->tries++;
	if (!got)
		loot->refused++;
	else if (!loot->got++)
		snprintf(loot->first, sizeof(loot->first), "%s %s", what, on);
}

static void try_open(struct loot *loot, const char *path, int flags, const char *what)
{
	int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK);

	tried(loot, fd >= 0, what, path);
	if (fd < 0)
		return;
	if (flags != O_RDONLY && write(fd, "machine\n", 8) == 8)
		tried(loot, true, "to trigger by", path);
	close(fd);
}

static void try_file(struct loot *loot, const char *path, bool readable)
{
	if (!readable)
		try_open(loot, path, O_RDONLY, "to read");
	try_open(loot, path, O_WRONLY, "to write");
	try_open(loot, path, O_RDWR, "to read and write");
	tried(loot, !chmod(path, 0666), "to change the mode of", path);
	tried(loot, !chown(path, NOBODY, NOBODY), "to own", path);
	tried(loot, !unlink(path), "to remove", path);
}

/*
 * Names of files that are looked up by who may not list them: all that there are, or
 * check_root() fails. The list of check_faults_files() is the same.
 */
static const char *const files[] = {
	"kstop/stats", "kstop/stoppers", "kstop/latency", "kstop/history", "kstop/timeline",
	"kstoptorture/trigger", "kstoptorture/result",
	"kstoptorture/torture", "kstopscale/state", "kstopscale/results",
};

static void try_debugfs(struct loot *loot)
{
	char path[128];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), DEBUG_DIR "/%s", files[i]);
		try_file(loot, path, false);
	}
}

/* What a parameter is anybody may know. */
static void try_parameters(struct loot *loot, const char *module)
{
	char path[512];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters", module);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module,
			 entry->d_name);
		try_file(loot, path, true);
	}
	if (dir)
		closedir(dir);
}

static void try_modules(const struct target *t)
{
	tried(t->loot, !syscall(SYS_delete_module, "kstoptorture", O_NONBLOCK), "to unload",
	      "kstoptorture");
	tried(t->loot, !syscall(SYS_delete_module, "kstop", O_NONBLOCK | O_TRUNC), "to unload",
	      "kstop");
	tried(t->loot, image_load(&t->image, "") != -EPERM, "to load", "kstop");
}

static void try_threads(const struct target *t)
{
	const struct rlimit least = { 0, 0 };

	for (int i = 0; i < t->n; i++) {
		const struct kthread *thread = &t->threads[i];
		struct sched_param param = { 0 };

		tried(t->loot, !kill(thread->pid, SIGKILL), "to kill", thread->comm);
		tried(t->loot, !sched_setscheduler(thread->pid, SCHED_OTHER, &param),
		      "to change the policy of", thread->comm);
		tried(t->loot, !setpriority(PRIO_PROCESS, thread->pid, 19), "to renice",
		      thread->comm);
		tried(t->loot, !prlimit(thread->pid, RLIMIT_RTTIME, &least, NULL),
		      "to set a limit of", thread->comm);
	}
}

/* Its own debugfs, and the door of the one there is. */
static void try_mounts(struct loot *loot)
{
	char dir[] = "/tmp/user-XXXXXX";
	const char *where = mkdtemp(dir) ? dir : "/tmp";

	tried(loot, !mount("debugfs", where, "debugfs", 0, NULL), "to mount", "debugfs");
	tried(loot, !mount("tracefs", where, "tracefs", 0, NULL), "to mount", "tracefs");
	tried(loot, !mount(NULL, DEBUG_DIR, NULL, MS_REMOUNT, "mode=777"), "to remount",
	      "debugfs");
}

static void try_all(const struct target *t)
{
	try_debugfs(t->loot);
	try_parameters(t->loot, "kstop");
	try_parameters(t->loot, "kstoptorture");
	try_parameters(t->loot, "kstopscale");
	try_modules(t);
	try_threads(t);
	try_mounts(t->loot);
}

static bool become_nobody(void)
{
	return !setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) &&
	       !setresuid(NOBODY, NOBODY, NOBODY);
}

/* With all capabilities there are in there, and none outside. */
static bool become_namespace_root(void)
{
	if (!become_nobody())
		return false;
	prctl(PR_SET_DUMPABLE, 1);	/* what changed its user loses its files in /proc */
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return false;
	return !file_write("/proc/self/setgroups", "deny") &&
	       !file_write("/proc/self/uid_map", "0 65534 1") &&
	       !file_write("/proc/self/gid_map", "0 65534 1") &&
	       !setresgid(0, 0, 0) && !setresuid(0, 0, 0) && geteuid() == 0;
}

static long events_count(void)
{
	static char text[4096];
	char *line;

	if (file_read(DEBUG_DIR "/kstop/stats", text, sizeof(text)) <= 0)
		return -1;
	line = strstr(text, "\nrequests: ");
	return line ? atol(line + 11) : -1;
}

static void check_user(const char *test, struct target *t, bool (*become)(void))
{
	long before = events_count(), after;
	int status = 0;
	pid_t pid;

	watch_progress();
	memset(t->loot, 0, sizeof(*t->loot));
	pid = fork();
	if (!pid) {
		if (!become())
			_exit(2);
		try_all(t);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	after = events_count();
	ktap_note("figure: tries_refused %d", t->loot->refused);
	ktap_result(WIFEXITED(status) && !WEXITSTATUS(status) && t->loot->tries &&
		    !t->loot->got && before >= 0 && before == after, test,
		    "%s%d tries, %d refused, %d not%s%s, %ld requests",
		    WIFEXITED(status) && WEXITSTATUS(status) == 2 ? "not that user, " : "",
		    t->loot->tries, t->loot->refused, t->loot->got, t->loot->got ? ": " : "",
		    t->loot->first, after - before);
}

static void check_users(struct target *t, const char *door)
{
	char test[64];

	snprintf(test, sizeof(test), "faults_user.nobody%s", door);
	check_user(test, t, become_nobody);
	snprintf(test, sizeof(test), "faults_user.namespace_root%s", door);
	if (access("/proc/self/ns/user", F_OK))
		ktap_skip(test, "this kernel has no user namespaces");
	else
		check_user(test, t, become_namespace_root);
}

/* What they try must work for root, or it was nothing that kept them away. */
static void check_root(struct target *t)
{
	int opened = 0, n = sizeof(files) / sizeof(files[0]);
	int there = debugfs_files("kstop") + debugfs_files("kstoptorture") +
		    debugfs_files("kstopscale");
	char path[128];

	for (int i = 0; i < n; i++) {
		int fd;

		snprintf(path, sizeof(path), DEBUG_DIR "/%s", files[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		opened += fd >= 0;
		if (fd >= 0)
			close(fd);
	}
	ktap_result(opened == n && there == n && t->n == cpus_online(), "faults_user.root",
		    "%d of %d files opened, %d are there, %d threads", opened, n, there, t->n);
}

void check_faults_user(void)
{
	static struct target target;
	int err;

	if (!check_load("faults_user", "kstoptorture"))
		return;
	err = scale_load();
	ktap_result(!err, "faults_user.load.kstopscale", "%s", strerror(-err));
	target.loot = mmap(NULL, sizeof(*target.loot), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	target.n = kthreads_find("kstop/", target.threads, CPUS_MAX);
	if (target.loot != MAP_FAILED && image_read(&target.image, "kstop")) {
		check_root(&target);
		check_users(&target, "");
		if (mount(NULL, DEBUG_DIR, NULL, MS_REMOUNT, "mode=755"))
			ktap_note("cannot open debugfs's door: %s", strerror(errno));
		check_users(&target, "_door_open");
		mount(NULL, DEBUG_DIR, NULL, MS_REMOUNT, "mode=700");
	} else {
		ktap_result(false, "faults_user.root", "no memory, or no file of the module");
	}
	if (target.loot != MAP_FAILED)
		munmap(target.loot, sizeof(*target.loot));
	image_free(&target.image);
	mods_unload("kstopscale");
	check_leave("faults_user", "kstoptorture");
}
