#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Does scripts/check-full run what it should? With steps that succeed, fail, do not
# end or need one another, instead of the real ones; and when it is stopped.

use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Files;
use Test::More;

my $check_full = "$FindBin::Bin/../../scripts/check-full";
my $tmp = tempdir(CLEANUP => 1);

# A step that is a script of its own: what it does is no word list.
sub script
{
	my ($name, $text) = @_;

	return put_program("$tmp/$name", "#!/bin/bash\n$text\n");
}

# Gone, or dead and not yet buried.
sub is_over
{
	my ($pid) = @_;

	for (1 .. 100) {
		return 1 unless contents("/proc/$pid/stat") =~ /\) [^ZX] /;
		select(undef, undef, undef, 0.1);
	}
	return 0;
}

# What there is beside make check, none is forgotten.
my $real = qx('$check_full' --list);
for my $test (glob("$FindBin::Bin/../t-full/*.t")) {
	my ($name) = $test =~ m{([^/]+)$};
	like($real, qr{ test/t-full/\Q$name\E$}m, "$name is a step");
}

my $order = "$tmp/order";
my $good = script('good', "echo \$0 is heard; echo \"\$1 begins\" >>$order; sleep 1; " .
	"echo \"\$1 ends\" >>$order; touch \"\$KSTOP_RESULTS/\$1.result\"");
my $bad = script('bad', 'echo it breaks; exit 3');
my $endless = script('endless', 'sleep 1000 & wait');

my $steps = put("$tmp/steps", <<"END");
first 20 2 - $good first
second 20 2 first $good second
beside 20 2 - $good beside
broken 20 2 - $bad
needs-broken 20 2 broken $good needs-broken
needs-that 20 2 needs-broken $good needs-that
endless 2 2 - $endless
END

my $said = qx('$check_full' --steps '$steps' --keep '$tmp/a' 2>&1);
is($? >> 8, 1, 'a step failed: exit status 1');
my $summary = contents("$tmp/a/summary");
like($summary, qr/^ok      first .*\nok      second .*\nok      beside .*\nFAILED  broken /, 'the summary, in order');
like($summary, qr/^ok      first  *\d+ s, CPUs \d+ s$/m, 'how long CPUs worked for it');
like($summary, qr/^FAILED  broken .*exit status 3, see .*broken\.log$/m, 'why one failed');
like($summary, qr/^FAILED  needs-broken .*not run: broken is FAILED$/m, 'why one did not run');
like($summary, qr/^FAILED  needs-that .*not run: needs-broken is FAILED$/m, 'nor one that needs that');
like($summary, qr/^FAILED  endless .*no end within 2 s/m, 'one that does not end is ended');
like($summary, qr/^=== summary after \d+ min: 3 ok, 4 FAILED, 0 SKIPPED$/m, 'how many');
like($said, qr/^ {4}it breaks$/m, 'what one said that failed');
like($said, qr/^\d\d:\d\d:\d\d start   second\n(?:.*\n)*\d\d:\d\d:\d\d ok      second /m, 'a line at start and end');
like(contents("$tmp/a/first.log"), qr/good is heard/, 'what it says is kept');
ok(-e "$tmp/a/first/first.result", 'so are its results');
ok(!-e "$tmp/a/broken", 'where there are any');

my $happened = contents($order);
like($happened, qr/first ends\n(?:.*\n)*second begins/, 'who needs another waits for it');
like($happened, qr/^(first|beside) begins\n(?:beside|first) begins\n/, 'others run beside each other');
unlike($happened, qr/needs/, 'not what needs a failed one');

unlink($order);
$said = qx('$check_full' --steps '$steps' --keep '$tmp/b' --room 1 second 2>&1);
is($? >> 8, 0, 'some steps only: exit status 0');
is(contents($order), "first begins\nfirst ends\nsecond begins\nsecond ends\n", 'and what they need');
like($said, qr/: 2 ok, 0 FAILED, 0 SKIPPED$/m, 'and no more');
$said = qx('$check_full' --steps '$steps' --keep '$tmp/c' thrid 2>&1);
is($? >> 8, 1, 'there is no such step');
like($said, qr/no step thrid/, 'and it says so');

# Who is heavy runs alone, in its turn.
unlink($order);
put($steps, "light 20 2 - $good light\nheavy 20 9 - $good heavy\nlast 20 2 - $good last\n");
qx('$check_full' --steps '$steps' --keep '$tmp/e' 2>&1);
is(contents($order), join('', map { "$_ begins\n$_ ends\n" } qw(light heavy last)), 'one after the other');

# What is too late is left out.
my $slow = script('slow', 'sleep 3');
put($steps, "slow 20 2 - $slow\nlate 20 9 - $good late\nlater 20 9 late $good later\n");
$said = qx('$check_full' --steps '$steps' --keep '$tmp/f' --budget 1 2>&1);
is($? >> 8, 0, 'out of time is no failure');
like($said, qr/^SKIPPED late .*no time left\nSKIPPED later .*not run: late is SKIPPED\n/m, 'but said');
like($said, qr/: 1 ok, 0 FAILED, 2 SKIPPED$/m, 'and counted');

# Stopped, it takes with it what it started.
my $pid_file = "$tmp/pid";
my $long = script('long', "sleep 1000 & echo \$! >$pid_file; wait");
put($steps, "long 100 2 - $long\nlater 100 2 long $good later\n");
my $pid = fork() // die "fork: $!\n";
if (!$pid) {
	open(STDOUT, '>', "$tmp/stopped") or die;
	open(STDERR, '>&', \*STDOUT) or die;
	exec($check_full, '--steps', $steps, '--keep', "$tmp/d") or die;
}
for (1 .. 100) {
	last if -s $pid_file;
	select(undef, undef, undef, 0.1);
}
my ($sleeper) = contents($pid_file) =~ /(\d+)/;
ok($sleeper && kill(0, $sleeper), 'a step runs');
kill('TERM', $pid);
waitpid($pid, 0);
is($? >> 8, 130, 'stopped: its own exit status');
ok(is_over($sleeper), 'the step is gone');
like(contents("$tmp/d/summary"), qr/^FAILED  long, stopped\nFAILED  later, stopped\n/, 'and the summary says so');
done_testing();
