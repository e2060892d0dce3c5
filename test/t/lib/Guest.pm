# SPDX-License-Identifier: GPL-2.0-only
#
# A guest's results as a test's: what the TAP scripts here share.
#
#	use Guest;
#	guest('api-2cpu', cpus => 2, cases => 'one,two', limit => 120);
#
# Every result that the guest prints becomes one here as soon as it is there,
# with the guest's remarks; the last test is that scripts/judge says PASS. With
# "word" it is that judge says that word, or one like it, for a guest that must fail: its own
# results only become remarks, it must have come to the case "reached", and one
# of the judge's reasons must be like "why". What is broken by chance is looked at
# up to "tries" times. The results directory is returned.

package Guest;

use strict;
use warnings;
use Cwd 'abs_path';
use Exporter 'import';
use FindBin;
use Test::More;

our @EXPORT = qw(guest twin);

my $top = abs_path("$FindBin::Bin/../..");	# of the checkout

# What a debug kernel's configuration (test/kernels) puts there to find errors. A guest in
# which one is missing fails: it would be silent about everything.
my %detectors = (
	lockdep => 'lockdep,kmemleak,debug_objects,kasan,atomic_sleep,debug_preempt,soft_lockup,' .
		'hung_task,fault_injection',
	kcsan => 'kcsan,soft_lockup,hung_task',
	rt => 'preempt_rt,lockdep,debug_objects,atomic_sleep,debug_preempt,soft_lockup,hung_task',
);

# Modules built with a flag that breaks them.
sub twin
{
	my ($flag) = @_;

	open(my $in, '-|', "$top/scripts/build-all", $flag) or die "cannot build: $!\n";
	chomp(my $dir = <$in> // '');
	close($in) or die "cannot build with $flag\n";
	return $dir;
}

sub command
{
	my ($name, %want) = @_;
	my @command = ("$top/scripts/run-guest", '--stream', '--name', $name);

	my %option = (cpus => 'cpus', cases => 'cases', seconds => 'seconds',
		limit => 'time-limit', modules => 'modules', append => 'append',
		torture => 'torture', scale => 'scale', icount => 'icount', mem => 'mem', nodes => 'nodes',
		cpu => 'cpu', thread => 'thread', root => 'root');
	for my $key (sort keys %option) {
		push @command, "--$option{$key}", $want{$key} if defined $want{$key};
	}
	return @command;
}

my @said;	# by the guest since its last result

# One line of the guest's.
sub relay
{
	my ($line, $is_test) = @_;

	if (!$is_test || $line !~ /^(not )?ok \d+(?: -)?(?: ([^#]*?))?(?:\s*# ?(.*))?$/) {
		$line =~ s/^# //;
		note($line);
		push @said, $line;
		return;
	}
	my ($not, $name, $comment) = ($1, $2, $3 // '');
	if (!$not && $comment =~ /^SKIP\b\s*(.*)/i) {
		my $why = $1;
		SKIP: { skip("$name: $why", 1) }
	} else {
		ok(!$not, $name) or map { diag($_) } splice(@said, @said > 20 ? -20 : 0);
		$not ? diag($comment) : note($comment) if length $comment;
	}
	@said = ();
}

sub word_of
{
	my ($dir) = @_;

	open(my $in, '<', "$dir/judge") or return "no word in $dir";
	my $text = do { local $/; <$in> };
	my ($word) = $text =~ /^(\S+)/;
	return ($word // 'nothing', $text);
}

# What the kernel of a guest said.
sub said
{
	my ($dir) = @_;

	open(my $in, '<', ($dir // '') . '/console') or return '';
	return do { local $/; <$in> };
}

# Boot it; where its results are, and whether it came to the case that is wanted.
sub run
{
	my ($name, $is_test, %want) = @_;
	my ($dir, $reached);

	open(my $in, '-|', command($name, %want)) or die "cannot run the guest: $!\n";
	while (my $line = <$in>) {
		chomp $line;
		$dir = $1 if $line =~ /^results: (.*)$/;
		$reached = 1 if defined $want{reached} && $line eq "# case $want{reached}";
		relay($line, $is_test);
	}
	close($in);
	return ($dir, $reached);
}

sub guest
{
	my ($name, %want) = @_;
	my $expected = $want{word} // 'PASS';
	my ($dir, $reached, $word, $text);

	$want{modules} //= $ENV{KSTOP_MODULES};
	if (my $debug = $ENV{KSTOP_DEBUG}) {
		my $names = $detectors{$debug} // die "which detectors has $debug?\n";
		$want{append} = join(' ', $want{append} // (), "guest.detectors=$names");
	}
	for my $try (1 .. $want{tries} // 1) {
		($dir, $reached) = run($name, $expected eq 'PASS', %want);
		($word, $text) = defined $dir ? word_of($dir) : 'no results directory';
		last if $word =~ /^(?:$expected)$/ && ($text // '') =~ ($want{why} // qr//);
		note("try $try: $word");
	}
	ok($reached, "it came to $want{reached}") if defined $want{reached};
	(ref $expected ? like($word, $expected, "judge says a word like that of $name")
		: is($word, $expected, "judge says $expected of $name"))
		or diag($text // '', defined $dir ? "see $dir" : ());
	like($text // '', $want{why}, 'and why') if defined $want{why};
	like(said($dir), $want{said}, 'and the kernel said so') if defined $want{said};
	done_testing();
	return $dir;
}

1;
