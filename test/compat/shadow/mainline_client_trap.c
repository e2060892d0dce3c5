// SPDX-License-Identifier: GPL-2.0-only
#include "../client/mainline_client_trap.c"
