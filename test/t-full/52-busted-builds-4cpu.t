#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Can the torture fail? Each of these is kstop built with one rule of its protocol
# broken (src/rendezvous.h), under the load that brings it out, and must end with a
# violation or be called a hang. The sound module passes the same loads first.
#
# Starting over once a second undoes the deadlocks of a queue order that is inverted, so
# that twin has but calls which never start over. What takes a moment that hardly comes
# has its windows open for longer (src/stretch.h).

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Guest;
use Test::More;

my @twins = (
	[ 'busted_commit', 'native=4 hogs=normal,fifo duration_s=20', qr/lockup|stall|!!!/ ],
	[ 'busted_order', 'weight_machine=0 weight_opts=0 weight_pause=0 duration_s=4',
		qr/!!! .* does not return/ ],
	[ 'busted_release', 'onoff_interval_ms=200 duration_s=4', qr/!!!|lockup|stall/ ],
	[ 'busted_drop', 'onoff_interval_ms=100 duration_s=6',
		qr/!!! .*(was accepted and did not run|does not return|fn ran 0 times)/ ],
	[ 'busted_irq', 'weight_opts=100 duration_s=6',
		qr/!!! .*(preemption off|has written|takes an interrupt)|lockup|stall/ ],
	[ 'busted_share', 'callers=12 weight_machine=100 weight_opts=100 duration_s=6 kstop.share_us=1',
		qr/!!! .*fn ran 0 times/ ],
	[ 'busted_cancel', 'callers=12 weight_machine=100 weight_opts=400 timeout_max_us=3000 ' .
		'duration_s=6', qr/!!! .*(the call gave -110 after fn|but the call is over)/,
		'-DKSTOP_STRETCH' ],
);
my %guest = (cpus => 4, limit => 120, cases => 'torture',
	append => 'watchdog_thresh=5 rcupdate.rcu_cpu_stall_timeout=15');

for my $twin (@twins) {
	my ($type, $load, $why, $flag) = @$twin;
	my @flags = ("-DKSTOP_\U$type", $flag // ());

	subtest "mixed with the load of $type" => sub {
		guest("sound-$type-4cpu", %guest, torture => "torture_type=mixed $load",
			$flag ? (modules => twin($flag)) : ());
	};
	subtest $type => sub {
		guest("$type-4cpu", %guest, limit => 60, modules => twin("@flags"),
			torture => "torture_type=$type $load", tries => 5,
			word => qr/^(SPLAT|HANG)$/, reached => 'torture', why => $why);
	};
}
done_testing();
