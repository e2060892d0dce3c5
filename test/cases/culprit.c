// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/string.h>

#include "../compat.h"
#include "crew.h"
#include "culprit.h"
#include "expect.h"
#include "scratch.h"
#include "spin.h"

#define BEGIN_MS	10000
#define IDLE_JIFFIES	(HZ / 5)	/* the longest round without a hold */
#define FIFO_PRIORITY	99
#define SPINS		200
#define SPOILT		0x5a

static bool hold_on(const struct culprit *culprit, u64 start)
{
	/* Pairs with culprit_begin(). */
	return smp_load_acquire(&culprit->wanted) &&
	       ktime_get_mono_fast_ns() - start < culprit->hold_ns;
}

static void spin_a_little(void)
{
	int i;

	for (i = 0; i < SPINS; i++)
		cpu_relax();
}

static void hold(struct culprit *culprit)
{
	u64 start = ktime_get_mono_fast_ns();

	if (culprit->kind == CULPRIT_IRQS)
		local_irq_disable();
	else if (culprit->kind == CULPRIT_PREEMPT)
		preempt_disable();
	WRITE_ONCE(culprit->holds, true);
	smp_store_release(&culprit->holds_begun, culprit->holds_begun + 1);
	while (hold_on(culprit, start)) {
		spin_a_little();
		if (culprit->kind == CULPRIT_FIFO)
			cond_resched();
	}
	/* In this order: after the second it may be wanted again. */
	WRITE_ONCE(culprit->wanted, false);
	smp_store_release(&culprit->holds, false);
	if (culprit->kind == CULPRIT_IRQS)
		local_irq_enable();
	else if (culprit->kind == CULPRIT_PREEMPT)
		preempt_enable();
}

static int culprit_round(void *arg)
{
	struct culprit *culprit = arg;

	wait_event_timeout(culprit->wait, READ_ONCE(culprit->wanted),
			   IDLE_JIFFIES);
	if (READ_ONCE(culprit->wanted))
		hold(culprit);
	return 0;
}

struct culprit *culprit_hire(enum culprit_kind kind, unsigned int cpu)
{
	struct culprit *culprit = scratch_alloc(sizeof(*culprit));
	struct hand *hand;
	int ret;

	if (!expect(culprit, "no memory"))
		return NULL;
	culprit->kind = kind;
	culprit->cpu = cpu;
	init_waitqueue_head(&culprit->wait);
	hand = crew_hire("culprit", cpu, culprit_round, culprit);
	if (!hand)
		return NULL;
	culprit->task = hand->task;
	if (kind != CULPRIT_FIFO)
		return culprit;
	ret = compat_set_exact_fifo(hand->task, FIFO_PRIORITY);
	return expect(!ret, "no SCHED_FIFO %d: %d", FIFO_PRIORITY, ret) ?
	       culprit : NULL;
}

bool culprit_begin(struct culprit *culprit, unsigned int ms)
{
	unsigned int before;

	/* The end of a hold takes back what is wanted. */
	if (!expect(sleep_for(!smp_load_acquire(&culprit->holds), BEGIN_MS),
		    "the culprit does not leave CPU %u", culprit->cpu))
		return false;
	before = READ_ONCE(culprit->holds_begun);
	culprit->hold_ns = (u64)ms * NSEC_PER_MSEC;
	/*
	 * After hold_ns: it may be seen without the wake-up. wake_up() orders it before
	 * the look at the sleeper.
	 */
	smp_store_release(&culprit->wanted, true);
	wake_up(&culprit->wait);
	return expect(sleep_for(READ_ONCE(culprit->holds_begun) != before,
				BEGIN_MS),
		      "the culprit does not get CPU %u", culprit->cpu);
}

void culprit_end(struct culprit *culprit)
{
	WRITE_ONCE(culprit->wanted, false);
	expect(sleep_for(!READ_ONCE(culprit->holds), BEGIN_MS),
	       "the culprit does not leave CPU %u", culprit->cpu);
}

bool culprit_holds(const struct culprit *culprit)
{
	return READ_ONCE(culprit->holds);
}

static int rt_runtime_us(void)
{
	struct file *file;
	char text[16] = "";
	int value = 0;
	loff_t pos = 0;

	file = filp_open("/proc/sys/kernel/sched_rt_runtime_us", O_RDONLY, 0);
	if (IS_ERR(file))
		return 0;
	if (kernel_read(file, text, sizeof(text) - 1, &pos) <= 0 ||
	    kstrtoint(strim(text), 10, &value))
		value = 0;
	filp_close(file, NULL);
	return value;
}

int culprit_fifo_possible(void)
{
	return rt_runtime_us() == -1 && COMPAT_HAVE_SETATTR ? 0 : -EOPNOTSUPP;
}

static int policy_callback(void *unused)
{
	return current->policy;
}

int stoppers_policy(void)
{
	return kstop_one_cpu(cpumask_first(cpu_online_mask), policy_callback,
			     NULL);
}

enum culprit_kind culprit_that_works(void)
{
	if (stoppers_policy() == SCHED_FIFO && !culprit_fifo_possible())
		return CULPRIT_FIFO;
	return CULPRIT_PREEMPT;
}

/* Without it nobody can know that preemption is off. */
#define COUNTED	IS_ENABLED(CONFIG_PREEMPT_COUNT)

/*
 * The words for it, put together here once more. One that leaves preemption on may
 * be met on the way out of an interrupt, with preemption off.
 */
static void words_for(const struct culprit *culprit, bool atomic, char *words,
		      size_t size)
{
	char comm[TASK_COMM_LEN];
	int pid = task_pid_nr(culprit->task);

	get_task_comm(comm, culprit->task);
	switch (culprit->kind) {
	case CULPRIT_FIFO:
		scnprintf(words, size,
			  "not scheduled, %s:%d (SCHED_FIFO 99) runs there%s",
			  comm, pid, atomic ? ", preemption off" : "");
		break;
	case CULPRIT_PREEMPT:
		scnprintf(words, size,
			  "not scheduled, %s:%d (SCHED_OTHER, nice 0) runs there%s",
			  comm, pid, COUNTED ? ", preemption off" : "");
		break;
	case CULPRIT_IRQS:
		strscpy(words, "does not answer an interrupt (IRQs off there?)",
			size);
		break;
	}
}

static void expect_fields(const struct culprit *culprit,
			  const struct kstop_late *late, const char *what)
{
	bool fifo = culprit->kind == CULPRIT_FIFO;
	char comm[TASK_COMM_LEN];

	if (culprit->kind == CULPRIT_IRQS)
		return;
	get_task_comm(comm, culprit->task);
	expect(!strcmp(late->comm, comm) &&
	       late->pid == task_pid_nr(culprit->task),
	       "%s: blames %s:%d, not %s:%d", what, late->comm, late->pid, comm,
	       task_pid_nr(culprit->task));
	expect(late->policy == (fifo ? SCHED_FIFO : SCHED_NORMAL) &&
	       late->priority == (fifo ? FIFO_PRIORITY : 0) &&
	       (fifo || !late->nice),
	       "%s: policy %u priority %u nice %d", what, late->policy,
	       late->priority, late->nice);
	expect(late->atomic == COUNTED || fifo, "%s: atomic %d", what,
	       late->atomic);
}

bool expect_culprit(const struct culprit *culprit,
		    const struct kstop_report *report, const char *what)
{
	const struct kstop_late *late = &report->reasons[culprit->cpu];
	enum kstop_reason want = culprit->kind == CULPRIT_IRQS ?
				 KSTOP_IRQS_OFF : KSTOP_NOT_SCHEDULED;
	char seen[160], words[160];
	unsigned int cpu;

	expect(cpumask_equal(report->late, cpumask_of(culprit->cpu)),
	       "%s: late CPUs %*pbl, not %u", what,
	       cpumask_pr_args(report->late), culprit->cpu);
	for_each_possible_cpu(cpu)
		expect(cpumask_test_cpu(cpu, report->late) ||
		       report->reasons[cpu].reason == KSTOP_NOT_LATE,
		       "%s: CPU %u is not late, but has reason %d", what, cpu,
		       report->reasons[cpu].reason);
	kstop_late_describe(seen, sizeof(seen), late);
	if (want != KSTOP_IRQS_OFF && late->reason == KSTOP_IRQS_OFF)
		return false;
	if (!expect(late->reason == want, "%s: reason %d, \"%s\"", what,
		    late->reason, seen))
		return true;
	expect_fields(culprit, late, what);
	words_for(culprit, late->atomic, words, sizeof(words));
	expect(!strcmp(seen, words), "%s: \"%s\", not \"%s\"", what, seen,
	       words);
	return true;
}

struct kstop_report *report_new(void)
{
	struct kstop_report *report = scratch_alloc(sizeof(*report));

	if (!report)
		return NULL;
	report->late = scratch_mask();
	report->reasons = scratch_alloc(nr_cpu_ids * sizeof(*report->reasons));
	report->results = scratch_alloc(nr_cpu_ids * sizeof(*report->results));
	return report->late && report->reasons && report->results ? report :
	       NULL;
}

void report_spoil(struct kstop_report *report)
{
	cpumask_copy(report->late, cpu_possible_mask);
	memset(report->reasons, SPOILT, nr_cpu_ids * sizeof(*report->reasons));
	memset(report->results, SPOILT, nr_cpu_ids * sizeof(*report->results));
	report->gather_ns = U64_MAX;
	report->stopped_ns = U64_MAX;
	report->total_ns = U64_MAX;
}
