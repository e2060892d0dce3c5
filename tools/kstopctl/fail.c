// SPDX-License-Identifier: GPL-2.0-only
/* Why a command has failed, for who prints it. */
#include <stdarg.h>
#include <stdio.h>

#include "tool.h"

enum status fail(struct tool *tool, enum status status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(tool->reason, sizeof(tool->reason), fmt, args);
	va_end(args);
	return status;
}
