# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts of "make kernels" share: the rows, and an apt for another release.
# To be sourced after scripts/lib.bash.

# shellcheck disable=SC2034 # for those that source this
matrix=$KSTOP_TOP/test/kernels-matrix

rows() { grep -v '^#' "$matrix"; }

# Set row, arch, release_name, flavour and how to what the matrix has of a row.
read_row()
{
	read -r row arch release_name flavour how < <(rows | awk -v row="$1" '$1 == row') ||
		die "no row $1 in ${matrix#"$KSTOP_TOP/"}: $(rows | cut -f1 | xargs)"
}

# The release below one of backports.
base_of() { echo "${1%-backports}"; }

# From where this machine's apt has its own release, and that one's security updates.
archive_of()
{
	apt-get indextargets --format "\$(ORIGIN) \$(REPO_URI) \$(CODENAME)" \
		'Created-By: Packages' 'Component: main' |
		awk -v security="$1" '$1 == "Debian" && $3 !~ /-(updates|backports)/ &&
			($3 ~ /-security$/) == security && !seen++ { print $2 }'
}

# The same archives, for another release, as lines of a sources.list.
sources_of()
{
	local base main security

	base=$(base_of "$1") main=$(archive_of 0) security=$(archive_of 1)
	[[ -n $main ]] || die "apt does not know where Debian comes from: run apt-get update"
	echo "deb $main $base main"
	[[ $base != sid ]] || return 0
	echo "deb $main $base-updates main"
	[[ -z $security ]] || echo "deb $security $base-security main"
	[[ $1 == "$base" ]] || echo "deb $main $1 main"
}

# Has that file been written in the last hour? Until then it will do: to ask apt takes a second or
# more each time, and all rows shall see the same.
is_recent() { [[ -n $(find "$1" -mmin -60 2>/dev/null) ]]; }

# Set apt to the options with which this machine's apt looks at a release and an
# architecture: with lists of its own, and as if nothing was installed.
apt_for()
{
	local dir=$KSTOP_CACHE/dkms/apt/$1-$2

	mkdir -p "$dir"/lists/partial "$dir"/cache/archives/partial
	touch "$dir/status"
	if [[ ! -s $dir/sources.list ]] || ! is_recent "$dir/sources.list"; then
		sources_of "$1" >"$dir/sources.list.$$"
		mv "$dir/sources.list.$$" "$dir/sources.list"
	fi
	apt=(-q -o APT::Sandbox::User=root -o Acquire::Retries=3 -o Acquire::Languages=none
		-o "APT::Architecture=$2" -o "APT::Architectures=$2"
		-o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
		-o "Dir::State::lists=$dir/lists" -o "Dir::State::status=$dir/status"
		-o "Dir::Cache=$dir/cache")
	[[ $1 != *-backports ]] || apt+=(-o "APT::Default-Release=$1")
	lists_of_apt=$dir/lists
}

# Fetch the lists, unless they are of this hour.
update_apt()
{
	local stamp=$lists_of_apt/../updated

	(
		flock 9		# rows of one release start at once
		! is_recent "$stamp" || exit 0
		# Without that it says little, and ends with 0, where some of them could not be had.
		if apt-get "${apt[@]}" -o APT::Update::Error-Mode=any update \
			>"$lists_of_apt/../log" 2>&1 9>&-; then
			touch "$stamp"
		else
			tail -n 5 "$lists_of_apt/../log" >&2
			[[ -e $stamp ]] || exit 1
			say "no new lists: those of $(date -r "$stamp" +%F) will do"
		fi
	) 9>"$lists_of_apt/../lock"
}

# A root is in use as long as somebody holds this: use_root DIRECTORY, on file descriptor 5.
use_root()
{
	exec 5>>"$1.lock"
	flock -s 5
	[[ -d $1 ]] || die "$1 is gone: there are newer packages"
}

# Remove a root that nobody uses. A half of one must not have its name.
drop_root()
{
	local gone

	gone=${1%/*}/.tmp-${1##*/}.$$
	(flock -n 5 && as_root mv -T "$1" "$gone" && as_root rm -rf --one-file-system "$gone") 5>>"$1.lock"
}

# What version of a package that apt would install.
candidate()
{
	apt-cache "${apt[@]}" policy "$1" | sed -n 's/^ *Candidate: //p' | grep -v '(none)'
}

# The kernel's release, as in 6.1.0-56-amd64, that a flavour's metapackage stands for.
flavour_release()
{
	apt-cache "${apt[@]}" show "linux-image-$1=$(candidate "linux-image-$1")" |
		sed -n 's/^Depends:.*linux-image-\([0-9][^ ,]*\).*/\1/p' | head -n 1
}
