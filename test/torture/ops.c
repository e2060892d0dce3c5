// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of operations, and how a command is carried out.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/topology.h>

#include <kstop.h>

#include "ops.h"
#include "parse.h"

#define K_CPU	BIT(KEY_CPU)
#define K_STOP	BIT(KEY_STOP)
#define K_RUN	BIT(KEY_RUN)
#define K_TIMEOUT	BIT(KEY_TIMEOUT_US)
#define K_OPTS	(K_STOP | K_TIMEOUT | BIT(KEY_IRQ) | BIT(KEY_ALIGN))
#define K_COMMON	(BIT(KEY_REPEAT) | BIT(KEY_BUSY_US))

const struct cpumask *run_where(const struct run *run)
{
	return command_cpus(run->cmd, KEY_RUN);
}

/*
 * None of run= may be online, then fn runs nowhere, and nobody here can say
 * whether that was so: at least 0. If fn ran at all, it counted the CPUs.
 */
void run_open(struct run *run)
{
	const struct cpumask *where = run_where(run);

	visit_open(&run->visit, where, where ? 0 : 1, where ? cpumask_weight(where) : 1);
	run->visit.everywhere = where;
	if (run->cmd->op->standstill)
		run->visit.held = cpu_online_mask;
}

int run_close(struct run *run, int ret)
{
	return visit_close(&run->visit, ret, ktime_get_ns());
}

static int call_one(struct run *run)
{
	unsigned int cpu = run->cmd->first;

	visit_open(&run->visit, cpumask_of(cpu), 1, 1);
	return run_close(run, kstop_one_cpu(cpu, probe_fn, &run->visit));
}

static int call_two(struct run *run)
{
	const struct cpumask *both = &run->cmd->cpus[KEY_CPU];
	unsigned int cpu1 = run->cmd->first;
	unsigned int cpu2 = cpumask_first(both);

	if (cpu2 == cpu1)
		cpu2 = cpumask_next(cpu1, both);
	visit_open(&run->visit, cpumask_of(cpu1), 1, 1);
	run->visit.held = both;
	return run_close(run, kstop_two_cpus(cpu1, cpu2, probe_fn, &run->visit));
}

/*
 * CPUs may come and go here, so all that is certain is that success needs one
 * fn. Who knows that none did can tell the rest from ->callbacks (@each).
 */
static int call_cpus(struct run *run)
{
	const struct cpumask *stop = &run->cmd->cpus[KEY_STOP];

	visit_open(&run->visit, stop, 1, cpumask_weight(stop));
	return run_close(run, kstop_cpus(stop, probe_fn, &run->visit));
}

static int call_try(struct run *run)
{
	const struct cpumask *stop = &run->cmd->cpus[KEY_STOP];

	visit_open(&run->visit, stop, 1, cpumask_weight(stop));
	return run_close(run, try_kstop_cpus(stop, probe_fn, &run->visit));
}

/* What the report says must go with what the call gave. */
static void check_report(struct run *run, const struct kstop_report *report, int ret)
{
	u64 limit = run->cmd->timeout_us * 1000ULL;

	if (!ret && !cpumask_empty(&run->late))
		violate(&run->visit, "the call gave 0 and the report has late CPUs");
	if (!ret && (!report->gather_ns ||
		     report->gather_ns + report->stopped_ns > report->total_ns))
		violate(&run->visit, "gather %llu ns, stopped %llu ns, total %llu ns",
			report->gather_ns, report->stopped_ns, report->total_ns);
	if (ret == -ETIMEDOUT && report->gather_ns)
		violate(&run->visit, "out of time, but gathered after %llu ns",
			report->gather_ns);
	if (ret == -ETIMEDOUT && report->total_ns < limit)
		violate(&run->visit, "out of time after %llu ns, the limit is %llu ns",
			report->total_ns, limit);
}

/* Plain accesses here, too: kstop wrote this before it let us go. */
static void check_returned(struct run *run)
{
	unsigned int cpu;

	for_each_cpu(cpu, &run->ran) {
		if (run->returned[cpu] != run->answer)
			violate(&run->visit, "the report says that fn gave %d on CPU %u, not %d",
				run->returned[cpu], cpu, run->answer);
	}
}

static int call_machine_opts(struct run *run)
{
	const struct cpumask *stop = command_cpus(run->cmd, KEY_STOP);
	struct kstop_opts opts = {
		.stop		= stop,
		.run		= run_where(run),
		.timeout_ns	= run->cmd->timeout_us * 1000ULL,
		.flags		= (run->cmd->irq ? KSTOP_IRQ : 0) |
				  (run->cmd->align ? KSTOP_ALIGN : 0),
	};
	struct kstop_report report = {
		.late		= &run->late,
		.reasons	= run->reasons,
		.results	= run->returned,
	};
	int ret;

	run_open(run);
	run->visit.interrupt = run->cmd->irq;
	/* Without run= it is one CPU, but one of those that are stopped. */
	if (!opts.run)
		run->visit.where = stop;
	/* Those of them that are not online nobody holds; but they stay so. */
	if (stop)
		run->visit.held = stop;
	ret = kstop_machine_opts(probe_fn, &run->visit, &opts, &report);
	check_returned(run);
	check_report(run, &report, ret);
	if (ret)
		result_late(&run->result, &run->late, run->reasons);
	return run_close(run, ret);
}

static int call_machine(struct run *run)
{
	if (run->cmd->given & K_OPTS)
		return call_machine_opts(run);
	run_open(run);
	return run_close(run, kstop_machine(probe_fn, &run->visit, run_where(run)));
}

static int call_native(struct run *run)
{
	run_open(run);
	return run_close(run, stop_machine(probe_fn, &run->visit, run_where(run)));
}

static const struct cpumask *core_of(unsigned int cpu)
{
#ifdef CONFIG_SCHED_SMT
	return cpu_smt_mask(cpu);
#else
	return cpumask_of(cpu);
#endif
}

/* The hotplug lock is held before the clock starts, unlike in machine. */
static int call_core(struct run *run)
{
	const struct cpumask *core;
	unsigned int cpu, n = 0;
	int ret;

	cpus_read_lock();
	core = core_of(run->cmd->first);
	for_each_cpu_and(cpu, core, cpu_online_mask)
		n++;
	/* An offline CPU has no core left, and the call must not succeed. */
	visit_open(&run->visit, core, max(n, 1U), max(n, 1U));
	run->visit.held = core;
	ret = kstop_core_cpuslocked(run->cmd->first, probe_fn, &run->visit);
	ret = run_close(run, ret);
	cpus_read_unlock();
	return ret;
}

static const struct operation operations[] = {
	{
		.name = "one", .help = "kstop_one_cpu()",
		.keys = K_CPU | K_COMMON, .required = K_CPU, .nr_cpus = 1,
		.call = call_one,
	}, {
		.name = "two", .help = "kstop_two_cpus(), fn on the CPU named first",
		.keys = K_CPU | K_COMMON, .required = K_CPU, .nr_cpus = 2,
		.irqs_off = true,
		.call = call_two,
	}, {
		.name = "nowait", .help = "kstop_one_cpu_nowait(), then kstop_flush()",
		.keys = K_CPU | K_COMMON, .required = K_CPU, .nr_cpus = 1,
		.perform = nowait_perform,
	}, {
		.name = "cpus", .help = "kstop_cpus()",
		.keys = K_STOP | K_COMMON, .required = K_STOP,
		.each = true,
		.call = call_cpus,
	}, {
		.name = "try", .help = "try_kstop_cpus()",
		.keys = K_STOP | K_COMMON, .required = K_STOP,
		.each = true,
		.call = call_try,
	}, {
		.name = "machine",
		.help = "kstop_machine(); with stop, timeout_us, irq or align kstop_machine_opts()",
		.keys = K_OPTS | K_RUN | K_COMMON,
		.irqs_off = true, .standstill = true,
		.call = call_machine,
	}, {
		.name = "rendezvous",
		.help = "kstop_rendezvous(), fn three times on each CPU, in step",
		.keys = K_STOP | K_COMMON, .required = K_STOP,
		.irqs_off = true, .each = true,
		.call = rendezvous_call,
	}, {
		.name = "pause",
		.help = "kstop_pause(), fn in the writer itself, kstop_resume()",
		.keys = K_STOP | K_TIMEOUT | K_COMMON,
		.irqs_off = true,
		.call = pause_call,
	}, {
		.name = "core", .help = "kstop_core_cpuslocked()",
		.keys = K_CPU | K_COMMON, .required = K_CPU, .nr_cpus = 1,
		.irqs_off = true,
		.call = call_core,
	}, {
		.name = "inactive",
		.help = "CPU goes down, comes up, kstop_machine_from_inactive_cpu() there",
		.keys = K_CPU | K_RUN | K_COMMON, .required = K_CPU, .nr_cpus = 1,
		.irqs_off = true, .standstill = true,
		.call = inactive_call,
	}, {
		.name = "native", .help = "the kernel's stop_machine(), to compare",
		.keys = K_RUN | K_COMMON,
		.irqs_off = true, .standstill = true,
		.call = call_native,
	},
};

const struct operation *operation_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(operations); i++) {
		if (!strcmp(operations[i].name, name))
			return &operations[i];
	}
	return NULL;
}

static void operation_show(struct seq_file *m, const struct operation *op)
{
	enum command_key key;

	seq_printf(m, "  %s", op->name);
	for (key = 0; key < KEY_COUNT; key++) {
		bool required = op->required & BIT(key);
		bool two = key == KEY_CPU && op->nr_cpus == 2;

		if (!(op->keys & BIT(key)))
			continue;
		seq_printf(m, required ? " %s=%s%s" : " [%s=%s%s]", key_name(key),
			   key_value(key), two ? ",CPU" : "");
	}
	seq_printf(m, "\n\t%s\n", op->help);
}

int operations_show(struct seq_file *m, void *unused)
{
	size_t i;

	seq_puts(m, "OPERATION KEY=VALUE...\n\n");
	for (i = 0; i < ARRAY_SIZE(operations); i++)
		operation_show(m, &operations[i]);
	seq_puts(m, "\nLIST\tCPUs, such as 0,2-3\n");
	seq_puts(m, "stop\tCPUs to stop, default all; fn runs there\n");
	seq_puts(m, "run\twhere machine, inactive, native run fn; without it on one CPU\n");
	seq_printf(m, "timeout_us\ttime limit, 1 to %u, default none\n", TIMEOUT_US_MAX);
	seq_puts(m, "irq\t1: CPUs may arrive in an interrupt, and run fn there (KSTOP_IRQ)\n");
	seq_puts(m, "align\t1: fn starts everywhere at the same moment (KSTOP_ALIGN)\n");
	seq_printf(m, "repeat\tnumber of requests, 1 to %u, default 1\n", REPEAT_MAX);
	seq_printf(m, "busy_us\thow long each fn takes, 0 to %u, default 0\n",
		   BUSY_US_MAX);
	seq_printf(m, "\nOne line a write, of at most %u bytes. The write returns when the\n",
		   LINE_BYTES_MAX);
	seq_puts(m, "last request is over, with the first error; then read result.\n");
	return 0;
}

bool run_interrupted(struct run *run)
{
	cond_resched();
	if (!fatal_signal_pending(current))
		return false;
	result_fail(&run->result, -EINTR);
	return true;
}

static void perform_calls(struct run *run)
{
	u32 i;

	for (i = 0; i < run->cmd->repeat && !run_interrupted(run); i++) {
		visit_init(&run->visit, &run->probe, &run->ran);
		run->visit.replies = run->replies;
		run->visit.answer = run->answer;
		result_count(&run->result, &run->visit, run->cmd->op->call(run));
	}
}

void run_perform(struct run *run)
{
	const struct operation *op = run->cmd->op;
	struct probe *probe = &run->probe;

	probe->irqs_off = op->irqs_off;
	probe->standstill = op->standstill;
	probe->busy_us = run->cmd->busy_us;
	if (op->perform)
		op->perform(run);
	else
		perform_calls(run);
	run->result.stopped_max = atomic64_read(&probe->stopped_max);
}

struct run *run_create(const struct command *cmd, const char *name, unsigned int requests)
{
	struct run *run = kzalloc(sizeof(*run), GFP_KERNEL);

	if (!run)
		return NULL;
	run->cmd = cmd;
	run->reasons = kvcalloc(nr_cpu_ids, sizeof(*run->reasons), GFP_KERNEL);
	run->returned = kvcalloc(nr_cpu_ids, sizeof(*run->returned), GFP_KERNEL);
	run->replies = kvcalloc(nr_cpu_ids, sizeof(*run->replies), GFP_KERNEL);
	if (run->reasons && run->returned && run->replies && !result_init(&run->result, name, requests))
		return run;
	kvfree(run->replies);
	kvfree(run->returned);
	kvfree(run->reasons);
	kfree(run);
	return NULL;
}

void run_destroy(struct run *run)
{
	if (run->lost) {
		/* Not a leak: kstop still holds pointers to it, and to probe_fn(). */
		__module_get(THIS_MODULE);
		return;
	}
	kvfree(run->replies);
	kvfree(run->returned);
	kvfree(run->reasons);
	result_exit(&run->result);
	kfree(run);
}

int command_run(const struct command *cmd)
{
	struct run *run = run_create(cmd, cmd->op->name, cmd->repeat);
	int violations, ret;

	if (!run)
		return -ENOMEM;
	run_perform(run);
	violations = atomic_read(&run->probe.violations);
	if (violations) {
		pr_err("%s: contract broken %d times, at first: %s\n", cmd->op->name, violations,
		       run->probe.first);
		run->result.error = -EPROTO;
	}
	ret = run->result.error;
	result_publish(&run->result);
	run_destroy(run);
	return ret;
}
