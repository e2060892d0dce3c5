#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# What test/model/run makes of searches that come to no end: with a SPIN, a compiler and a pan
# that only pretend.

use strict;
use warnings;
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Files;
use Test::More;

my $run = "$FindBin::Bin/../model/run";
my $tmp = tempdir(CLEANUP => 1);
my %report = (
	'2x2'		    => "State-vector 9 byte, depth reached 7, errors: 0\n" .
			       "   108003 states, stored\npan: elapsed time 0.16 seconds\n",
	'3x2-abort'	    => "Time limit of      1 minutes exceeded\nWarning: Search not completed\n" .
			       "State-vector 9 byte, depth reached 7, errors: 0\n" .
			       " 1.2e+08 states, stored\npan: elapsed time 60.1 seconds\n",
	'pause-3x2-abort'   => "Warning: Search not completed\nState-vector 9 byte, depth reached 7, errors: 0\n" .
			       "   5 states, stored\npan: elapsed time 3.2 seconds\n",
);

put("$tmp/$_", $report{$_}) for keys %report;
put_program("$tmp/spin", "#!/bin/sh\n");
put_program("$tmp/gcc", "#!/bin/sh\ncase \$PWD in */no-r1) echo broken; exit 1; esac\n" .
	"printf '#!/bin/sh\\ncat $tmp/\$(basename \$PWD)\\n' >pan\nchmod +x pan\n");
$ENV{PATH} = "$tmp:$ENV{PATH}";
my $said = qx('$run' --keep '$tmp/kept' @{[sort keys %report]} no-r1 2>&1);
is($? >> 8, 1, 'not all are as expected') or diag($said);

my $table = contents("$tmp/kept/table");
sub line { my ($name) = @_; return join(' ', map { split } grep { /^\Q$name\E / } split(/\n/, $table)) }

is(line('2x2'), '2x2 pass pass 108003 7 0.16 ok', 'a search that ended');
is(line('3x2-abort'), '3x2-abort bounded incomplete 1.2e+08 7 60.1 ok', 'one that the minute ended');
is(line('pause-3x2-abort'), 'pause-3x2-abort bounded ended 5 7 3.2 WRONG', 'one that something else ended');
is(line('no-r1'), 'no-r1 deadlock failed - - - WRONG', 'one that did not begin has all columns');
like($table, qr/^4 configurations, 2 as expected, 2 not$/m, 'and all are counted');
done_testing();
