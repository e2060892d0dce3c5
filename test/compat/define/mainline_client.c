// SPDX-License-Identifier: GPL-2.0-only
/* The client with one #include changed, which the Kbuild does. */
#include "mainline_client.inc"
