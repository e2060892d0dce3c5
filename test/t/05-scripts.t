#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# What scripts do that no guest would show: scripts/plain-kernel with good, damaged and
# foreign kernels; with_stdio_only; lists of packages that two want at once, and packages;
# how scripts/kernels ends; roots in use; and left-overs.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Copy;
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Files;
use Test::More;

my $scripts = abs_path("$FindBin::Bin/../../scripts");
my $tmp = tempdir(CLEANUP => 1);

$ENV{KSTOP_CACHE} = "$tmp/cache";

# What a script prints to its output, and how it ends.
sub bash
{
	my ($text) = @_;
	my $out = qx(bash '@{[put("$tmp/script", "set -euo pipefail\n$text\n")]}' 2>&1);

	return ($out, $? >> 8);
}

# An ELF file whose notes have Xen's of type 18, which says where PVH enters.
sub elf
{
	my ($type) = @_;

	put("$tmp/elf.s", qq(.section .note.Xen, "a", \@note\n.long 4, 8, $type\n.asciz "Xen"\n) .
		".quad 0x1000\n.text\n.globl _start\n_start: hlt\n");
	system("gcc -nostdlib -static -Wl,--build-id=none -o '$tmp/elf' '$tmp/elf.s'") == 0
		or die "no ELF file\n";
	return contents("$tmp/elf");
}

# A bzImage: a boot sector, a sector of setup, some code, and the payload.
sub bzimage
{
	my ($name, $payload, %other) = @_;
	my $setup = "\0" x 1024;

	substr($setup, 0x1f1, 1) = chr(1);
	substr($setup, 0x202, 4) = $other{magic} // 'HdrS';
	substr($setup, 0x206, 2) = pack('v', $other{protocol} // 0x20f);
	substr($setup, 0x248, 8) = pack('VV', 700, length($payload));
	return put("$tmp/$name", $setup . "\x90" x 700 . $payload . "\0" x 99);
}

sub packed
{
	my ($with, $text) = @_;

	put("$tmp/plain", $text);
	my $payload = qx($with <'$tmp/plain');
	$payload .= pack('V', length($text)) if $with !~ /^gzip/;
	return $payload;
}

sub plain
{
	my ($file) = @_;

	chomp(my $out = qx('$scripts/plain-kernel' '$file' 2>&1));
	return $out;
}

subtest 'kernels that can be unpacked' => sub {
	my $elf = elf(18);

	for my $with ('gzip', 'xz --check=crc32', 'zstd -q') {
		my ($name) = $with =~ /^(\w+)/;
		my $file = bzimage("vmlinuz-$name", packed($with, $elf));
		my $got = plain($file);

		like($got, qr{^\Q$tmp\E/cache/plain/vmlinuz-$name-\w+$}, "$name: in the cache");
		ok(contents($got) eq $elf, "$name: what was packed");
		my $inode = (stat $got)[1];
		is(plain($file), $got, "$name: the same again");
		is((stat $got)[1], $inode, "$name: not made again");
	}
};

subtest 'kernels that are booted as they are' => sub {
	my $good = packed('gzip', elf(18));

	for my $case (
		['an entry of another kind', packed('gzip', elf(17))],
		['no ELF file', packed('xz', "no kernel\n")],
		['a packer nobody knows', "\x02\x21\x4c\x18" . $good],
		['a payload that ends early', substr($good, 0, length($good) / 2)],
		['a protocol from before there was a payload', $good, protocol => 0x207],
		['no bzImage', $good, magic => 'MZ  ']) {
		my ($what, @how) = @$case;
		my $file = bzimage('vmlinuz-odd', @how);

		is(plain($file), $file, $what);
		is(plain($file), $file, "$what, again");
	}
	my $tiny = put("$tmp/vmlinuz-tiny", 'x');
	is(plain($tiny), $tiny, 'a file of one byte');
	is_deeply([glob("$tmp/cache/plain/.tmp*")], [], 'nothing is left');
	like(plain("$tmp/nothing"), qr/no such kernel/, 'none at all');
};

subtest 'with_stdio_only' => sub {
	my $lib = "me=x; . '$scripts/lib.bash'; exec 5</dev/null 6</dev/null 11</dev/null";
	my $show = q(sh -c 'cat; ls -C /proc/self/fd');	# which has that open, too
	my ($out, $rc) = bash("$lib\necho heard | with_stdio_only $show");

	like($out, qr/^heard\n0 +1 +2 +3\n\z/, 'input and output, and nothing of ours');
	($out, $rc) = bash("$lib\nwith_stdio_only sh -c 'exit 7' || echo \$?\n" .
		'[[ -e /proc/self/fd/11 ]] && echo kept');
	is($out, "7\nkept\n", 'the status; and what was open is so here');
};

# An apt-get that takes its time, and fails if there is another, as the real one does.
subtest 'lists that two want at once' => sub {
	my $lib = "me=x; . '$scripts/lib.bash'; . '$scripts/kernels.bash'; lists_of_apt=$tmp/apt/lists; apt=()";

	mkdir("$tmp/$_") for 'bin', 'apt', 'apt/lists';
	put_program("$tmp/bin/apt-get", "#!/bin/sh\n[ ! -e $tmp/broken ] && mkdir $tmp/apt/busy || exit 100\n" .
		"echo once >>$tmp/asked\necho \"\$*\" >$tmp/how\nsleep 1\nrmdir $tmp/apt/busy\n");
	local $ENV{PATH} = "$tmp/bin:$ENV{PATH}";
	my ($out, $rc) = bash("$lib\nupdate_apt & update_apt && echo one\nwait \$! && echo other");
	is($out, "one\nother\n", 'both have them');
	is(contents("$tmp/asked"), "once\n", 'and one asked');
	like(contents("$tmp/how"), qr/Update::Error-Mode=any/, 'for all or nothing');
	put("$tmp/broken", '');
	utime(1, time - 7200, "$tmp/apt/updated");
	($out, $rc) = bash("$lib\nupdate_apt && echo old ones");
	like($out, qr/no new lists.*\nold ones\n\z/, 'old ones will do');
	unlink("$tmp/apt/updated");
	($out, $rc) = bash("$lib\nupdate_apt || echo none");
	is($out, "none\n", 'none will not');
};

# Both as root, who they are not; what is missing is there once it has been installed.
subtest 'packages that two want at once' => sub {
	mkdir("$tmp/setup");
	put_program("$tmp/setup/id", "#!/bin/sh\necho 0\n");
	put_program("$tmp/setup/dpkg-query", "#!/bin/sh\n[ -e $tmp/installed ] && echo 'ii '\n");
	put_program("$tmp/setup/apt-get", "#!/bin/sh\nmkdir $tmp/dpkg || exit 100\n" .
		"echo \"\$*\" >>$tmp/calls\nsleep 1\ncase \$* in *' install '*) : >$tmp/installed;; esac\n" .
		"ls /proc/self/fd/9 2>/dev/null && echo 'it has the lock'\nrmdir $tmp/dpkg\n");
	local $ENV{PATH} = "$tmp/setup:$ENV{PATH}";
	my ($out, $rc) = bash("'$scripts/setup' model & '$scripts/setup' model && echo one\nwait \$! && echo other");

	like($out, qr/^one\n(?:.*\n)*other\n/m, 'both have them');
	unlike($out, qr/has the lock/, 'no lock for what apt-get starts');
	my @calls = split(/\n/, contents("$tmp/calls"));
	is(scalar(@calls), 2, 'and one did it') or diag($out);
	like($calls[0], qr/ update$/, 'lists first, those that there are');
	like($calls[1], qr/Lock::Timeout=.* install /, 'waiting for others who install');
};

# With a kernels-row that does nothing but say what became of it.
subtest 'rows that cannot run' => sub {
	my $top = "$tmp/a top";

	mkdir($_) for $top, "$top/scripts", "$top/test";
	copy("$scripts/$_", "$top/scripts/$_") for qw(kernels kernels-table kernels.bash lib.bash Page.pm);
	chmod(0755, "$top/scripts/kernels-table");
	put("$top/test/kernels-matrix", join('', map { "$_\tamd64\tstone\tamd64\tdkms\n" } qw(passed skipped failed)));
	put_program("$top/scripts/kernels-row", "#!/bin/sh\nmkdir -p \"\$2\"\n" .
		"printf 'result=%s\\nreason=so\\n' \$1 >\"\$2/row\"\n");
	for (['passed', 0], ['passed skipped', 77], ['skipped', 77], ['passed skipped failed', 1], ['', 1]) {
		my ($names, $want) = @$_;
		my ($out, $rc) = bash("bash '$top/scripts/kernels' --keep '$top/results' $names");

		is($rc, $want, $names || 'none is named') or diag($out);
	}
	put("$top/test/kernels-matrix", join('', map { "$_\tamd64\tstone\tamd64\tdkms\n" } qw(passed skipped)));
	my ($out, $rc) = bash("bash '$top/scripts/kernels' --keep '$top/results'");
	is($rc, 0, 'not named: it may be skipped');
};

# By two processes, which the lock is for.
subtest 'a root in use' => sub {
	my $lib = "me=x; . '$scripts/lib.bash'; . '$scripts/kernels.bash'; as_root() { \"\$@\"; }; root=$tmp/roots/one";

	mkdir($_) for "$tmp/roots", "$tmp/roots/one";
	my $drop = put("$tmp/drop", "$lib\ndrop_root \$root || echo it stays\n");
	my ($out, $rc) = bash("$lib\nuse_root \$root\nbash $drop 5>&-\nexec 5>&-\nbash $drop\nls -A $tmp/roots\nuse_root \$root");
	like($out, qr/^it stays\none\.lock\nscript: \S+ is gone: /, 'is kept as long');
	isnt($rc, 0, 'and is no root then');
};

subtest 'where the cache may be' => sub {
	my $ask = "me=x; . '$scripts/lib.bash'; echo \$KSTOP_CACHE";

	for my $wrong ('a b', 'a,b', 'a:b') {
		local $ENV{KSTOP_CACHE} = "$tmp/$wrong";
		my ($out, $rc) = bash($ask);

		isnt($rc, 0, "not in '$wrong'");
		like($out, qr/^script: KSTOP_CACHE is \Q$tmp\E\/$wrong:/, 'and it says so');
	}
	local $ENV{KSTOP_CACHE} = 'some/where';
	my ($out, $rc) = bash("cd '$tmp'; $ask");
	is($out, abs_path($tmp) . "/some/where\n", 'from wherever it is named');
};

# What interrupted runs have left, by its age; of a directory that is the time of its own inode, which
# nothing can set back.
subtest 'left-overs' => sub {
	my $lib = "me=x; . '$scripts/lib.bash'; find() { command find \"\${\@/-ctime/-mtime}\"; }";

	mkdir($_) for map { "$tmp/left/$_" } '', qw(.tmp-old .run-old .lint-old .tmp-new old);
	utime(1, time - 3 * 86400, glob("$tmp/left/{.*-,}old"));
	my ($out, $rc) = bash("$lib\nsweep '$tmp/left'; sweep '$tmp/none'; ls -A '$tmp/left'");
	is($out, ".tmp-new\nold\n", 'go after two days');
};

done_testing();
