# SPDX-License-Identifier: GPL-2.0-only
#
# Which cases the TAP scripts of a directory run: what says whether those for other
# kernels run all that "make check" does.

package Cases;

use strict;
use warnings;
use Exporter 'import';

our @EXPORT = qw(cases);

# As keys of a hash; of the guests that have to pass, that is.
sub cases
{
	my ($dir) = @_;
	my %cases;

	for my $file (glob("$dir/*.t")) {
		open(my $in, '<', $file) or die "$file: $!\n";
		my $text = do { local $/; <$in> };
		next if $text =~ /\bword =>/;
		next unless $text =~ /\bcpus => \d/;
		my ($names) = $text =~ /\bcases => ('[^']+'(?:\s*\.\s*'[^']+')*)/ or die "$file: which cases?\n";
		$names =~ s/'\s*\.\s*'|'//g;
		$cases{$_} = 1 for split(/,/, $names);
	}
	return \%cases;
}

1;
