#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# The tables of docs/kernels.md and README.md: does each row of the matrix get one line, of
# this time or, where it did not run now, of the last one? Boots nothing.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Temp 'tempdir';
use FindBin;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $dir = tempdir(CLEANUP => 1);

sub put
{
	my ($file, $text) = @_;

	open(my $out, '>', "$dir/$file") or die "$file: $!\n";
	print $out $text;
	close($out) or die "$file: $!\n";
}

sub contents
{
	my ($file) = @_;

	open(my $in, '<', $file) or die "$file: $!\n";
	return do { local $/; <$in> };
}

sub lines { return grep { /^\| \Q$_[0]\E \|/ } split(/\n/, contents("$dir/doc.md")) }

my @names = map { /^([^#\s]+)/ ? $1 : () } split(/\n/, contents("$top/test/kernels-matrix"));
my ($now, $before, $never) = @names;
mkdir("$dir/$_") for $now, $before;
put("$before/row", "row=$before\nresult=passed\nreason=1 guest\npartial=quick\n");
put("$now/row", "row=$now\narch=amd64\ndebian=stone\nhow=dkms\ndate=2026-01-02\nsource=abc\n" .
	"release=9.9.9-amd64\nresult=failed\nreason=a|b\nroot_seconds=5\nbuild_seconds=6\nbuild_cpu=7\n");
put('doc.md', "before\n<!-- kernels-table: begin -->\n| row |\n| $now | old |\n" .
	"| $before | of last time |\n| gone | old |\n<!-- kernels-table: end -->\nafter\n");
is(system("$top/scripts/kernels-table", $dir, "$dir/doc.md"), 0, 'it makes a table');
is(join("\n", lines($now)), "| $now | 9.9.9-amd64 | stone, amd64 | dkms | failed | a\\|b | 5, 6 (7), - | 2026-01-02, abc |",
	'a row that has run');
put("$before/row", "row=$before\narch=amd64\ndebian=stone\nhow=dkms\ndate=2026-01-02\nsource=abc\n" .
	"result=skipped\nreason=no mirror\n");
is(system("$top/scripts/kernels-table", $dir, "$dir/doc.md"), 0, 'once more');
is(join("\n", lines($before)), "| $before | of last time |", 'one that is skipped now');
like(qx('$top/scripts/kernels-table' '$dir'), qr/^\| \Q$before\E \|.* skipped \| no mirror \|/m,
	'which is said where there is no other line');
put("$before/row", "row=$before\nresult=passed\nreason=1 guest\npartial=quick\n");
is(join("\n", lines($before)), "| $before | of last time |", 'one that ran some other time, and now only quickly');
like(join("\n", lines($never)), qr/^\| \Q$never\E \| - \|.*\| not run \|/, 'one that never did');
is(scalar(map { lines($_) } @names), scalar(@names), 'one line for each row of the matrix');
is(scalar(lines('gone')), 0, 'none for a row that is gone');
like(contents("$dir/doc.md"), qr/\Abefore\n.*after\n\z/s, 'the rest of the page stays');
put('doc.md', "<!-- kernels-table: begin -->\n<!-- kernels-table: end -->\n");
is(system("$top/scripts/kernels-table", '--short', $dir, "$dir/doc.md"), 0, 'it makes a short one');
is(join("\n", lines($now)), "| $now | 9.9.9-amd64, stone | failed | a\\|b | 2026-01-02, abc |",
	'of a row that has run');
like(join("\n", lines($never)), qr/\Q| $never | - | \E.*not run \|/, 'of one that never did');
for my $option ([], ['--short']) {
	my ($heads, @others) = map { scalar(() = /(?<!\\)\|/g) }
		split(/\n/, qx('$top/scripts/kernels-table' @$option '$dir'));
	ok(@others && !(grep { $_ != $heads } @others), 'all lines have as many columns');
}
put('bare.md', "no marks\n");
isnt(system("'$top/scripts/kernels-table' '$dir' '$dir/bare.md' 2>/dev/null"), 0, 'no marks: refused');
for my $page ('docs/kernels.md', 'README.md') {
	ok(contents("$top/$page") =~ /<!-- kernels-table: begin -->\n.*<!-- kernels-table: end -->\n/s,
		"$page has them");
}
done_testing();
