# SPDX-License-Identifier: GPL-2.0-only
#
# A page with a part that a script makes, between
#
#	<!-- NAME: begin -->
#	<!-- NAME: end -->

package Page;

use strict;
use warnings;

sub read_page
{
	my ($file) = @_;

	open(my $in, '<', $file) or die "$file: $!\n";
	local $/;
	return scalar <$in>;
}

sub marks
{
	my ($name) = @_;

	return map { "<!-- $name: $_ -->\n" } 'begin', 'end';
}

# That part of a text; nothing if there is none.
sub part
{
	my ($text, $name) = @_;
	my ($begin, $end) = marks($name);

	return $text =~ /\Q$begin\E(.*?)\Q$end\E/s ? $1 : undef;
}

# Put another in its place.
sub put_part
{
	my ($file, $name, $new) = @_;
	my ($begin, $end) = marks($name);
	my $text = read_page($file);

	$text =~ s/\Q$begin\E.*?\Q$end\E/$begin$new$end/s or die "$file has no marks of $name\n";
	open(my $out, '>', $file) or die "$file: $!\n";
	print $out $text;
	close($out) or die "$file: $!\n";
}

1;
