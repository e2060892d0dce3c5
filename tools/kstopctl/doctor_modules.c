// SPDX-License-Identifier: GPL-2.0-only
/*
 * Can modules be loaded, is kstop there, could it be built.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "modules.h"
#include "release.h"
#include "root.h"

#define CHECK		"modules"

#define SIG_ENFORCE	"/sys/module/module/parameters/sig_enforce"
#define SECURITY	"/sys/kernel/security"

/* kstop, as it is here. */
struct here {
	bool	loaded;
	char	*path;		/* of the installed one, or NULL */
	char	*signer;	/* "" if it is signed by nobody knows whom; NULL: not signed */
};

/* Unsigned modules are refused: that keeps out only a kstop that is not in yet. */
static void check_refusal(struct json_object *findings, const struct here *kstop,
			  const char *advice, const char *what)
{
	if (kstop->loaded)
		found(findings, CHECK, NOTE, "", "%s; kstop is loaded, and modules that use it "
		      "have to be signed, too", what);
	else if (kstop->signer)
		found(findings, CHECK, NOTE, "kstopctl load; if that is refused, tell the kernel "
		      "its key (mokutil --import, and boot anew)", "%s; the installed kstop is "
		      "signed%s%s, and whether the kernel knows that key cannot be seen from here",
		      what, *kstop->signer ? " by " : "", kstop->signer);
	else
		found(findings, CHECK, BAD, advice, "%s", what);
}

static void check_signatures(struct json_object *findings, const struct here *kstop)
{
	bool checked = root_exists(SIG_ENFORCE);	/* CONFIG_MODULE_SIG */
	char line[64];

	if (!root_exists("/sys/module") || (checked && !root_line(SIG_ENFORCE, line, sizeof(line))))
		found(findings, CHECK, UNKNOWN, "mount -t sysfs sysfs /sys",
		      "whether unsigned modules are refused: no " SIG_ENFORCE);
	else if (checked && (*line == 'Y' || *line == '1'))
		check_refusal(findings, kstop, "sign kstop with a key that the kernel knows, or "
			      "boot without module.sig_enforce", "unsigned modules are refused");
	else
		/* A kernel that is locked down may do so all the same. */
		found(findings, CHECK, FINE, "", checked ?
		      "module.sig_enforce does not refuse unsigned modules" :
		      "this kernel looks at no module's signature");
}

/* Its file cannot be read. */
static void guess_lockdown(struct json_object *findings)
{
	enum answer possible = kernel_option("SECURITY_LOCKDOWN_LSM");

	if (possible == NO || (is_mounted(SECURITY, "securityfs") == YES &&
			       !root_exists(SECURITY "/lockdown")))
		found(findings, CHECK, FINE, "", "not locked down: this kernel has no lockdown");
	else
		found(findings, CHECK, UNKNOWN, "mount -t securityfs securityfs " SECURITY,
		      "whether the kernel is locked down: no " SECURITY "/lockdown");
}

static void check_lockdown(struct json_object *findings, const struct here *kstop)
{
	char line[128], what[320];

	if (!root_line(SECURITY "/lockdown", line, sizeof(line))) {
		guess_lockdown(findings);
		return;
	}
	if (strstr(line, "[none]")) {
		found(findings, CHECK, FINE, "", "not locked down");
		return;
	}
	/* debugfs then opens only what nobody may write, and that for reading. */
	snprintf(what, sizeof(what), "the kernel is locked down (%s): of kstop's files only "
		 "stoppers and timeline can be read, and unsigned modules are refused", line);
	check_refusal(findings, kstop, "sign kstop, or turn lockdown (Secure Boot) off", what);
}

/* Return: false where there is nothing to be loaded. */
static bool check_disabled(struct json_object *findings, const struct here *kstop)
{
	long long disabled;

	if (!root_exists("/proc/sys/kernel")) {
		found(findings, CHECK, UNKNOWN, "mount -t proc proc /proc", "whether modules can be "
		      "loaded: no /proc/sys/kernel");
	} else if (!root_exists("/proc/modules")) {
		found(findings, CHECK, BAD, "another kernel", "no /proc/modules: this kernel has "
		      "no loadable modules");
		return false;
	} else if (!root_number("/proc/sys/kernel/modules_disabled", &disabled)) {
		found(findings, CHECK, UNKNOWN, "", "whether modules can be loaded: no "
		      "kernel.modules_disabled");
	} else if (!disabled) {
		found(findings, CHECK, FINE, "", "kernel.modules_disabled is 0");
	} else if (kstop->loaded) {
		found(findings, CHECK, NOTE, "", "kernel.modules_disabled is %lld: kstop is loaded "
		      "and stays, and no other module comes", disabled);
	} else {
		found(findings, CHECK, BAD, "boot anew", "kernel.modules_disabled is %lld: no more "
		      "modules can be loaded", disabled);
	}
	return true;
}

static void check_headers(struct json_object *findings, const char *release)
{
	char path[256];

	if (!*release) {
		found(findings, CHECK, UNKNOWN, "", "which headers are this kernel's: no release");
		return;
	}
	snprintf(path, sizeof(path), "/lib/modules/%.100s/build/Makefile", release);
	if (!root_exists(path))
		snprintf(path, sizeof(path), "/usr/src/linux-headers-%.100s/Makefile", release);
	if (root_exists(path))
		found(findings, CHECK, FINE, "", "kernel headers: %.*s",
		      (int)(strlen(path) - strlen("/Makefile")), path);
	else
		found(findings, CHECK, NOTE, "install this kernel's headers "
		      "(linux-headers-... on Debian)", "no headers of this kernel: kstop cannot "
		      "be built for it here");
}

static void check_kstop(struct json_object *findings, const struct here *kstop)
{
	char version[64] = "of an unknown version";

	if (kstop->loaded) {
		root_line("/sys/module/kstop/version", version, sizeof(version));
		found(findings, "kstop", FINE, "", "loaded, %s", version);
	} else if (!root_exists("/sys/module")) {
		found(findings, "kstop", UNKNOWN, "mount -t sysfs sysfs /sys", "whether it is "
		      "loaded: no /sys/module");
	} else if (kstop->path) {
		found(findings, "kstop", NOTE, "kstopctl load", "not loaded; installed: %s",
		      kstop->path);
	} else {
		found(findings, "kstop", NOTE, "make install, or make modules and kstopctl load "
		      "--dir", "neither loaded nor installed for this kernel");
	}
}

void check_modules(struct json_object *findings)
{
	struct release release = release_now();
	struct here kstop = { .loaded = root_loaded("kstop") };

	kstop.path = module_installed("kstop", &kstop.signer);
	if (check_disabled(findings, &kstop))
		check_signatures(findings, &kstop);
	check_lockdown(findings, &kstop);
	check_headers(findings, release.text);
	check_kstop(findings, &kstop);
	free(kstop.path);
	free(kstop.signer);
}
