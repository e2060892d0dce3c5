/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kstop - stop CPUs from a module
 *
 * kstop gives every CPU a stopper thread, kstop/N, and runs callbacks there:
 * on one CPU, on two, on some or on all of them, with the others held still.
 * The contracts are mainline's (kernel/stop_machine.c) unless said otherwise.
 * It offers to modules what mainline's stop_machine() family offers to the
 * kernel proper, under the same names with a k before "stop".
 *
 * Which call do I want?
 *
 *	one CPU, nothing else stops		kstop_one_cpu()
 *	the same, cannot sleep here		kstop_one_cpu_nowait(), kstop_flush()
 *	fn on several CPUs at once, each
 *	 free to wait for the others		kstop_cpus(), try_kstop_cpus()
 *	two CPUs stopped, fn on the first	kstop_two_cpus()
 *	nobody else runs anything while fn does	kstop_machine()
 *	the same with a time limit, for some	kstop_machine_opts()
 *	 CPUs, with a report of who was late
 *	three functions in step on each CPU	kstop_rendezvous()
 *	my own code while the others stand	kstop_pause(), kstop_resume()
 *	only the threads of one core stop	kstop_core_cpuslocked()
 *	from a CPU that is just coming up	kstop_machine_from_inactive_cpu()
 *
 * The callback
 *
 *	int fn(void *arg);
 *
 * runs with preemption off, so it must not sleep, and on PREEMPT_RT it must
 * not take a spinlock_t. In the calls that stop CPUs for somebody else's sake
 * (machine, two, core, inactive, rendezvous) it also runs with interrupts off, and then
 * every stopped CPU has interrupts off from before the first fn begins until
 * after the last fn has returned. fn runs in the context of the CPU's stopper
 * thread, or of a caller on that caller's own CPU (with KSTOP_IRQ also in a hard
 * interrupt): do not look at current.
 * A call from fn into kstop that would wait gives -EDEADLK;
 * kstop_one_cpu_nowait() is legal there. A callback that returns with another
 * preempt count or interrupt state than it was called with is reported by
 * name, and both are put right.
 *
 * What a stop means
 *
 *	When fn runs under kstop_machine(), every other online CPU spins in
 *	kstop with interrupts off, in process context, outside any section
 *	that had preemption disabled: nobody holds a spinlock, nobody is
 *	inside a preempt-disabled region. What the caller wrote before the call
 *	is visible to fn, what fn wrote is visible to the caller after it.
 *
 * Sharing a stop
 *
 *	Calls of kstop_machine(), kstop_machine_cpuslocked() and of
 *	kstop_machine_opts() without a stop mask that wait at the same time share
 *	one stop: the CPUs gather once, then the functions run one after the
 *	other, the oldest call's first, each with all that is said here of a stop
 *	of its own: its own run mask, result, limit, point of no return. What the
 *	one before wrote is visible to the next. The CPUs stand no longer than
 *	share_us (module parameter) plus the function that was running then; what
 *	has not had its turn goes first in the next stop that it comes to share
 *	(one that was full, or queued before it knew, may come in between).
 *	share_us=0: none share.
 *
 * Which calls wait, and for whom
 *
 *	All but kstop_one_cpu_nowait(), and kstop_machine_from_inactive_cpu() on
 *	a CPU that is not online, sleep: process context, no spinlock held, preemption and interrupts
 *	on. Asking for a wait in atomic context gets one WARN and -EDEADLK.
 *
 * When a CPU does not come
 *
 *	Its stopper is kept away by another task, it is still busy with an
 *	earlier callback, or it has interrupts off: it is *late*. It is waited
 *	for, but never at the expense of a CPU that has arrived: that one goes
 *	back to its work until the late one is there.
 *
 *	The *point of no return* is the moment when the last CPU has committed,
 *	with interrupts off. Up to it a stop can be given up, and then fn has
 *	run nowhere, never will, nothing stays queued and neither fn nor arg is
 *	touched again. After it nothing counts but fn: no time limit, no signal.
 *
 *	-ETIMEDOUT  the time limit of kstop_machine_opts() or kstop_pause() ran
 *		    out before that point
 *	-EINTR	    a fatal signal came before that point. Every call that
 *		    sleeps can be killed so, with and without a limit, except
 *		    kstop_flush(). kstop_one_cpu() can until its fn begins.
 *		    (Not while it waits for the hotplug lock, as long as a CPU
 *		    is just coming or going, unless it has a limit.)
 *
 *	A wait of warn_ms (module parameter) is told in the log: for which CPUs,
 *	and what keeps each; again at growing intervals, and once more when it
 *	is over. /sys/kernel/debug/kstop/stoppers tells at any time.
 *
 * Locks
 *
 *	kstop_machine() and kstop_machine_opts() take cpus_read_lock(), before
 *	any lock of kstop, and let go of it about once a second while a CPU is
 *	late. The *_cpuslocked() calls want it held. No other call takes it, so
 *	those may be used under locks that nest inside it, and their targets
 *	can go down at any moment: what was accepted before then runs, on that
 *	CPU, before it is gone; what comes later is refused. (A stop of several
 *	CPUs that waits for a late one starts over when one of them is to go
 *	down, within about a second, with those that are left.)
 *
 * Order
 *
 *	Two stops that share a CPU run one after the other; stops that share
 *	none run at the same time. A work queued with kstop_one_cpu() or
 *	_nowait() runs on its CPU before whatever was queued there later,
 *	except that it may overtake a stop that waits for a late CPU.
 *
 * Errors, the same everywhere
 *
 *	-EINVAL	 fn is NULL, a CPU number is out of range, cpu1 == cpu2, unknown
 *		 flags, a run mask that is not inside the stop mask
 *	-ENOENT	 nothing to stop is online (kstop_two_cpus(): one is not)
 *	-EAGAIN	 try_kstop_cpus() only: a target is in use, or all of kstop's
 *		 requests are
 *	-EBUSY	 an online CPU cannot be stopped, as it is half way through
 *		 coming up or going down (when called from a hotplug callback,
 *		 or where one was told to stop between two states); not of
 *		 kstop_one_cpu() and kstop_cpus(). Nothing was stopped
 *	-EDEADLK a call that waits, from inside a callback or in atomic context
 *	-EINTR	 the caller was killed before the point of no return
 *	-ETIMEDOUT the time limit ran out before the point of no return
 *	-EOPNOTSUPP kstop_pause() only: the kernel is older than 5.11
 *
 *	Any other value is a callback's: 0, or a non-zero one that some
 *	callback returned. A callback that wants to be told apart from the
 *	list above uses positive values.
 */
#ifndef _KSTOP_H
#define _KSTOP_H

#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/sched.h>		/* TASK_COMM_LEN */
#include <linux/stop_machine.h>		/* cpu_stop_fn_t */
#include <linux/types.h>

/**
 * struct kstop_work - a callback on its way to one CPU
 * @list:	link in the stopper's queue
 * @fn:		the callback
 * @arg:	its argument
 * @caller:	who asked, for reports
 *
 * Storage for kstop_one_cpu_nowait(); all members belong to kstop. It needs no
 * initialisation. It is in use from the call that returned true until fn
 * begins: fn itself may free it or queue it again. It is no larger than
 * mainline's struct cpu_stop_work, so that one can stand in for it
 * (kstop_compat.h).
 */
struct kstop_work {
	struct list_head	list;
	cpu_stop_fn_t		fn;
	void			*arg;
	unsigned long		caller;
};

/**
 * kstop_one_cpu() - run a callback on one CPU
 * @cpu:	the CPU
 * @fn:		callback
 * @arg:	its argument
 *
 * The stopper of @cpu runs @fn(@arg) with preemption off and interrupts on,
 * ahead of every task there that the stopper's policy lets it precede. Other
 * CPUs go on. Such a work never waits for a CPU that is late; while its own CPU
 * takes part in a stop it waits for that.
 *
 * Hotplug: if @cpu goes down after the call was accepted, @fn still runs on
 * @cpu, before it is gone. (Mainline may run it elsewhere.)
 *
 * Context: process, may sleep. May be called with the hotplug lock held or not.
 * Return: what @fn returned; -ENOENT if @cpu is not online; -EINVAL for a CPU
 * number out of range or a NULL @fn; -EDEADLK; -EINTR if the caller was killed
 * before @fn began.
 */
int kstop_one_cpu(unsigned int cpu, cpu_stop_fn_t fn, void *arg);

/**
 * kstop_two_cpus() - stop two CPUs, run a callback on the first
 * @cpu1:	where @fn runs
 * @cpu2:	the other CPU that is stopped meanwhile
 * @fn:		callback
 * @arg:	its argument
 *
 * @fn runs with interrupts off, after both CPUs have stopped with interrupts
 * off; neither goes on before @fn has returned.
 *
 * Hotplug: does not keep the CPUs online; see "Locks" above.
 *
 * Context: process, may sleep.
 * Return: what @fn returned; -ENOENT if either CPU is not online; -EINVAL for
 * @cpu1 == @cpu2, a CPU number out of range or a NULL @fn; -EDEADLK; -EINTR.
 */
int kstop_two_cpus(unsigned int cpu1, unsigned int cpu2, cpu_stop_fn_t fn,
		   void *arg);

/**
 * kstop_one_cpu_nowait() - run a callback on one CPU, do not wait for it
 * @cpu:	the CPU
 * @fn:		callback
 * @arg:	its argument
 * @work:	storage, unused until now, untouched by the caller until @fn
 *		begins
 *
 * As kstop_one_cpu(), but returns at once. The result of @fn is dropped. A
 * module must call kstop_flush() before its code or data goes away.
 *
 * Context: any but NMI: interrupts off, in a hard interrupt, in a callback.
 * Not under a lock that is taken inside the scheduler's wake-up path.
 * Return: true if queued, and then @fn will be called; false if @cpu is not
 * online or out of range, or @fn is NULL.
 */
bool kstop_one_cpu_nowait(unsigned int cpu, cpu_stop_fn_t fn, void *arg,
			  struct kstop_work *work);

/**
 * kstop_cpus() - run a callback on several CPUs at once
 * @mask:	the CPUs; those not online are left out
 * @fn:		callback
 * @arg:	its argument, the same for all
 *
 * Gang start: no @fn begins before every target is there and committed to it,
 * so @fn may wait for the same @fn on the other targets. @fn runs with
 * preemption off and interrupts on. Each CPU leaves after its own @fn; the
 * call returns after the last.
 *
 * Hotplug: does not keep the CPUs online; the targets are those of @mask that
 * are online when the request is queued (and not half way up or down), and all of
 * them run @fn.
 *
 * Context: process, may sleep. @mask is not used after the call.
 * Return: 0 if every @fn returned 0, else one of the other values; -ENOENT if
 * no CPU of @mask is online; -EINVAL for a NULL @mask or @fn; -EDEADLK; -EINTR.
 */
int kstop_cpus(const struct cpumask *mask, cpu_stop_fn_t fn, void *arg);

/**
 * try_kstop_cpus() - kstop_cpus(), unless somebody is at it already
 * @mask:	the CPUs; those not online are left out
 * @fn:		callback
 * @arg:	its argument, the same for all
 *
 * Gives up at once if a target CPU has a request for several CPUs queued or
 * running. Works for single CPUs do not count.
 *
 * Context: process, may sleep (once it has been accepted).
 * Return: as kstop_cpus(), and -EAGAIN.
 */
int try_kstop_cpus(const struct cpumask *mask, cpu_stop_fn_t fn, void *arg);

/**
 * kstop_machine() - stop all CPUs, run a callback on some
 * @fn:		callback
 * @data:	its argument
 * @cpus:	where @fn runs; NULL (or a plain 0) for one online CPU of kstop's
 *		choice, in practice the caller's own or that of a caller with whom
 *		it shares the stop
 *
 * Every online CPU stops with interrupts off; then @fn runs on those of @cpus,
 * at the same time; when the last has returned, all go on. If no CPU of @cpus
 * is online, the machine is stopped, @fn runs nowhere, and the result is 0.
 *
 * Hotplug: no CPU comes or goes while the machine is stopped. The call takes
 * cpus_read_lock(). If a CPU is late it lets go of it about once a second and
 * starts over with the CPUs that are online then, so that a late CPU does not
 * block hotplug or suspend.
 *
 * Context: process, may sleep, the hotplug lock not held.
 * Return: 0 if every @fn returned 0, else one of the other values; -EINVAL for
 * a NULL @fn; -EBUSY if an online CPU has no stopper, being half way up or down;
 * -EDEADLK; -EINTR.
 */
int kstop_machine(cpu_stop_fn_t fn, void *data, const struct cpumask *cpus);

/**
 * kstop_machine_cpuslocked() - kstop_machine() for who holds the hotplug lock
 * @fn:		callback
 * @data:	its argument
 * @cpus:	where @fn runs, as in kstop_machine()
 *
 * Context: process, may sleep, between cpus_read_lock() and cpus_read_unlock()
 * or otherwise sure that no CPU comes or goes (from a hotplug callback, say).
 * Return: as kstop_machine(), and -EBUSY if an online CPU is half way up or
 * down and has no stopper to stop it with.
 */
int kstop_machine_cpuslocked(cpu_stop_fn_t fn, void *data,
			     const struct cpumask *cpus);

/*
 * KSTOP_IRQ: CPUs may arrive in an interrupt instead of in their stoppers, which from
 * rest is half of the work, or less. For callbacks that can bear what that means:
 *
 *  - Except on the caller's CPU, fn may run in hard-interrupt context, and the task
 *    that was interrupted is still current. It may be the idle task, or one in the
 *    middle of a system call or of user mode; no context switch comes before fn or
 *    after it. fn must not do what an interrupt handler may not do,
 *    nor, on PREEMPT_RT, raise a softirq (the kernel's rule there for what interrupts of
 *    this kind call; it warns).
 *  - The interrupted CPU was where preemption is allowed: preempt count zero, user mode,
 *    or the idle task at its own base count. So nobody holds a spinlock or is inside a
 *    section with preemption off, as in any stop. But on kernels that do not preempt
 *    kernel code (PREEMPT_VOLUNTARY, PREEMPT_NONE) other kernel code is stopped at
 *    points where it could not have been preempted, though it could on others.
 *  - A CPU that cannot arrive so (preemption is off there, or it is in the kernel and that
 *    has no CONFIG_PREEMPT_COUNT; on x86 such a kernel does not tell user mode either)
 *    does in its stopper, and so does one whose interrupt has waited for the others for
 *    too long; each CPU by itself. fn cannot choose.
 *
 * Such a stop is not shared with other callers'.
 */
#define KSTOP_IRQ	(1UL << 0)

/*
 * KSTOP_ALIGN: fn starts at the same moment on all CPUs of the run mask, so that what
 * it does there begins together. When each has nothing to do any more but to begin,
 * the last one names a value of the monotonic clock (ktime_get_mono_fast_ns()) that
 * is about a microsecond ahead, and each begins when its clock has reached that; where
 * reading this clock takes over 100 ns, all begin when they see that all are there.
 * An NMI or a hypervisor may still take a CPU away at the last moment.
 */
#define KSTOP_ALIGN	(1UL << 1)

/**
 * struct kstop_opts - what kstop_machine_opts() is to do
 * @stop:	the CPUs to stop; those not online are left out. NULL: all online
 * @run:	where fn runs, inside @stop. NULL: one stopped CPU of kstop's choice
 * @timeout_ns:	how long to wait for the point of no return; 0: without limit
 * @flags:	0, or a sum of KSTOP_IRQ and KSTOP_ALIGN
 *
 * All zeros is kstop_machine() with a NULL mask.
 */
struct kstop_opts {
	const struct cpumask	*stop;
	const struct cpumask	*run;
	u64			timeout_ns;
	unsigned long		flags;
};

/**
 * enum kstop_reason - what keeps a late CPU
 * @KSTOP_NOT_LATE: nothing, it is not late
 * @KSTOP_NOT_SCHEDULED: another task runs there and the stopper does not get
 *	its turn: that task has a higher (or the same) priority, it keeps
 *	preemption off, or the stopper is throttled
 * @KSTOP_BUSY: its stopper is still inside an earlier callback
 * @KSTOP_IRQS_OFF: it does not answer an interrupt: interrupts are off there,
 *	or the hypervisor does not run it
 * @KSTOP_ARRIVING: nothing that can be seen; its stopper was on its way
 */
enum kstop_reason {
	KSTOP_NOT_LATE,
	KSTOP_NOT_SCHEDULED,
	KSTOP_BUSY,
	KSTOP_IRQS_OFF,
	KSTOP_ARRIVING,
};

/**
 * struct kstop_late - why one CPU is late
 * @reason:	what keeps it
 * @comm:	NOT_SCHEDULED: name of the task that runs there
 * @pid:	its pid
 * @policy:	its scheduling policy, SCHED_NORMAL and so on
 * @priority:	its real-time priority, 0 if @policy has none
 * @nice:	its nice value
 * @atomic:	it has preemption off, as far as this kernel can tell
 * @fn:		BUSY: the callback; for showing only, not to be called
 * @caller:	BUSY: return address of the call that asked for it
 * @since_ns:	BUSY: how long it has been running
 */
struct kstop_late {
	enum kstop_reason	reason;
	char			comm[TASK_COMM_LEN];
	pid_t			pid;
	unsigned int		policy;
	unsigned int		priority;
	int			nice;
	bool			atomic;
	cpu_stop_fn_t		fn;
	unsigned long		caller;
	u64			since_ns;
};

/**
 * struct kstop_report - how a stop went
 * @late:	the caller's mask or NULL; out: the CPUs that were late when the
 *		stop was given up. They are CPUs of the stop mask, or CPUs that
 *		an earlier stop, which has to come first, is waiting for. Empty
 *		if the last of them arrived at the moment the limit ran out, and
 *		if the stop was not given up.
 * @reasons:	the caller's array of nr_cpu_ids or NULL; out: why, for each
 *		CPU in @late; the others are KSTOP_NOT_LATE
 * @results:	the caller's array of nr_cpu_ids or NULL; out: what fn returned
 *		on each CPU that ran it; other entries are left alone
 * @gather_ns:	out: from the call to the point of no return; 0 if never reached
 * @stopped_ns:	out: from there until the last fn had returned, of all calls that
 *		shared the stop
 * @total_ns:	out: from the call to its return
 *
 * Written before the call returns and not afterwards.
 */
struct kstop_report {
	struct cpumask		*late;
	struct kstop_late	*reasons;
	int			*results;
	u64			gather_ns;
	u64			stopped_ns;
	u64			total_ns;
};

/**
 * kstop_machine_opts() - kstop_machine() with a limit, a choice and a report
 * @fn:		callback
 * @data:	its argument
 * @opts:	what is wanted; NULL for all zeros
 * @report:	NULL, or storage for how it went
 *
 * As kstop_machine(), but only the CPUs of @opts->stop stop, and @fn runs on
 * those of @opts->run. The caller's CPU need not be one of them. CPUs outside
 * the stop mask go on and may do anything meanwhile.
 *
 * The limit may be as short and as long as you like. It runs from the call to the
 * point of no return, waiting for the hotplug lock included; what @fn takes has
 * no limit. It is kept by an hrtimer without slack, in the interrupt itself on
 * PREEMPT_RT, too: the call returns when its
 * task is next scheduled after that, and 1 to 5 ms later if @report asks which
 * CPUs are late, which takes that long to find out.
 *
 * Context: process, may sleep, the hotplug lock not held. Masks are not used
 * after the call.
 * Return: 0 if every @fn returned 0, else one of the other values; -EINVAL for
 * a NULL @fn, unknown flags, or a run mask that is not inside the stop mask;
 * -ENOENT if no CPU of the stop mask, or none of the run mask, is online;
 * -EBUSY if an online CPU of the stop mask has no stopper; -ETIMEDOUT;
 * -EINTR; -EDEADLK.
 */
int kstop_machine_opts(cpu_stop_fn_t fn, void *data,
		       const struct kstop_opts *opts,
		       struct kstop_report *report);

/**
 * kstop_late_describe() - say in words why a CPU is late
 * @buf:	where to
 * @size:	its size
 * @late:	the reason
 *
 * For instance "not scheduled, hog:612 (SCHED_FIFO 99) runs there". What cannot be printed
 * in a task's name is escaped (%pE), so it is one line; 200 bytes hold it, but for a
 * callback with a very long name.
 *
 * Context: any.
 * Return: the number of characters written, without the final 0.
 */
int kstop_late_describe(char *buf, size_t size, const struct kstop_late *late);

/**
 * kstop_rendezvous() - run three functions in step on several CPUs
 * @mask:	the CPUs; those not online are left out
 * @setup:	runs first, or NULL
 * @action:	begins when every @setup has returned, or NULL
 * @teardown:	begins when every @action has returned, or NULL
 * @arg:	the argument of all three
 *
 * Every CPU of @mask stops with interrupts off and runs the three. A NULL one is
 * a barrier and nothing else. All three run everywhere, whatever the ones
 * before returned; no CPU goes on before the last has returned. As FreeBSD's
 * smp_rendezvous() has it, which is where the idea comes from.
 *
 * Context: process, may sleep. Hotplug as in kstop_cpus().
 * Return: 0 if all returned 0, else one of the other values; -ENOENT if no CPU
 * of @mask is online; -EINVAL for a NULL @mask; -EDEADLK; -EINTR.
 */
int kstop_rendezvous(const struct cpumask *mask, cpu_stop_fn_t setup,
		     cpu_stop_fn_t action, cpu_stop_fn_t teardown, void *arg);

/**
 * kstop_pause() - hold other CPUs while the caller's own code runs
 * @mask:	the CPUs to hold, the caller's own or not; those not online are
 *		left out. NULL: all online
 * @timeout_ns:	how long to wait for them; 0: without limit
 *
 * When it returns 0, every other CPU of @mask stands in kstop with interrupts
 * off, the caller is on a CPU that it does not leave, with preemption and
 * interrupts off, and goes on with what it likes until kstop_resume().
 *
 * The rules between the two are those for a callback: no sleep, no spinlock_t on
 * PREEMPT_RT, as short as can be, no call into kstop that waits (-EDEADLK), not
 * another kstop_pause() (-EDEADLK, and a warning), interrupts stay off. The same
 * task calls kstop_resume(), from the same function or one like it: not from an
 * interrupt. What lockdep and the scheduler's own checks find in a section with
 * interrupts off, they find here.
 *
 * While it waits for the others the caller sleeps at times, and is bound to its
 * CPU; unless it has a real-time policy already it gets SCHED_FIFO at the
 * stoppers' priority (not before Linux 5.15), and its policy, nice value and timer slack
 * back at the end. A change that somebody else makes to its policy in between is lost,
 * and so is a time slice that it asked for (Linux 6.12 and later). The limit and a fatal
 * signal count until the others are held. A late CPU costs the held ones nothing,
 * as in kstop_machine().
 *
 * Hotplug: does not take cpus_read_lock(); a CPU that comes up meanwhile is not
 * held. Who minds calls it between cpus_read_lock() and cpus_read_unlock().
 *
 * FreeBSD, illumos and the I-pipe have such a pair.
 *
 * Context: process, may sleep, no lock held that a sleeper must not hold.
 * Return: 0, and then kstop_resume() has to be called; -ENOENT if no CPU of
 * @mask is online; -EBUSY if the caller's CPU, or one of @mask that is online, has no
 * stopper, being half way up or down; -ETIMEDOUT; -EINTR; -EDEADLK; -EOPNOTSUPP before
 * Linux 5.11, where who may not migrate cannot sleep.
 */
int kstop_pause(const struct cpumask *mask, u64 timeout_ns);

/**
 * kstop_resume() - let the CPUs go that kstop_pause() holds
 *
 * Interrupts and preemption are on again when it returns.
 *
 * Context: the task that called kstop_pause(), on the same CPU. Called
 * anywhere else it warns once and does nothing. If interrupts are on or the
 * preempt count is another than kstop_pause() left, it warns once and puts
 * that right.
 */
void kstop_resume(void);

/**
 * kstop_core_cpuslocked() - stop the threads of one core, run a callback on each
 * @cpu:	any CPU of that core
 * @fn:		callback
 * @data:	its argument
 *
 * As kstop_machine_cpuslocked() for the online hardware threads of one core:
 * they stop with interrupts off, @fn runs on all of them, they go on together.
 * Other cores do not notice. Without SMT the core is @cpu alone.
 *
 * Context: process, may sleep, hotplug lock held.
 * Return: 0 if every @fn returned 0, else one of the other values; -ENOENT if
 * @cpu is not online; -EINVAL for a CPU number out of range or a NULL @fn; -EBUSY
 * if one of them has no stopper, being half way up or down; -EDEADLK; -EINTR.
 */
int kstop_core_cpuslocked(unsigned int cpu, cpu_stop_fn_t fn, void *data);

/**
 * kstop_machine_from_inactive_cpu() - kstop_machine() from a CPU coming up
 * @fn:		callback
 * @data:	its argument
 * @cpus:	where @fn runs, as in kstop_machine(); may hold the calling CPU
 *
 * For hotplug callbacks that run on the CPU they are about. If that CPU is not
 * online yet (STARTING section), the call spins with interrupts off and never
 * sleeps; that is safe since nobody can depend on a CPU that is not online. If
 * it is online (AP_ONLINE section) it takes part like any other CPU.
 *
 * Context: hotplug callback on the CPU it is about, which is not active yet
 * (or no longer); IRQs on if it is online, as it sleeps there.
 * Return: 0 if every @fn returned 0, else one of the other values; -EINVAL for
 * a NULL @fn, or (with one WARN) from a CPU that is active; -EBUSY if another
 * online CPU has no stopper; -EDEADLK.
 */
int kstop_machine_from_inactive_cpu(cpu_stop_fn_t fn, void *data,
				    const struct cpumask *cpus);

/**
 * kstop_flush() - wait for every nowait work queued so far
 *
 * Returns when every work that kstop_one_cpu_nowait() accepted before this
 * call, from any module and for any CPU, has finished. What a module's exit
 * calls after it has made sure that it queues no more.
 *
 * A work that queues itself again from its own callback is waited for once.
 *
 * Context: process, may sleep. From a callback or in atomic context it warns
 * once and returns without waiting.
 */
void kstop_flush(void);

#endif /* _KSTOP_H */
