# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the loads share. Each is called with the seconds it may take and says on
# standard output
#
#	work: N			what it has done, above 0
#	figure: KEY VALUE	what else can be counted
#
# and anything it has to say for people. It ends with 0 if all was as it should
# be, with 77 if this machine lacks what it needs. To be sourced.

# shellcheck disable=SC2034 # for those that source this
seconds=${1:?seconds}
cpu_dir=/sys/devices/system/cpu

work() { echo "work: $1"; }
figure() { echo "figure: $1 $2"; }
wrong() { echo "$*"; exit 1; }
lacking() { echo "$*"; exit 77; }
time_left() { ((SECONDS < seconds)); }

# A list such as 0-2,5, as numbers in the array list[]. No processes: where every
# CPU is stopped most of the time, to start one takes long.
expand()
{
	local part n

	list=()
	for part in ${1//,/ }; do
		for ((n = ${part%-*}; n <= ${part#*-}; n++)); do
			list+=("$n")
		done
	done
}

# What a file says, in the variable said.
look()
{
	said=
	read -r -d '' said <"$1" || true
	said=${said%$'\n'}
}

# In list[]: the CPUs that are there, or online.
present() { look $cpu_dir/present; expand "$said"; }
online() { look $cpu_dir/online; expand "$said"; }

# Write where the shell's own message about an error is not wanted.
put() { { echo "$1" >"$2"; } 2>/dev/null; }

# Ahead of tasks that only use up time; what is started from here is, too.
go_ahead() { chrt -f -p 10 $BASHPID; }
