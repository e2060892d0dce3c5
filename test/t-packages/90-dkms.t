#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kstop, its companions and a client under DKMS, in a bookworm and in a trixie, each with two
# kernels.

set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../packages/on-releases" dkms
