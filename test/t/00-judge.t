#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the judge find the right word? judge-data/ holds what five real runs
# left behind; most of what is judged here is one of them with a change.

use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use Test::More;

my $judge = "$FindBin::Bin/../../scripts/judge";
my $data = "$FindBin::Bin/judge-data";
my %exit_of = (PASS => 0, FAIL => 1, HANG => 2, PANIC => 3, SPLAT => 4, 'DID-NOT-RUN' => 5);

sub load
{
	my ($name) = @_;
	my %run;

	for my $file (qw(console config status verdict)) {
		open(my $in, '<', "$data/$name/$file") or die "$data/$name/$file: $!\n";
		$run{$file} = do { local $/; <$in> } // '';
	}
	return \%run;
}

# Judge run $from with $change made to it: $word, and a reason like $why.
sub judged
{
	my ($what, $from, $change, $word, $why, @options) = @_;
	my $run = load($from);
	my $dir = tempdir(CLEANUP => 1);

	for ($run) { $change->() }
	for my $file (keys %$run) {
		open(my $out, '>', "$dir/$file") or die "$dir/$file: $!\n";
		print $out $run->{$file};
		close($out);
	}
	my $said = qx('$judge' @options '$dir' 2>&1);
	my $exit = $? >> 8;
	subtest $what => sub {
		like($said, qr/^\Q$word\E$/m, "says $word");
		is((split /\n/, $said)[0], $word, 'and says it first');
		is($exit, $exit_of{$word}, 'exit status');
		like($said, $why, 'why') if $why;
		is($said, "PASS\n", 'and nothing else') if $word eq 'PASS';
		is(do { local (@ARGV, $/) = "$dir/judge"; <> }, $said, 'is kept');
	};
}

# Changes see the run as $_.
sub nothing { }
sub console { my ($from, $to) = @_; return sub { $_->{console} =~ s/$from/$to/ or die "no $from\n" } }
sub verdict { my ($text) = @_; return sub { $_->{verdict} = $text } }
sub status { my ($text) = @_; return sub { $_->{status} = $text } }

# The warning of two CPUs at once, line by line; the second is about $fn.
sub twice
{
	my ($fn) = @_;

	return sub {
		$_->{console} =~ s{^([^\n]*cut here.*?end trace[^\n]*\n)}
			{join('', map { $_, s/leaky_fn/$fn/r } split(/^/m, $1))}ems or die;
	};
}

my $splat = "[    2.000000] BUG: scheduling while atomic: kstop/1/20/0x00000002\n";

# KCSAN's report of a race in which function $fn has a part.
sub race
{
	my ($fn) = @_;
	my $line = '=' x 66;

	return join('', map { "[    2.000000] $_\n" } $line,
		'BUG: KCSAN: data-race in enqueue_timer / timer_delete', '',
		'read-write to 0xffff88807dc1d0a8 of 8 bytes by interrupt on cpu 1:',
		' enqueue_timer+0x3a/0x1b0', " $fn", ' __run_timers+0x1c5/0x390', '',
		'read to 0xffff88807dc1d0a8 of 8 bytes by task 1 on cpu 0:',
		' timer_delete+0x1a/0x90', ' ksys_write+0x6d/0x110', '',
		'value changed: 0x0000000000000000 -> 0xffff88807dc1d0a8', '',
		'Reported by Kernel Concurrency Sanitizer on:',
		'CPU: 0 PID: 1 Comm: init Tainted: G           O       6.1.192-kstop-kcsan #1', $line);
}

# What real runs left.
judged('a pass', 'pass', \&nothing, 'PASS');
judged('a crash', 'panic', \&nothing, 'PANIC', qr/sysrq triggered crash/);
judged('a splat before that', 'panic', sub { $_->{console} =~ s/^(?=.*Kernel panic)/$splat/m or die }, 'PANIC',
	qr/sysrq triggered crash.*scheduling while atomic/s);
judged('PID 1 dies at once', 'did-not-run', \&nothing, 'DID-NOT-RUN', qr/Attempted to kill init/);
judged('a warning', 'splat', \&nothing, 'SPLAT', qr/leaked preempt count/);
judged('a stall, and the limit ran out', 'hang', \&nothing, 'HANG', qr/limit ran out after 0 results/);

# How a pass may look.
judged('lines end in CR LF', 'pass',
	sub { s/\n/\r\n/g for @{$_}{qw(console verdict)} }, 'PASS');
judged('results come by way of the kernel log', 'pass',
	sub { $_->{console} =~ s/^(?!\[)/[    1.900000] /mg }, 'PASS');
judged('a kernel line cuts a result in two', 'pass',
	console(qr/^ok 2 api.two/m, "ok 2 a[    1.900000] kstop: x\n[    1.900001] kstop: y\npi.two"), 'PASS');
judged('the plan comes first', 'pass',
	sub { $_->{console} =~ s/^1\.\.2\n//m; $_->{console} =~ s/^(KTAP.*\n)/${1}1..2\n/m }, 'PASS');
judged('one was skipped', 'pass', sub { $_->{console} =~ s/^ok 2 api.two/ok 2 api.two # SKIP no/m;
	$_->{verdict} = "verdict: PASS plan=2 passed=1 failed=0 skipped=1\n" }, 'PASS');
judged('the case that was asked for', 'pass',
	sub { $_->{config} =~ s/cases=all/cases=api/ }, 'PASS');
judged('the files that were wanted', 'pass', sub { $_->{config} .= "want=a.svg,b.svg\n";
	@{$_}{'a.svg', 'b.svg'} = ('x', 'y') }, 'PASS');

# Failures.
judged('results are missing', 'pass', console(qr/^ok 2.*\n/m, ''), 'FAIL', qr/plan of 2, but 1/);
judged('there are more results than planned', 'pass',
	console(qr/^(ok 2.*\n)/m, "ok 2 api.two\nok 3 api.three\n"), 'FAIL', qr/plan of 2, but 3/);
judged('no plan', 'pass', console(qr/^1\.\.2\n/m, ''), 'FAIL', qr/0 plans/);
judged('two plans', 'pass', console(qr/^1\.\.2\n/m, "1..2\n1..2\n"), 'FAIL', qr/2 plans/);
judged('the same number twice', 'pass', console(qr/^ok 2/m, 'ok 1'), 'FAIL', qr/result 1 stands where 2/);
judged('an empty plan', 'pass', sub { $_->{console} =~ s/^ok.*\n//mg; $_->{console} =~ s/^1\.\.2/1..0/m;
	$_->{verdict} = "verdict: PASS plan=0 passed=0 failed=0 skipped=0\n" }, 'FAIL', qr/nothing passed/);
judged('all were skipped', 'pass', sub { $_->{console} =~ s/^(ok \d \S+).*/$1 # SKIP no/mg;
	$_->{verdict} = "verdict: PASS plan=2 passed=0 failed=0 skipped=2\n" }, 'FAIL', qr/nothing passed/);
judged('it began twice', 'pass', console(qr/^1\.\.2/m, "KTAP version 1\n1..2"), 'FAIL', qr/begins 2 times/);
judged('a case failed', 'pass', sub { $_->{console} =~ s/^ok 2/not ok 2/m;
	$_->{verdict} = "verdict: FAIL plan=2 passed=1 failed=1 skipped=0\n" }, 'FAIL', qr/not ok 2 api\.two/);
judged('a case failed, and the verdict says PASS', 'pass', console(qr/^ok 2/m, 'not ok 2'),
	'FAIL', qr/verdict has failed=0, the results 1/);
judged('the verdict says FAIL alone', 'pass', sub { $_->{verdict} =~ s/PASS/FAIL/ }, 'FAIL', qr/verdict: FAIL/);
judged('no verdict', 'pass', verdict(''), 'FAIL', qr/no verdict/);
judged('half a verdict', 'pass', verdict('verdict: PA'), 'FAIL', qr/not a verdict/);
judged('a verdict without counts', 'pass', verdict("verdict: PASS\n"), 'FAIL', qr/plan=nothing/);
judged('two verdicts', 'pass', sub { $_->{verdict} x= 2 }, 'FAIL', qr/is 2 lines/);
judged('no power-off', 'pass', console(qr/^.*Power down\n/m, ''), 'FAIL', qr/power off by itself/);
judged('QEMU crashed', 'pass', status("ended=exit\nqemu_exit=139\n"), 'FAIL', qr/status is 139/);
judged('the run was interrupted', 'pass', status("ended=interrupted\nqemu_exit=0\n"), 'FAIL', qr/ended: interrupted/);
judged('no status', 'pass', status(''), 'FAIL', qr/ended: unknown/);
judged('not the case that was asked for', 'pass',
	sub { $_->{config} =~ s/cases=all/cases=api,order/ }, 'FAIL', qr/case order was asked for/);
judged('not the file that was wanted', 'pass', sub { $_->{config} .= "want=a.svg,b.svg\n"; $_->{'a.svg'} = 'x' },
	'FAIL', qr/b\.svg was wanted/);
judged('an empty one', 'pass', sub { $_->{config} .= "want=a.svg\n"; $_->{'a.svg'} = '' }, 'FAIL', qr/a\.svg was wanted/);

# The other words.
judged('the limit ran out after the verdict', 'pass', status("ended=limit\nqemu_exit=0\n"),
	'HANG', qr/limit ran out after 2 results/);
judged('a stall, but it went on', 'pass',
	console(qr/^ok 2/m, "[   30.000000] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\nok 2"),
	'HANG', qr/detected stalls/);
judged('a lockup', 'pass', console(qr/^ok 2/m,
	"[   30.000000] watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [kstop/1:20]\nok 2"),
	'HANG', qr/soft lockup/);
judged('the run was ended after a stall', 'hang', status("ended=stuck\nqemu_exit=0\n"), 'HANG', qr/stall/);
is(system($judge, '--stuck', "$data/hang"), 0, 'a guest with a stall is stuck');
isnt(system($judge, '--stuck', "$data/pass"), 0, 'a sound one is not');
judged('a stuck task', 'pass', console(qr/^ok 2/m,
	"[  130.000000] INFO: task kstop/1:20 blocked for more than 120 seconds.\nok 2"), 'HANG', qr/blocked/);
judged('a splat and no verdict', 'pass', sub { $_->{console} =~ s/^ok 2/${splat}ok 2/m;
	$_->{verdict} = '' }, 'SPLAT', qr/scheduling while atomic/);
judged('QEMU did not start', 'pass', sub { $_->{console} = ''; $_->{verdict} = '';
	$_->{status} = "ended=exit\nqemu_exit=1\n" }, 'DID-NOT-RUN', qr/status 1/);
judged('the limit ran out in boot', 'pass', sub { $_->{console} =~ s/^KTAP.*//ms; $_->{verdict} = '';
	$_->{status} = "ended=limit\nqemu_exit=0\n" }, 'DID-NOT-RUN', qr/ended: limit/);
judged('the limit ran out before the first case', 'pass', sub { $_->{verdict} = '';
	$_->{console} =~ s/^KTAP.*/kstop-guest: PID 1 is up\n/ms;
	$_->{status} = "ended=limit\nqemu_exit=0\n" }, 'HANG', qr/after 0 results/);

# Messages that the kernel says again.
my $again = '** replaying previous printk message **';
my $stamp = '[    1.900000]';
judged('a result that was cut short and said again', 'pass',
	console(qr/^ok 1 (.*)$/m, "$stamp ok 1 ap\n$again\n$stamp ok 1 api.one"), 'PASS');
judged('twice', 'pass', console(qr/^ok 1 (.*)$/m,
	"$stamp ok 1 ap\n$again\n$stamp o\n$again\n$stamp ok 1 api.one"), 'PASS');
judged('in the midst of a line of PID 1', 'pass', console(qr/^ok 1 (.*)$/m,
	"o$stamp kst\nk 1$again\n$stamp kstop: unloaded\n api.one"), 'PASS');
judged('a result that was cut short and not said again', 'pass',
	console(qr/^ok 1 (.*)$/m, "$stamp ok 1 ap\n$stamp ok 1 api.one"), 'FAIL', qr/but 3 results/);
judged('one that failed, before another said again', 'pass',
	console(qr/^ok 1 (.*)$/m, "not ok 1 api.one\n$again\n$stamp kstop: unloaded"), 'FAIL', qr/not ok 1/);
judged('a splat before one', 'pass',
	console(qr/^ok 1/m, "$splat$again\n$stamp kstop: unloaded\nok 1"), 'SPLAT', qr/scheduling while atomic/);

# Excuses.
my @with = ('--patterns', "'$data/patterns'");
judged('a warning that the case asks for', 'splat', \&nothing, 'PASS', undef, @with);
judged('two such at once', 'splat', twice('leaky_fn'), 'PASS', undef, @with);
judged('two at once, one of them another', 'splat', twice('sound_fn'), 'SPLAT', qr/WARNING/, @with);
judged('the same in another case', 'splat',
	sub { $_->{console} =~ s/api/order/g }, 'SPLAT', qr/WARNING/, @with);
judged('another warning in that case', 'splat',
	console(qr/leaky_fn leaked preempt count/, 'gone wild'), 'SPLAT', qr/WARNING/, @with);
judged('a second, unexcused warning', 'splat',
	console(qr/^ok 1/m, "${splat}ok 1"), 'SPLAT', qr/scheduling while atomic/, @with);
judged('an excused warning, and a case failed', 'splat', console(qr/^ok 2/m, 'not ok 2'),
	'FAIL', qr/not ok 2/, @with);

# Races.
my ($own, $core) = (race('count_it+0x1b/0x40 [kstop]'), race('mod_timer+0x1b/0x40'));
judged('a race of ours', 'pass', console(qr/^ok 1/m, "${own}ok 1"), 'SPLAT', qr/KCSAN: data-race/);
judged('of a module of the tests', 'pass',
	console(qr/^ok 1/m, race('prod+0x1/0x2 [kstoptorture]') . 'ok 1'), 'SPLAT', qr/KCSAN/);
judged('a race in the kernel proper', 'pass', console(qr/^ok 1/m, "${core}ok 1"), 'PASS');
judged('a race in what we called, far down', 'pass', console(qr/^ok 1/m,
	($own =~ s/(enqueue_timer\+0x3a\/0x1b0\n)/${1}[    2.000000]  mod_timer+0x1b\/0x40\n/r) . 'ok 1'), 'PASS');
judged('and with words in between', 'pass', console(qr/^ok 1/m,
	($own =~ s/(enqueue_timer\+0x3a\/0x1b0\n)/${1}[    2.000000]  mod_timer+0x1b\/0x40\n[    2.000000] kstop: words\n/r) . 'ok 1'), 'PASS');
judged('one of each, ours first', 'pass', console(qr/^ok 1/m, "$own${core}ok 1"), 'SPLAT', qr/KCSAN/);
judged('one of each, ours last', 'pass', console(qr/^ok 1/m, "$core${own}ok 1"), 'SPLAT', qr/KCSAN/);
judged('words of ours in the midst of such a one', 'pass', console(qr/^ok 1/m,
	($core =~ s/(.*value)/[    2.000000] kstop: waiting for stop_fn+0x1\/0x2 [kstop]\n$1/r) . 'ok 1'), 'PASS');
judged('a race in what we called, and the rule for it', 'pass', console(qr/^ok 1/m,
	($own =~ s/enqueue_timer \/ timer_delete/hrtimer_wakeup \/ schedule_hrtimeout_range_clock/r) . 'ok 1'), 'PASS');
judged('a race in an interrupt of us', 'pass', console(qr/^ok 1/m,
	($own =~ s/( count_it)/ asm_sysvec_apic_timer_interrupt+0x16\/0x20\n[    2.000000] $1/r) . 'ok 1'), 'PASS');
judged('a race of ours in an interrupt', 'pass', console(qr/^ok 1/m,
	($own =~ s/( __run_timers)/ asm_sysvec_apic_timer_interrupt+0x16\/0x20\n[    2.000000] $1/r) . 'ok 1'), 'SPLAT', qr/KCSAN/);
judged('of us with an interrupt', 'pass', console(qr/^ok 1/m,
	($core =~ s/( __run_timers)/ asm_sysvec_apic_timer_interrupt+0x16\/0x20\n[    2.000000] $1/r
		=~ s/timer_delete\+0x1a\/0x90/$& [kstop]/r) . 'ok 1'), 'SPLAT', qr/KCSAN/);
judged('a race that only begins like it', 'pass', console(qr/^ok 1/m,
	($own =~ s/enqueue_timer \/ timer_delete/ktime_get_mono_fast_ns \/ count_it/r) . 'ok 1'), 'SPLAT', qr/fast_ns/);
judged('ours beside it', 'pass', console(qr/^ok 1/m,
	($own =~ s/enqueue_timer \/ timer_delete/ktime_get_mono_fast_ns+0x84\/0x110/r) . $own . 'ok 1'),
	'SPLAT', qr/enqueue_timer/);
judged('another bug in the midst of a race', 'pass', console(qr/^ok 1/m, ($core =~ s/(.*value)/$splat$1/r) . 'ok 1'),
	'SPLAT', qr/scheduling while atomic/);
judged('a report that is cut off, ours', 'pass',
	console(qr/^ok 1/m, ($own =~ s/^[^\n]*value changed.*//msr) . 'ok 1'), 'SPLAT', qr/KCSAN/);
judged('with no rule for races every one is bad', 'pass', console(qr/^ok 1/m, "${core}ok 1"),
	'SPLAT', qr/KCSAN/, @with);

done_testing();
