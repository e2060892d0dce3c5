// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random and mutated writes to every debugfs file from two processes at once,
 * while a third reads the files in odd ways.
 */
#include "checks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "clock.h"
#include "faults.h"
#include "kmsg.h"
#include "ktap.h"
#include "mate.h"
#include "mods.h"
#include "mutate.h"
#include "stoppers.h"
#include "sysfs.h"
#include "watch.h"

#define WRITES		100000		/* to each file, in a run of 60 s */
#define WRITERS		2
#define FILES_MAX	16
#define PAGES		3		/* of a writer's memory; after it comes nothing */
#define BATCH		64		/* writes in a step */
#define STALL_S		30
#define SEED		0x6b73746f70ULL
#define LOG_WINDOW_S	5		/* of the complaints' rate limit ... */
#define LOG_BURST	200

struct file {
	char		path[320];
	int		fd;
	bool		read_only;	/* by its mode, which does not keep root away */
	atomic_ulong	writes;
	atomic_ulong	accepted;
	atomic_ulong	faults;		/* EFAULT */
};

/* In memory that all processes see. */
struct fuzz {
	struct file	files[FILES_MAX];
	int		n;
	unsigned long	quota;		/* of writes to each file */
	int		top;		/* CPU */
	atomic_ulong	odd;		/* writes that gave what they should not */
	atomic_int	odd_result;
	atomic_ulong	reads;
};

struct writer {
	struct fuzz	*fuzz;
	uint64_t	seed;
	char		*end;		/* of its memory */
	size_t		room;
};

static void add_files(struct fuzz *fuzz, const char *module)
{
	char path[64];
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s", module);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)) && fuzz->n < FILES_MAX) {
		struct file *file = &fuzz->files[fuzz->n];

		if (*entry->d_name == '.')
			continue;
		snprintf(file->path, sizeof(file->path), "%s/%s", path, entry->d_name);
		file->fd = open(file->path, O_RDWR | O_CLOEXEC);
		if (file->fd < 0)
			continue;
		file->read_only = !fstat(file->fd, &st) && !(st.st_mode & 0222);
		fuzz->n++;
	}
	if (dir)
		closedir(dir);
}

/* A pointer that is none, or only in part. */
static const void *bad_pointer(struct writer *w)
{
	switch (mutate_random(&w->seed) % 5) {
	case 0:
		return NULL;
	case 1:
		return (void *)1;
	case 2:
		return w->end - mutate_random(&w->seed) % 8;
	case 3:
		return (void *)0xffff888000000000ULL;
	default:
		return (void *)(0x800000000000ULL - mutate_random(&w->seed) % 16);
	}
}

/* In one of the ways in which one can write. */
static ssize_t write_somehow(struct writer *w, int fd, const void *bytes, size_t len)
{
	struct iovec parts[2] = {
		{ (void *)bytes, len / 2 }, { (char *)bytes + len / 2, len - len / 2 },
	};

	switch (mutate_random(&w->seed) % 32) {
	case 0:
		return pwrite(fd, bytes, len, mutate_random(&w->seed));
	case 1:
		return writev(fd, parts, 2);
	case 2:
		return write(fd, bytes, len + (mutate_random(&w->seed) << 8));
	default:
		return write(fd, bytes, len);
	}
}

/*
 * What the contract of the files allows for. Of the results of stops: a CPU that
 * is away or in use, a time limit, a choice of CPUs that makes no sense.
 */
static bool may_give(int err)
{
	static const int known[] = {
		0, EINVAL, EFAULT, ENOENT, EAGAIN, EBUSY, ETIMEDOUT, ESPIPE, EOPNOTSUPP, ENOMEM,
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i] == err)
			return true;
	return false;
}

/* The line ends where the memory does, one way or the other. */
static void write_one(struct writer *w, struct file *file)
{
	static char line[MUTATE_MAX];
	size_t len = mutate_line(&w->seed, line, w->fuzz->top);
	const void *from = memcpy(w->end - len, line, len);
	ssize_t ret;
	int err;

	if (mutate_random(&w->seed) % 50 == 0)
		from = bad_pointer(w);
	ret = write_somehow(w, file->fd, from, len);
	err = ret < 0 ? errno : 0;
	atomic_fetch_add(&file->writes, 1);
	if (ret >= 0)
		atomic_fetch_add(&file->accepted, 1);
	if (err == EFAULT)
		atomic_fetch_add(&file->faults, 1);
	if (!may_give(err)) {
		atomic_fetch_add(&w->fuzz->odd, 1);
		atomic_store(&w->fuzz->odd_result, err);
	}
}

static bool writer_memory(struct writer *w)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, (PAGES + 1) * page, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED || mprotect(at + PAGES * page, page, PROT_NONE))
		return false;
	w->end = at + PAGES * page;
	w->room = PAGES * page;
	return w->room >= MUTATE_MAX;
}

static void write_some(struct mate_share *share, void *arg)
{
	struct writer *w = arg;
	bool done = true;

	if (!w->end && !writer_memory(w))
		_exit(1);
	for (int i = 0; i < BATCH; i++) {
		struct file *file = &w->fuzz->files[mutate_random(&w->seed) % w->fuzz->n];

		if (atomic_load(&file->writes) < w->fuzz->quota)
			write_one(w, file);
	}
	for (int i = 0; i < w->fuzz->n; i++)
		done &= atomic_load(&w->fuzz->files[i].writes) >= w->fuzz->quota;
	atomic_fetch_add(&share->done, 1);
	if (done)
		_exit(0);
}

/* From anywhere, of any size, to where it may not fit. */
static void read_some(struct mate_share *share, void *arg)
{
	struct writer *w = arg;
	struct file *file = &w->fuzz->files[mutate_random(&w->seed) % w->fuzz->n];
	int fd = open(file->path, O_RDONLY | O_CLOEXEC);
	size_t size;

	if (!w->end && !writer_memory(w))
		_exit(1);
	for (int i = 0; fd >= 0 && i < 8; i++) {
		size = mutate_random(&w->seed) % (1 << mutate_random(&w->seed) % 14);
		if (size > w->room)
			size = w->room;
		if (mutate_random(&w->seed) % 3 == 0)
			lseek(fd, (off_t)mutate_random(&w->seed) >> mutate_random(&w->seed) % 48,
			      mutate_random(&w->seed) % 4);
		if (read(fd, w->end - size, size + (mutate_random(&w->seed) % 8 == 0)) >= 0)
			atomic_fetch_add(&w->fuzz->reads, 1);
	}
	if (fd >= 0)
		close(fd);
	atomic_fetch_add(&share->done, 1);
	usleep(2000);
}

static unsigned long written(struct fuzz *fuzz)
{
	unsigned long sum = 0;

	for (int i = 0; i < fuzz->n; i++)
		sum += atomic_load(&fuzz->files[i].writes);
	return sum;
}

/* Until all is written, or nothing comes any more. */
static bool wait_written(struct fuzz *fuzz)
{
	uint64_t last = now_ns(), told = last;
	unsigned long before = 0, now;

	while ((now = written(fuzz)) < fuzz->quota * fuzz->n) {
		if (now != before) {
			before = now;
			last = now_ns();
			watch_progress();
		}
		if (now_ns() - last > STALL_S * NS_PER_S)
			return false;
		if (now_ns() - told > 10 * NS_PER_S) {
			ktap_note("%lu writes", now);
			told = now_ns();
		}
		usleep(50 * 1000);
	}
	return true;
}

static void show_files(struct fuzz *fuzz)
{
	for (int i = 0; i < fuzz->n; i++) {
		struct file *file = &fuzz->files[i];

		ktap_note("%s: %lu writes, %lu accepted, %lu with a bad address", file->path,
			  file->writes, file->accepted, file->faults);
		if (file->read_only && file->accepted)
			atomic_fetch_add(&fuzz->odd, file->accepted);
		close(file->fd);
	}
	ktap_note("figure: fuzz_writes %lu", written(fuzz));
	ktap_note("figure: fuzz_reads %lu", fuzz->reads);
}

/* A line for each bad input, but not so many that the log holds nothing else. */
static void check_log(int mark, uint64_t began)
{
	long lines = 0, most = ((now_ns() - began) / NS_PER_S / LOG_WINDOW_S + 2) * LOG_BURST;

	while (kmsg_find(mark, "kstoptorture: trigger: ", NULL, NULL, 0))
		lines++;
	ktap_result(lines && lines <= most, "faults_fuzz.log", "%ld complaints, at most %ld", lines,
		    most);
}

static void run(struct fuzz *fuzz)
{
	struct mate mates[WRITERS + 1] = { 0 };
	struct writer writers[WRITERS + 1];
	const char *problem;
	bool ended = true, complete;
	int mark = kmsg_mark();
	uint64_t began = now_ns();

	for (int i = 0; i <= WRITERS; i++) {
		writers[i] = (struct writer){ .fuzz = fuzz, .seed = SEED + i };
		ended &= mate_start(&mates[i], i < WRITERS ? write_some : read_some, &writers[i]);
	}
	complete = wait_written(fuzz);
	for (int i = 0; i <= WRITERS; i++) {
		ended &= mate_stop(&mates[i]);
		mate_free(&mates[i]);
	}
	show_files(fuzz);
	check_log(mark, began);
	kmsg_close(mark);
	if (fuzz->odd)
		ktap_note("%lu writes gave what they should not, one: %s", fuzz->odd,
			  strerror(fuzz->odd_result));
	problem = stops_problem();
	if (!problem && !stoppers_empty(-1, 5))
		problem = "something stays queued";
	ktap_result(complete && ended && !fuzz->odd && fuzz->reads && !problem,
		    "faults_fuzz.writes", "%lu writes to %d files, %lu reads, then: %s",
		    written(fuzz), fuzz->n, fuzz->reads, !complete ? "stalled" :
		    !ended ? "a process did not end" : problem ? problem : "fine");
}

/* Of all modules that have files of their own, but for kstoptest. */
static bool add_all_files(struct fuzz *fuzz)
{
	static const char *const modules[] = { "kstop", "kstoptorture", "kstopscale" };
	int there = 0;

	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		int n = debugfs_files(modules[i]), before = fuzz->n;

		add_files(fuzz, modules[i]);
		if (!n || fuzz->n != before + n)
			ktap_note("%s: %d of %d files", modules[i], fuzz->n - before, n);
		there += n ? n : 1;
	}
	return ktap_result(fuzz->n == there, "faults_fuzz.files", "%d of %d", fuzz->n, there);
}

void check_faults_fuzz(void)
{
	struct fuzz *fuzz;
	int level, err;

	if (!check_load("faults_fuzz", "kstoptorture"))
		return;
	err = scale_load();
	ktap_result(!err, "faults_fuzz.load.kstopscale", "%s", strerror(-err));
	fuzz = mmap(NULL, sizeof(*fuzz), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		    -1, 0);
	if (fuzz == MAP_FAILED) {
		ktap_result(false, "faults_fuzz.writes", "mmap: %s", strerror(errno));
	} else if (add_all_files(fuzz)) {
		level = console_level(5);
		fuzz->quota = check_share(WRITES);
		fuzz->top = cpus_present() - 1;
		ktap_note("seed %#" PRIx64 ", %lu writes to each of %d files", (uint64_t)SEED,
			  fuzz->quota, fuzz->n);
		run(fuzz);
		console_level(level);
	}
	if (fuzz != MAP_FAILED)
		munmap(fuzz, sizeof(*fuzz));
	mods_unload("kstopscale");
	check_leave("faults_fuzz", "kstoptorture");
}
