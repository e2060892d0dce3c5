# SPDX-License-Identifier: GPL-2.0-only
#
# What the TAP scripts that make files of their own share.

package Files;

use strict;
use warnings;
use Exporter 'import';

our @EXPORT = qw(contents put put_program);

# Of a file that is not there: nothing.
sub contents
{
	my ($file) = @_;

	open(my $in, '<:raw', $file) or return '';
	return do { local $/; <$in> };
}

sub put
{
	my ($file, $text) = @_;

	open(my $out, '>:raw', $file) or die "$file: $!\n";
	print $out $text;
	close($out) or die "$file: $!\n";
	return $file;
}

sub put_program
{
	my ($file, $text) = @_;

	put($file, $text);
	chmod(0755, $file) or die "$file: $!\n";
	return $file;
}

1;
