#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# A machine with Secure Boot: does it take kstop when, and only when, the key that signed it has been
# enrolled as docs/installing.md says, with mokutil and at shim's blue screen? And does kstopctl
# doctor say so?
#
# One guest with UEFI, booted three times: to ask for the key, to confirm it, and to use it. What
# its console says lies in results/DATE-mok (or KSTOP_RESULTS).

use strict;
use warnings;
use Cwd 'abs_path';
use File::Copy 'copy';
use File::Path 'make_path';
use File::Temp 'tempdir';
use FindBin;
use IO::Select;
use IPC::Open2;
use POSIX 'strftime';
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $tmp = tempdir(CLEANUP => 1);
my $esp = "$tmp/esp";
my $password = 'secret';
my @tool;	# kstopctl, where it is built
my $results = ($ENV{KSTOP_RESULTS} // "$top/results") . strftime('/%Y%m%d-%H%M%S-mok', localtime);

sub run
{
	my (@command) = @_;

	open(my $out, '-|', @command) or die "$command[0]: $!\n";
	chomp(my @lines = <$out>);
	close($out) or die "failed: @command\n";
	return wantarray ? @lines : $lines[-1];
}

sub put
{
	my ($from, $to) = @_;

	make_path($to =~ s,/[^/]*$,,r);
	copy($from, $to) or die "$from: $!\n";
	chmod(0755, $to);
}

sub one_of
{
	my ($what, @files) = @_;

	my @there = grep { -e } @files or die "there is no $what\n";
	return $there[-1];
}

# By hand, as docs/installing.md has it.
sub sign
{
	my ($from, $to) = @_;

	put($from, $to);
	run(one_of('sign-file', glob('/usr/lib/linux-kbuild-*/scripts/sign-file')), 'sha256', "$tmp/MOK.priv",
		"$tmp/MOK.der", $to);
}

sub make_key
{
	run('sh', '-c', "cd $tmp && openssl req -new -x509 -newkey rsa:2048 -nodes -days 36500" .
		" -subj '/CN=my modules/' -keyout MOK.priv -outform DER -out MOK.der 2>&1");
}

# What ldd says, with those libraries of mokutil's that are not installed here.
sub libraries
{
	my ($uefi, @programs) = @_;

	my @own = map { s,/[^/]*$,,r } run('find', $uefi, '-name', 'lib*.so.*');
	local $ENV{LD_LIBRARY_PATH} = join(':', @own);
	return map { /(?:=> )?(\/\S+) \(/ ? $1 : () } map { run('ldd', $_) } @programs;
}

# Where modprobe and kstopctl look for it.
sub install_kstop
{
	my ($root, $tree, $release) = @_;
	my $dir = "lib/modules/$release";

	put("$tree/$dir/$_", "$root/$dir/$_") for qw(modules.order modules.builtin modules.builtin.modinfo);
	put("$root/mok/kstop.ko", "$root/$dir/extra/kstop.ko");
	local $ENV{PATH} = "$ENV{PATH}:/usr/sbin:/sbin";
	run('sh', '-c', "depmod -b $root $release 2>/dev/null");
}

sub make_initramfs
{
	my ($uefi, $tree, $release, $modules, @tool) = @_;
	my $root = "$tmp/root";

	make_path(map { "$root/$_" } qw(bin proc sys dev tmp mok lib etc));
	put(run('sh', '-c', 'command -v busybox'), "$root/bin/busybox");
	symlink('busybox', "$root/bin/sh");
	put("$uefi/usr/bin/mokutil", "$root/bin/mokutil");
	put($_, "$root/bin/kstopctl") for @tool;
	for (libraries($uefi, "$uefi/usr/bin/mokutil", @tool)) {
		put($_, /ld-linux/ ? "$root$_" : "$root/lib/" . s,.*/,,r);
	}
	put("$top/test/packages/mok-init", "$root/mok/init");
	put("$tree/lib/modules/$release/kernel/fs/efivarfs/efivarfs.ko", "$root/mok/efivarfs.ko");
	put("$tmp/MOK.der", "$root/mok/MOK.der");
	put("$modules/src/kstop.ko", "$root/mok/unsigned.ko");
	sign("$modules/src/kstop.ko", "$root/mok/kstop.ko");
	sign("$modules/examples/client/kstop_client.ko", "$root/mok/client.ko");
	install_kstop($root, $tree, $release);
	run('sh', '-c', "cd $root && find . | cpio --create --format=newc --owner=0:0 --quiet | gzip -1 >$esp/initrd");
}

# What the firmware boots from: shim, MokManager beside it, and GRUB.
sub make_esp
{
	my ($uefi, $tree, $release) = @_;

	put("$uefi/usr/lib/shim/shimx64.efi.signed", "$esp/EFI/BOOT/BOOTX64.EFI");
	put("$uefi/usr/lib/shim/mmx64.efi.signed", "$esp/EFI/BOOT/mmx64.efi");
	put("$uefi/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed", "$esp/EFI/BOOT/grubx64.efi");
	put("$tree/boot/vmlinuz-$release", "$esp/vmlinuz");
	put("$uefi/usr/share/OVMF/OVMF_VARS_4M.ms.fd", "$tmp/variables");
	make_path("$esp/EFI/debian");
}

sub set_words
{
	my ($words) = @_;

	open(my $file, '>', "$esp/EFI/debian/grub.cfg") or die "grub.cfg: $!\n";
	print $file "linux /vmlinuz console=ttyS0 panic=-1 no_timer_check rdinit=/mok/init $words\n",
		"initrd /initrd\nboot\n";
	close($file) or die "grub.cfg: $!\n";
}

# Firmware keeps its variables from the system, as on a machine: that takes system management mode.
sub qemu
{
	my ($uefi, $log) = @_;

	return ('setpriv', '--pdeathsig', 'KILL', 'qemu-system-x86_64', '-machine', 'q35,smm=on',
		'-m', '1G', '-smp', '2', '-accel', 'tcg,thread=single', '-cpu', 'max',
		'-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none',
		'-global', 'driver=cfi.pflash01,property=secure,value=on',
		'-drive', "if=pflash,format=raw,unit=0,readonly=on,file=$uefi/usr/share/OVMF/OVMF_CODE_4M.secboot.fd",
		'-drive', "if=pflash,format=raw,unit=1,file=$tmp/variables",
		'-drive', "if=none,id=esp,format=raw,file=fat:rw:$esp", '-device', 'virtio-blk-pci,drive=esp',
		'-chardev', "stdio,id=console,signal=off,logfile=$log", '-serial', 'chardev:console');
}

# Type keys, not faster than a person does: the firmware forgets what comes while it draws.
sub type
{
	my ($to, @keys) = @_;

	for (@keys) {
		select(undef, undef, undef, 0.7);
		syswrite($to, $_);
	}
}

# Boot it, until it powers off or reboots. Steps: [pattern, keys that are typed when it is seen...]. What the
# console said, or undef if it did not come to its end.
sub boot
{
	my ($uefi, $name, @steps) = @_;
	my ($all, $rest, $end) = ('', '', time() + 300);

	my $pid = open2(my $out, my $in, qemu($uefi, "$results/$name"));
	my $select = IO::Select->new($out);
	while (time() < $end) {
		next if !$select->can_read(1);
		sysread($out, my $more, 65536) or last;
		$all .= $more;
		$rest .= $more;
		while (@steps && $rest =~ /$steps[0][0]/) {
			$rest = substr($rest, $+[0]);
			my (undef, @keys) = @{shift(@steps)};
			type($in, @keys);
		}
	}
	my $ended = time() < $end;
	kill('TERM', $pid) if !$ended;
	waitpid($pid, 0);
	diag("$name: not seen: $steps[0][0]") if @steps;
	return $ended && !@steps ? $all =~ s/\r//gr : '';
}

sub has_line
{
	my ($said, $line, $name) = @_;

	ok($said =~ /^\Qmok: $line\E/m, $name // $line) or
		diag(join("\n", $said =~ /^(mok: .*)/mg) || 'nothing, see ' . $results);
}

# What doctor says then, with a line for each of the two that refuse unsigned modules.
sub doctor_says
{
	my ($said, $when, $exit, $verdict, $what) = @_;

	SKIP: {
		skip('no kstopctl (scripts/setup tool)', 3) if !@tool;
		has_line($said, "doctor, $when: exit status $exit");
		like($said, qr/^mok: doctor, $when: $verdict +modules +$_$what/m, "doctor, $when: $_")
			for ('unsigned modules are refused', 'the kernel is locked down .* are refused');
	}
}

my $uefi = run("$top/test/packages/fetch-uefi");
my ($release, $tree) = split(' ', run("$top/scripts/fetch-kernel"));
my $modules = run("$top/scripts/build-all");
@tool = grep { -x } "$modules/guest/tool/kstopctl";
make_path($esp, $results);
make_key();
make_esp($uefi, $tree, $release);
make_initramfs($uefi, $tree, $release, $modules, @tool);
my ($down, $enter) = ("\e[B", "\r");
my @password = (split(//, $password), $enter);

set_words('mok=import');
my $said = boot($uefi, 'import', [qr/input password: /, @password], [qr/input password again: /, @password]);
has_line($said, 'end', 'a kernel boots');
has_line($said, 'SecureBoot enabled');
has_line($said, 'lockdown: none [integrity] confidentiality');
has_line($said, '/mok/MOK.der is not enrolled');
has_line($said, "$_: insmod: can't insert '/mok/$_.ko': Key was rejected by service", "$_ is refused")
	for ('unsigned', 'kstop');
has_line($said, 'unsigned: log: Loading of unsigned module is rejected');
has_line($said, 'kstop: log: Loading of module with unavailable key is rejected');
has_line($said, 'import: 0', 'mokutil --import');
doctor_says($said, 'unsigned', 7, 'bad', ' =>');
doctor_says($said, 'installed', 0, 'note', '; the installed kstop is signed by my modules, and whether');

isnt(boot($uefi, 'confirm', [qr/Press any key/, $enter], [qr/Enroll MOK/, $down, $enter],
	[qr/View key/, $down, $enter], [qr/Enroll the key/, $down, $enter], [qr/Password/, @password],
	[qr/Reboot/, $enter]), '', 'confirmed at the blue screen');

set_words('mok=use');
$said = boot($uefi, 'use');
has_line($said, 'end', 'a kernel boots again');
has_line($said, '/mok/MOK.der is already enrolled');
has_line($said, 'lockdown: none [integrity] confidentiality');
has_line($said, 'kstop: loaded', 'kstop loads');
has_line($said, 'client: loaded', 'and a client');
doctor_says($said, 'loaded', 0, 'note', '; kstop is loaded');
has_line($said, "reading $_: yes") for ('stoppers', 'timeline');
has_line($said, "reading $_: Operation not permitted") for ('stats', 'latency', 'history');
has_line($said, "unsigned: insmod: can't insert", 'what is not signed is refused as before');
done_testing();
