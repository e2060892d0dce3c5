/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration of the kernel that runs.
 */
#ifndef KSTOPCTL_KCONFIG_H
#define KSTOPCTL_KCONFIG_H

#include <stdbool.h>

struct kconfig;

/* From /proc/config.gz, or where distributions have it. NULL: nowhere. */
struct kconfig *kconfig_open(const char *release);
void kconfig_close(struct kconfig *config);

/* Where it was. */
const char *kconfig_path(const struct kconfig *config);

/* CONFIG_@name is y or m. */
bool kconfig_has(const struct kconfig *config, const char *name);

#endif
