# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests in a root share. To be sourced, after "set -euo pipefail".

log=/var/log/kstop-test
tests=0 bad=0

# begin "$@": --help, or a test of all kernels that have headers here, in kvers[].
begin()
{
	local dir

	case ${1:-} in
	-h|--help)	awk 'NR <= 3 { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "$0"; exit 0 ;;
	esac
	[[ -d /kstop/test/packages && -d /files ]] || { echo "not in a root" >&2; exit 1; }
	kvers=()
	for dir in /lib/modules/*/build; do
		[[ ! -e $dir/Makefile ]] || kvers+=("$(basename "${dir%/build}")")
	done
	check "there are two kernels to build for" test "${#kvers[@]}" -ge 2
}

# check NAME COMMAND... : one line of TAP; what a failed one said follows.
check()
{
	local name=$1 rc=0

	shift
	"$@" >"$log" 2>&1 </dev/null || rc=$?
	tests=$((tests + 1))
	if ((rc == 0)); then
		echo "ok $tests - $name"
	else
		bad=$((bad + 1))
		echo "not ok $tests - $name"
		echo "# exit status $rc of: $*"
		sed 's/^/# /' "$log" | tail -n 40
	fi
}

# To be the last command.
done_testing()
{
	echo "1..$tests"
	((tests > 0 && bad == 0))
}

# says PATTERN COMMAND... : succeeds, and prints that
says()
{
	local pattern=$1

	shift
	"$@" 2>&1 | tee /dev/stderr | grep -qE -- "$pattern"
}

# refuses STATUS PATTERN COMMAND... : ends with that status, having printed that
refuses()
{
	local status=$1 pattern=$2 said rc=0

	shift 2
	said=$("$@" 2>&1) || rc=$?
	echo "$said (exit status $rc)"
	[[ $rc == "$status" ]] && grep -qE -- "$pattern" <<<"$said"
}

module_of() { find "/lib/modules/$1" -name "$2.ko*" | grep .; }

# built_for KERNEL MODULE: it is there, and for that kernel
built_for() { [[ $(modinfo -k "$1" -F vermagic "$2") == "$1 "* ]]; }

# is_signed KERNEL MODULE [CERTIFICATE]: with that key, or with the one that DKMS makes where
# there is none
is_signed()
{
	local serial

	serial=$(openssl x509 -inform DER -in "${3:-/var/lib/dkms/mok.pub}" -noout -serial) &&
		[[ -n ${serial#serial=} ]] &&
		[[ $(modinfo -k "$1" -F sig_key "$2" | tr -d ':\n') == "${serial#serial=}" ]]
}

# Every function that kstop.h promises is one that a client can be linked against.
symvers_complete()
{
	local symvers name

	symvers=$(kstop-config symvers "$1")
	for name in kstop_machine kstop_machine_opts kstop_one_cpu kstop_flush kstop_pause; do
		grep "	$name	.*EXPORT_SYMBOL_GPL" "$symvers" || return 1
	done
}

# What modprobe would load for the client: kstop, then it.
loads_in_order()
{
	modprobe -S "$1" --show-depends "$2" |
		awk '{ n = split($2, p, "/"); sub(/\.ko.*/, "", p[n]); printf "%s ", p[n] }' |
		says "^kstop $2 " cat
}
