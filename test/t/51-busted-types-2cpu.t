#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Can the torture fail? Two operations that are not what they pretend to be must be
# found out by it: fn is called locally only, or by interrupts with nobody stopped.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Guest;
use Test::More;

for my $type ('busted_local', 'busted_ipi') {
	subtest $type => sub {
		guest("$type-2cpu", cpus => 2, limit => 90, cases => 'torture',
			torture => "torture_type=$type duration_s=4",
			tries => 3, word => 'SPLAT', reached => 'torture', why => qr/!!! .*CPU \d+ is held/);
	};
}
done_testing();
