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
#
# Where somebody more urgent takes the port in the middle of a message, which
# happens with PREEMPT_RT from 6.12 on, the kernel says that message again:
#
#	[    7.123456] ok 3 o
#	** replaying previous printk message **
#	[    7.123456] ok 3 one
#
# whole() leaves the first of them out. lines_of() does both to a file.

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

# Lines of the port in; what was said again stands there once.
sub whole
{
	my @whole;

	for my $line (@_) {
		my $between = @whole ? $whole[-1] : '';
		if ($between =~ s/\*\* replaying previous printk message \*\*[\r\n]*$//) {
			pop @whole;
			push @whole, mend(pop(@whole) // '', $between, $line);
		} else {
			push @whole, $line;
		}
	}
	return @whole;
}

# The line that $cut, with which $line was begun, and what came $between make with $line.
sub mend
{
	my ($cut, $between, $line) = @_;
	my $said = $line =~ s/[\r\n]+$//r;	# which may be cut again, and sooner

	$cut =~ s/[\r\n]+$//;
	for my $at (0 .. length($cut) - 1) {
		my $end = substr($cut, $at);
		return substr($cut, 0, $at) . $between . $line
			if index($line, $end) == 0 || (length($said) && index($end, $said) == 0);
	}
	return ("$cut\n", $between . $line);
}

# What nobody completed.
sub rest
{
	my ($self) = @_;

	return length $self->{begun} ? $self->{begun} : ();
}

# All lines of the console in a file, none if there is no such file.
sub lines_of
{
	my ($file) = @_;
	my $console = Console->new;

	open(my $in, '<', $file) or return;
	my @lines = map { $console->add($_) } whole(<$in>);
	return (@lines, $console->rest);
}

1;
