// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin for QEMU: count the instructions that a guest with one thread for all its
 * CPUs executes between two marks (test/scale/marks.h), by where they are.
 *
 * -plugin count.so,out=FILE. FILE has, when QEMU ends: "calls N", "begins N", and for
 * each block of code a line with its address and the instructions executed in it, on
 * CPU 0 and on the others.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What of QEMU's interface is used, version 3 of it (QEMU 9.1); Debian packages no
 * header.
 */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;
typedef uint64_t qemu_plugin_id_t;
enum { QEMU_PLUGIN_CB_NO_REGS };
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
		void (*cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
		void (*cb)(unsigned int cpu, void *data), int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
		void (*cb)(unsigned int cpu, void *data), int flags, void *data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
		void (*cb)(qemu_plugin_id_t id, void *data), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *bytes, size_t max);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

#define EXPORT	__attribute__((visibility("default")))

EXPORT int qemu_plugin_version = 3;
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
			       char **argv);

#define MARK_BYTES	7
static const unsigned char mark[MARK_BYTES] = { 0x0f, 0x1f, 0x80, 0, 't', 's', 'k' };
enum { MARK_END, MARK_BEGIN, MARK_CALL };

#define BUCKETS		65536	/* a power of 2 */

/**
 * struct block - of code, translated once or more often
 * @next:	in its bucket
 * @address:	of the first instruction
 * @length:	how many there are
 * @times:	it was begun while counting was on: on CPU 0, on others
 */
struct block {
	struct block	*next;
	uint64_t	address;
	size_t		length;
	uint64_t	times[2];
};

static struct block *blocks[BUCKETS];
static const char *out;
static bool on;
static uint64_t begins, calls;

static struct block *block_get(uint64_t address, size_t length)
{
	struct block **head = &blocks[(address >> 1 ^ address >> 17) % BUCKETS], *block;

	for (block = *head; block; block = block->next)
		if (block->address == address && block->length == length)
			return block;
	block = calloc(1, sizeof(*block));
	if (!block)
		abort();
	*block = (struct block){ .next = *head, .address = address, .length = length };
	*head = block;
	return block;
}

static void executed(unsigned int cpu, void *data)
{
	struct block *block = data;

	if (on)
		block->times[!!cpu]++;
}

static void marked(unsigned int cpu, void *data)
{
	(void)cpu;
	switch ((uintptr_t)data) {
	case MARK_CALL:
		calls += on;
		break;
	case MARK_BEGIN:
		begins++;
		on = true;
		break;
	default:
		on = false;
	}
}

static void look_for_mark(struct qemu_plugin_insn *insn)
{
	unsigned char bytes[MARK_BYTES];

	if (qemu_plugin_insn_size(insn) != MARK_BYTES ||
	    qemu_plugin_insn_data(insn, bytes, MARK_BYTES) != MARK_BYTES ||
	    memcmp(bytes, mark, 3) || memcmp(bytes + 4, mark + 4, 3))
		return;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, marked, QEMU_PLUGIN_CB_NO_REGS,
					       (void *)(uintptr_t)bytes[3]);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, QEMU_PLUGIN_CB_NO_REGS,
					     block_get(qemu_plugin_tb_vaddr(tb), n));
	for (i = 0; i < n; i++)
		look_for_mark(qemu_plugin_tb_get_insn(tb, i));
}

static void write_down(qemu_plugin_id_t id, void *unused)
{
	FILE *file = fopen(out, "w");
	size_t i;

	(void)id;
	(void)unused;
	if (!file) {
		perror(out);
		return;
	}
	fprintf(file, "calls %" PRIu64 "\nbegins %" PRIu64 "\n", calls, begins);
	for (i = 0; i < BUCKETS; i++)
		for (struct block *block = blocks[i]; block; block = block->next)
			if (block->times[0] || block->times[1])
				fprintf(file, "%" PRIx64 " %" PRIu64 " %" PRIu64 "\n",
					block->address, block->times[0] * block->length,
					block->times[1] * block->length);
	if (fclose(file))
		perror(out);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "count: want out=FILE\n");
		return -1;
	}
	out = strdup(argv[0] + 4);
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, write_down, NULL);
	return 0;
}
