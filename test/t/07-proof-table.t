#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Does scripts/proof-table say what the results say? proof-data/ is what a small
# check-full might have left, with a guest that hung, one with reports of KCSAN,
# and twins that were caught and were not.

use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use Test::More;

my $maker = "$FindBin::Bin/../../scripts/proof-table";
my $data = "$FindBin::Bin/proof-data";
my $said = qx('$maker' '$data');

sub says
{
	my ($what, @columns) = @_;

	like($said, qr/^\Q| ${\join(' | ', @columns)} |\E$/m, $what);
}

is($?, 0, 'it succeeds');
like($said, qr/^2026-11-24, source d14fcd5, on 2 CPUs, QEMU 7\.2\.22 \(tcg\)\.$/m, 'where and when');

my $distribution = '6.1.0-56-amd64';
says('guests are added up by suite, kernel and CPUs', 'check', $distribution, 2, 2,
	'1,201,400', '100,031', 0, 3, 'PASS', 81);
says('a guest that hung is named, had requests and a splat, and survived nothing', 'check', $distribution, 4, 1,
	57, 0, 1, 0, '1 of 1 not: order-4cpu HANG', 150);
says('splats are counted', 'debug-kcsan', '6.1.192-kstop-kcsan', 2, 1,
	400, 0, 2, 0, '1 of 1 not: kcsan-storms-2cpu SPLAT', 90);
says("a twin's sound sister is no twin", 'busted', $distribution, 4, 1, 400, 0, 0, 0, 'PASS', 30);
like($said, qr/debug-kcsan.*\| check /s, 'suites stand in the order of the summary');

says('faults by kind', 'a random or mutated debugfs write', $distribution, '100,000');
says('and another kind', 'a step of the load failed', $distribution, 31);
unlike($said, qr/ 77 /, 'a figure that is no fault is none');

says('a twin, its first complaint, since the last load', 'busted_order-4cpu', $distribution,
	'SPLAT: `!!! core by caller 0 does not return, after 35 s`', '36.1 s');
says('a twin that the kernel found stuck', 'busted_commit-4cpu', $distribution,
	'HANG: `watchdog: BUG: soft lockup - CPU#0 stuck for 14s! [migration/0:16]`', '19.0 s');
says('a twin that only the limit ended', 'busted_r1-4cpu', $distribution,
	'HANG: `the time limit ran out after 2 results`', 'the time limit');
says('a twin that nothing caught', 'busted_quiet-4cpu', $distribution, '**nothing**: PASS', '-');

like($said, qr/^The model: 6 configurations, 4 as expected, 2 not; 2 of them real, with 120,108,003 states\.$/m,
	'the model');
says("a twin of the model's", 'barrier-wake', 'model', 'SPIN: deadlock', '49 steps, 6,714 states');
says('and an assertion', 'down-no-drain', 'model', 'SPIN: an assertion about `queue`',
	'19 steps, 693 states');
says('and one that passed', 'no-wake-behind', 'model', '**nothing**', '81 steps, 272,834 states');
says('and one that was not even searched', 'no-r1', 'model', '**nothing**', '-');

like($said, qr/^The litmus tests: 1 of 2 never go wrong\.$/m, 'litmus tests');
says('a broken one', 'litmus told-broken', "the kernel's memory model", 'herd7: Sometimes', '-');
says('and one that is not broken enough', 'litmus put-broken', "the kernel's memory model",
	'**nothing**', '-');

# Into a file, again and again.
my $file = tempdir(CLEANUP => 1) . '/proof.md';
my ($begin, $end) = map { "<!-- proof-table: $_ -->\n" } 'begin', 'end';

sub written
{
	open(my $in, '<', $file) or die "$file: $!\n";
	return do { local $/; <$in> };
}

sub put_into
{
	my ($text) = @_;

	open(my $out, '>', $file) or die "$file: $!\n";
	print $out $text;
	close($out);
	qx('$maker' '$data' '$file' 2>&1);
	return $? >> 8;
}

is(put_into("# Proof\n\n${begin}old\n${end}\nthe rest\n"), 0, 'a file');
is(written(), "# Proof\n\n$begin$said$end\nthe rest\n", 'has the tables between the marks');
is(put_into(written()), 0, 'once more');
is(written(), "# Proof\n\n$begin$said$end\nthe rest\n", 'is the same');
isnt(put_into("# Proof\n"), 0, 'a file without marks is an error');
is(written(), "# Proof\n", 'and left alone');
done_testing();
