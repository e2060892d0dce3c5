# SPDX-License-Identifier: GPL-2.0-only
#
# What the TAP scripts about kstopctl share: building it, running it on files of
# our own, looking at what it says.

package Tool;

use strict;
use warnings;
use Cwd 'abs_path';
use Exporter 'import';
use File::Temp 'tempdir';
use FindBin;
use Test::More;

our @EXPORT = qw($top $tmp build new_root put_file get_file kstopctl says wrong_json);

our $top = abs_path("$FindBin::Bin/../..");
our $tmp = tempdir(CLEANUP => 1);

# tools/DIR with make's further words; where it is built, or nothing and what make said.
sub build
{
	my ($dir, $name, @words) = @_;
	my $out = "$tmp/$name";
	my $log = "$tmp/$name.log";
	my $pid = fork // die "fork: $!\n";

	if (!$pid) {
		delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL)};
		open(STDOUT, '>', $log);
		open(STDERR, '>&', \*STDOUT);
		exec('make', '-C', "$top/tools/$dir", "OUT=$out", @words);
		exit 127;
	}
	waitpid($pid, 0);
	my $rc = $?;
	ok($rc == 0, "$name is built") or diag(get_file($log));
	unlike(get_file($log), qr/warning/i, "$name: without a warning");
	return $rc ? undef : $out;
}

sub get_file
{
	my ($path) = @_;

	open(my $in, '<:raw', $path) or return '';
	return do { local $/; <$in> } // '';
}

sub put_file
{
	my ($path, $text) = @_;

	open(my $out, '>:raw', $path) or die "$path: $!\n";
	print $out $text;
	close($out) or die "$path: $!\n";
}

my $roots = 0;

# A copy of the made-up machine.
sub new_root
{
	my $root = "$tmp/root" . $roots++;

	system('cp', '-R', "$FindBin::Bin/tool-data/root", $root) == 0 or die "no $root\n";
	return $root;
}

my $timeout = 60;

# Run PROGRAM (words) on the machine below ROOT. Exit status (128 + a signal), what it
# said on standard output, and on standard error.
sub kstopctl
{
	my ($program, $root, @words) = @_;
	my $pid = fork // die "fork: $!\n";

	if (!$pid) {
		$ENV{KSTOP_SYSROOT} = $root;
		$ENV{ASAN_OPTIONS} = 'exitcode=99';
		$ENV{UBSAN_OPTIONS} = 'exitcode=99';
		alarm($timeout);
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>', "$tmp/out");
		open(STDERR, '>', "$tmp/err");
		exec(@$program, @words);
		exit 127;
	}
	waitpid($pid, 0);
	my $rc = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	return ($rc, get_file("$tmp/out"), get_file("$tmp/err"));
}

# It exits like that, and says all of these.
sub says
{
	my ($program, $root, $command, $status, @what) = @_;
	my ($rc, $out, $err) = kstopctl($program, $root, split(/ /, $command));
	my $good = is($rc, $status, "$command: exit status $status");

	for my $what (@what) {
		$good &= like($out, $what, "$command: says it");
	}
	diag($out, $err) if !$good;
	return ($out, $err);
}

# What scripts/check-json has against these texts.
sub wrong_json
{
	my (@texts) = @_;
	my $file = "$tmp/json";

	put_file($file, join("\n", @texts));
	return qx('$top/scripts/check-json' --schema '$top/tools/kstopctl.schema.json' '$file' 2>&1);
}

1;
