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
 *	only the threads of one core stop	kstop_core_cpuslocked()
 *	from a CPU that is just coming up	kstop_machine_from_inactive_cpu()
 *
 * The callback
 *
 *	int fn(void *arg);
 *
 * runs with preemption off, so it must not sleep, and on PREEMPT_RT it must
 * not take a spinlock_t. In the calls that stop CPUs for somebody else's sake
 * (machine, two, core, inactive) it also runs with interrupts off, and then
 * every stopped CPU has interrupts off from before the first fn begins until
 * after the last fn has returned. fn runs in the context of the CPU's stopper
 * thread, or of the caller on the caller's own CPU: do not look at current.
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
 * Which calls wait, and for whom
 *
 *	All but kstop_one_cpu_nowait() and kstop_machine_from_inactive_cpu()
 *	sleep: process context, no spinlock held, preemption and interrupts
 *	on. Asking for a wait in atomic context gets one WARN and -EDEADLK.
 *	A CPU that does not come (its stopper is kept away, or it has
 *	interrupts off) is waited for without limit, but never at the expense
 *	of a CPU that has arrived: that one goes back to its work until the
 *	late one is there. While it waits for CPUs to arrive a caller can be
 *	killed: the result is -EINTR, and fn has run nowhere and never will.
 *	Once fn may have begun, the caller waits for its end.
 *
 * Locks
 *
 *	kstop_machine() takes cpus_read_lock(), before any lock of kstop. The
 *	*_cpuslocked() calls want it held. No other call takes it, so those
 *	may be used under locks that nest inside it, and their targets can go
 *	down at any moment: what was accepted before then runs, on that CPU,
 *	before it is gone; what comes later is refused.
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
 *	-EINVAL	 fn is NULL, a CPU number is out of range, cpu1 == cpu2
 *	-ENOENT	 nothing to stop is online (kstop_two_cpus(): one is not)
 *	-EAGAIN	 try_kstop_cpus() only: a target is in use
 *	-EBUSY	 an online CPU cannot be stopped, as it is half way through
 *		 coming up or going down (the whole-machine calls, when made
 *		 from a hotplug callback); the machine was not stopped
 *	-EDEADLK a call that waits, from inside a callback or in atomic context
 *	-EINTR	 the caller was killed before fn began anywhere
 *
 *	Any other value is a callback's: 0, or a non-zero one that some
 *	callback returned. A callback that wants to be told apart from the
 *	list above uses positive values.
 */
#ifndef _KSTOP_H
#define _KSTOP_H

#include <linux/cpumask.h>
#include <linux/list.h>
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
 * CPUs go on. Works for one CPU never wait for another CPU.
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
 * are online when the request is queued, and all of them run @fn.
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
 *		choice, in practice the caller's own
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
 * a NULL @fn; -EDEADLK; -EINTR.
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
 * @cpu is not online; -EINVAL for a CPU number out of range or a NULL @fn;
 * -EDEADLK; -EINTR.
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
 * (or no longer); IRQs off or on.
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
