// SPDX-License-Identifier: GPL-2.0-only
/* Where the tracepoints of trace.h are made. */
#include <linux/module.h>

#include "record.h"
#include "rendezvous.h"

#define CREATE_TRACE_POINTS
#include "trace.h"
