# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tracers share; lib.bash is there. To be sourced.

stops=100	# that ./stops makes

# The user's command, a line of a shell's, and what it says: docs/tracing.md has them from here.
show()
{
	local rc=0

	echo "\$ $1"
	eval "$1" 2>&1 || rc=$?
	((rc == 0)) || wrong "exit status $rc"
}

# How many of them the tracer saw, of what.
expect()
{
	figure "$2" "$1"
	(($1 == stops)) || wrong "$1 of $2, want $stops"
}
