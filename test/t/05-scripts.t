#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# What scripts do that no guest would show: scripts/plain-kernel with good, damaged and
# foreign kernels; with_stdio_only; and lists of packages that two want at once.

use strict;
use warnings;
use Cwd 'abs_path';
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
		"echo once >>$tmp/asked\nsleep 1\nrmdir $tmp/apt/busy\n");
	local $ENV{PATH} = "$tmp/bin:$ENV{PATH}";
	my ($out, $rc) = bash("$lib\nupdate_apt & update_apt && echo one\nwait \$! && echo other");
	is($out, "one\nother\n", 'both have them');
	is(contents("$tmp/asked"), "once\n", 'and one asked');
	put("$tmp/broken", '');
	utime(1, time - 7200, "$tmp/apt/updated");
	($out, $rc) = bash("$lib\nupdate_apt && echo old ones");
	like($out, qr/no new lists.*\nold ones\n\z/, 'old ones will do');
	unlink("$tmp/apt/updated");
	($out, $rc) = bash("$lib\nupdate_apt || echo none");
	is($out, "none\n", 'none will not');
};

done_testing();
