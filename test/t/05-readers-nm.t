#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What shows the files of debugfs takes no lock of the fast path: it refers to none of
# the functions that take a raw one. (The mutexes are between readers, and resetters.)

set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
modules=${KSTOP_MODULES:-$("$top/scripts/build-all")}

# locks OBJECT: the functions it refers to that take a lock which may spin. It refers to some others.
locks()
{
	local symbols

	symbols=$(nm --undefined-only --format=just-symbols "$modules/src/$1.o") || true
	[[ -n $symbols ]] || { echo "what nm cannot say"; return; }
	grep -E '(spin|read|write)_(try)?lock' <<<"$symbols" || (($? == 1))
}

nr=0
for object in debugfs stats late latency record history; do
	found=$(locks "$object" | paste -s -d ' ')
	[[ -z $found ]] || echo -n "not "
	echo "ok $((++nr)) - $object.o takes no lock that spins${found:+: it refers to $found}"
done
found=$(locks queue | paste -s -d ' ')
[[ $found == *lock* ]] || echo -n "not "
echo "ok $((++nr)) - and queue.o, which does, is found out"
echo "1..$nr"
