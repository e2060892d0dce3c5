// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/seqlock.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "ask.h"
#include "stopper.h"

/**
 * struct asked - one CPU's question and last answer
 * @csd:	the interrupt
 * @sent:	it is on its way. smp_call_function_single_async() refuses one
 *		that is, too, but does not mind two callers at the same moment,
 *		and what they leave behind has the CPU loop for ever.
 * @seq:	guards @answer, which only this CPU writes, in the interrupt
 * @count:	answers so far; written with @seq held
 * @answer:	the last
 */
struct asked {
	call_single_data_t	csd;
	atomic_t		sent;
	seqcount_t		seq;
	unsigned int		count;
	struct answer		answer;
};

static DEFINE_PER_CPU_SHARED_ALIGNED(struct asked, asked);

static void take_down(struct answer *answer)
{
	struct task_struct *task = current;

	answer->task = task;
	memcpy(answer->comm, task->comm, sizeof(answer->comm));
	answer->comm[sizeof(answer->comm) - 1] = '\0';
	answer->pid = task->pid;
	answer->policy = task->policy;
	answer->priority = task->rt_priority;
	answer->nice = task_nice(task);
	/* The interrupt itself counts in other bits. */
	answer->atomic = preempt_count() & (PREEMPT_MASK | SOFTIRQ_MASK);
	answer->idle = is_idle_task(task);
	answer->stopper = task == this_cpu_read(stoppers.thread);
}

/* On the CPU that was asked, in the interrupt. */
static void give_answer(void *unused)
{
	struct asked *here = this_cpu_ptr(&asked);

	write_seqcount_begin(&here->seq);
	take_down(&here->answer);
	here->count++;
	write_seqcount_end(&here->seq);
	/* The kernel is done with @csd; pairs with ask() and ask_exit(). */
	atomic_set_release(&here->sent, 0);
}

/**
 * ask() - send a CPU the question what runs there
 * @cpu: the CPU
 *
 * If the last question is still on its way, its answer is this one's.
 *
 * Context: any but hard interrupt and NMI.
 * Return: what answered() wants to know.
 */
unsigned int ask(unsigned int cpu)
{
	struct asked *there = per_cpu_ptr(&asked, cpu);
	unsigned int question = READ_ONCE(there->count);

	/* Fully ordered: the last interrupt is over before the next is sent. */
	if (atomic_xchg(&there->sent, 1))
		return question;
	if (smp_call_function_single_async(cpu, &there->csd))
		atomic_set(&there->sent, 0);	/* offline */
	return question;
}

/**
 * answered() - whether a CPU has answered
 * @cpu: the CPU
 * @question: what ask() returned
 * @answer: what it said
 */
bool answered(unsigned int cpu, unsigned int question, struct answer *answer)
{
	struct asked *there = per_cpu_ptr(&asked, cpu);
	unsigned int seq, count;

	do {
		seq = read_seqcount_begin(&there->seq);
		count = there->count;
		*answer = there->answer;
	} while (read_seqcount_retry(&there->seq, seq));
	return count != question;
}

void ask_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct asked *there = per_cpu_ptr(&asked, cpu);

		there->csd.func = give_answer;
		seqcount_init(&there->seq);
	}
}

static bool any_on_its_way(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (atomic_read_acquire(&per_cpu_ptr(&asked, cpu)->sent))
			return true;
	return false;
}

/* Every interrupt must have come back before its code goes away. */
void ask_exit(void)
{
	unsigned int polls = 0;

	while (any_on_its_way()) {
		if (++polls % 10000 == 0)
			pr_warn("unloading waits for a CPU that does not answer an interrupt\n");
		usleep_range(1000, 1100);
	}
	/* And the last has left it: its handler is an RCU reader. */
	synchronize_rcu();
}
