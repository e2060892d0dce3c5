#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# kstopctl in a guest: each sub-command, in text and in JSON, which must be as
# tools/kstopctl.schema.json has it; 2 CPUs. Nothing to be seen without kstopctl's libraries
# (scripts/setup tool).

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../../scripts";
use Console;
use Guest;
use Test::More;

my $top = "$FindBin::Bin/../..";
my $dir;
subtest 'a guest with kstopctl' => sub {
	$dir = guest('tool-2cpu', cpus => 2, limit => 300, cases => 'tool');
};
look($dir);
done_testing();

# All that it printed as JSON, one object behind the other.
sub look
{
	my ($dir) = @_;
	my (@lines, @passed);

	for my $line (Console::lines_of("$dir/console")) {
		push @lines, "$1\n" if $line =~ /^# json (.*)/;
		push @passed, $1 if $line =~ /^ok \d+ (\S+)(?! # SKIP)/;
	}
	open(my $out, '>', "$dir/tool.json") or die "$dir/tool.json: $!\n";
	print $out @lines;
	close($out);
	my $all = join('', @lines);
	like($all, qr/"command": ?"$_",\s*"exit": ?0,/, "$_: there is JSON of success")
		for qw(load unload status stop latency history watch late torture bench doctor);
	like($all, qr/"command": ?"status",\s*"exit": ?0,.*?"counters": ?null/s, 'who is not root gets no counters');
	like($all, qr/"command": ?"latency",\s*"exit": ?4,/, 'and no histogram');
	for my $what ('real-time_tasks_have', 'isolated:', 'nohz_full:', '_clocksource_', 'whether_the_kernel_is_locked',
		'for_as_long_as_they_like:_hog99:', 'hog_keeps_it_away') {
		ok(scalar(grep { /^tool\.doctor\.(?:(?:says|not)_)?\Q$what\E/ } @passed), "doctor was held to $what");
	}
	is(qx('$top/scripts/check-json' --schema '$top/tools/kstopctl.schema.json' '$dir/tool.json' 2>&1),
		'', 'all of it is as the schema has it');
}
