#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# kstopctl on made-up machines: one where kstop is loaded, one where it is not, and
# ones whose files hold what they should not. tool-data/root is the first.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Tool;

my $dir = build('kstopctl', 'plain') or do { fail('kstopctl is built'); done_testing(); exit 1 };
my $plain = ["$dir/kstopctl"];
my $root = new_root();
my $nothing = "$tmp/nothing";
my $debug = 'sys/kernel/debug';
mkdir $nothing;

my @readers = ('status', 'late', 'latency', 'history', 'history --timeline last', 'watch 0.1 1',
	'torture --status', 'bench --status');

subtest 'text' => sub {
	my ($out, $err) = says($plain, $root, 'status', 0, qr/^loaded +yes$/m, qr/^policy +fifo$/m,
		qr/^requests +5230$/m, qr/^ +1 +26 +fifo +99$/m);
	is($err, '', 'and complains of nothing');
	says($plain, $root, 'late', 0, qr/^ +1 +not_scheduled .*preemption off$/m,
		qr/^ +2 +irqs_off /m, qr/^ +3 +busy /m, qr/^ +1 +1 +8\.1$/m,
		qr/81\.0 +waits +1-2 +1000 +probe_fn \[kstoptorture\] +CPU 1: not scheduled/, qr/82\.0 +got_all/);
	says($plain, $root, 'latency', 0, qr/^gather: 1008 stops, p50 9\.\d+ us/m,
		qr/ s \.\. longer +2 /, qr/^ +longer +0$/m);
	says($plain, $root, 'history', 0, qr/^4711 +kstop_machine +0-1 +8\.1 +9\.0 +10\.2 +11\.8 +1 /m,
		qr/ -110 /, qr/a name with blanks$/m);
	says($plain, $root, 'history --timeline 4711', 0, qr/^kstop_machine 4711 of CPUs 0-1,/m,
		qr/^CPU 0 +caller +\.g+c+ *$/m, qr/^CPU 1 +stopper +\.+g+c+#+-+$/m,
		qr/wider:\n +8\.3 +10\.7 us$/m);
	says($plain, $root, 'history --timeline longest', 0, qr/^kstop_machine_opts 4733 /m);
	says($plain, $root, 'history --timeline 1', 1);
	says($plain, $root, 'watch 0.1 2', 0, qr/reqs\/s.*late\n( +0){11} +3 CPU 1: .*\n( +0){11}/);
	says($plain, $root, 'torture --status', 0, qr/^verdict +SUCCESS$/m);
	says($plain, $root, 'bench --status', 0, qr/^latency .* kstop +6000 +11000 +ns +0\.50 +less$/m);
	says($plain, $root, 'load', 0, qr/^it was loaded already$/m);
	says($plain, $root, 'unload', 2);
	says($plain, $root, 'load kstop policy=fifo', 1);
	for my $words ('load usb_storage', 'unload kstoptorture ext4', 'load ../kstop') {
		my (undef, $said) = says($plain, $root, $words, 2);
		like($said, qr/is not one of kstop's modules/, "$words: none of ours");
	}
};

# Only who is waited for is late.
subtest 'late' => sub {
	my $machine = new_root();
	my $write = sub {
		put_file("$machine/$debug/kstop/stoppers", "version: 1\n" .
			"cpu state policy priority queued doing\n" .
			join('', map { "$_->[0] $_->[1] fifo 99 $_->[2] fn$_->[0], called by user\n" } @_));
	};
	my $late = sub {
		$write->(@_);
		my ($out) = (kstopctl($plain, $machine, 'late'))[1];
		my ($now) = $out =~ /^late now\n(.*?)\n\n/ms;
		return join(' ', $now =~ /^ *(\d+) +busy /mg);
	};

	is($late->([0, 'run', 1], [1, 'run', 1], [2, 'gather', 1], [3, 'work', 1]), '3',
		'a stop of others is not waited for');
	is($late->([0, 'run', 1], [1, 'run', 2], [2, 'gather', 2], [3, 'idle', 0]), '1',
		'nor is each of its CPUs');
	is($late->([0, 'work', 0], [1, 'work', 2], [2, 'relaxed', 1], [3, 'work', 0]), '1',
		'nor a work with nothing behind it');
	is($late->([0, 'run', 2], [1, 'run', 2], [2, 'idle', 0]), '', 'nor anybody if nobody waits');
	my ($out) = says($plain, $machine, '-j watch 0.1 1', 0);
	unlike($out, qr/busy/, 'watch: nobody');
	$write->([0, 'run', 1], [1, 'run', 1], [2, 'gather', 1], [3, 'work', 1]);
	($out) = says($plain, $machine, '-j watch 0.1 1', 0);
	is(join(' ', $out =~ /"cpu":(\d)/g), '3', 'watch: the same one');
	# As where the kernel is locked down.
	unlink "$machine/$debug/kstop/history";
	says($plain, $machine, 'late', 5, qr/^ +3 +busy /m, qr/81\.0 +waits/);
};

subtest 'stop' => sub {
	my ($out, $err) = says($plain, $root, 'stop machine --run 0-1 --repeat 1000 --irq', 0,
		qr/^completed +998$/m, qr/^ +1 +not scheduled, hog99:612/m);
	like(get_file("$root/$debug/kstoptorture/trigger"), qr/^machine run=0-1 repeat=1000 irq=1/,
		'that is what the kernel was told');
	like($err, qr/another stop ended meanwhile/, 'an error that is not ours is told');
	says($plain, $root, 'stop', 2);
	says($plain, $root, 'stop machine --bogus', 2);
	my ($rc) = kstopctl($plain, $root, 'stop', 'machine', '--run', '0 repeat=5');
	is($rc, 2, 'no word gets in by a blank');
};

# A library that has the kernel refuse what is written to the trigger, with the errno
# that REFUSE in the environment is.
sub refuser
{
	put_file("$tmp/refuse.c", <<'END');
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ssize_t write(int fd, const void *text, size_t len)
{
	ssize_t (*next)(int fd, const void *text, size_t len) = dlsym(RTLD_NEXT, "write");
	char link[40], path[4096] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof(path) - 1) < 0 || !strstr(path, "/kstoptorture/trigger"))
		return next(fd, text, len);
	errno = atoi(getenv("REFUSE"));
	return -1;
}
END
	return "$tmp/refuse.so"
		if !system('cc', '-shared', '-fPIC', '-o', "$tmp/refuse.so", "$tmp/refuse.c");
	fail('a library that refuses');
	return;
}

# What "stop" makes of the kernel's errors.
subtest 'stop refused' => sub {
	my $library = refuser() or return;
	my $machine = new_root();
	my $result = "$machine/$debug/kstoptorture/result";
	my $old = get_file($result);
	my $refused = $old =~ s/^errno: \K.*/22/mr =~ s/^(requests|failed): \K.*/1/mgr;
	my $program = sub { return ['env', "LD_PRELOAD=$library", "REFUSE=$_[0]", @$plain] };
	my $stop = sub {
		my ($error, $words, $status, @what) = @_;
		my ($out, $err) = says($program->($error), $machine, "stop $words", $status, @what);
		my (undef, $json) = kstopctl($program->($error), $machine, '-j', 'stop',
			split(/ /, $words));
		is(wrong_json($json), '', "$words: JSON");
		return ($out, $err, $json);
	};

	my ($out, $err, $json) = $stop->(110, 'machine', 6, qr/^errno +110$/m);
	unlike($err, qr/another stop/, 'an error of the call: it is our result');
	(undef, $err) = $stop->(110, 'core --cpu 0', 6);
	like($err, qr/another stop/, 'the same error of another operation is not');
	put_file($result, $refused);
	($out, $err, $json) = $stop->(22, 'machine --stop 0 --run 0-1', 6, qr/^failed +1$/m,
		qr/^error +EINVAL: kstop refuses such a call$/m);
	like($json, qr/"errno": 22,/, 'in JSON, too');

	# The line is in the log: a pipe, so that it is new.
	unlink "$machine/dev/kmsg";
	system('mkfifo', "$machine/dev/kmsg");
	open(my $pipe, '+<', "$machine/dev/kmsg") or die "$machine/dev/kmsg: $!\n";
	my $logged = sub {
		my ($text, @words) = @_;

		syswrite($pipe, "4,1,1,-;$text\n");
		(my $rc, $out, $err) = kstopctl($program->(22), $machine, @words);
		like($err, qr/says: \Q$text\E\n/, "$text: is repeated");
		return $rc;
	};
	is($logged->('kstop: something else', 'stop', 'machine'), 6, 'not of the trigger');
	my $line = 'kstoptorture: trigger: "nonsense": unknown operation';
	is($logged->($line, 'stop', 'nonsense'), 2, 'a word that is not known');
	like($err, qr/not accepted, see above$/m, 'is said');
	is($out, '', 'and there is no result');
	is($logged->($line, '-j', 'stop', 'nonsense'), 2, 'the same in JSON');
	unlike($out, qr/"data"/, 'without a result');
	is(wrong_json($out), '', 'and as the schema says');
	close($pipe);

	# Without it nobody can say which of the two it was, but for the result.
	unlink "$machine/dev/kmsg";
	$stop->(22, 'machine', 6, qr/^errno +22$/m);
	put_file($result, $old);
	($out, $err) = $stop->(22, 'machine', 2);
	like($err, qr/not accepted, and the kernel's log, which says why, cannot be read/, 'no log');
	is($out, '', 'and an old result is not ours');
	($out) = $stop->(12, 'machine', 1);
	is($out, '', 'no memory: nor then');
};

# Found, without a doubt, on that machine.
subtest 'doctor' => sub {
	my $sick = new_root();

	says($plain, $root, 'doctor', 0, qr/^ok +kernel +6\.1\.0-56/m, qr/no CONFIG_CPU_FREQ_GOV_SCHEDUTIL/,
		qr/isolated: 3/, qr/^slow +idle states +C6 takes 133 us/m, qr/^slow +clock .*hpet/m,
		qr/^slow +hypervisor .*10\.0 %/m, qr/RT throttling is off/, qr/preemption: full/,
		qr/2 tasks of user space .*dl task:700 \(deadline\)/, qr/a\) S 1 \(b:612 \(fifo 99\)/);
	unlike((kstopctl($plain, $root, 'doctor'))[1], qr/=>[^=\n]*policy=deadline/,
		'nobody is told to take policy=deadline where the kernel has it not');
	my $has = "$sick/boot/config-6.1.0-56-amd64";
	put_file($has, get_file($has) . "CONFIG_CPU_FREQ_GOV_SCHEDUTIL=y\n");
	says($plain, $sick, 'doctor', 0, qr/=> kstopctl load policy=deadline, or time/,
		qr/=> load kstop with policy=deadline, or give/);
	put_file("$sick/proc/sys/kernel/osrelease", "5.4.0\n");
	put_file("$sick/proc/self/mounts", "\n");
	says($plain, $sick, 'doctor', 7, qr/^bad +kernel +5\.4\.0/m, qr/^note +debugfs +not mounted/m,
		qr/^unknown +kernel configuration/m);
	put_file("$sick/proc/filesystems", "nodev\tsysfs\n\text4\n");
	says($plain, $sick, 'doctor', 7, qr/^note +debugfs +this kernel offers none/m);
	put_file("$sick/proc/filesystems", "nodev\tsysfs\nnodev\tdebugfs\n");
	says($plain, $sick, 'doctor', 7, qr/^note +debugfs +not mounted/m);
	put_file("$sick/proc/sys/kernel/osrelease", "5.10.0-46-amd64\n");
	put_file("$sick/boot/config-5.10.0-46-amd64", "CONFIG_SMP=y\nCONFIG_MODULES=y\n"
		. "CONFIG_PROVE_LOCKING=y\n# CONFIG_KCSAN is not set\nCONFIG_KASAN=y\n");
	mkdir "$sick/$debug/sched";
	put_file("$sick/$debug/sched/preempt", "none (voluntary) full \n");
	says($plain, $sick, 'doctor', 0, qr/^note .*SCHED_FIFO 50/m, qr/^note .*no kstop_pause\(\)$/m,
		qr/^slow .*several times as long with CONFIG_PROVE_LOCKING, CONFIG_KASAN => /m,
		qr/^ok .*preemption: voluntary now$/m);
	# As only root can look, and with each kind of kernel.
	unlink "$sick/$debug/sched/preempt";
	my $config = "$sick/boot/config-5.10.0-46-amd64";
	for (['PREEMPT_VOLUNTARY', 'preempt=full', 'voluntary, as it was built'],
		['PREEMPT_VOLUNTARY PREEMPT_DYNAMIC', 'preempt=full', 'full, from the command line'],
		['PREEMPT_VOLUNTARY PREEMPT_DYNAMIC', 'nopreempt=full', 'voluntary, as it was built'],
		['PREEMPT_RT PREEMPT_LAZY', 'preempt=full', 'PREEMPT_RT'],
		['PREEMPT_RT PREEMPT_LAZY PREEMPT_DYNAMIC', 'preempt=full preempt=lazy',
			'PREEMPT_RT, lazy, from the command line']) {
		my ($options, $cmdline, $model) = @$_;
		put_file($config, join('', map { "CONFIG_$_=y\n" } 'SMP', split(/ /, $options)));
		put_file("$sick/proc/cmdline", 'x' x 300 . " $cmdline\n");
		says($plain, $sick, 'doctor', 0, qr/preemption: \Q$model\E$/m);
	}
	# What the stoppers are counts, not what the parameters ask for.
	my $stat = "$sick/proc/%d/task/%d/stat";
	for my $pid (20, 26) {
		my $path = sprintf($stat, $pid, $pid);
		put_file($path, get_file($path) =~ s/ 99 1 / 0 6 /r);
	}
	says($plain, $sick, 'doctor', 0, qr/^note .*and not before these, which are policy=deadline/m);
	unlike((kstopctl($plain, $sick, 'doctor'))[1], qr/=>[^=\n]*policy=deadline/,
		'nor is it told to those who have it');
	says($plain, $sick, 'doctor', 0, qr/^ok .*which stoppers of policy=deadline need not mind$/m);
	system('rm', '-r', map { "$sick/proc/$_" } 612, 700);
	says($plain, $sick, 'doctor', 0, qr/^ok .*goes before the stoppers, which are policy=deadline$/m);
	system('rm', '-r', map { "$sick/proc/$_" } 20, 26);
	says($plain, $sick, 'doctor', 0, qr/^ok .*goes before a stopper of SCHED_FIFO 50$/m);
	system('rm', '-r', "$sick/proc/21");
	says($plain, $sick, 'doctor', 0, qr/^unknown +scheduler +\/proc does not show all tasks/m);
	says($plain, $sick, 'status', 0, qr/^none can be seen/m);
};

# A module that depmod and libkmod take for one, below ROOT; with a signature as the kernel had them
# until 4.3, which needs no key, and which libkmod shows as any other.
sub install_module
{
	my ($root, $signer) = @_;
	my $dir = "$root/lib/modules/6.1.0-56-amd64";
	my $ko = "$dir/extra/kstop.ko";

	system('mkdir', '-p', "$dir/extra");
	put_file("$tmp/module.c", '__attribute__((section(".modinfo"), used)) static const char name[] = "name=kstop";');
	system('cc', '-c', '-o', $ko, "$tmp/module.c") == 0 or die "no module\n";
	put_file($ko, get_file($ko) . "${signer}keysignature" . pack('C5x3N', 1, 4, 1, length($signer), 3, 9)
		. "~Module signature appended~\n") if defined $signer;
	# Without these libkmod (30) decides by what it has not set.
	put_file("$dir/modules.$_", '') for ('order', 'builtin', 'builtin.modinfo');
	local $ENV{PATH} = "$ENV{PATH}:/usr/sbin:/sbin";
	return system("depmod -b '$root' 6.1.0-56-amd64 2>/dev/null") == 0;
}

# Does it keep kstop from working? Not one that is loaded, nor one that is signed, for all that can be seen.
subtest 'doctor, where modules are refused' => sub {
	my $strict = new_root();
	my @refused = (qr/unsigned modules are refused/, qr/the kernel is locked down .*only stoppers and timeline.*/);

	put_file("$strict/sys/module/module/parameters/sig_enforce", "Y\n");
	put_file("$strict/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	put_file("$strict/proc/sys/kernel/modules_disabled", "1\n");
	says($plain, $strict, 'doctor', 0, qr/^note .*modules_disabled is 1: kstop is loaded/m,
		map { qr/^note +modules +$_; kstop is loaded/m } @refused);
	system('rm', '-r', "$strict/sys/module/kstop");
	my @bad = (qr/^bad .*modules_disabled/m, map { qr/^bad +modules +$_ => sign kstop/m } @refused);
	says($plain, $strict, 'doctor', 7, @bad, qr/^note +kstop +neither loaded nor installed/m);
	SKIP: {
		skip('no depmod', 1) if !install_module($strict);
		says($plain, $strict, 'doctor', 7, @bad, qr/^note +kstop +not loaded; installed: \Q$strict\E\//m);
		install_module($strict, 'my modules');
		says($plain, $strict, 'doctor', 7, $bad[0]);
		put_file("$strict/proc/sys/kernel/modules_disabled", "0\n");
		says($plain, $strict, 'doctor', 0, map { qr/^note +modules +$_; the installed kstop is signed by my modules, and whether/m }
			@refused);
	}
	put_file("$strict/sys/module/module/parameters/sig_enforce", "N\n");
	unlike((kstopctl($plain, $strict, 'doctor'))[1], qr/accept/,
		'what is locked down accepts no unsigned module, whatever sig_enforce is');
	put_file("$strict/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	says($plain, $strict, 'doctor', 0, qr/^ok +modules +module.sig_enforce does not refuse/m);
};

# docs/policies.md: with and without a throttle a FIFO hog keeps a FIFO stopper away.
subtest 'doctor, real-time throttling' => sub {
	my $machine = new_root();
	my ($kernel, $newer) = ("$machine/proc/sys/kernel", '6.12.118+deb13-amd64');
	my $others = qr/^slow +scheduler +2 tasks of user space can keep a stopper away, for as long as they like: /m;
	my $off = qr/: a SCHED_FIFO 99 task that does not sleep keeps a FIFO stopper away for ever => time limits$/m;
	my $seen = sub {
		my ($runtime, @what) = @_;
		put_file("$kernel/sched_rt_runtime_us", "$runtime\n");
		says($plain, $machine, 'doctor', 0, $others, @what);
	};

	$seen->(-1, qr/^note +scheduler +RT throttling is off \(kernel.sched_rt_runtime_us is -1\)$off/m);
	$seen->(1000000, qr/^note +scheduler +RT throttling is off \(kernel.sched_rt_runtime_us is 1000000\)$off/m);
	my $all_the_same = qr/and FIFO stoppers are throttled with them: a SCHED_FIFO 99 .* one away all the same/;
	$seen->(950000, qr/^ok +scheduler +real-time tasks have 950000 of 1000000 us, $all_the_same$/m);
	$seen->(400000, qr/^slow +scheduler +real-time tasks have 400000 of 1000000 us, $all_the_same =>/m);
	$seen->('', qr/^unknown +scheduler +no kernel.sched_rt_runtime_us/m);
	# Since 6.12 there is the fair server instead, which is for ordinary tasks.
	put_file("$kernel/osrelease", "$newer\n");
	$seen->(950000, qr/^unknown +scheduler +whether this kernel throttles real-time tasks/m);
	my $config = get_file("$machine/boot/config-6.1.0-56-amd64");
	put_file("$machine/boot/config-$newer", "$config# CONFIG_RT_GROUP_SCHED is not set\n");
	$seen->(950000, qr/^note +scheduler +this kernel does not throttle real-time tasks \(since 6.12, .*\)$off/m);
	put_file("$machine/boot/config-$newer", "${config}CONFIG_RT_GROUP_SCHED=y\n");
	$seen->(950000, qr/^ok +scheduler +real-time tasks have 950000 of 1000000 us/m);
	# Whoever has a slice or a runtime does not go on for ever.
	my $hog = "$machine/proc/612/task/612/stat";
	put_file($hog, get_file($hog) =~ s/ 99 1 / 99 2 /r);
	says($plain, $machine, 'doctor', 0,
		qr/^slow +scheduler +2 tasks of user space can keep a stopper away, for their time slice or runtime: /m);
};

# Each that can be looked at: well, and not to be seen. That is not the same.
subtest 'doctor, what cannot be seen' => sub {
	my $machine = new_root();
	my $cpus = "$machine/sys/devices/system/cpu";
	my $config = "$machine/boot/config-6.1.0-56-amd64";
	my $says = sub { says($plain, $machine, 'doctor', 0, @_) };
	my $without = sub {
		my ($file, @what) = @_;
		rename("$machine/$file", "$machine/away") or die "$file: $!\n";
		$says->(@what);
		rename("$machine/away", "$machine/$file") or die "$file: $!\n";
	};

	$without->('proc/sys/kernel/osrelease', qr/^unknown +kernel +no release/m, qr/^unknown .*which headers/m,
		qr/^unknown +scheduler +whether this kernel throttles/m);
	$without->('proc/sys/kernel/modules_disabled', qr/^unknown +modules +whether modules can be loaded/m);
	$without->('sys/module', qr/^unknown +modules +whether unsigned modules are refused: .* => mount -t sysfs/m,
		qr/^unknown +kstop +whether it is loaded/m);
	$without->('proc/self/mounts', qr/^unknown +debugfs +whether it is mounted/m);
	$without->('sys/devices/system/cpu', qr/^unknown +CPUs +no .*online/m, qr/^unknown +CPUs +isolated: no /m,
		qr/^unknown +CPUs +nohz_full: no /m, qr/^unknown +idle states +no .*cpuidle/m);
	$without->('sys/devices/system/clocksource', qr/^unknown +clock +no .* => mount -t sysfs/m);
	$without->("proc/$_", qr/^unknown +hypervisor +whether one takes CPUs away/m) for ('stat', 'cpuinfo');
	# There are kernels without.
	$says->(qr/^ok +modules +kernel.modules_disabled is 0$/m);
	$without->('sys/module/module/parameters/sig_enforce', qr/^ok +modules +this kernel looks at no .*signature$/m);
	$without->('sys/devices/system/cpu/nohz_full', qr/^ok +CPUs +nohz_full: none$/m);
	$without->('sys/devices/system/cpu/cpu0/cpuidle', qr/^ok +idle states +the kernel has none to choose from$/m);

	my $lockdown = 'sys/kernel/security/lockdown';
	my $unseen = qr/^unknown .*locked down: no .* => mount -t securityfs securityfs \/sys\/kernel\/security$/m;
	my $none = qr/^ok +modules +not locked down: this kernel has no lockdown$/m;
	$says->(qr/^ok +modules +not locked down$/m);
	$without->($lockdown, $none);
	put_file($config, get_file($config) . "CONFIG_SECURITY_LOCKDOWN_LSM=y\n");
	$without->($lockdown, $unseen);
	put_file("$machine/proc/self/mounts", "securityfs /sys/kernel/security securityfs rw 0 0\n");
	$without->($lockdown, $none);
	put_file("$machine/proc/self/mounts", "\n");
	unlink $config;
	$without->($lockdown, $unseen);

	put_file("$cpus/$_->[0]", "$_->[1]\n")
		for (['isolated', ''], ['nohz_full', '(null)'], ['cpu0/cpuidle/state2/disable', 1]);
	put_file("$machine/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
	put_file("$machine/proc/stat", "cpu  100 0 100 700 0 0 0 1 0 0\n");
	put_file("$machine/proc/cpuinfo", "flags : fpu\n");
	$says->(qr/^ok +CPUs +isolated: none$/m, qr/^ok +CPUs +nohz_full: none$/m, qr/^ok +clock +clocksource tsc$/m,
		qr/^ok +idle states +none takes longer to wake from than C1: 2 us$/m, qr/^ok +hypervisor +none is seen$/m);
	put_file($_, "1\n") for glob("$cpus/cpu0/cpuidle/state*/disable");
	$says->(qr/^ok +idle states +all are turned off$/m);
	put_file("$machine/proc/stat", "cpu  100 0 100\n");
	$says->(qr/^unknown +hypervisor/m);
	unlink "$machine/proc/modules";
	says($plain, $machine, 'doctor', 7, qr/^bad +modules +no \/proc\/modules: this kernel has no loadable modules/m);
};

subtest 'no module' => sub {
	for my $command (@readers, 'stop machine', 'unload', 'latency --plot -') {
		my ($out, $err) = says($plain, $nothing, $command, 3);
		like($err, qr/not loaded/, "$command: says so");
	}
	unlike((says($plain, $nothing, 'doctor', 0))[0], qr/^(?!unknown |VERDICT )/m,
		'doctor: nothing is known of a machine of which nothing is seen');
};

subtest 'JSON' => sub {
	my (%objects, $broken);

	for my $machine ($root, $nothing) {
		for my $command (@readers, 'history --timeline 4720', 'stop machine', 'doctor', 'load',
			'unload', 'nosuch', 'status extra', 'late --bogus', 'load usb_storage',
			'torture --duration-s 0', '--bogus status') {
			my ($rc, $out) = kstopctl($plain, $machine, '-j', split(/ /, $command));
			like($out, qr/"exit": ?$rc\b/, "$command: has its exit status");
			$objects{"$command $machine"} = $out;
		}
	}
	# What was not understood may be before it.
	for my $words ('status --bogus -j', '--bogus late --json', 'watch 0 -j', 'nosuch --js') {
		my ($rc, $out) = kstopctl($plain, $root, split(/ /, $words));
		is($rc, 2, "$words: exit status");
		like($out, qr/"exit": 2/, "$words: JSON");
		$objects{$words} = $out;
	}
	unlike((kstopctl($plain, $root, 'status', '--', '-j'))[1], qr/\{/, 'behind -- it is no option');
	is(wrong_json(values %objects), '', 'all are as the schema says');
	like($objects{"status $nothing"}, qr/"loaded": false/, 'no module, in JSON, too');
	($broken = $objects{"status $root"}) =~ s/"stops": 5228/"stops": "many"/;
	isnt(wrong_json($broken), '', 'the schema refuses a text for a number');
	($broken = $objects{"doctor $root"}) =~ s/"slow"/"sick"/;
	isnt(wrong_json($broken), '', 'and a verdict that there is not');
	# What it counts is in the schema by name.
	my ($names) = get_file("$top/src/stats.c") =~ /event_names\[\w+\] = \{(.*?)\}/s;
	my ($counters) = get_file("$top/tools/kstopctl.schema.json") =~ /"counters": (\{.*?"required")/s;
	like($counters, qr/"$_": \{/, "the schema has $_") for $names =~ /"(\w+)"/g;
	my @lines = split(/\n/, (kstopctl($plain, $root, '-j', 'watch', '0.1', '3'))[1]);
	is(scalar @lines, 3, 'watch has an object a line');
	is(wrong_json(@lines), '', 'each as the schema says');
};

subtest 'options' => sub {
	for my $command (qw(load unload status stop latency history watch late torture bench doctor)) {
		says($plain, $root, "$command --help", 0, qr/^usage: kstopctl $command( \S[^\n]*)?\n.*--color WHEN/ms);
	}
	says($plain, $root, "$_ --help", 0, qr/^  -h, --help +this text\n\nExit status 6: [^\n]*\n\z/m)
		for qw(stop torture bench);
	says($plain, $root, '--help', 0, qr/^usage: kstopctl .* doctor /ms);
	says($plain, $root, '--version', 0, qr/^kstopctl \d+\.\d+\.\d+$/);
	says($plain, $root, '', 2);
	says($plain, $nothing, "--root $root status", 0, qr/^loaded +yes$/m);
	says($plain, $nothing, "status --root $root --json", 0, qr/"loaded": true/);
	for my $words ('watch 0', 'watch 1 0', 'watch x', '--color pink status', 'history --record some',
		'torture --duration-s 0', 'torture word', 'torture --type a"b') {
		says($plain, $root, $words, 2);
	}
	for my $type ('mixed native=2', "mixed\tnative=2", 'x' x 500 . ' native=2', '') {
		my ($rc, undef, $err) = kstopctl($plain, $root, 'torture', '--type', $type);
		is($rc, 2, 'no parameter gets in by a type');
		like($err, qr/--type: "/, 'and it says so');
	}
	says($plain, $root, 'history --record all', 0, qr/^recorded from now on: all/m);
	like(get_file("$root/sys/module/kstop/parameters/record"), qr/^all/, 'record is set');
	# No file shrinks here, as it has no need to in debugfs.
	put_file("$root/$debug/kstop/history", get_file("$FindBin::Bin/tool-data/root/$debug/kstop/history"));
};

subtest 'newer modules' => sub {
	my $newer = new_root();
	my $file = "$newer/$debug/kstop/history";
	my $text = get_file($file);

	$text =~ s/ comm$/ more comm/m;
	$text =~ s/ (a name with blanks|kstopctl)$/ 17 $1/mg;
	put_file($file, $text);
	says($plain, $newer, 'history', 0, qr/^4720 .* a name with blanks$/m);
	put_file("$newer/$debug/kstop/stats", get_file("$newer/$debug/kstop/stats") . "novel: 7\n");
	my ($out) = says($plain, $newer, '-j status', 0, qr/"novel": 7/);
	is(wrong_json($out), '', 'a new counter is in the schema');
	put_file($file, $text =~ s/^version: 1/version: 2/r);
	my (undef, $err) = says($plain, $newer, 'history', 5);
	like($err, qr/line 1: a version that this kstopctl does not know/, 'another version is refused');
};

# The same files, wrong in every way. Whatever is in them, it ends by itself, with a
# status of its own, and no byte gets to a terminal that has a meaning there.
my %files = ('kstop/stats' => 'status', 'kstop/stoppers' => 'late', 'kstop/latency' => 'latency',
	'kstop/history' => 'history', 'kstop/timeline' => 'history --timeline 4720',
	'kstoptorture/result' => 'stop machine', 'kstoptorture/torture' => 'torture --status',
	'kstopscale/results' => 'bench --status', 'kstopscale/state' => 'bench --status');

# Lines that may be in them, each another one; and how many lines there may be in all. Of
# latency it is not lines that are counted, but phases: 16, with three that are there.
my %distinct = (
	'kstop/stats' => sub { "new_$_[0]: 1\n" },
	'kstop/stoppers' => sub { "$_[0] late fifo 99 1 on its way\n" },
	'kstop/latency' => sub { "phase$_[0] 0 256 1\n" },
	'kstop/history' => sub { "$_[0] kstop_machine c f 1 0 0-3 1 1 1 1 2 3 4 5 $_[0] 0 0 0 0 0 a\n" },
	'kstop/timeline' => sub { "4720 $_[0] stopper 1 1 - 1 2 3 4 5 0 0 0\n" },
	'kstoptorture/result' => sub { "late_$_[0]: on its way\n" },
	'kstoptorture/torture' => sub { "new_$_[0]: 1\n" },
	'kstopscale/results' => sub { "result measure=m$_[0] way=native p50=1\n" },
	'kstopscale/state' => sub { "new_$_[0]: 1\n" },
);
my %most = ('kstop/stats' => 1 + 16384, 'kstop/stoppers' => 2 + 8192, 'kstop/latency' => 19 + 13,
	'kstop/history' => 2 + 4096, 'kstop/timeline' => 2 + 65536, 'kstoptorture/result' => 16384,
	'kstoptorture/torture' => 16384, 'kstopscale/results' => 4096, 'kstopscale/state' => 16384);

sub bytes { return join('', map { chr(int(rand(256))) } 1 .. $_[0]) }

# More than is read.
sub huge
{
	my ($text) = @_;
	my $last = (split(/^/, $text))[-1];

	return $text . $last x (17 * 1024 * 1024 / length($last));
}

sub mutations
{
	my ($text, $distinct) = @_;
	my @lines = split(/^/, $text);

	return (
		['empty', ''], ['a newline', "\n"], ['NULs', "\0" x 5000], ['garbage', bytes(3000)],
		['garbage behind', $text . bytes(300)],
		['blanks', $text =~ s/ /  /gr], ['no blanks', $text =~ s/ //gr],
		['numbers too large', $text =~ s/\d{2,}/99999999999999999999999/gr],
		['the largest numbers', $text =~ s/\b\d{3,}\b/18446744073709551615/gr],
		['large numbers', $text =~ s/\b\d{3,}\b/9223372036854775807/gr],
		['negative', $text =~ s/ (\d)/ -$1/gr], ['negative values', $text =~ s/=(\d)/=-$1/gr],
		['other words', $text =~ s/[:=]\K[ ]?[a-zA-Z]\w*\b/ other/gr],
		['other keys', $text . "op: x\nstate: x\nverdict: x\nlate_3: x\nlate_03: x\nnew: 1\n"],
		['other fields', $text =~ s/ \w+=less\b/ better=other new=1/gr],
		(map { my $gone = $_; ["without line $_", join('', @lines[grep { $_ != $gone } 0 .. $#lines])] }
			1 .. 4, $#lines),
		['escapes', $text =~ s/kstop|machine|there/\e[31m\x07\xff\x9b/gr],
		['a long line', $text . 'x' x 100000 . "\n"], ['CRs', $text =~ s/\n/\r\n/gr],
		['large', $text . $lines[-1] x 2000], ['huge', huge($text)],
		['many distinct', $text . join('', map { $distinct->($_) } 1 .. 5000)],
		['twice', $text . $text], ['header twice', join('', @lines[0, 1, 1 .. $#lines])],
		(map { ["cut at $_ bytes", substr($text, 0, $_)] }
			map { int($_ * length($text) / 7) } 1 .. 6),
		['cut in the middle', substr($text, 0, length($text) / 2)],
		['one byte short', substr($text, 0, -1)], ['two bytes short', substr($text, 0, -2)],
	);
}

# Bytes that mean something to a terminal, when UTF-8's bars have been taken out: those from
# 0x80 on do, too, on their own.
sub unprintable
{
	my ($text) = @_;

	return $text =~ s/\xe2[\x80-\xbf]{2}//gr =~ /[^\x09\x0a\x20-\x7e]/;
}

# Those of these names; of all of them without. KSTOP_SEED in the environment gives the
# same random bytes again.
sub hostile
{
	my ($program, $what, @names) = @_;
	my $seed = srand($ENV{KSTOP_SEED} // time());
	my ($bad, $runs, @all) = (0, 0);

	diag("$what: KSTOP_SEED=$seed");
	for my $file (sort keys %files) {
		my $machine = new_root();
		my $path = "$machine/$debug/$file";
		my @words = split(/ /, $files{$file});

		for my $mutation (mutations(get_file($path), $distinct{$file})) {
			my ($name, $text) = @$mutation;

			next if @names && !grep { $name eq $_ } @names;
			put_file($path, $text);
			# Where only some are wanted, in turn.
			for my $json (!@names ? ([], ['-j']) : $runs % 2 ? ['-j'] : []) {
				my ($rc, $out, $err) = kstopctl($program, $machine, @$json, @words);

				$runs++;
				push @all, $out if @$json;
				next if $rc <= 6 && !unprintable("$out$err") &&
					(!@$json || $out =~ /^\{.*\}$/s) && ($rc ? $err ne '' : 1);
				$bad++;
				diag("$what: $file, $name, @$json: exit status $rc: $err");
			}
		}
	}
	is($bad, 0, "$what: $runs runs on files that are wrong");
	is(wrong_json(@all), '', "$what: JSON is as the schema says, all the same");
}

my $asan = build('kstopctl', 'asan',
	'CFLAGS=-O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer',
	'LDFLAGS=-fsanitize=address,undefined');
SKIP: {
	skip('no AddressSanitizer', 1) if !$asan;
	subtest 'AddressSanitizer' => sub {
		my $program = ["$asan/kstopctl"];

		says($program, $root, $_, 0) for @readers, 'stop machine', 'doctor', 'latency --plot -',
			'history --plot -';
		says($program, $nothing, $_, 3) for @readers;
		hostile($program, 'AddressSanitizer');
	};
}

subtest 'huge' => sub {
	my $machine = new_root();
	# So much memory, and so little time, is enough for all of them.
	my $program = ['prlimit', '--as=1073741824', '--cpu=10', @$plain];

	for my $file (sort keys %files) {
		my $path = "$machine/$debug/$file";
		my $text = get_file($path);
		my ($line, $most) = ($distinct{$file}, $most{$file} - ($text =~ tr/\n//));
		my $many = $text . join('', map { $line->($_) } 1 .. $most);

		put_file($path, huge($text));
		my (undef, $err) = says($program, $machine, $files{$file}, 5);
		like($err, qr/more than 16 MiB/, "$file: refused");
		put_file($path, $many);
		is((kstopctl($program, $machine, split(/ /, $files{$file})))[0], 0,
			"$file: as many lines as there may be");
		put_file($path, $many . $line->($most + 1));
		(undef, $err) = says($program, $machine, $files{$file}, 5);
		like($err, qr/too many/, "$file: one more is refused");
		# A little less than 16 MiB.
		my $end = $most + 1 + (16 * 1024 * 1024 - length($many)) / length($line->(1000000));
		put_file($path, $many . join('', map { $line->($_) } $most + 1 .. $end));
		(undef, $err) = says($program, $machine, $files{$file}, 5);
		like($err, qr/too many/, "$file: as many as are read are refused");
		put_file($path, $text);
	}
	my $results = "$machine/$debug/kstopscale/results";
	put_file($results, get_file($results) =~ s/\n/ new=1 new=1/r =~ s/ new=1/" k=1" x 1000000/er);
	my (undef, $err) = says($program, $machine, 'bench --status', 5);
	like($err, qr/line 1: too many words/, 'a line of a million words is refused');
	put_file("$machine/dev/kmsg", join('', map {
		"4,$_,$_,-;kstop: f, called by c, gave up after 1 ms\n" } 1 .. 200000));
	my ($late) = says($program, $machine, '-j late', 0, qr/"log_us": 200000,/);
	is(scalar(() = $late =~ /"log_us"/g), 1024, 'of the log the end');
	# As large as it may be.
	put_file("$machine/$debug/kstop/stoppers", "version: 1\ncpu state policy priority queued doing\n" .
		join('', map { "$_ idle fifo 99 0 -\n" } 0 .. 8191));
	says($plain, $machine, 'late', 0, qr/^nobody$/m);
};

subtest 'not a file' => sub {
	my $machine = new_root();

	unlink "$machine/$debug/kstop/latency";
	my (undef, $err) = says($plain, $machine, 'latency', 5);
	like($err, qr/this kstop does not have it/, 'an older kstop');
	mkdir "$machine/$debug/kstop/latency";
	says($plain, $machine, 'latency', 1);
	system('rm', '-r', "$machine/$debug");
	(undef, $err) = says($plain, $machine, 'latency', 4);
	like($err, qr/no debugfs/, 'no debugfs');
	(undef, $err) = says($plain, $machine, 'status', 0, qr/^loaded +yes$/m);
	like($err, qr/no counters: .*no debugfs/, 'status says the rest');
};

SKIP: {
	skip('no valgrind', 1) if system('valgrind --version >/dev/null 2>&1');
	subtest 'valgrind' => sub {
		my $program = ['valgrind', '-q', '--error-exitcode=99', '--leak-check=full',
			'--errors-for-leak-kinds=definite', @$plain];

		says($program, $root, $_, 0) for @readers, 'stop machine', 'doctor', 'latency --plot -',
			'history --plot -';
		says($program, $nothing, 'status', 3);
		# It takes half a second for each: a choice of what AddressSanitizer has had.
		hostile($program, 'valgrind', 'garbage', 'numbers too large', 'cut in the middle',
			'one byte short', 'huge');
	};
}

subtest 'drawings' => sub {
	my $machine = new_root();
	my $path = "$machine/$debug/kstop/history";

	put_file($path, get_file($path) =~ s/call_machine\[kstoptorture\]/<&"\e]>/gr);
	for my $words ('latency', 'history', 'history --timeline 4720') {
		my $file = "$tmp/plot.svg";
		says($plain, $machine, "$words --plot $file", 0, qr/^plot: \Q$file\E$/m);
		is(system('python3', '-c', 'import sys, xml.dom.minidom as m; '
			. 'assert m.parse(sys.argv[1]).documentElement.tagName == "svg"', $file), 0,
			"$words: XML");
		my ($out) = says($plain, $machine, "$words --plot -", 0);
		is($out, get_file($file), "$words: the same on standard output, and nothing else");
	}
	says($plain, $machine, "latency --plot $tmp/no/such.svg", 1);
};

subtest 'colours' => sub {
	local $ENV{TERM} = 'xterm';
	unlike((kstopctl($plain, $root, 'doctor'))[1], qr/\e/, 'none where there is no terminal');
	like((kstopctl($plain, $root, '--color', 'always', 'doctor'))[1], qr{\e\[[\d;]*33mslow}, 'where it is asked for');
	my %colours = (status => qr/\e\[1mkstop\e/, late => qr/\e\[31mnot_scheduled\e/,
		latency => qr/\e\[1mgather\e.*\e\[36m/s, history => qr/\e\[31m *-110\e/,
		'history --timeline last' => qr/\e\[1mkstop_machine_opts/, 'watch 0.1 1' => qr/\e\[31m ?CPU 1/);
	for my $command (@readers, 'stop machine') {
		my ($rc, $out) = kstopctl($plain, new_root(), '--color', 'always', split(/ /, $command));
		like($out, $colours{$command} // qr/^[^\e]+$/, "$command: where it is asked for");
	}
};

my $terminals = 0;

# What is seen on a terminal of so many columns; colours as escapes. And whether it had to
# break a line.
sub terminal
{
	my ($width, $env, @words) = @_;
	my $socket = "$tmp/tmux" . $terminals++;

	unlink "$tmp/done";
	system('tmux', '-S', $socket, '-f', '/dev/null', 'new-session', '-d', '-x', $width, '-y', 150,
		"env KSTOP_SYSROOT='$root' $env TERM=screen-256color @$plain @words; touch '$tmp/done'; sleep 60");
	for (1 .. 300) {
		last if -e "$tmp/done";
		select(undef, undef, undef, 0.1);
	}
	my $seen = qx(tmux -S '$socket' capture-pane -p -e -N -t :);
	my ($broken, $whole) = map { scalar(() = /\n/g) }
		map { qx(tmux -S '$socket' capture-pane $_ -p -t :) =~ s/\s+\z/\n/r } '', '-J';
	system('tmux', '-S', $socket, 'kill-server');
	return wantarray ? ($seen, $broken != $whole) : $seen;
}

SKIP: {
	skip('no tmux', 1) if system('tmux -V >/dev/null 2>&1');
	subtest 'terminals' => sub {
		my $machine = new_root();	# "stop" writes there
		for my $width (80, 200) {
			for my $words (@readers, 'doctor', 'stop machine') {
				my ($with, $broken) = terminal($width,
					"LC_ALL=C.UTF-8 KSTOP_SYSROOT='$machine'", $words);
				my $without = terminal($width,
					"LC_ALL=C.UTF-8 KSTOP_SYSROOT='$machine' NO_COLOR=1", $words);
				ok(!$broken, "$width columns, $words: no line is too long");
				unlike($without, qr/\e\[[1-9]/, "$width columns, $words: NO_COLOR");
				is($with =~ s/\e\[[\d;]*m|\x0f//gr, $without =~ s/\e\[[\d;]*m|\x0f//gr,
					"$width columns, $words: colours change nothing else");
			}
			my $seen = terminal($width, 'LC_ALL=C.UTF-8', 'history --timeline 4720');
			like($seen, qr/\e\[/, "$width columns: colours");
			$seen =~ s/\e\[[\d;]*m|\x0f//g;
			my ($row) = $seen =~ /^(CPU 3 .*?) *$/m;
			is(length($row // ''), $width, "$width columns: the timeline fills them");
			$seen = terminal($width, 'LC_ALL=C.UTF-8 NO_COLOR=1', 'history --timeline 4720');
			unlike($seen, qr/\e\[[1-9]/, "$width columns: NO_COLOR");
			$seen = terminal($width, 'LC_ALL=C NO_COLOR=1', 'latency');
			like($seen, qr/^ 8\.192 us \.\. 10\.24 us +800 \#{${\($width - 34)}} *$/m,
				"$width columns: bars of ASCII");
			# No terminal had to break a line.
			$seen = terminal($width, 'LC_ALL=C.UTF-8 NO_COLOR=1', 'history');
			like($seen, qr/^4720 +kstop_machine_opts .* 161\.0 .*\n4733 /m,
				"$width columns: a line for each stop");
			$seen = terminal($width, 'LC_ALL=C.UTF-8 NO_COLOR=1', 'doctor');
			like($seen =~ s/\s+/ /gr, qr/task that does not sleep keeps a FIFO stopper away for ever =>/,
				"$width columns: words stay whole");
			$seen = terminal($width, 'LC_ALL=C.UTF-8 NO_COLOR=1', 'watch 0.1 1');
			like($seen, qr/^ +reqs\/s .* late *\n( +0)+ +3 *\n    CPU 1: .* *\n    CPU 2: /m,
				"$width columns: watch");
		}
	};
}

# The options of each command, as getopt_long() gets them.
sub options_of_commands
{
	my ($errand) = get_file("$top/tools/kstopctl/follow.h") =~ /^#define ERRAND_OPTIONS \\\n((?:.*\\\n)*.*\n)/m;
	my %options;

	for my $file (glob("$top/tools/kstopctl/cmd_*.c")) {
		my $text = get_file($file) =~ s/\bERRAND_OPTIONS\b/$errand/gr;
		my %arrays = $text =~ /^static const struct option (\w+)\[\] = \{\n(.*?)\n\};/msg;

		while ($text =~ /^const struct command \w+ = \{\n(.*?)\n\};/msg) {
			my ($command) = $1;
			my ($name) = $command =~ /\.name\s*= "(\w+)"/;
			my ($array) = $command =~ /\.options\s*= (\w+)/;
			$options{$name} = [sort($array ? $arrays{$array} =~ /\{ "([a-z-]+)"/g : ())];
		}
	}
	return %options;
}

my %options = options_of_commands();

subtest 'the manual' => sub {
	my $manual = get_file("$top/tools/kstopctl.8");
	my ($help) = (kstopctl($plain, $root, '--help'))[1];
	my @commands = sort($help =~ /^  ([a-z]+) /mg);
	my ($common, $section) = $manual =~ /^\.Sh DESCRIPTION\n(.*)^\.Sh COMMANDS\n(.*)^\.Sh ENVIRONMENT$/ms;
	my $next = join('|', @commands);

	is_deeply(\@commands, [sort(keys %options)], 'all commands are seen');
	is(join(' ', @{$options{torture}}), 'dir duration-s keep status type', 'and their options');
	for my $command (@commands) {
		my ($text) = (kstopctl($plain, $root, $command, '--help'))[1];
		my ($part) = $section =~ /^\.It Cm ($command\b.*?)(?:^\.It Cm (?:$next)\b|\z)/ms;
		my ($usage) = ($part // '') =~ /\A((?:.*\\\n)*.*)/;
		my @wanted = @{$options{$command}};

		is_deeply([sort(grep { !/^(color|root)$/ } $text =~ /^  --([a-z-]+)/mg)], \@wanted,
			"$command --help: all options");
		ok($part, "$command is in the manual") or next;
		is_deeply([sort($part =~ /^\.It Fl -([a-z-]+)\b/mg)], \@wanted, "$command: all are explained");
		is_deeply([sort($usage =~ /Fl -([a-z-]+)/g)], \@wanted, "$command: all are in its usage");
	}
	like($common, qr/^\.It (?:Fl \w , )?Fl -$_\b/m, "--$_ is explained")
		for qw(json color root help version);
	like($manual, qr/^\.It Ev (?:\w+ , Ev )*\Q$_\E\b/m, "$_ is in it")
		for qw(COLUMNS KSTOP_SYSROOT LC_ALL LC_CTYPE LANG NO_COLOR TERM);
	my ($watch) = $section =~ /^\.It Cm watch\b(.*?)^\.It Cm/ms;
	my ($heading) = split(/\n/, (kstopctl($plain, $root, 'watch', '0.1', '1'))[1]);
	is(join(' ', $watch =~ /^\.It (\S+)$/mg), join(' ', split(' ', $heading)), "watch's columns");
	like($manual, qr/^\.It $_$/m, "exit status $_ is in it") for 0 .. 7;
	SKIP: {
		skip('no mandoc', 1) if system('command -v mandoc >/dev/null');
		is(qx(mandoc -T lint -W warning '$top/tools/kstopctl.8'), '', 'mandoc finds nothing');
	}
};

subtest 'completion' => sub {
	my $script = "$tmp/complete";

	put_file($script, ". '$top/tools/kstopctl.bash'\n" .
		'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kstopctl; echo "${COMPREPLY[*]}"');
	my $complete = sub { return (kstopctl(['bash', $script], '', @_))[1] };
	like($complete->('kstopctl', 'la'), qr/^latency late$|^late latency$/, 'commands');
	like($complete->('kstopctl', 'stop', '--ti'), qr/^--timeout-us$/, 'options');
	like($complete->('kstopctl', 'history', '--record', ''), qr/^tick all none/, 'values');
	# All options that there are.
	for my $command (sort(keys %options)) {
		is_deeply([sort(grep { !/^--(color|help|json|root)$/ } split(' ', $complete->('kstopctl', $command, '--')))],
			[map { "--$_" } @{$options{$command}}], "$command: its options");
	}
	# All types that there are; and stop's operations are among them.
	my ($types, $broken) = get_file("$top/test/torture/types.c") =~
		/^static const struct type types\[\] = \{\n(.*?)^\};.*?broken_builds\[\] = \{\n(.*?)^\};/ms;
	my @types = split(' ', $complete->('kstopctl', 'torture', '--type', ''));
	is_deeply([sort(@types)], [sort('mixed', "$types$broken" =~ /^\t\{ "(\w+)"/mg)], 'torture --type');
	my ($told) = (kstopctl($plain, $root, 'torture', '--help'))[1] =~ /^  --type TYPE +(.*?)\n  --/ms;
	ok((grep { $_ eq $1 } @types), "$1 of torture --help") while $told =~ /\b(mixed|opts|busted_\w+)\b/g;
	# All operations.
	my @operations = sort(get_file("$top/test/torture/ops.c") =~ /\.name = "(\w+)"/g);
	is_deeply([sort(grep { !/^-/ } split(' ', $complete->('kstopctl', 'stop', '')))], \@operations, 'stop');
	($told) = (kstopctl($plain, $root, 'stop', '--help'))[1] =~ /^  OPERATION +(.*?)\n  --/ms;
	like($told, qr/\b$_\b/, "$_ is in stop --help") for @operations;
};

my $fuzz = build('fuzz', 'fuzz', 'replay');
SKIP: {
	skip('no replay', 1) if !$fuzz;
	my @corpus = glob("$top/tools/fuzz/corpus/*");
	my ($rc, undef, $err) = kstopctl(["$fuzz/replay"], '', @corpus);

	is($rc, 0, 'the corpus of the fuzzer') or diag($err);
	like($err, qr/${\scalar @corpus} inputs/, 'all of it');
}

# Only where clang is there: it is large, and scripts/setup fuzz brings it.
SKIP: {
	skip('no clang (scripts/setup fuzz)', 1)
		if system('echo "int LLVMFuzzerTestOneInput(void);int LLVMFuzzerTestOneInput(void){return 0;}" | '
			. "clang -x c -fsanitize=fuzzer -o '$tmp/probe' - 2>/dev/null");
	my $out = build('fuzz', 'libfuzzer', 'fuzz');
	mkdir "$tmp/found";
	my ($rc, undef, $err) = kstopctl(["$out/fuzz"], '', '-max_total_time=5', '-max_len=4096',
		"-artifact_prefix=$tmp/", "$tmp/found", "$top/tools/fuzz/corpus");

	is($rc, 0, 'libFuzzer, 5 s') or diag(substr($err, -3000));
}

done_testing();
