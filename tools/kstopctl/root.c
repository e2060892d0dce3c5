// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "root.h"
#include "text.h"

static const char *root = "";

void root_set(const char *dir)
{
	root = strcmp(dir, "/") ? dir : "";
}

bool root_is_other(void)
{
	return *root;
}

char *root_path(const char *fmt, ...)
{
	char *rest, *path;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&rest, fmt, args) < 0)
		abort();
	va_end(args);
	if (asprintf(&path, "%s%s", root, rest) < 0)
		abort();
	free(rest);
	return path;
}

bool root_exists(const char *path)
{
	char *full = root_path("%s", path);
	bool exists = !access(full, F_OK);

	free(full);
	return exists;
}

/* Sizes in sysfs and debugfs mean nothing, so read until there is no more. */
static char *read_all(int fd, size_t *len)
{
	size_t room = 0, used = 0;
	char *text = NULL;
	ssize_t n;

	do {
		if (used + 1 >= room) {
			char *more = realloc(text, room = room ? 2 * room : 4096);

			if (!more)
				break;
			text = more;
		}
		n = read(fd, text + used, room - used - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n < 0)
				break;
			text[used] = '\0';
			*len = used;
			return text;
		}
		used += n;
		errno = EFBIG;
	} while (used <= FILE_BYTES_MAX);
	free(text);
	return NULL;
}

char *root_read(const char *path, size_t *len)
{
	char *full = root_path("%s", path), *text;
	int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), err;
	size_t ignored;

	free(full);
	if (fd < 0)
		return NULL;
	text = read_all(fd, len ? len : &ignored);
	err = errno;
	close(fd);
	errno = err;
	return text;
}

bool root_line(const char *path, char *line, size_t size)
{
	size_t len;
	char *text = root_read(path, &len);

	if (!text)
		return false;
	text_clean(line, size, text, strcspn(text, "\n"));
	free(text);
	return true;
}

bool root_number(const char *path, long long *number)
{
	char line[64], *end;

	if (!root_line(path, line, sizeof(line)) || !*line)
		return false;
	errno = 0;
	*number = strtoll(line, &end, 10);
	return !errno && !*end;
}

int root_write(const char *path, const char *text)
{
	char *full = root_path("%s", path);
	int fd = open(full, O_WRONLY | O_CLOEXEC | O_NOCTTY), err = 0;
	size_t len = strlen(text);
	ssize_t n;

	free(full);
	if (fd < 0)
		return errno;
	n = write(fd, text, len);
	if (n < 0)
		err = errno;
	else if ((size_t)n != len)
		err = EIO;
	close(fd);
	return err;
}

bool root_loaded(const char *module)
{
	char path[128];

	/* What is built in has parameters there, and no initstate; kstop cannot be. */
	snprintf(path, sizeof(path), "/sys/module/%s", module);
	return root_exists(path);
}

enum status root_refused(struct tool *tool, const char *module, const char *path, int err)
{
	/* Who may not look into debugfs may well see that. */
	if (!root_loaded(module))
		return fail(tool, NOT_LOADED, "the module %s is not loaded (kstopctl load %s)",
			    module, module);
	if (err == EACCES || err == EPERM)
		return fail(tool, NOT_ALLOWED, "%s: not allowed%s", path,
			    geteuid() ? ", this needs root" :
			    " even to root: the kernel is locked down?");
	if (err == ENOENT && !root_exists(DEBUGFS "/kstop/stats"))
		return fail(tool, NOT_ALLOWED, "%s is not there: no debugfs (mount -t debugfs "
			    "debugfs " DEBUGFS ")", path);
	if (err == ENOENT)
		return fail(tool, NOT_UNDERSTOOD, "%s is not there: this %s does not have it",
			    path, module);
	if (err == EFBIG)
		return fail(tool, NOT_UNDERSTOOD, "%s: more than %d MiB", path,
			    FILE_BYTES_MAX >> 20);
	return fail(tool, FAILED, "%s: %s", path, strerror(err));
}

enum status root_need(struct tool *tool, const char *module, const char *file,
		      char **text, size_t *len)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUGFS "/%s/%s", module, file);
	*text = root_read(path, len);
	return *text ? DONE : root_refused(tool, module, path, errno);
}
