# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# bash completion of kstopctl

_kstopctl_stop()
{
	case $1 in
	--cpu|--stop|--run)
		# What is online, and each of it.
		[[ -r /sys/devices/system/cpu/online ]] &&
			words="$(</sys/devices/system/cpu/online) $(seq 0 $(($(nproc --all) - 1)))" ;;
	*)	words="one two nowait cpus try machine core inactive rendezvous pause native
			--cpu --stop --run --repeat --timeout-us --busy-us --irq --align" ;;
	esac
}

# Fill words: what may come behind $2 in the command $1.
_kstopctl_words()
{
	case $2 in
	--color)	words="auto always never"; return ;;
	--record)	words="tick all none"; return ;;
	--timeline)	words="last longest"; return ;;
	--type)		words="mixed one two nowait cpus try machine core opts rendezvous pause
				inactive native busted_local busted_ipi busted_swap busted_skip busted_step
				busted_letter busted_reply busted_vain busted_result busted_state
				busted_some busted_r1 busted_commit
				busted_order busted_release busted_drop busted_irq busted_share
				busted_cancel"; return ;;
	esac
	case $1 in
	load)		words="kstop kstoptorture kstopscale --dir" ;;
	unload)		words="kstop kstoptorture kstopscale" ;;
	status)		words="--reset" ;;
	stop)		_kstopctl_stop "$2" ;;
	latency)	words="--plot --reset" ;;
	history)	words="--timeline --plot --record --reset" ;;
	torture)	words="--type --duration-s --dir --keep --status" ;;
	bench)		words="--dir --keep --status" ;;
	watch|late|doctor) ;;
	*)		words="load unload status stop latency history watch late torture bench
				doctor --version" ;;
	esac
	[[ $2 == --cpu || $2 == --stop || $2 == --run ]] ||
		words+=" --json --color --root --help"
}

_kstopctl()
{
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command="" words="" i

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--root|--color)	((++i)) ;;
		-*)		;;
		*)		command=${COMP_WORDS[i]}; break ;;
		esac
	done
	case $before in
	--dir|--root)
		mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
	--plot)
		mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
	--repeat|--timeout-us|--busy-us|--duration-s)
		return ;;
	esac
	_kstopctl_words "$command" "$before"
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _kstopctl kstopctl
