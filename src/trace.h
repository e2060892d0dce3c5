/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints kstop:*, in the words of rendezvous.h; docs/tracing.md.
 *
 * They may be anywhere in the protocol: none of it runs in an NMI or where RCU does not
 * watch. An interrupt that takes part is a hard one, which told RCU first, or the idle
 * task is looking for interrupts itself, outside of its sleep. On a CPU that is not
 * online the kernel's tracepoints are silent.
 *
 * Most are made where a request is recorded (record.h), which is out of the way of those
 * that are not; whoever turns one of these on makes all requests be recorded.
 *
 * No strings but constants, so that all kernels and tracers can do with it.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kstop

#if !defined(_KSTOP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KSTOP_TRACE_H

#include <linux/tracepoint.h>

#include "part.h"

TRACE_DEFINE_ENUM(ROLE_STOPPER);
TRACE_DEFINE_ENUM(ROLE_CALLER);
TRACE_DEFINE_ENUM(ROLE_NO_STOPPER);
TRACE_DEFINE_ENUM(ROLE_PAUSER);
TRACE_DEFINE_ENUM(ROLE_IRQ);
TRACE_DEFINE_ENUM(ROLE_OFFLINE);

#define show_role(role)					\
	__print_symbolic(role,				\
		{ ROLE_STOPPER,		"stopper" },	\
		{ ROLE_CALLER,		"caller" },	\
		{ ROLE_NO_STOPPER,	"no_stopper" },	\
		{ ROLE_PAUSER,		"pauser" },	\
		{ ROLE_IRQ,		"interrupt" },	\
		{ ROLE_OFFLINE,		"offline" })

/* It is about to be queued; whose CPU this is calls. */
TRACE_EVENT_FN(kstop_request,
	TP_PROTO(const struct request *req, const struct stop *stop),
	TP_ARGS(req, stop),
	TP_STRUCT__entry(
		__field(u64,		id)
		__field(unsigned long,	caller)
		__field(unsigned long,	fn)
		__field(unsigned int,	nr)
		__field(unsigned int,	flags)
		__bitmask(targets,	nr_cpumask_bits)
	),
	TP_fast_assign(
		__entry->id	= req->id;
		__entry->caller	= stop->caller;
		__entry->fn	= (unsigned long)stop->fn;
		__entry->nr	= req->nr;
		__entry->flags	= stop->gang | stop->share << 1 |
				  stop->irq << 2 | stop->align << 3 |
				  stop->pauser << 4;
		__assign_bitmask(targets, cpumask_bits(req->targets),
				 nr_cpumask_bits);
	),
	TP_printk("id=%llu nr=%u targets=%s flags=%s fn=%ps caller=%ps",
		  __entry->id, __entry->nr, __get_bitmask(targets),
		  __print_flags(__entry->flags, "|", { 1, "gang" },
				{ 2, "share" }, { 4, "irq" }, { 8, "align" },
				{ 16, "pause" }),
		  (void *)__entry->fn, (void *)__entry->caller),
	record_trace_on, record_trace_off
);

/* What this CPU does in GATHER and COMMIT: the counts are the word's, afterwards. */
DECLARE_EVENT_CLASS(kstop_part,
	TP_PROTO(const struct part *part),
	TP_ARGS(part),
	TP_STRUCT__entry(
		__field(u64,		id)
		__field(unsigned long,	caller)
		__field(unsigned int,	role)
		__field(unsigned int,	round)
		__field(unsigned int,	here)
		__field(unsigned int,	relaxed)
		__field(unsigned int,	seen)
		__field(unsigned int,	nr)
	),
	TP_fast_assign(
		__entry->id	 = part->req->id;
		__entry->caller	 = part->req->calls[0].caller;
		__entry->role	 = part->role;
		__entry->round	 = word_round(part->word);
		__entry->here	 = word_here(part->word);
		__entry->relaxed = word_relaxed(part->word);
		__entry->seen	 = word_seen(part->word);
		__entry->nr	 = part->req->nr;
	),
	TP_printk("id=%llu by=%s round=%u here=%u relaxed=%u seen=%u nr=%u caller=%ps",
		  __entry->id, show_role(__entry->role), __entry->round,
		  __entry->here, __entry->relaxed, __entry->seen, __entry->nr,
		  (void *)__entry->caller)
);

/* ENTER; with here=0, it was the last one, and this is COMMIT. */
DEFINE_EVENT_FN(kstop_part, kstop_arrive,
	TP_PROTO(const struct part *part), TP_ARGS(part),
	record_trace_on, record_trace_off);

/* LEAVE: the scheduler, or an end to an interrupt, takes the CPU away. */
DEFINE_EVENT_FN(kstop_part, kstop_leave,
	TP_PROTO(const struct part *part), TP_ARGS(part),
	record_trace_on, record_trace_off);

DEFINE_EVENT_FN(kstop_part, kstop_relax,
	TP_PROTO(const struct part *part), TP_ARGS(part),
	record_trace_on, record_trace_off);

/* Committed, IRQs off; with here=0, it was the last one, and this is RUN. */
DEFINE_EVENT_FN(kstop_part, kstop_commit,
	TP_PROTO(const struct part *part), TP_ARGS(part),
	record_trace_on, record_trace_off);

/* This CPU made it a new round. */
DEFINE_EVENT_FN(kstop_part, kstop_retreat,
	TP_PROTO(const struct part *part), TP_ARGS(part),
	record_trace_on, record_trace_off);

/* This CPU has nothing more to do with the request. */
DEFINE_EVENT_FN(kstop_part, kstop_depart,
	TP_PROTO(const struct part *part), TP_ARGS(part),
	record_trace_on, record_trace_off);

/* One call of a request. */
DECLARE_EVENT_CLASS(kstop_call,
	TP_PROTO(const struct request *req, unsigned int call),
	TP_ARGS(req, call),
	TP_STRUCT__entry(
		__field(u64,		id)
		__field(unsigned long,	caller)
		__field(unsigned long,	fn)
		__field(unsigned int,	call)
	),
	TP_fast_assign(
		__entry->id	= READ_ONCE(req->id);
		__entry->caller	= req->calls[call].caller;
		__entry->fn	= (unsigned long)req->calls[call].fn;
		__entry->call	= call;
	),
	TP_printk("id=%llu call=%u fn=%ps caller=%ps", __entry->id,
		  __entry->call, (void *)__entry->fn, (void *)__entry->caller)
);

/* JOIN: a caller shares the request; id=0: it is not queued yet. */
DEFINE_EVENT(kstop_call, kstop_join,
	TP_PROTO(const struct request *req, unsigned int call),
	TP_ARGS(req, call));

/* With the last call, which was given up, the request is ABORTED. */
DEFINE_EVENT(kstop_call, kstop_abort,
	TP_PROTO(const struct request *req, unsigned int call),
	TP_ARGS(req, call));

/* CANCEL: the caller gives up. */
DEFINE_EVENT(kstop_call, kstop_cancel,
	TP_PROTO(const struct request *req, unsigned int call),
	TP_ARGS(req, call));

/* fn begins on this CPU. */
TRACE_EVENT_FN(kstop_run,
	TP_PROTO(const struct part *part),
	TP_ARGS(part),
	TP_STRUCT__entry(
		__field(u64,		id)
		__field(unsigned long,	caller)
		__field(unsigned long,	fn)
		__field(unsigned int,	call)
	),
	TP_fast_assign(
		__entry->id	= part->req->id;
		__entry->call	= word_turn(part->word);
		__entry->caller	= part->req->calls[__entry->call].caller;
		__entry->fn	= (unsigned long)part->req->calls[__entry->call].fn;
	),
	TP_printk("id=%llu call=%u fn=%ps caller=%ps", __entry->id,
		  __entry->call, (void *)__entry->fn, (void *)__entry->caller),
	record_trace_on, record_trace_off
);

/* fn has returned on this CPU. */
TRACE_EVENT_FN(kstop_return,
	TP_PROTO(const struct part *part, int ret),
	TP_ARGS(part, ret),
	TP_STRUCT__entry(
		__field(u64,		id)
		__field(unsigned long,	caller)
		__field(unsigned long,	fn)
		__field(unsigned int,	call)
		__field(int,		ret)
	),
	TP_fast_assign(
		__entry->id	= part->req->id;
		__entry->call	= word_turn(part->word);
		__entry->caller	= part->req->calls[__entry->call].caller;
		__entry->fn	= (unsigned long)part->req->calls[__entry->call].fn;
		__entry->ret	= ret;
	),
	TP_printk("id=%llu call=%u ret=%d fn=%ps caller=%ps", __entry->id,
		  __entry->call, __entry->ret, (void *)__entry->fn,
		  (void *)__entry->caller),
	record_trace_on, record_trace_off
);

/*
 * RELEASE, by the CPU that was the last to return from fn. The times are 0 if too many
 * requests are under way to record them all.
 */
TRACE_EVENT_FN(kstop_release,
	TP_PROTO(const struct request *req),
	TP_ARGS(req),
	TP_STRUCT__entry(
		__field(u64,		id)
		__field(unsigned long,	caller)
		__field(unsigned int,	nr)
		__field(unsigned int,	calls)
		__field(s64,		gather_ns)
		__field(s64,		stopped_ns)
		__bitmask(targets,	nr_cpumask_bits)
	),
	TP_fast_assign(
		__entry->id	= req->id;
		__entry->caller	= req->calls[0].caller;
		__entry->nr	= req->nr;
		__entry->calls	= READ_ONCE(req->nr_calls);
		__assign_bitmask(targets, cpumask_bits(req->targets),
				 nr_cpumask_bits);
		__entry->gather_ns  = 0;
		__entry->stopped_ns = 0;
		if (req->record->head.id == req->id) {
			const struct record_head *head = &req->record->head;

			__entry->gather_ns = head->committed - head->queued;
			__entry->stopped_ns = head->released - head->committed;
		}
	),
	TP_printk("id=%llu nr=%u targets=%s calls=%u gather_ns=%lld stopped_ns=%lld caller=%ps",
		  __entry->id, __entry->nr, __get_bitmask(targets),
		  __entry->calls, __entry->gather_ns, __entry->stopped_ns,
		  (void *)__entry->caller),
	record_trace_on, record_trace_off
);

/* A caller goes on; each of those that share a request. */
TRACE_EVENT_FN(kstop_end,
	TP_PROTO(const struct request *req, unsigned int call, int err, int ret),
	TP_ARGS(req, call, err, ret),
	TP_STRUCT__entry(
		__field(u64,		id)
		__field(unsigned long,	caller)
		__field(unsigned int,	call)
		__field(int,		error)
		__field(int,		ret)
	),
	TP_fast_assign(
		__entry->id	= READ_ONCE(req->id);
		__entry->caller	= req->calls[call].caller;
		__entry->call	= call;
		__entry->error	= err;
		__entry->ret	= ret;
	),
	TP_printk("id=%llu call=%u error=%d ret=%d caller=%ps", __entry->id,
		  __entry->call, __entry->error, __entry->ret,
		  (void *)__entry->caller),
	record_trace_on, record_trace_off
);

/* A call ends with -ETIMEDOUT; id 0: it had no request yet, and @mask is what it wanted. */
TRACE_EVENT(kstop_timeout,
	TP_PROTO(u64 id, const struct stop *stop, const struct cpumask *mask),
	TP_ARGS(id, stop, mask),
	TP_STRUCT__entry(
		__field(u64,		id)
		__field(unsigned long,	caller)
		__field(unsigned long,	fn)
		__field(u64,		timeout_ns)
		__bitmask(targets,	nr_cpumask_bits)
	),
	TP_fast_assign(
		__entry->id	= id;
		__entry->caller	= stop->caller;
		__entry->fn	= (unsigned long)stop->fn;
		__entry->timeout_ns = stop->limit.timeout_ns;
		__assign_bitmask(targets, cpumask_bits(mask), nr_cpumask_bits);
	),
	TP_printk("id=%llu targets=%s timeout_ns=%llu fn=%ps caller=%ps",
		  __entry->id, __get_bitmask(targets), __entry->timeout_ns,
		  (void *)__entry->fn, (void *)__entry->caller)
);

#endif /* _KSTOP_TRACE_H */

/* Beside include/, which is searched wherever kstop is built. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH ../src
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
