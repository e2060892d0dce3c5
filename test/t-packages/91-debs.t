#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The Debian packages: built, looked at by lintian, installed, upgraded and purged in a bookworm
# and in a trixie.

set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
"$top/scripts/setup" deb
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")
"$top/scripts/build-deb" "$tmp/old" >&2
"$top/scripts/build-deb" --version "$version+next" "$tmp/new" >&2
"$here/../packages/on-releases" debs "$tmp/old" "$tmp/new"
