#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
#
# Does scripts/run-guest boot once more what did not come to PID 1, once, and nothing else? With
# a QEMU that is none.

use strict;
use warnings;
use Cwd 'abs_path';
use File::Temp 'tempdir';
use FindBin;
use lib "$FindBin::Bin/lib";
use Files;
use Test::More;

my $top = abs_path("$FindBin::Bin/../..");
my $tmp = tempdir(CLEANUP => 1);

plan skip_all => 'what make check has built is not there: KSTOP_MODULES' if !$ENV{KSTOP_MODULES};
mkdir("$tmp/bin");
put_program("$tmp/bin/qemu-system-x86_64", <<"END");
#!/bin/bash
[[ \$1 != --version ]] || { echo "QEMU emulator version 9.9"; exit 0; }
echo boot >>$tmp/boots
n=\$(wc -l <$tmp/boots)
for arg; do
	[[ \$arg != file:*/console ]] || console=\${arg#file:}
done
echo "[    0.000000] Linux version 6.1.0, boot \$n" >"\$console"
((n < \$(<$tmp/good))) || echo "kstop-guest: PID 1 is up" >>"\$console"
END
local $ENV{PATH} = "$tmp/bin:$ENV{PATH}";
$ENV{KSTOP_RESULTS} = "$tmp/results";
$ENV{KSTOP_ACCEL} = 'tcg';
delete @ENV{qw(KSTOP_KERNEL KSTOP_QEMU KSTOP_GUEST_SLOTS)};

# What comes to PID 1 at its boot number $good.
sub guest
{
	my ($good) = @_;

	unlink("$tmp/boots");
	put("$tmp/good", "$good\n");
	my $said = qx('$top/scripts/run-guest' --name fake --cases load --modules '$ENV{KSTOP_MODULES}' 2>&1);
	my ($dir) = $said =~ m{, see (\S*/results/\S*-fake\S*)$}m;

	like($said, qr/^fake: /m, "it is judged: $said");
	return ($dir // '', $said, scalar(() = contents("$tmp/boots") =~ /boot/g));
}

my ($dir, $said, $boots) = guest(1);
is($boots, 1, 'one boot where that comes to PID 1');
like(contents("$dir/status"), qr/^boots=1$/m, 'which its status has');
ok(!-e "$dir/first-boot", 'and no other');

($dir, $said, $boots) = guest(2);
is($boots, 2, 'a second one where the first did not');
like(contents("$dir/status"), qr/^boots=2$/m, 'which its status has');
like($said, qr/did not come to PID 1 \(exit\), and is booted again/, 'it says so');
like(contents("$dir/first-boot/console"), qr/boot 1\n\z/, 'what the first said is kept');
like(contents("$dir/console"), qr/boot 2\nkstop-guest: PID 1 is up\n\z/, 'the second is judged');

($dir, $said, $boots) = guest(9);
is($boots, 2, 'no third one');
like($said, qr/^fake: DID-NOT-RUN/m, 'and no excuse');
done_testing();
