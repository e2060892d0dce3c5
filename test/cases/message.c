// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the caller wrote before the call is seen by fn on every CPU, what fn
 * wrote is seen by the caller after it. Plain accesses on purpose: ordering
 * them is kstop's work, and a race detector sees it if kstop does not.
 */
#include <linux/jiffies.h>

#include "expect.h"
#include "kstop.h"
#include "kstoptest.h"
#include "scratch.h"

#define MESSAGES	1000
#define SECONDS		10		/* enough of them, on a slow machine */

struct message {
	u64	question;
	u64	*answers;	/* one for each CPU */
};

static int answer_callback(void *arg)
{
	struct message *message = arg;

	message->answers[raw_smp_processor_id()] = message->question;
	return 0;
}

static void expect_answers(const struct message *message, int ret,
			   const struct cpumask *from, const char *call)
{
	unsigned int cpu;

	expect(!ret, "%s: %d", call, ret);
	for_each_cpu(cpu, from)
		expect(message->answers[cpu] == message->question,
		       "%s: asked %llu, CPU %u answered %llu", call,
		       message->question, cpu, message->answers[cpu]);
}

static void pass_messages(struct message *message, unsigned int cpu,
			  unsigned int other)
{
	int ret;

	message->question++;
	ret = kstop_machine(answer_callback, message, cpu_online_mask);
	expect_answers(message, ret, cpu_online_mask, "kstop_machine");
	message->question++;
	ret = kstop_cpus(cpu_online_mask, answer_callback, message);
	expect_answers(message, ret, cpu_online_mask, "kstop_cpus");
	message->question++;
	ret = kstop_one_cpu(cpu, answer_callback, message);
	expect_answers(message, ret, cpumask_of(cpu), "kstop_one_cpu");
	if (cpu == other)
		return;
	message->question++;
	ret = kstop_two_cpus(cpu, other, answer_callback, message);
	expect_answers(message, ret, cpumask_of(cpu), "kstop_two_cpus");
}

static int message_passing(const struct params *params)
{
	unsigned int cycles = params->cycles ?: MESSAGES;
	unsigned int i, cpu = cpumask_first(cpu_online_mask), other;
	unsigned long end = jiffies + (params->seconds ?: SECONDS) * HZ;
	struct message message = { };

	message.answers = scratch_alloc(nr_cpu_ids * sizeof(u64));
	if (!message.answers)
		return -ENOMEM;
	for (i = 0; i < cycles && expect_go_on() && time_before(jiffies, end);
	     i++) {
		other = cpu;
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
		pass_messages(&message, cpu, other);
	}
	figure(i, "messages");
	return 0;
}

const struct testcase message_cases[] = {
	{ "message_passing", message_passing },
	{ }
};
