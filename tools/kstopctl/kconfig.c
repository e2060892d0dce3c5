// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "kconfig.h"
#include "root.h"

#define CONFIG_BYTES_MAX	(4 << 20)

struct kconfig {
	char	path[256];
	char	*text;
};

/* Plain or by gzip: zlib reads both. */
static char *read_config(const char *path)
{
	char *full = root_path("%s", path), *text;
	gzFile file = gzopen(full, "re");
	int n;

	free(full);
	if (!file)
		return NULL;
	text = malloc(CONFIG_BYTES_MAX + 1);
	if (!text)
		abort();
	n = gzread(file, text, CONFIG_BYTES_MAX);
	gzclose(file);
	if (n <= 0) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	return text;
}

struct kconfig *kconfig_open(const char *release)
{
	static const struct {
		const char	*before, *after;	/* the release */
	} places[] = {
		{ "/boot/config-",		"" },
		{ "/lib/modules/",		"/config" },
		{ "/lib/modules/",		"/build/.config" },
		{ "/usr/src/linux-headers-",	"/.config" },
	};
	struct kconfig *config = calloc(1, sizeof(*config));
	size_t i;

	if (!config)
		abort();
	strcpy(config->path, "/proc/config.gz");
	config->text = read_config(config->path);
	for (i = 0; i < sizeof(places) / sizeof(places[0]) && !config->text; i++) {
		snprintf(config->path, sizeof(config->path), "%s%.100s%s", places[i].before,
			 release, places[i].after);
		config->text = read_config(config->path);
	}
	if (config->text)
		return config;
	free(config);
	return NULL;
}

void kconfig_close(struct kconfig *config)
{
	if (config)
		free(config->text);
	free(config);
}

const char *kconfig_path(const struct kconfig *config)
{
	return config->path;
}

bool kconfig_has(const struct kconfig *config, const char *name)
{
	size_t len = strlen(name);
	const char *at;

	for (at = config->text; (at = strstr(at, "CONFIG_")); at++) {
		if ((at == config->text || at[-1] == '\n') && !strncmp(at + 7, name, len) &&
		    at[7 + len] == '=')
			return at[8 + len] == 'y' || at[8 + len] == 'm';
	}
	return false;
}
