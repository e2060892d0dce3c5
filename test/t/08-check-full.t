#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Does scripts/check-full run what it should? With steps that succeed, fail, do not
# end or need one another, instead of the real ones; and when it is stopped. The latter of
# .ci/run, too.

use strict;
use warnings;
use File::Copy;
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
sub is_over { return contents("/proc/$_[0]/stat") !~ /\) [^ZX] / }

# The number that a step has written there, of a process that it has started.
sub started
{
	my ($file) = @_;

	for (1 .. 600) {
		last if -s $file;
		select(undef, undef, undef, 0.1);
	}
	my ($pid) = contents($file) =~ /(\d+)/;
	ok($pid && kill(0, $pid), 'a step runs');
	return $pid;
}

sub in_background
{
	my ($out, @command) = @_;
	my $pid = fork() // die "fork: $!\n";

	return $pid if $pid;
	open(STDOUT, '>', $out) or die;
	open(STDERR, '>&', \*STDOUT) or die;
	exec(@command) or die;
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

# Who comes after another does so whatever becomes of that, and does not bring it along.
unlink($order);
put($steps, "fails 20 2 - $bad\nafter 20 2 ~fails $good after\n");
$said = qx('$check_full' --steps '$steps' --keep '$tmp/j' 2>&1);
like($said, qr/^\S+ FAILED  fails (?:.*\n)*\S+ start   after\n(?:.*\n)*\S+ ok      after/m, 'one after a failed one');
$said = qx('$check_full' --steps '$steps' --keep '$tmp/k' after 2>&1);
like($said, qr/: 1 ok, 0 FAILED, 0 SKIPPED$/m, 'and without it');

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

# What lacks something is left out, and so is what needs it; of nothing else no success comes.
my $lacking = script('lacking', 'echo no mirror; exit 77');
put($steps, "lacking 20 2 - $lacking\nneeds-it 20 2 lacking $good needs-it\nother 20 2 - $good other\n");
$said = qx('$check_full' --steps '$steps' --keep '$tmp/g' 2>&1);
is($? >> 8, 0, 'something is not here: no failure');
like($said, qr/^SKIPPED lacking .*not here, see .*lacking\.log\nSKIPPED needs-it .*: lacking is SKIPPED\n/m, 'but said');
like($said, qr/: 1 ok, 0 FAILED, 2 SKIPPED$/m, 'and counted');
$said = qx('$check_full' --steps '$steps' --keep '$tmp/h' lacking 2>&1);
is($? >> 8, 1, 'nothing ran: a failure');
like($said, qr/nothing ran$/m, 'and it says so');

# Nor without root what wants roots.
put_program("$tmp/id", "#!/bin/sh\necho 1000\n");
put_program("$tmp/sudo", "#!/bin/sh\nexit 1\n");
put($steps, "roots 20 2 - $good roots\nkernels 20 2 roots $good kernels\nother 20 2 - $good other\n");
$said = do { local $ENV{PATH} = "$tmp:$ENV{PATH}"; qx('$check_full' --steps '$steps' --keep '$tmp/i' 2>&1) };
is($? >> 8, 0, 'no root: no failure');
like($said, qr/^SKIPPED roots .*cannot become root here\nSKIPPED kernels .*: roots is SKIPPED\nok +other/m, 'but said');

# Stopped, it takes with it what it started.
my $pid_file = "$tmp/pid";
my $slowly = script('slowly', 'trap "sleep 1; exit" TERM; echo $$ >$1; while :; do sleep 0.1; done');
my $long = script('long', "$slowly $pid_file & wait");
put($steps, "long 100 2 - $long\nlater 100 2 long $good later\n");
my $pid = in_background("$tmp/stopped", $check_full, '--steps', $steps, '--keep', "$tmp/d");
my $started = started($pid_file);
kill('TERM', $pid);
waitpid($pid, 0);
is($? >> 8, 130, 'stopped: its own exit status');
ok(is_over($started), 'all that it started is gone by then');
like(contents("$tmp/d/summary"), qr/^FAILED  long, stopped\nFAILED  later, stopped\n/, 'and the summary says so');

# So it is when nobody reads what it says.
unlink($pid_file);
put($steps, "long 100 2 - $long\nshort 100 2 - $slow\n");
$pid = open(my $in, '-|', $check_full, '--steps', $steps, '--keep', "$tmp/j") // die "fork: $!\n";
<$in> for 1 .. 3;	# results, and two that start
$started = started($pid_file);
close($in);
is($? >> 8, 130, 'nobody reads: it is stopped');
ok(is_over($started), 'and so is the step');
like(contents("$tmp/j/summary"), qr/^FAILED  long, stopped\nok      short /, 'which the summary has');

# .ci/run, in a directory of its own, with a make that takes its time
unlink($pid_file);
mkdir("$tmp/$_") or die "$tmp/$_: $!\n" for 'ci', 'ci/.ci', 'bin';
copy("$FindBin::Bin/../../.ci/run", "$tmp/ci/.ci/run") or die;
put_program("$tmp/bin/make", "#!/bin/bash\necho make is heard\n$slowly $pid_file\n");
{
	local $ENV{PATH} = "$tmp/bin:$ENV{PATH}";
	$pid = in_background("$tmp/ci/said", 'bash', "$tmp/ci/.ci/run");
}
$started = started($pid_file);
kill('TERM', $pid);
waitpid($pid, 0);
is($? >> 8, 130, '.ci/run stopped: its exit status');
ok(is_over($started), 'and what it started is gone');
like(contents("$tmp/ci/said"), qr/^=== make demo\nmake is heard\n/, 'what a step says is shown');
put_program("$tmp/bin/make", "#!/bin/bash\necho \$*; [[ \$* != *bench* ]]\n");
$said = do { local $ENV{PATH} = "$tmp/bin:$ENV{PATH}"; qx(bash '$tmp/ci/.ci/run') };
is($? >> 8, 1, 'one that fails');
like($said, qr/^=== make demo\ndemo\n=== make check-full/, 'is shown in its place');
like($said, qr/^FAILED  make bench .*: 1\n.*\n3 passed, 1 failed, 0 skipped\n\z/m, 'and counted');
done_testing();
