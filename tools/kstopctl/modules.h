/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loading and unloading kstop's modules, by libkmod.
 */
#ifndef KSTOPCTL_MODULES_H
#define KSTOPCTL_MODULES_H

#include "tool.h"

/* kstop itself and its companions, in the order of loading. */
extern const char *const own_modules[];
#define OWN_MODULES	3

/* Whether it is one of them; what others are called is none of our business. */
enum status module_check(struct tool *tool, const char *name);

/**
 * module_load() - and what it depends on
 * @name:	of the module
 * @dir:	a tree where it was built, or a directory of modules; NULL: what is
 *		installed for the running kernel
 * @params:	of the module, blanks between; may be NULL
 * @loaded:	an array; names of those which were not in the kernel before are added
 */
enum status module_load(struct tool *tool, const char *name, const char *dir,
			const char *params, struct json_object *loaded);

/* It must be loaded, and nobody use it. */
enum status module_unload(struct tool *tool, const char *name);

/**
 * module_installed() - is it installed for the running kernel, and signed
 * @name:	of the module
 * @signer:	who has signed it, to be freed; "" if that is not said, NULL: nobody
 *
 * Whether the kernel knows the key cannot be told from outside.
 *
 * Return: where it is, to be freed; NULL if it is not.
 */
char *module_installed(const char *name, char **signer);

/* The modules that use it, an array of names. */
struct json_object *module_holders(const char *name);

#endif
