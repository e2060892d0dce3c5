// SPDX-License-Identifier: GPL-2.0-only
/* Modules that use kstop: the example, and ones written for mainline. */
#include "checks.h"

#include <stdio.h>
#include <string.h>

#include "kmsg.h"
#include "ktap.h"
#include "mods.h"

/* It checks itself at load, and says so in one line. */
static void check_client(const char *module)
{
	char test[64], want[64], line[256] = "";
	int mark = kmsg_mark(), err;
	bool said;

	snprintf(want, sizeof(want), "%s: ok", module);
	err = mods_load(module, NULL);
	said = kmsg_find(mark, want, NULL, line, sizeof(line));
	kmsg_close(mark);
	snprintf(test, sizeof(test), "clients.%s", module);
	if (err)
		ktap_result(false, test, "load: %s", strerror(-err));
	else
		ktap_result(said, test, "%s", said ? line : "did not say ok in the log");
	if (err)
		mods_unload("kstop");
	else
		check_leave(test, module);
}

void check_clients(void)
{
	check_client("kstop_client");
	check_client("mainline_client_define");
	check_client("mainline_client_shadow");
}
