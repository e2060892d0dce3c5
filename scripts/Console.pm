# SPDX-License-Identifier: GPL-2.0-only
#
# The lines of a guest's console, as they were said.
#
# The kernel writes a message to the serial port at once, wherever PID 1 is in
# its own line:
#
#	ok 3 on[    7.123456] kstop: unloaded
#	e
#
# What stands before the kernel's time stamp is kept until the rest comes, so
# that this gives "kstop: unloaded" and "ok 3 one". Time stamps are taken off.

package Console;

use strict;
use warnings;

sub new
{
	my ($class) = @_;

	return bless { begun => '' }, $class;
}

# One line of the port in, the lines that are complete with it out.
sub add
{
	my ($self, $line) = @_;

	$line =~ s/\r|\n//g;
	if ($line =~ /^(.*?)\[ *\d+\.\d{6}\](?:\[ *[CT]\d+\])? (.*)$/) {
		$self->{begun} .= $1;
		return $2;
	}
	$line = $self->{begun} . $line;
	$self->{begun} = '';
	return $line;
}

# What nobody completed.
sub rest
{
	my ($self) = @_;

	return length $self->{begun} ? $self->{begun} : ();
}

1;
