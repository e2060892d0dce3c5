/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel modules by name, through libkmod. Results are 0 or -errno. */
#ifndef MODS_H
#define MODS_H

#include <stdbool.h>
#include <stddef.h>

int mods_init(void);

/* Modules it depends on are loaded first. @options may be NULL. */
int mods_load(const char *name, const char *options);
int mods_unload(const char *name);
bool mods_loaded(const char *name);

/* Whether this kernel cannot do what those options want. It is tried, and not left loaded. */
bool mods_unsupported(const char *name, const char *options);

/* Where its file is; whether it has such a parameter. */
int mods_path(const char *name, char *path, size_t size);
bool mods_takes(const char *name, const char *parameter);

#endif
