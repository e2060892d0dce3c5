#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Does make torture do what its variables say, show what is worth showing, and end as the
# guest did? With a guest that is none, and nothing that has to be built.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Copy 'copy';
use File::Path 'make_path';
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Files;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $tree = tempdir(CLEANUP => 1);

sub script
{
	my ($name, $text) = @_;

	put_program("$tree/scripts/$name", "#!/bin/bash\necho \"$name \$*\" >>$tree/called\n$text\n");
}

# Its exit status, and what it said; "called" has what it called.
sub torture
{
	my (@words) = @_;

	unlink("$tree/called");
	open(my $in, '-|', 'sh', '-c', '"$@" 2>&1', 'sh', "$tree/scripts/torture", @words) or die;
	my $said = do { local $/; <$in> } // '';
	close($in);
	return ($? >> 8, $said, contents("$tree/called"));
}

sub asked_of_guest { return $_[0] =~ /^run-guest (.*)$/m ? $1 : 'nothing' }

delete @ENV{qw(KSTOP_CPUS KSTOP_KERNEL)};
make_path("$tree/scripts", "$tree/test");
symlink("$top/$_", "$tree/$_") for 'src', 'test/kernels';
copy("$top/scripts/lib.bash", "$tree/scripts/lib.bash") or die;
put_program("$tree/scripts/torture", contents("$top/scripts/torture"));
script('setup', '');
script('build-kernel', "echo 6.1.0-kstop-\$1 $tree/kernel-\$1");
script('build-all', "echo $tree/built");
script('run-guest', <<"END");
cat <<-'STOP'
	results: /somewhere/torture
	kstop: stoppers on 4 CPUs
	kstoptorture: at start: torture_type=mixed seed=1
	kstoptorture: Stats: 5 s requests=700 completed=650 native=12 offlines=3 violations=0
	kstoptorture: !!! one by caller 3: fn runs twice on CPU 1
	kstoptorture: ??? caller 2 has been in opts for 15 s
	kstoptorture: End of test: FAILURE
STOP
echo "in $tree with kernel \${KSTOP_KERNEL:-none}" >>$tree/called
exit \$(<$tree/status)
END

sub set_status { put("$tree/status", "$_[0]\n") }

set_status(0);
my ($status, $said, $called) = torture();
is($status, 0, 'a guest that passes');
like(asked_of_guest($called), qr/^--name torture-mixed --cpus 4 --cases torture /, 'mixed, 4 CPUs');
like($called, qr/torture_type=mixed duration_s=60 stat_interval_s=5 hogs=all native=1 onoff_interval_ms=500 shuffle_s=2 stutter_s=5 /,
	'a minute, all disturbers');
like($called, qr/^in .* with kernel none$/m, "the distribution's kernel");
like($said, qr/^5 s of 60: 700 requests, 650 completed, 12 native stops, 3 times a CPU down, 0 violations$/m,
	'a line of progress');
like($said, qr/\Q$_\E/, "it shows: $_") for 'results: /somewhere/torture', 'at start: torture_type=mixed',
	'!!! one by caller 3', '??? caller 2', 'End of test: FAILURE';
unlike($said, qr/stoppers on/, 'and not what is of no interest');

for my $bad (1, 3) {
	set_status($bad);
	is((torture())[0], $bad, "exit status $bad of the guest is that of the torture");
}
set_status(0);
for my $time (['90', 90], ['90s', 90], ['10m', 600], ['2h', 7200]) {
	($status, $said, $called) = torture('--duration', $time->[0]);
	like($called, qr/ duration_s=$time->[1] /, "$time->[0] is $time->[1] s");
	$called =~ /--time-limit (\d+)/;
	cmp_ok($1, '>', $time->[1], 'and the guest has longer');
}
($status, $said, $called) = torture('--kernel', 'lockdep', '--cpus', 2, '--type', 'opts', '--name', 'mine',
	'hogs=fifo', 'kstop.policy=deadline');
like($called, qr/^build-kernel lockdep$/m, 'a debug kernel is built');
like($called, qr{^in .* with kernel \Q$tree\E/kernel-lockdep$}m, 'and booted');
like($called, qr/torture_type=opts .*\bhogs=fifo kstop\.policy=deadline/, 'parameters go on');
unlike($called, qr/hogs=all/, 'in place of those that go without saying');
like(asked_of_guest($called), qr/^--name mine --cpus 2 /, 'a name, and CPUs');
($status, $said, $called) = torture('disturb=0', 'native=2');
unlike($called, qr/hogs=|onoff/, 'no disturbers');
like($called, qr/ native=2/, 'but those that are named');
for my $type (map { /\bKSTOP_(BUSTED_\w+)/g } contents("$top/src/rendezvous.h")) {
	($status, $said, $called) = torture('--type', lc($type));
	like($called, qr/^build-all -DKSTOP_$type$/m, lc($type) . ' is built broken');
}
($status, $said, $called) = torture('--type', 'busted_ipi');
like($called, qr/^build-all $/m, 'busted_ipi is an operation, and kstop as it is');
for my $wrong (['--duration', 'long'], ['--duration'], ['--duration', '0'], ['--type', 'a b'], ['--speed', 1], ['what']) {
	($status, $said, $called) = torture(@$wrong);
	isnt($status, 0, "refused: @$wrong");
	is(asked_of_guest($called), 'nothing', 'no guest');
	like($said, qr/^torture: /, "it says why: $said");
}

my $make = qx(make -n -C '$top' --no-print-directory torture DURATION=5m TYPE=one KERNEL=rt CPUS=2 TORTURE=hogs=idle 2>&1);
like($make =~ s/\\\n//gr =~ s/\s+/ /gr,
	qr{scripts/torture --duration '5m' --type 'one' --kernel 'rt' --cpus '2' hogs=idle}, 'what make passes on');
done_testing();
