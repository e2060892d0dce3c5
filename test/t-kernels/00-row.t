#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# On another kernel (make kernels): are the modules that DKMS installed for that kernel,
# and does each case that "make check" runs in a guest run here, too?

use strict;
use warnings;
use Cwd 'abs_path';
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use Cases;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $row = $ENV{KSTOP_ROW} // die "run this by scripts/kernels-row\n";
my $modules = $ENV{KSTOP_MODULES} // die "KSTOP_MODULES is not set\n";
my ($release) = map { m{([^/]+)$} } glob("$ENV{KSTOP_KERNEL}/lib/modules/*");

for my $name ('kstop', 'kstoptorture', 'kstopscale', 'kstoptest') {
	my $magic = qx(/sbin/modinfo -F vermagic '$modules/modules/$name.ko');

	like($magic, qr/^\Q$release\E /, "$name.ko is for $release");
	# Its vermagic says "preempt_rt" up to 6.1, and "preempt" in 6.12, which is lazy, too.
	my $is_rt = $magic =~ / preempt_rt / || $magic =~ /^\S+-rt-\S+ /;
	is($is_rt, $row =~ /-rt$/, "$name.ko is " . ($row =~ /-rt$/ ? '' : 'not ') . 'for PREEMPT_RT');
}
my ($usual, $here) = (cases("$top/test/t"), cases($FindBin::Bin));
ok($here->{$_}, "$_ runs here, too") for sort keys %$usual;
done_testing();
