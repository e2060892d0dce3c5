// SPDX-License-Identifier: GPL-2.0-only
#include "faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ktap.h"
#include "mods.h"
#include "sysfs.h"
#include "trigger.h"

#define SCALE_TRIES	1000

static const char *one_stop_problem(const char *line, long callbacks)
{
	struct trigger_result result;
	int err = trigger(&result, "%s", line);

	if (err)
		return strerror(-err);
	if (result.completed != 1 || result.callbacks != callbacks)
		return "not as many callbacks as CPUs";
	return NULL;
}

const char *stops_problem(void)
{
	const char *problem = NULL;
	char line[64];

	for (int cpu = 0; cpu < cpus_present() && !problem; cpu++) {
		if (!cpu_online(cpu))
			continue;
		snprintf(line, sizeof(line), "one cpu=%d", cpu);
		problem = one_stop_problem(line, 1);
	}
	if (problem)
		return problem;
	snprintf(line, sizeof(line), "machine run=0-%d", cpus_present() - 1);
	return one_stop_problem(line, cpus_online());
}

const char *fresh_load_problem(void)
{
	const char *problem;
	int err = mods_load("kstoptorture", NULL), left;

	if (err)
		return strerror(-err);
	problem = stops_problem();
	err = mods_unload("kstoptorture");
	left = mods_unload("kstop");
	if (!err)
		err = left;
	return problem ? problem : err ? strerror(-err) : NULL;
}

int scale_load(void)
{
	int err = mods_load("kstopscale", "measures=latency loads=idle ways=kstop samples=1");
	char text[128];

	for (int i = 0; !err && i < SCALE_TRIES; i++) {
		if (file_read("/sys/kernel/debug/kstopscale/state", text, sizeof(text)) > 0 &&
		    strstr(text, "state: ended"))
			return 0;
		usleep(20 * 1000);
	}
	return err ? err : -ETIME;
}

int debugfs_files(const char *module)
{
	char path[128];
	struct dirent *entry;
	int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s", module);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		n += *entry->d_name != '.';
	if (dir)
		closedir(dir);
	return n;
}

static bool read_whole(int fd, struct image *image)
{
	size_t done = 0;
	ssize_t n;

	image->bytes = malloc(image->size);
	while (image->bytes && done < image->size) {
		n = read(fd, (char *)image->bytes + done, image->size - done);
		if (n <= 0)
			break;
		done += n;
	}
	return image->bytes && done == image->size;
}

bool image_read(struct image *image, const char *module)
{
	char path[512];
	struct stat st;
	bool good;
	int fd;

	*image = (struct image){ 0 };
	if (mods_path(module, path, sizeof(path)))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	good = !fstat(fd, &st);
	image->size = st.st_size;
	good = good && read_whole(fd, image);
	close(fd);
	return good;
}

int image_load(const struct image *image, const char *options)
{
	return syscall(SYS_init_module, image->bytes, image->size, options) ? -errno : 0;
}

void image_free(struct image *image)
{
	free(image->bytes);
	image->bytes = NULL;
}

/* Quietly: each fault would be a stack trace. Allocations that may sleep, too. */
static void set_knobs(const char *which)
{
	static const struct {
		const char	*file, *text;
	} knobs[] = {
		{ "verbose", "0" }, { "ignore-gfp-wait", "N" }, { "ignore-gfp-highmem", "N" },
		{ "min-order", "0" }, { "cache-filter", "N" }, { "probability", "0" },
	};
	char path[96];

	for (size_t i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", which, knobs[i].file);
		file_write(path, knobs[i].text);	/* not each has all */
	}
}

int nth_open(pid_t pid)
{
	char path[64];
	int fd;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/fail-nth", pid);
	else
		snprintf(path, sizeof(path), "/proc/thread-self/fail-nth");
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	set_knobs("failslab");
	set_knobs("fail_page_alloc");
	return fd;
}

void nth_set(int nth, unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(nth, text, len, 0) != len)
		ktap_note("fail-nth: %s", strerror(errno));
}

bool nth_over(int nth)
{
	char text[16] = "";
	ssize_t len = pread(nth, text, sizeof(text) - 1, 0);

	nth_set(nth, 0);
	return len > 0 && atoi(text) == 0;
}
