// SPDX-License-Identifier: GPL-2.0-only
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/seqlock.h>
#include <linux/string.h>

#include "ask.h"
#include "compat.h"
#include "ipi.h"
#include "stopper.h"
#include "stretch.h"

/**
 * struct asked - one CPU's question and last answer
 * @ipi:	the interrupt
 * @seq:	guards @answer, which only this CPU writes, in the interrupt
 * @count:	answers so far; written with @seq held
 * @answer:	the last
 */
struct asked {
	struct ipi		ipi;
	seqcount_t		seq;
	unsigned int		count;
	struct answer		answer;
};

static DEFINE_PER_CPU_SHARED_ALIGNED(struct asked, asked);

static void take_down(struct answer *answer)
{
	struct task_struct *task = current;

	answer->task = task;
	/* It may be given another name at this moment. */
	data_race(memcpy(answer->comm, task->comm, sizeof(answer->comm)));
	answer->comm[sizeof(answer->comm) - 1] = '\0';
	answer->pid = task->pid;
	answer->policy = task->policy;
	answer->priority = task->rt_priority;
	answer->nice = task_nice(task);
	/*
	 * The interrupt itself counts in other bits. There is none where a CPU asks
	 * itself: what has preemption off then is the asking.
	 */
	answer->atomic = in_hardirq() &&
			 preempt_count() & (PREEMPT_MASK | SOFTIRQ_MASK);
	answer->idle = is_idle_task(task);
	answer->stopper = task == this_cpu_read(stoppers.thread);
}

/* On the CPU that was asked, in the interrupt. */
static void give_answer(void *unused)
{
	struct asked *here = this_cpu_ptr(&asked);

	/* First: who asks after this gets an answer of its own. */
	ipi_arrived(&here->ipi);
	stretch();
	write_seqcount_begin(&here->seq);
	take_down(&here->answer);
	here->count++;
	write_seqcount_end(&here->seq);
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

	/* Who says that it is on its way must not be kept from sending it. */
	preempt_disable();
	ipi_send(cpu, &there->ipi);
	preempt_enable();
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

		ipi_init(&there->ipi, give_answer);
		seqcount_init(&there->seq);
	}
}

bool ask_pending(unsigned int cpu)
{
	return ipi_on_its_way(&per_cpu(asked, cpu).ipi);
}
