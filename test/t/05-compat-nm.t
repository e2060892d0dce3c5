#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A client written for mainline, built in the ways that include/ offers, must
# refer to nothing of the kernel's stop_machine() family.

set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
modules=${KSTOP_MODULES:-$("$top/scripts/build-all")}
exec "$top/test/compat/check-nm" "$modules/test/compat"
