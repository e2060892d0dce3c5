#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# The manual pages and the HTML that scripts/build-docs makes of include/kstop.h: is each function
# that src/ exports there, with all its parts, and does mandoc accept it? Boots nothing.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Files;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $dir = tempdir(CLEANUP => 1);

# What a command said, on both of its outputs, and its exit status.
sub said
{
	my $text = qx(@_ 2>&1);

	return ($text, $? >> 8);
}

my $exported = qr/^EXPORT_SYMBOL(?:_GPL)?\((\w+)\)/m;
my @exported = map { contents($_) =~ /$exported/g } glob("$top/src/*.c");

for my $tool ('mandoc', 'sphinx-build') {
	plan skip_all => "no $tool: scripts/setup docs" if !grep { -x "$_/$tool" } split(/:/, $ENV{PATH});
}
cmp_ok(scalar(@exported), '>', 10, 'src/ exports functions');

my %void;
my ($text, $status) = said("'$top/scripts/build-docs'", $dir);
is($status, 0, 'kernel-doc, scripts/doc-pages and sphinx are content') or do { diag($text); done_testing(); exit 1 };

for my $name (sort(@exported)) {
	subtest "$name(9)" => sub {
		my $page = "$dir/man/$name.9";

		ok(-s $page, 'is there') or return;
		my ($shown) = said("mandoc -T ascii -O width=200 $page");
		$shown =~ s/.\x08//g;
		like($shown, qr/^NAME\n +\Q$name\E - \w/m, 'name, and what it is');
		like($shown, qr/^SYNOPSIS\n.*\n.*\n +(\w+ )+\Q$name\E \(.*\);$/m, 'synopsis');
		like($shown, qr/^(DESCRIPTION|ARGUMENTS)\n +\w/m, 'description');
		like($shown, qr/^CONTEXT\n +\w/m, 'context');
		$void{$name} = $shown =~ / void \Q$name\E /;
		like($shown, qr/^RETURN\n +\w/m, 'return') if !$void{$name};
	};
}
for my $page (glob("$dir/man/*.9")) {
	my ($complaints) = said("mandoc -T lint -W warning $page");
	my ($name) = $page =~ m{([^/]*)\.9$};
	is($complaints, '', "mandoc accepts $name.9");
	like(contents($page), qr/^\.SH NAME\n$name \\- \w/m, "whatis finds $name");
}
like(contents("$dir/man/kstop.9"), qr/^\.SH ERRORS.*^\\-EDEADLK.*^\.BR kstop_machine \(9\),/ms,
	'kstop(9) is the opening comment, and names the others');
my $html = contents("$dir/html/index.html");
my %described = map { /^(\w+)"/ ? ($1 => $_) : () } split(/id="c\./, $html);
for my $name (sort(@exported)) {
	my $text = $described{$name} // '';

	like($text, qr{<strong>Context</strong>}, "HTML: $name, and its context");
	like($text, qr{<strong>Return</strong>}, "HTML: what $name returns") if !$void{$name};
}
like($html, qr{<h1>\w}, 'HTML: a heading');
($text, $status) = said("'$top/scripts/build-docs'", '--man', "$dir/less");
ok($status == 0 && -s "$dir/less/man/kstop.9" && !-e "$dir/less/html", '--man leaves the HTML out');
done_testing();
