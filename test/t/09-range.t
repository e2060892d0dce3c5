#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# The range of kernels is stated in src/compat.h; does all else say the same: README,
# docs, dkms.conf, the rows of make kernels, and what CI runs of those? Is a kernel's version
# asked for nowhere but in src/compat.h and test/compat.h, and is each that is asked for in
# docs/kernels.md?

use strict;
use warnings;
use Cwd 'abs_path';
use File::Find;
use FindBin;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");

# The kernel's macros, whose names stand in no file but a compat.h; so not in this one.
my ($code, $number) = ('LINUX_VERSION' . '_CODE', 'KERNEL' . '_VERSION');

sub contents
{
	my ($file) = @_;

	open(my $in, '<', "$top/$file") or return '';
	return do { local $/; <$in> };
}

# Kernel versions that a text calls the oldest.
sub stated
{
	return $_[0] =~ /\bLinux\s+(\d+\.\d+)\s+(?:and|or)\s+later/g;
}

sub rows { return map { [split] } grep { /^[^#\s]/ } split(/\n/, contents('test/kernels-matrix')) }

sub is_before
{
	my ($name, $than) = @_;
	my ($a, $b) = $name =~ /^(\d+)\.(\d+)/ or return 0;
	my ($c, $d) = split(/\./, $than);

	return $a < $c || $a == $c && $b < $d;
}

sub files_that_ask
{
	my @found;

	find({ no_chdir => 1, wanted => sub {
		return unless /\.[ch]$/ && !/\.mod\.c$/ && !m{^\Q$top\E/(src|test)/compat\.h$};
		my $text = contents(substr($_, length($top) + 1));
		push @found, substr($_, length($top) + 1) if $text =~ /\b$code\b|\b$number\(/;
	} }, map { "$top/$_" } qw(src include test examples));
	return sort @found;
}

# The versions that a compat.h tells apart, and those of the table in docs/kernels.md.
sub told_apart
{
	my %found;

	for my $file ('src/compat.h', 'test/compat.h') {
		my $text = contents($file);
		$found{"$1.$2"} = $file while $text =~ /$code [<>]=? $number\((\d+), (\d+), \d+\)/g;
	}
	return %found;
}

sub in_table
{
	my @what = contents('docs/kernels.md') =~ /^\| `[^|]*\|[^|]*\| ([^|]*)/mg;

	return map { $_ => 1 } map { /\b(\d+\.\d+)\b/g } @what;
}

my ($major, $minor) = contents('src/compat.h') =~ /^#define COMPAT_OLDEST\s+$number\((\d+), (\d+), 0\)/m
	or die "src/compat.h states no range\n";
my $oldest = "$major.$minor";
my @readme = stated(contents('README.md'));
ok(scalar(@readme), 'README states a range');
is($_, $oldest, "README: $_") for @readme;
for my $doc (map { substr($_, length($top) + 1) } glob("$top/docs/*.md"), glob("$top/debian/control")) {
	is($_, $oldest, "$doc: $_") for stated(contents($doc));
}
for my $conf ('dkms.conf', 'test/dkms.conf') {
	my ($dkms) = contents($conf) =~ /^BUILD_EXCLUSIVE_KERNEL_MIN="([\d.]+)"$/m;
	is($dkms, $oldest, $conf);
}
my %row = map { $_->[0] => $_ } rows();
ok($row{$oldest}, "make kernels has a row $oldest");
is(join(' ', grep { is_before($_, $oldest) } keys %row), '', 'and none of an older one');
# A row's major version; those without a number have the newest.
sub major { return $_[0] =~ /^(\d+)\./ ? $1 : 'the newest' }

my %major = map { major($_) => 1 } keys %row;
my @steps = qx('$top/scripts/check-full' --list);
like(contents('.ci/run'), qr/^step .*\bmake check-full\b/m, 'CI runs check-full');
for my $of (['CI has roots', qr/^roots .* scripts\/kernels --root-only (.*)$/],
	['CI builds and boots', qr/^kernels .* scripts\/kernels --quick --jobs 1 (.*)$/]) {
	my ($file, $line) = @$of;
	my @rows = map { split } map { /$line/ ? $1 : () } @steps;
	my %has = map { major($_) => 1 } @rows;

	ok($row{$_}, "$file: there is a row $_") for @rows;
	ok($has{$_}, "$file: one with $_") for sort keys %major;
}
my %apart = told_apart();
my %table = in_table();
ok($table{$_}, "docs/kernels.md names $_, which $apart{$_} asks for") for sort keys %apart;
is(join(' ', files_that_ask()), '', 'nobody else asks for the version');
done_testing();
