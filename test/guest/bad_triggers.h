/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kstoptorture's trigger file must refuse: each of these writes has to
 * fail with EINVAL, and with exactly one line in the log, which begins with
 * "kstoptorture: trigger: " and contains ->expect. Whatever the machine: no
 * CPU number from 8192 on exists anywhere, and CPUs 0 and 1 always do.
 *
 * No ->expect holds a backslash, since a reader of /dev/kmsg gets it escaped.
 */
#ifndef BAD_TRIGGERS_H
#define BAD_TRIGGERS_H

#include <stddef.h>

struct bad_trigger {
	const char	*bytes;
	size_t		len;
	const char	*expect;
};

#define BAD_TRIGGER(bytes, expect) { bytes, sizeof(bytes) - 1, expect }

#define X_16	"xxxxxxxxxxxxxxxx"
#define X_256	X_16 X_16 X_16 X_16 X_16 X_16 X_16 X_16 \
		X_16 X_16 X_16 X_16 X_16 X_16 X_16 X_16
#define SPACES_16	"                "
#define SPACES_240	SPACES_16 SPACES_16 SPACES_16 SPACES_16 SPACES_16 \
			SPACES_16 SPACES_16 SPACES_16 SPACES_16 SPACES_16 \
			SPACES_16 SPACES_16 SPACES_16 SPACES_16 SPACES_16

static const struct bad_trigger bad_triggers[] = {
	/* nothing */
	BAD_TRIGGER("", "\"\": empty line"),
	BAD_TRIGGER("\n", "\"\": empty line"),
	BAD_TRIGGER(" \t  \n", "\"\": empty line"),

	/* too much; the last line would be good but for its length */
	BAD_TRIGGER(X_256 "x", "257 bytes are too long a line, at most 256"),
	BAD_TRIGGER(X_256 X_256 "\n", "bytes are too long a line, at most 256"),
	BAD_TRIGGER(X_256, "xxxxxxxx...\": unknown operation"),
	BAD_TRIGGER(X_256 "\n", "xxxxxxxx...\": unknown operation"),
	BAD_TRIGGER("one cpu=0" SPACES_240 "        ",
		    "257 bytes are too long a line, at most 256"),

	/* more than a line */
	BAD_TRIGGER("one cpu=0\none cpu=0\n", "newline at offset 9"),
	BAD_TRIGGER("one cpu=0\n\n", "newline at offset 9"),
	BAD_TRIGGER("\none cpu=0", "newline at offset 0"),
	BAD_TRIGGER("one cpu=0\0", "NUL byte at offset 9"),
	BAD_TRIGGER("\0", "NUL byte at offset 0"),
	BAD_TRIGGER("one\0cpu=0\n", "NUL byte at offset 3"),
	BAD_TRIGGER("one cpu=0\n\0", "NUL byte at offset 10"),

	/* operations */
	BAD_TRIGGER("frob cpu=0\n", "\"frob\": unknown operation"),
	BAD_TRIGGER("One cpu=0\n", "\"One\": unknown operation"),
	BAD_TRIGGER("ones cpu=0\n", "\"ones\": unknown operation"),
	BAD_TRIGGER("on cpu=0\n", "\"on\": unknown operation"),
	BAD_TRIGGER("one,cpu=0\n", "\"one,cpu=0\": unknown operation"),
	BAD_TRIGGER("cpu=0 one\n", "\"cpu=0\": unknown operation"),
	BAD_TRIGGER("machine\r\n", "x0d\": unknown operation"),
	BAD_TRIGGER("\xff\xfe\x80\n", "x80\": unknown operation"),
	BAD_TRIGGER("\x7f" "ELF\x02\x01\x01\n", "x7fELF"),
	BAD_TRIGGER("\x1b[2J\x1b[31mmachine\n", "x1b[2J"),
	BAD_TRIGGER("%s%n%p\n", "\"%s%n%p\": unknown operation"),

	/* keys */
	BAD_TRIGGER("one\n", "\"one\": needs cpu="),
	BAD_TRIGGER("two repeat=3\n", "\"two\": needs cpu="),
	BAD_TRIGGER("nowait\n", "\"nowait\": needs cpu="),
	BAD_TRIGGER("cpus\n", "\"cpus\": needs stop="),
	BAD_TRIGGER("try busy_us=1\n", "\"try\": needs stop="),
	BAD_TRIGGER("rendezvous repeat=1\n", "\"rendezvous\": needs stop="),
	BAD_TRIGGER("core\n", "\"core\": needs cpu="),
	BAD_TRIGGER("inactive run=0\n", "\"inactive\": needs cpu="),
	BAD_TRIGGER("one cpu\n", "\"cpu\": not a key=value word"),
	BAD_TRIGGER("one 0\n", "\"0\": not a key=value word"),
	BAD_TRIGGER("machine machine\n", "\"machine\": not a key=value word"),
	BAD_TRIGGER("one =0\n", "\"=0\": unknown key"),
	BAD_TRIGGER("one cpus=0\n", "\"cpus=0\": unknown key"),
	BAD_TRIGGER("one cp=0\n", "\"cp=0\": unknown key"),
	BAD_TRIGGER("one CPU=0\n", "\"CPU=0\": unknown key"),
	BAD_TRIGGER("one cpu = 0\n", "\"cpu\": not a key=value word"),
	BAD_TRIGGER("one cpu=0 frob=1\n", "\"frob=1\": unknown key"),
	BAD_TRIGGER("one cpu=0 \xc3\xa4=1\n", "xa4=1\": unknown key"),
	BAD_TRIGGER("one cpu=0 run=0\n", "\"run=0\": one does not take this key"),
	BAD_TRIGGER("machine cpu=0\n", "\"cpu=0\": machine does not take this key"),
	BAD_TRIGGER("two cpu=0,1 timeout_us=1\n",
		    "\"timeout_us=1\": two does not take this key"),
	BAD_TRIGGER("rendezvous stop=0 timeout_us=1\n",
		    "\"timeout_us=1\": rendezvous does not take this key"),
	BAD_TRIGGER("native timeout_us=1\n", "\"timeout_us=1\": native does not take this key"),
	BAD_TRIGGER("one cpu=0 irq=1\n", "\"irq=1\": one does not take this key"),
	BAD_TRIGGER("cpus stop=0 align=1\n", "\"align=1\": cpus does not take this key"),
	BAD_TRIGGER("native irq=1\n", "\"irq=1\": native does not take this key"),
	BAD_TRIGGER("pause align=1\n", "\"align=1\": pause does not take this key"),
	BAD_TRIGGER("pause run=0\n", "\"run=0\": pause does not take this key"),
	BAD_TRIGGER("resume\n", "\"resume\": unknown operation"),
	BAD_TRIGGER("cpus stop=0 run=0\n", "\"run=0\": cpus does not take this key"),
	BAD_TRIGGER("native stop=0-1\n", "\"stop=0-1\": native does not take this key"),
	BAD_TRIGGER("one cpu=0 cpu=0\n", "\"cpu=0\": key given twice"),
	BAD_TRIGGER("machine repeat=1 run=0 repeat=2\n", "\"repeat=2\": key given twice"),
	BAD_TRIGGER("one cpu=\n", "\"cpu=\": no value"),
	BAD_TRIGGER("machine repeat=\n", "\"repeat=\": no value"),

	/* CPU lists */
	BAD_TRIGGER("one cpu=x\n", "\"cpu=x\": not a CPU list"),
	BAD_TRIGGER("one cpu==0\n", "\"cpu==0\": not a CPU list"),
	BAD_TRIGGER("one cpu=-1\n", "\"cpu=-1\": not a CPU list"),
	BAD_TRIGGER("one cpu=+0\n", "\"cpu=+0\": not a CPU list"),
	BAD_TRIGGER("one cpu=0x0\n", "\"cpu=0x0\": not a CPU list"),
	BAD_TRIGGER("one cpu=0\r\n", "x0d\": not a CPU list"),
	BAD_TRIGGER("cpus stop=0,\n", "\"stop=0,\": not a CPU list"),
	BAD_TRIGGER("cpus stop=,0\n", "\"stop=,0\": not a CPU list"),
	BAD_TRIGGER("cpus stop=0,,1\n", "\"stop=0,,1\": not a CPU list"),
	BAD_TRIGGER("cpus stop=0-\n", "\"stop=0-\": not a CPU list"),
	BAD_TRIGGER("cpus stop=0--1\n", "\"stop=0--1\": not a CPU list"),
	BAD_TRIGGER("cpus stop=0-1-1\n", "\"stop=0-1-1\": not a CPU list"),
	BAD_TRIGGER("cpus stop=0-1:1/2\n", "\"stop=0-1:1/2\": not a CPU list"),
	BAD_TRIGGER("cpus stop=all\n", "\"stop=all\": not a CPU list"),
	BAD_TRIGGER("cpus stop=0;1\n", "\"stop=0;1\": not a CPU list"),
	BAD_TRIGGER("cpus stop=1-0\n", "\"stop=1-0\": range 1-0 runs backwards"),
	BAD_TRIGGER("cpus stop=0,0\n", "\"stop=0,0\": CPU 0 is listed twice"),
	BAD_TRIGGER("machine run=0-1,1\n", "\"run=0-1,1\": CPU 1 is listed twice"),
	BAD_TRIGGER("one cpu=8192\n", "\"cpu=8192\": CPU number out of range, 0 to "),
	BAD_TRIGGER("cpus stop=0-8192\n", "\"stop=0-8192\": CPU number out of range, 0 to "),
	BAD_TRIGGER("one cpu=4294967296\n", "CPU number out of range, 0 to "),
	BAD_TRIGGER("one cpu=18446744073709551616\n", "CPU number out of range, 0 to "),
	BAD_TRIGGER("one cpu=99999999999999999999999999999999999999999\n",
		    "\"cpu=999999999999999999999999999999999999...\": CPU number out of range"),
	BAD_TRIGGER("one cpu=0-1\n", "\"cpu=0-1\": names 2 CPUs, one takes 1"),
	BAD_TRIGGER("two cpu=0\n", "\"cpu=0\": names 1 CPUs, two takes 2"),
	BAD_TRIGGER("two cpu=0,0\n", "\"cpu=0,0\": CPU 0 is listed twice"),

	/* numbers */
	BAD_TRIGGER("machine repeat=0\n", "\"repeat=0\": out of range, 1 to 1000000"),
	BAD_TRIGGER("machine repeat=1000001\n", "\"repeat=1000001\": out of range"),
	BAD_TRIGGER("machine repeat=-1\n", "\"repeat=-1\": not a decimal number"),
	BAD_TRIGGER("machine repeat=1k\n", "\"repeat=1k\": not a decimal number"),
	BAD_TRIGGER("machine repeat=1.5\n", "\"repeat=1.5\": not a decimal number"),
	BAD_TRIGGER("machine repeat=0x10\n", "\"repeat=0x10\": not a decimal number"),
	BAD_TRIGGER("machine repeat=18446744073709551617\n", ": out of range, 1 to 1000000"),
	BAD_TRIGGER("machine busy_us=10000001\n",
		    "\"busy_us=10000001\": out of range, 0 to 10000000"),
	BAD_TRIGGER("machine busy_us=\xb2\n", "xb2\": not a decimal number"),
	BAD_TRIGGER("machine busy_us=1us\n", "\"busy_us=1us\": not a decimal number"),
	BAD_TRIGGER("machine irq=2\n", "\"irq=2\": out of range, 0 to 1"),
	BAD_TRIGGER("machine irq=on\n", "\"irq=on\": not a decimal number"),
	BAD_TRIGGER("machine irq=\n", "\"irq=\": no value"),
	BAD_TRIGGER("machine irq=1 irq=1\n", "\"irq=1\": key given twice"),
	BAD_TRIGGER("machine align=-1\n", "\"align=-1\": not a decimal number"),
	BAD_TRIGGER("machine align=4294967297\n", "\"align=4294967297\": out of range, 0 to 1"),
	BAD_TRIGGER("machine timeout_us=0\n",
		    "\"timeout_us=0\": out of range, 1 to 3600000000"),
	BAD_TRIGGER("pause timeout_us=3600000001\n",
		    "\"timeout_us=3600000001\": out of range, 1 to 3600000000"),
	BAD_TRIGGER("machine timeout_us=4294967297\n", ": out of range, 1 to 3600000000"),
	BAD_TRIGGER("machine timeout_us=18446744073709551617\n",
		    ": out of range, 1 to 3600000000"),
	BAD_TRIGGER("machine timeout_us=-1\n", "\"timeout_us=-1\": not a decimal number"),
	BAD_TRIGGER("pause timeout_us=1ms\n", "\"timeout_us=1ms\": not a decimal number"),
	BAD_TRIGGER("pause timeout_us=1 timeout_us=1\n", "\"timeout_us=1\": key given twice"),
};

#undef X_16
#undef X_256
#undef SPACES_16
#undef SPACES_240

#endif /* BAD_TRIGGERS_H */
