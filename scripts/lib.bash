# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts share: paths, messages, which kernel, how to become root.
# To be sourced, after "set -euo pipefail".

# shellcheck disable=SC2034 # for those that source this
KSTOP_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
KSTOP_CACHE=${KSTOP_CACHE:-~/.cache/kstop}
KSTOP_CACHE=$(realpath -m -- "$KSTOP_CACHE")
me=${0##*/}

say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { say "$*"; exit 1; }

[[ $KSTOP_CACHE != *[[:space:],:]* ]] ||
	die "KSTOP_CACHE is $KSTOP_CACHE: neither the kernel's build nor overlayfs takes blanks, commas or colons; name another"

# Print the comment that opens the script, as its help.
usage()
{
	awk 'NR <= 3 { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "$0"
}

# Run a command as root: directly, or by a sudo that asks nothing.
can_root() { [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null; }
as_root()
{
	if [[ $(id -u) == 0 ]]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

# Run a command with nothing open but its input and output. For mmdebstrap: a shell of its
# writes to what it opened, whose number is the first that is free, and dash cannot write
# to 10 and above.
with_stdio_only()
{
	(
		for fd in /proc/self/fd/*; do
			fd=${fd##*/}
			((fd <= 2 || fd == 255)) || exec {fd}>&-
		done
		"$@"
	)
}

# sweep DIRECTORY: remove what a run left there that was interrupted more than two days ago. By the
# time of the inode: the other one is that of the archive, in a root that was unpacked.
sweep()
{
	local old

	while read -r old; do
		! grep -qF -e " $old " -e " $old/" /proc/self/mounts || continue
		rm -rf --one-file-system "$old" 2>/dev/null || ! can_root ||
			as_root rm -rf --one-file-system "$old" || true
	done < <(find "$1" -mindepth 1 -maxdepth 1 -ctime +1 \
		\( -name '.tmp-*' -o -name '.run-*' -o -name '.lint-*' \) 2>/dev/null)
}

# What is kept of one build depends on the kernel and on these words.
short_hash() { printf '%s\0' "$@" | sha256sum | cut -c1-10; }

# The release of the kernel that KSTOP_KERNEL asks for, e.g. 6.1.0-56-amd64;
# empty if apt does not know yet.
kernel_release()
{
	local k=${KSTOP_KERNEL:-}

	if [[ -d $k ]]; then
		basename -- "$(echo "$k"/lib/modules/*)"
	elif [[ -n $k ]]; then
		echo "${k#linux-image-}"
	else
		# It fails where apt's lists are still empty.
		{ apt-cache depends --important linux-image-amd64 2>/dev/null || true; } |
			sed -n 's/.*Depends: linux-image-\([0-9].*\)/\1/p' | head -n 1
	fi
}

# The machine that a kernel of that release is for, as QEMU calls it.
kernel_machine()
{
	case $1 in
	*-arm64)	echo aarch64 ;;
	*)		echo x86_64 ;;
	esac
}

# Where modules for that release are built against: what the kernel that is asked
# for brings itself, as debug kernels do, else what is installed.
kernel_headers()
{
	local dir

	for dir in ${KSTOP_KERNEL:+"$KSTOP_KERNEL/lib/modules/$1/build"} \
		"/usr/src/linux-headers-$1" "/lib/modules/$1/build"; do
		[[ -e $dir/Makefile ]] && (cd "$dir" && pwd -P) && return
	done
	return 1
}

# Where an unpacked kernel of that release is, or goes.
kernel_tree()
{
	if [[ -d ${KSTOP_KERNEL:-} ]]; then
		(cd "$KSTOP_KERNEL" && pwd -P)
	else
		echo "$KSTOP_CACHE/kernels/$1"
	fi
}

# How this machine's apt fetches (proxies and the like), for mmdebstrap's.
write_apt_options()
{
	apt-config dump | grep -E '^(Acquire::|APT::Sandbox::User)' | grep -vE \
		'^Acquire::(IndexTargets|Changelogs|Languages|CompressionTypes|cdrom)' || true
}

# This checkout as a tar: what git would take, with what is changed and not committed yet.
tar_checkout()
{
	(cd "$KSTOP_TOP" && git ls-files -coz --exclude-standard |
		tar -c --null --files-from=- \
			--ignore-failed-read --owner=0 --group=0 2>/dev/null)
}

# make_programs DIR: PID 1 of the guests and, where its libraries are, kstopctl, for this machine
make_programs()
{
	make --no-print-directory -s -C "$KSTOP_TOP/test/guest" OUT="$1" >&2
	if pkg-config --exists libkmod smartcols json-c zlib; then
		make --no-print-directory -s -C "$KSTOP_TOP/tools/kstopctl" OUT="$1/tool" >&2
	fi
}
