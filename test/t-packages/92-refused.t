#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Kernels that refuse kstop, for want of a signature that they accept: does each say what the table
# in docs/installing.md says that it does, and nothing worse?

use strict;
use warnings;
use Cwd 'abs_path';
use File::Temp 'tempdir';
use FindBin;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");

sub lines_of
{
	my ($file) = @_;

	open(my $in, '<', $file) or die "$file: $!\n";
	chomp(my @lines = <$in>);
	return @lines;
}

# The table's rows: [words for the kernel's command line, module, log, modprobe's error].
sub documented
{
	return map { [map { s/^`|`$//gr } (split(/\s*\|\s*/))[1 .. 4]] }
		grep { /^\| `(module\.sig_enforce=1|lockdown=\w+)` \|/ } lines_of("$top/docs/installing.md");
}

sub run
{
	my (@command) = @_;

	open(my $out, '-|', @command) or die "$command[0]: $!\n";
	chomp(my @lines = <$out>);
	close($out);
	return @lines;
}

# The same modules, signed with a key that no kernel knows.
sub signed
{
	my ($from) = @_;
	my $dir = tempdir(CLEANUP => 1);
	my @sign = glob('/usr/lib/linux-kbuild-*/scripts/sign-file');

	die "no sign-file: scripts/setup build\n" if !@sign;
	system('openssl', 'req', '-new', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=nobody/',
		'-keyout', "$dir/key", '-outform', 'DER', '-out', "$dir/cert") == 0 or die "no key\n";
	system('cp', '-r', "$from/.", "$dir/modules") == 0 or die "cannot copy $from\n";
	for my $module (run('find', "$dir/modules", '-name', '*.ko')) {
		system($sign[-1], 'sha256', "$dir/key", "$dir/cert", $module) == 0 or die "$module: not signed\n";
	}
	return "$dir/modules";
}

my @rows = documented();
cmp_ok(scalar(@rows), '>=', 3, 'the document has a table');
my ($unsigned) = run("$top/scripts/build-all");
die "no modules\n" if !$unsigned;
my $signed = signed($unsigned);
for (@rows) {
	my ($words, $module, $log, $error) = @$_;
	my $modules = $module =~ /^signed/ ? $signed : $unsigned;
	my @said = run("$top/scripts/run-guest", '--name', 'refused', '--cases', 'load', '--thread', 'single',
		'--modules', $modules, '--append', $words);
	my ($dir) = map { /, see (.*)/ } @said;
	my @console = lines_of(($dir // '') . '/console');

	like($said[-1], qr/^refused: FAIL /, "$words, $module: no panic, no hang, and no kstop");
	ok((grep { /\Q$log\E/ } @console), "the log: $log");
	ok((grep { /not ok 1 load\.load\.kstop # \Q$error\E\s*$/ } @console), "modprobe: $error");
}
done_testing();
