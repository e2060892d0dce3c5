#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# kstopscale with very few samples, and what scripts/bench-report makes of them: has each
# measure given figures, of the right kind, and for each way; has the JSON the shape
# that it promises. No figure is too slow for this.

use strict;
use warnings;
use File::Copy 'copy';
use File::Temp 'tempdir';
use FindBin;
use JSON::PP;
use lib "$FindBin::Bin/lib";
use Files;
use Guest;
use Test::More;

my $scripts = "$FindBin::Bin/../../scripts";
my @stops = qw(native kstop);
my @meets = (@stops, 'on_each_cpu');
my @all = (@meets, 'each_work');
my @sends = qw(kthread_worker schedule_work_on kstop_nowait smp_call_async);

# Measure, variant, load, callers, unit, and the ways that must be there at least.
my @expected = (
	['work', 'batch', 'idle', 1, 'ns', @all],
	(map { ['latency', undef, $_, 1, 'ns', @all] } qw(idle cfs softirq)),
	(map { my $load = $_; map { ['rate', undef, $load, $_, 'calls/s', @all] } 1, 3 } qw(idle cfs)),
	['stolen', 'plain', 'idle', 1, 'ns', @all, 'nothing'],
	['stolen', 'late', 'idle', 1, 'ns', @stops, 'nothing'],
	['spread', undef, 'idle', 1, 'ns', @meets],
	['sharing', 'stops', 'idle', 3, 'stops', @stops],
	['sharing', 'all_done', 'idle', 3, 'ns', @stops],
	['nowait', 'stream', 'idle', 1, 'works/s', @sends],
	['nowait', 'alone', 'idle', 1, 'ns', @sends],
);

sub ascending
{
	my @values = @_;

	return !grep { $values[$_] < $values[$_ - 1] } 1 .. $#values;
}

# What can be said against one result.
sub complaints
{
	my ($result) = @_;
	my @why;

	push @why, 'no samples' unless $result->{n} > 0;
	push @why, 'not in order' unless ascending(@$result{qw(min p10 p50 p90 p99 max)});
	push @why, 'no figure' unless $result->{max} > 0 || $result->{measure} =~ /^(stolen|spread)$/;
	if ($result->{measure} =~ /^(latency|spread)$/) {
		my @quantiles = @{$result->{quantiles} // []};
		push @why, scalar(@quantiles) . ' quantiles' unless @quantiles == 101;
		push @why, 'quantiles not in order' unless ascending(@quantiles);
		push @why, 'they are not its own' if @quantiles && "@quantiles[0, 50, 100]" ne
			"@$result{qw(min p50 max)}";
	}
	return @why;
}

sub check_situation
{
	my ($results, $measure, $variant, $load, $callers, $unit, @ways) = @_;
	my $name = join(' ', $measure, $variant // (), $load, $callers);
	my @of = grep { $_->{measure} eq $measure && ($_->{variant} // '') eq ($variant // '') &&
		$_->{load} eq $load && $_->{callers} == $callers } @$results;
	my @why;

	for my $way (@ways) {
		my @ours = grep { $_->{way} eq $way } @of;
		push @why, scalar(@ours) . " results of $way" if @ours != 1;
	}
	push @why, "$_->{way} in $_->{unit}" for grep { $_->{unit} ne $unit } @of;
	for my $result (@of) {
		push @why, map { "$result->{way}: $_" } complaints($result);
	}
	ok(!@why, $name) or diag(join("\n", @why));
	return @of;
}

sub one_of
{
	my ($results, %want) = @_;

	return (grep { my $result = $_; !grep { ($result->{$_} // '') ne $want{$_} } keys %want }
		@$results)[0];
}

sub check_json
{
	my ($bench) = @_;
	my $results = $bench->{results};
	my $seen = 0;

	$seen += check_situation($results, @$_) for @expected;
	is($seen, scalar(@$results), 'no other results');
	is(one_of($results, measure => 'sharing', variant => 'stops', way => 'native')->{$_}, 3,
		"native stops for each caller ($_)") for qw(min max);
	cmp_ok(one_of($results, measure => 'stolen', variant => 'late', way => 'native')->{p50}, '>=',
		1_000_000, 'a late CPU costs another one, with native');
	my %ids = map { $_->{id} => 1 } @{$bench->{summary}};
	is(join(' ', sort keys %ids), 'M2 M3 M4 M5 M6 M7 M8', 'the summary has all but instruction time');
	my ($guest) = @{$bench->{guests}};
	is("$guest->{cpus} $guest->{clock} $guest->{judge}", '2 time PASS', 'the guest is described');
}

# That the schema takes it says nothing if it takes all.
sub check_schema
{
	my ($bench, $tmp) = @_;
	my $json = JSON::PP->new->canonical;
	my %broken = (
		'a string for a number' => sub { $_[0]{results}[0]{p50} = 'fast' },
		'a missing key' => sub { delete $_[0]{results}[0]{unit} },
		'a new key' => sub { $_[0]{summary}[0]{colour} = 'red' },
		'another version' => sub { $_[0]{version} = 2 },
		'an unknown measure' => sub { $_[0]{results}[0]{measure} = 'luck' },
	);

	is(system("$scripts/check-json", put("$tmp/right", $json->encode($bench))), 0, 'the schema holds');
	for my $what (sort keys %broken) {
		my $copy = $json->decode($json->encode($bench));
		$broken{$what}->($copy);
		isnt(system("'$scripts/check-json' '" . put("$tmp/wrong", $json->encode($copy)) . "' 2>/dev/null"),
			0, "and does not take $what");
	}
}

my $dir;
subtest 'a guest measures' => sub {
	$dir = guest('scale-2cpu', cpus => 2, limit => 120, cases => 'scale', scale =>
		'samples=8 slices=2 slice_ms=20 limit_s=2 callers=1,3 crowd=3 batch=4');
};
my $tmp = tempdir(CLEANUP => 1);
copy("$dir/$_", "$tmp/$_") for qw(config status console judge);
my $table = qx('$scripts/bench-report' --no-plots '$tmp');
is($?, 0, 'bench-report makes a report');
like($table, qr/^M2 +rate, 1 caller +2 time +kstop +\d+ +native +\d+ +\d+\.\d\d +2\.5 +(not )?reached\??$/m,
	'with a table of what was wanted and got');
my $bench = JSON::PP->new->decode(contents("$tmp/bench.json"));
check_json($bench);
check_schema($bench, $tmp);
done_testing();
