#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Do the models and the code still speak of the same things? docs/model.md maps one
# to the other: every name in its tables exists where it is said to, every line of
# the state table in src/rendezvous.h stands there, word for word, and the enums
# have the same members. Every broken twin is among the configurations.

use strict;
use warnings;
use FindBin;
use Test::More;

my $top = "$FindBin::Bin/../..";

sub contents
{
	return join('', map { open(my $in, '<', $_) or die "$_: $!\n"; local $/; <$in> } @_);
}

my $doc = contents("$top/docs/model.md");
my %models = map { $_ => contents("$top/test/model/$_.pml") } qw(rendezvous sharing);
my $model = join('', @models{qw(rendezvous sharing)});
my $code = contents(glob("$top/src/*.[ch]"));
my $header = contents("$top/src/rendezvous.h");
my @configurations = map { [split] } qx('$top/test/model/run' --list);

# The rows of the table behind a mark, without its head.
sub rows
{
	my ($mark) = @_;
	my ($table) = $doc =~ /^<!-- \Q$mark\E -->\n((?:^\|.*\n)+)/m or return;
	my @lines = split(/\n/, $table);

	return map { s/^\| //r =~ s/ \|$//r } @lines[2 .. $#lines];
}

sub columns { return [split(/ \| /, $_[0], -1)] }

sub squeezed { return $_[0] =~ s/\s+/ /gr =~ s/^ | $//gr }

# name() is defined, name: is a label, anything else just occurs.
sub in_model
{
	my ($name) = @_;

	return $model =~ /^(?:inline |(?:active .*)?proctype |#define )\Q$1\E\(/m if $name =~ /^(\w+)\(\)$/;
	return $model =~ /^\Q$name\E/m if $name =~ /^\w+:$/;
	return $model =~ /\b\Q$name\E\b/;
}

sub in_code
{
	my ($name) = @_;

	return $code =~ /^[a-z][\w \t*]*\b\Q$1\E\([^;{]*\)\n\{/m if $name =~ /^(\w+)\(\)$/;
	return $code =~ /\b\Q$name\E\b/;
}

# What the state table says of each state: what is done, and when it is left.
sub state_table
{
	my ($state, %said);
	my ($table) = $header =~ /^ \* -{5}.*\n((?: \*\s?\S?.*\n)+?) \*\n/m or return;

	for my $line (split(/\n/, $table)) {
		1 while $line =~ s/\t/' ' x (8 - $-[0] % 8)/e;
		$line .= ' ' x 100;
		$state = $1 if substr($line, 3) =~ /^(\w+)/;
		$said{$state}[0] .= ' ' . substr($line, 16, 40);
		$said{$state}[1] .= ' ' . substr($line, 56);
	}
	return map { $_ => squeezed("$said{$_}[0] $said{$_}[1]") =~ s/ -$//r } keys %said;
}

sub members
{
	my ($text, $name, $member) = @_;

	return $text =~ /^$name.*\n((?:.*\w.*\n)+)/m ? [$1 =~ /$member/mg] : [];
}

my @table = map { columns($_) } rows('state table');
my @names = map { columns($_) } rows('names');

ok(@table > 10, 'the state table is in docs/model.md');
ok(@names > 10, 'and so are other names');
for my $row (@table, @names) {
	my ($in_code, $in_model, @what) = reverse(@$row);

	ok(in_model($_), "$_ is in the model (@what)") for $in_model =~ /`([^`]+)`/g;
	ok(in_code($_), "$_ is in src/ (@what)") for $in_code =~ /`([^`]+)`/g;
}

my %said = state_table();
is_deeply([sort keys %said], [sort(qw(GATHER COMMIT RUN RELEASE ABORTED))],
	'all states of src/rendezvous.h are read');
for my $state (sort keys %said) {
	my $told = squeezed(join(' ', map { $_->[1] } grep { $_->[0] eq $state } @table));

	is($told, $said{$state}, "$state is told word for word");
}

for my $of (['rendezvous', 'state'], ['rendezvous', 'server'], ['rendezvous', 'role'],
	    ['sharing', 'state']) {
	my ($file, $enum) = @$of;
	my $in_model = members($models{$file}, "/\\* enum $enum \\*/", qr/^#define (\w+)/m);
	my $in_code = members($code, "enum $enum \\{", qr/^\t(\w+),/m);
	my %is = map { $_ => 1 } @$in_code;

	ok(@$in_model > 2, "enum $enum is in $file.pml");
	is_deeply([grep { !$is{$_} } @$in_model], [], 'with names of the code') if $enum eq 'role';
	is_deeply($in_model, $in_code, 'as in the code') if $enum ne 'role';
}
for my $of (['rendezvous', qw(state round seen relaxed here)],
	    ['sharing', qw(state round calls here)]) {
	my ($file, @fields) = @$of;

	for my $field (@fields) {
		my $name = uc($field =~ s/s$//r);

		like($code, qr/^#define WORD_$name\t/m, "the code's word has $field");
		like($models{$file}, qr/^typedef word_t \{[^}]*\bunsigned $field\b/m,
		     "and $file.pml's");
	}
}

# Each property has a twin that SPIN refutes.
my %refuted = map { $_->[0] => 1 } grep { $_->[2] =~ /^(?:deadlock|assert|cycle)/ } @configurations;
my @properties = $doc =~ /^\| property \| how \| refuted by \|\n\|[-|]+\|\n((?:\|.*\n)+)/mg;
ok(@properties == 2, 'the properties of both models');
for my $row (map { split(/\n/) } @properties) {
	my ($property, $how, @twins) = split(/ \| /, $row =~ s/^\| | \|$//gr);
	my @names = map { /`([^`]+)`/g } @twins;

	ok(@names && !grep({ !$refuted{$_} } @names), "refuted by @names: $property");
}

my %listed = map { $_->[0] => 1 } @configurations;
my %used = map { $_ => 1 } grep { /^TWIN_/ } map { @$_ } @configurations;
my %exists = map { $_ => 1 } $model =~ /\b(TWIN_\w+)/g;
is_deeply([sort keys %exists], [sort keys %used], 'each twin is a configuration, and the other way round');
for my $name ($doc =~ /^\| ([a-z0-9-]+) \| (?:pass|bounded|deadlock|assert|cycle)/mg,
	      $doc =~ /`([a-z]+(?:-[a-z]+)+)`/g) {
	ok($listed{$name}, "$name is a configuration");
}
done_testing();
