/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rendezvous of src/rendezvous.h, for SPIN. docs/model.md says how this maps
 * to the code and what is left out; `run` knows the configurations.
 *
 * Size:	NC CPUs (2, 3), NR requests (1, 2); MASK0, MASK1: their targets;
 *		RUN0, RUN1: where fn runs; GANG0, GANG1: kstop_cpus();
 *		ATMIN, ATMAX: where callers may be (NC: not on our CPUs);
 *		NP: how many requests, the last ones, are kstop_pause();
 *		PAUSE0, PAUSE1: on which CPU
 *		LOCK0, LOCK1: kstop_machine(), with the hotplug lock held
 *		IRQ0, IRQ1: KSTOP_IRQ, arrival by interrupt
 * Adversary:	NATIVE (the kernel's stop_machine), ABORT (callers are killed or
 *		their time limit runs out), SPURIOUS=n (wake-ups for nothing),
 *		PREEMPTIBLE (who gathers is preempted while counted; else it has
 *		to LEAVE first, as in src/), DOWN=n (that CPU goes down: the
 *		first or the last), DRAIN_LIMIT (or fails to), HOG=n (who has
 *		that CPU gives it back only when DOWN has gone, or WORKS have run)
 *		WORKS=n (so many are queued for single CPUs, perhaps cancelled)
 * Detail:	FINE (nothing in one step that the code does in two),
 *		LIVE (adds calm, see there), ROUNDS=n (the round wraps there)
 * Twins:	TWIN_*, each without something the protocol cannot do without
 */
#ifndef NC
#define NC	2
#endif
#ifndef NR
#define NR	1
#endif
#define ALL	((1 << NC) - 1)
#ifndef MASK0
#define MASK0	ALL
#endif
#ifndef MASK1
#define MASK1	ALL
#endif
#ifndef NP
#define NP	0
#endif
#ifndef PAUSE0
#define PAUSE0	0
#endif
#ifndef PAUSE1
#define PAUSE1	1
#endif
#if NP > 0 && NR - NP == 0
#define RUN0	(1 << PAUSE0)
#endif
#if NP > 0 && NR == 2
#define RUN1	(1 << PAUSE1)
#endif
#ifndef RUN0
#define RUN0	MASK0
#endif
#ifndef RUN1
#define RUN1	MASK1
#endif
#ifndef GANG0
#define GANG0	0
#endif
#ifndef GANG1
#define GANG1	0
#endif
#ifndef ATMIN
#define ATMIN	0
#endif
#ifndef ATMAX
#define ATMAX	NC
#endif
#ifndef ROUNDS
#define ROUNDS	2
#endif
#ifndef LOCK0
#define LOCK0	0
#endif
#ifndef LOCK1
#define LOCK1	0
#endif
#ifndef IRQ0
#define IRQ0	0
#endif
#ifndef IRQ1
#define IRQ1	0
#endif
#if IRQ0 || IRQ1
#define INTERRUPTS
#endif
#if defined(ABORT) || defined(DOWN)
#define GIVES_UP	/* request_abort() is called at all */
#endif
#if NR > 1 || defined(DOWN)
#define ORDER_LOCK
#endif

/* enum state */
#define GATHER	0
#define COMMIT	1
#define RUN	2
#define RELEASE	3
#define ABORTED	4

/* enum server */
#define SLOT_STOPPER	0
#define SLOT_CALLER	1
#define SLOT_RELAXED	2
#define SLOT_IRQ	3

/* enum role */
#define ROLE_STOPPER	0
#define ROLE_CALLER	1
#define ROLE_PAUSER	2
#define ROLE_IRQ	3

/* Why a CPU cannot be taken away; IRQs off for request r is r + 1. */
#define PREEMPTION_OFF	3
#define IN_HANDLER	4

typedef word_t {
	unsigned state : 3;
	unsigned round : 2;
	unsigned seen : 2;
	unsigned relaxed : 2;
	unsigned here : 2
}

typedef slot_t {
	unsigned server : 2;
	bit taken;
	bit seen;
	bit relaxed
}

typedef cpu_t {
	unsigned queue : 4;	/* numbers of requests + 1, head lowest */
	unsigned pin : 3;
	bit awake;		/* the stopper thread is not asleep */
#if NP > 0
	unsigned pausers : 2;	/* those of this CPU that are not asleep */
#endif
#ifdef WORKS
	unsigned ahead : 2;	/* works before the first slot, */
	unsigned behind : 2;	/* and behind it */
	bit working;
#endif
#ifdef INTERRUPTS
	bit sent;		/* an interrupt is on its way */
	bit irq;		/* its handler takes part */
#endif
	bit native		/* the kernel's own stopper has the CPU */
}

word_t word[NR];
slot_t slot[NR * NC];
cpu_t cpu[NC];
byte refs[NR];
byte fn_left[NR];		/* ghost: CPUs whose fn has not returned */

#ifdef ORDER_LOCK
bit order_lock;
#endif
#ifdef SPURIOUS
byte spurious = SPURIOUS;
#endif
#ifdef TWIN_TWO_WORDS
bit aborted[NR];
#define IS_ABORTED(r)	(word[r].state == ABORTED || aborted[r])
#else
#define IS_ABORTED(r)	(word[r].state == ABORTED)
#endif

/* What is asked for; MASK() and RUNMASK() are what it got. */
#if NR > 1
#define ASKED(r)	((r) -> MASK1 : MASK0)
#define RUNS(r)		((r) -> RUN1 : RUN0)
#define LOCKS(r)	((r) -> LOCK1 : LOCK0)
#define GANG(r)		((r) -> GANG1 : GANG0)
#define PAUSE(r)	((r) -> PAUSE1 : PAUSE0)
#define IRQ(r)		((r) -> IRQ1 : IRQ0)
#else
#define ASKED(r)	MASK0
#define RUNS(r)		RUN0
#define LOCKS(r)	LOCK0
#define GANG(r)		GANG0
#define PAUSE(r)	PAUSE0
#define IRQ(r)		IRQ0
#endif

#ifdef DOWN
/* stopper->enabled of that CPU, the other way round */
bit disabled;
bit gone;			/* its thread is parked */
bit down_over;			/* gone, or that has failed */
bit writer;			/* the hotplug lock: there is one, */
unsigned readers : 2;		/* and how many have it */
bit without[NR];		/* the request left that CPU out, or was refused */
bit again[NR];			/* -ERESTART */

#define GONE(c)		((c) == DOWN && gone)
#define MASK(r)		(ASKED(r) & ~(without[r] << DOWN))
#define RUNMASK(r)	(RUNS(r) & ~(without[r] << DOWN))
#define AGAIN(r)	again[r]

/* better_start_over(); each second there is a tick */
#if defined(TWIN_KEEPS_LOCK)
#define STARTS_OVER(r)	(!LOCKS(r) && IS_LEAVING(r))
#elif defined(TWIN_KEEPS_CPU)
#define STARTS_OVER(r)	LOCKS(r)
#else
#define STARTS_OVER(r)	(LOCKS(r) || IS_LEAVING(r))
#endif
#define IS_LEAVING(r)	(disabled && BIT(MASK(r), DOWN))
#else
#define GONE(c)		false
#define MASK(r)		ASKED(r)
#define RUNMASK(r)	RUNS(r)
#define AGAIN(r)	false
#endif
#ifdef HOG
bit hog;
#define IS_HOGGED(c)	((c) == HOG && hog)
#define IS_HOGS(c)	((c) == HOG)
#else
#define IS_HOGS(c)	false
#define IS_HOGGED(c)	false
#endif

#define IS_PAUSE(r)	((r) >= NR - NP)
#define IS_PAUSERS(r, c)	(IS_PAUSE(r) && PAUSE(r) == (c))
#define BIT(m, c)	(((m) >> (c)) & 1)
#define COUNT(m)	(BIT(m, 0) + BIT(m, 1) + BIT(m, 2))
#define NUM(r)		COUNT(MASK(r))
#define NUM_RUN(r)	COUNT(RUNMASK(r))
#define SLOT(r, c)	slot[(r) * NC + (c)]

#define HEAD(c)		((cpu[c].queue & 3) - 1)
#define IS_HEAD(r, c)	((cpu[c].queue & 3) == (r) + 1)
#define IS_QUEUED(r, c)	(IS_HEAD(r, c) || (cpu[c].queue >> 2) == (r) + 1)

#ifdef WORKS
#ifdef HOG
byte queued;			/* works that ever were */
#endif
#define AHEAD(c)	cpu[c].ahead
#define BEHIND(c)	cpu[c].behind
#define WORKS_MOVE_UP(c)	cpu[c].ahead = cpu[c].ahead + cpu[c].behind; cpu[c].behind = 0
#define NO_WORKS	(!AHEAD(0) && !BEHIND(0) && !AHEAD(1) && !BEHIND(1))
#else
#define AHEAD(c)	0
#define BEHIND(c)	0
#define WORKS_MOVE_UP(c)	skip
#endif
#define IS_EMPTY(c)	(!cpu[c].queue && !AHEAD(c))
#define IS_MORE(c)	(cpu[c].queue || AHEAD(c))

#if NC == 2
#define EACH(op, x)	(op(x, 0) && op(x, 1))
#else
#define EACH(op, x)	(op(x, 0) && op(x, 1) && op(x, 2))
#endif
#define STOPPED(r, c)	(!BIT(MASK(r), c) || cpu[c].pin == (r) + 1)
#define NO_NATIVE(x, c)	(!cpu[c].native)
#define NO_PIN(x, c)	(!cpu[c].pin)

/* Whoever can be preempted makes a step only when it has its CPU. */
#define HAS_CPU(c)	(!cpu[c].native && !cpu[c].pin && !IS_HOGGED(c))
#ifdef INTERRUPTS
#define IS_IRQ(role)	((role) == ROLE_IRQ)
#define STOPPERS_ROLE(c)	(cpu[c].irq -> ROLE_IRQ : ROLE_STOPPER)
#else
#define IS_IRQ(role)	false
#define STOPPERS_ROLE(c)	ROLE_STOPPER
#endif
#ifdef PREEMPTIBLE
#define IN_GATHER(c, role)	((role) == ROLE_CALLER || IS_IRQ(role) || HAS_CPU(c))
#define STAYS(role)		((role) == ROLE_CALLER)
#else
#define IN_GATHER(c, role)	true
#define STAYS(role)		true
#endif
#define GATHER_PIN(role)	(IS_IRQ(role) -> IN_HANDLER : (STAYS(role) -> PREEMPTION_OFF : 0))

/* Each access to a request: somebody holds it. */
#define USE(r)		assert(refs[r] > 0)

/*
 * Time. A budget may run out at any moment and a CPU may be wanted at any
 * moment: nothing is assumed about time. With LIVE there comes a moment, any
 * moment, from which on there is calm: nothing new comes from outside, who is
 * wanted by the kernel's stopper lets it in, and a budget runs out only when
 * nothing else can happen.
 */
#ifdef LIVE
bit calm;
#define DISTURBED	(!calm)
#define BUDGET_GONE	(!calm || timeout)
#define WANTED		(!calm || !EACH(NO_NATIVE, 0))
#define LET_NATIVE_IN(c) if :: calm -> cpu[c].native = 1 :: else fi
#define DONE(r)		(word[r].state >= RELEASE && refs[r] == 0 && !AGAIN(r))
#else
#define DISTURBED	true
#define BUDGET_GONE	true
#define WANTED		true
#define LET_NATIVE_IN(c) skip
#endif

#ifdef TWIN_NO_COMMIT_BUDGET
#define COMMIT_BUDGET_GONE	true
#else
#define COMMIT_BUDGET_GONE	BUDGET_GONE
#endif

#if defined(TWIN_UNCOUNT_FIRST)
#define UNCOUNTS_FIRST(role)	true
#elif defined(TWIN_PAUSER_UNCOUNTS_FIRST)
#define UNCOUNTS_FIRST(role)	((role) == ROLE_PAUSER)
#else
#define UNCOUNTS_FIRST(role)	false
#endif

#define IS_COUNTED(r)	(counted && word[r].round == round)

/* The handler has one round: it does not ENTER again. */
#define HAS_FAILED(role)	(IS_IRQ(role) && counted)
#ifdef TWIN_IRQ_NO_BUDGET
#define HANDLER_ENDS(r)	(counted && !IS_COUNTED(r))
#else
#define HANDLER_ENDS(r)	(counted && (!IS_COUNTED(r) || BUDGET_GONE))
#endif

#ifdef FINE
#define WAKE_LATER(c)	to_wake = to_wake | (1 << (c))
#define CALL_LATER(r, c)	to_wake = to_wake | (1 << (c))
#else
#define WAKE_LATER(c)	wake(c)
#define CALL_LATER(r, c)	call(r, c)
#endif

/* That does nothing to a thread that is parked. */
inline wake(c)
{
	cpu[c].awake = !GONE(c)
}

/* Who has queued the first slot calls that CPU: its stopper, or by an interrupt. */
inline call(r, c)
{
#ifdef INTERRUPTS
	if
	:: IRQ(r) -> cpu[c].sent = 1
	:: else -> wake(c)
	fi
#else
	wake(c)
#endif
}

#if NP > 0
/* Who has called kstop_pause() is a thread of that CPU alone, like its stopper. */
#define PAUSER_AWAKE(r, c)	BIT(cpu[c].pausers, r)
#define SOMEBODY_AWAKE(c)	(cpu[c].awake || cpu[c].pausers)
#define PAUSER_ASLEEP(r)	(word[r].state == GATHER && refs[r] &&	\
				 !PAUSER_AWAKE(r, PAUSE(r)))

inline wake_pauser(r, c)
{
	cpu[c].pausers = cpu[c].pausers | (1 << (r))
}

inline prepare_to_sleep(r, c)
{
	cpu[c].pausers = cpu[c].pausers & ~(1 << (r))
}
#else
#define SOMEBODY_AWAKE(c)	cpu[c].awake
#endif

/* The stopper, also where it has to make way. */
inline wake_server(r, c)
{
#ifdef TWIN_PAUSER_WOKEN_DIRECTLY
	if
	:: IS_PAUSERS(r, c) -> wake_pauser(r, c)
	:: else -> wake(c)
	fi
#else
	wake(c)
#endif
}

/* Next in wake_relaxed(); our own slot is not relaxed. */
inline next_slot(c)
{
	i++;
	if
	:: i == c -> i++
	:: else
	fi
}

/* enter(): count yourself. Says whether the relaxed have to be woken, in wk. */
inline enter(r, c)
{
	d_step {
		USE(r);
		assert(!GONE(c));
		assert(word[r].state == GATHER && word[r].here < NUM(r));
		assert(word[r].relaxed >= SLOT(r, c).relaxed);
		/* So a bit is enough to know an old round by. */
		assert(!counted || word[r].round == (round + 1) % ROUNDS);
#if defined(TWIN_WAKE_AT_FIRST_ARRIVAL)
		wk = !SLOT(r, c).seen;
#elif defined(TWIN_NO_WAKE_IN_NEW_ROUND)
		wk = !counted;
#else
		wk = 1;
#endif
		word[r].here++;
		word[r].seen = word[r].seen + !SLOT(r, c).seen;
		word[r].relaxed = word[r].relaxed - SLOT(r, c).relaxed;
		SLOT(r, c).seen = 1;
		SLOT(r, c).relaxed = 0;
		round = word[r].round;
		counted = 1;
		wk = (wk && word[r].relaxed && word[r].seen == NUM(r));
		if
		:: word[r].here == NUM(r) ->
			assert(!word[r].relaxed && word[r].seen == NUM(r));
			word[r].here = 0;
#ifdef TWIN_ONE_PHASE
			word[r].state = RUN
#else
			word[r].state = COMMIT
#endif
		:: else
		fi
	}
}

/* LEAVE and RELAX: count yourself out. */
inline uncount(r, c, to_relaxed)
{
	USE(r);
	assert(word[r].here > 0);
	word[r].here--;
	word[r].relaxed = word[r].relaxed + to_relaxed;
	SLOT(r, c).relaxed = to_relaxed;
	counted = 0;
	round = 0
}

/* COMMIT: IRQs off, count yourself. The last one opens RUN. */
inline enter_commit(r, c)
{
	d_step {
		USE(r);
		assert(IS_COUNTED(r));
#ifdef TWIN_COUNTS_COMMIT_FIRST
		cpu[c].pin = (word[r].here + 1 == NUM(r) -> (r) + 1 : cpu[c].pin);
#else
		cpu[c].pin = (r) + 1;
#endif
		word[r].here++;
		if
		:: word[r].here == NUM(r) ->
			assert(EACH(STOPPED, r));
			word[r].here = 0;
			word[r].seen = 0;
			word[r].round = 0;
			word[r].state = (NUM_RUN(r) -> RUN : RELEASE)
		:: else
		fi
	}
}

inline retreat(r)
{
	USE(r);
	assert(IS_COUNTED(r));
	word[r].here = 0;
	word[r].state = GATHER;
#ifdef TWIN_RETREATS_TWO_ROUNDS
	word[r].round = (word[r].round + 2) % ROUNDS
#else
	word[r].round = (word[r].round + 1) % ROUNDS
#endif
}

/* run_fn(), and what is promised to fn */
inline run_fn(r, c)
{
	d_step {
		USE(r);
		assert(!IS_ABORTED(r));
		assert(GANG(r) || EACH(STOPPED, r));
		assert(BIT(fn_left[r], c));
#ifndef TWIN_COUNTS_FN_FIRST
		fn_left[r] = fn_left[r] & ~(1 << (c));
#endif
		word[r].here++;
		if
		:: word[r].here == NUM_RUN(r) ->
			word[r].here = 0;
			word[r].state = RELEASE
		:: else
		fi
	}
}

/* Who is let go: every fn has returned, or fn ran nowhere and never will. */
inline check_over(r)
{
	if
	:: IS_ABORTED(r) -> assert(fn_left[r] == RUNMASK(r))
	:: else -> assert(GANG(r) || !fn_left[r])
	fi
}

/* request_abort(), if it is not too late */
inline abort(r)
{
	USE(r);
	word[r].state = ABORTED;
	word[r].here = 0;
	word[r].relaxed = 0;
	word[r].seen = 0;
	word[r].round = 0
}

/* queue_slot(): the caller serves its own slot if that is the first. */
inline queue_slot(r, c, own)
{
	USE(r);
	assert(!GONE(c));
	if
	:: IS_EMPTY(c) && own ->
		SLOT(r, c).server = SLOT_CALLER;
#ifndef TWIN_OWN_SLOT_LATE
		cpu[c].queue = (r) + 1
#endif
	:: IS_EMPTY(c) && !own ->
		cpu[c].queue = (r) + 1;
#ifdef INTERRUPTS
		SLOT(r, c).server = (IRQ(r) -> SLOT_IRQ : SLOT_STOPPER);
#endif
		CALL_LATER(r, c)
	:: else ->
#ifdef TWIN_IRQ_BEHIND
		if
		:: IRQ(r) && !own -> SLOT(r, c).server = SLOT_IRQ; CALL_LATER(r, c)
		:: else
		fi;
#endif
		cpu[c].queue = (cpu[c].queue -> cpu[c].queue | (((r) + 1) << 2) : (r) + 1)
	fi
}

/* Nobody looks at it any more. */
inline clear_slot(r, c)
{
	SLOT(r, c).server = 0;
	SLOT(r, c).taken = 0;
	SLOT(r, c).seen = 0;
	SLOT(r, c).relaxed = 0
}

/*
 * The end of take_part(): queue_unlink(), then request_put(), then the CPU
 * becomes preemptible. A stopper looks at the rest of its queue by itself.
 */
inline unlink(r, c, role)
{
	USE(r);
	check_over(r);
	if
	:: IS_HEAD(r, c) -> cpu[c].queue = cpu[c].queue >> 2; WORKS_MOVE_UP(c)
	:: else ->
#ifdef TWIN_OWN_SLOT_LATE
		assert(role != ROLE_STOPPER)
#else
		assert(IS_HEAD(r, c))
#endif
	fi;
	clear_slot(r, c);
#ifdef TWIN_IRQ_NO_WAKE_BEHIND
	if
	:: role == ROLE_CALLER && IS_MORE(c) -> wake(c)
	:: else
	fi
#elif !defined(TWIN_NO_WAKE_BEHIND)
	if
	:: role != ROLE_STOPPER && IS_MORE(c) -> wake(c)
	:: else
	fi
#endif
}

inline put(r, c)
{
	USE(r);
	refs[r]--;
	cpu[c].pin = 0;
#ifdef INTERRUPTS
	cpu[c].irq = 0;
#endif
	counted = 0;
	round = 0
}

#ifdef TWIN_OWN_SLOT_LATE
#define QUEUE_LATE(r, c)						\
	cpu[c].queue = (IS_QUEUED(r, c) -> cpu[c].queue :		\
		(cpu[c].queue -> cpu[c].queue | (((r) + 1) << 2) : (r) + 1))
#else
#define QUEUE_LATE(r, c)	skip
#endif

/* LEAVE by the caller: the stopper has to see to the slot. */
inline hand_over(r, c)
{
	SLOT(r, c).server = SLOT_STOPPER;
	QUEUE_LATE(r, c);
	wake(c)
}

#ifdef FINE
#define LEAVE(r, c, role)	atomic { unlink(r, c, role) }; atomic { put(r, c) }
#else
#define LEAVE(r, c, role)	atomic { unlink(r, c, role); put(r, c) }
#endif

#ifdef INTERRUPTS
/* The handler can do no more: the stopper has to see to the slot. */
inline end_handler(r, c)
{
	SLOT(r, c).server = SLOT_STOPPER;
#ifndef TWIN_IRQ_NO_WAKE
	wake(c);
#endif
	cpu[c].pin = 0;
	cpu[c].irq = 0
}
#endif

#define IS_RELAXED(r, c)	(SLOT(r, c).server == SLOT_RELAXED)
#ifdef TWIN_READS_SLOTS_FIRST
#define SEES_RELAXED(r, c)	BIT(seen_relaxed, c)
#else
#define SEES_RELAXED(r, c)	IS_RELAXED(r, c)
#endif

/*
 * take_part(), without its end. Goes to
 *	over	it has run, or is ABORTED
 *	relaxed	RELAX: not counted, the slot needs a waker
 *	wanted	LEAVE: not counted, the scheduler wants the CPU; or, in the
 *		handler, its budget is gone or the round has failed
 */
inline take_part(r, c, role, killed)
{
	goto gather;
gather:
	if
#ifdef TWIN_READS_SLOTS_FIRST
	:: atomic {
		IN_GATHER(c, role) && !IS_ABORTED(r) && !IS_COUNTED(r) ->
		seen_relaxed = IS_RELAXED(r, 0) | (IS_RELAXED(r, 1) << 1)
	   };
	   atomic {
#else
	:: atomic {
#endif
		/* ENTER */
		IN_GATHER(c, role) && !IS_ABORTED(r) && !IS_COUNTED(r) &&
		!HAS_FAILED(role) ->
		enter(r, c);
		if
		:: wk -> wk = 0; i = (c == 0); goto waking
		:: else -> goto gather
		fi
	   }
#ifndef TWIN_NO_R1
	:: atomic {
		/* LEAVE */
		IN_GATHER(c, role) && word[r].state == GATHER && WANTED &&
		!IS_IRQ(role) && (IS_COUNTED(r) || GATHER_PIN(role)) ->
		if
#ifdef TWIN_UNCOUNTS_OLD_ROUND
		:: counted && !IS_COUNTED(r) -> uncount(r, c, 0)
#endif
		:: IS_COUNTED(r) -> uncount(r, c, 0)
		:: !IS_COUNTED(r) && role == ROLE_CALLER -> counted = 0; round = 0
		:: else
		fi;
		if
		:: role == ROLE_STOPPER -> cpu[c].pin = 0; LET_NATIVE_IN(c)
#if NP > 0
		:: role == ROLE_PAUSER ->
			QUEUE_LATE(r, c);
			cpu[c].pin = 0;
			LET_NATIVE_IN(c)
#endif
#ifndef FINE
		:: role == ROLE_CALLER -> cpu[c].pin = 0; hand_over(r, c)
#else
		:: else
#endif
		fi;
		goto wanted
	   }
	:: atomic {
		/* RELAX: first the slot, ... */
		IN_GATHER(c, role) && word[r].state == GATHER &&
		!IS_IRQ(role) && IS_COUNTED(r) && BUDGET_GONE ->
		USE(r);
#ifdef FINE
		was = SLOT(r, c).server;
#endif
#ifdef TWIN_PAUSER_RELAXES_COUNTED
		if
		:: role == ROLE_PAUSER ->
			SLOT(r, c).server = SLOT_RELAXED;
			cpu[c].pin = 0;
			goto relaxed
		:: else
		fi;
#endif
		if
		:: UNCOUNTS_FIRST(role) -> uncount(r, c, 1)
		:: else -> SLOT(r, c).server = SLOT_RELAXED
		fi
	   };
	   goto relaxing
#endif
#ifdef INTERRUPTS
	:: atomic {
		/* LEAVE, by the handler: IRQs are off. */
		IS_IRQ(role) && word[r].state == GATHER && HANDLER_ENDS(r) ->
		USE(r);
		if
		:: IS_COUNTED(r) -> uncount(r, c, 0)
		:: else -> counted = 0; round = 0
		fi;
#ifndef FINE
		end_handler(r, c);
		goto relaxed
#else
		goto wanted
#endif
	   }
#endif
#ifdef TWIN_ONE_PHASE
	:: atomic {
		IN_GATHER(c, role) && word[r].state == RUN ->
		cpu[c].pin = (r) + 1;
		goto committed
	   }
#endif
	:: atomic {
		/* COMMIT */
		IN_GATHER(c, role) && !IS_ABORTED(r) && word[r].state == COMMIT ->
#ifdef TWIN_TWO_WORDS
		cpu[c].pin = (r) + 1;
		goto committing
#else
		enter_commit(r, c);
		goto committed
#endif
	   }
	:: atomic {
		IN_GATHER(c, role) && IS_ABORTED(r) ->
		cpu[c].pin = PREEMPTION_OFF;
		goto over
	   }
#if NP > 0 && defined(ABORT)
	:: atomic {
		/* The limit is over, or it is killed. (src/ RELAXes first.) */
		role == ROLE_PAUSER && killed && IN_GATHER(c, role) &&
		word[r].state <= COMMIT ->
		abort(r);
		counted = 0;
		round = 0;
		goto gather
	   }
#endif
	fi;

#ifndef TWIN_NO_R1
relaxing:
	/* ... then the word. If it is too late for that, take the slot back. */
	atomic {
		IN_GATHER(c, role) ->
		USE(r);
		if
		:: UNCOUNTS_FIRST(role) -> SLOT(r, c).server = SLOT_RELAXED
		:: !UNCOUNTS_FIRST(role) &&
		   word[r].state == GATHER && IS_COUNTED(r) -> uncount(r, c, 1)
		:: else ->
#ifdef FINE
			SLOT(r, c).server = was;
			was = 0;
#else
			SLOT(r, c).server = (role != ROLE_STOPPER -> SLOT_CALLER :
							SLOT_STOPPER);
#endif
			goto gather
		fi;
		if
		:: role != ROLE_STOPPER -> QUEUE_LATE(r, c)
		:: else
		fi;
#ifdef FINE
		was = 0;
#endif
		cpu[c].pin = 0;
		goto relaxed
	};
#endif

waking:
#ifdef FINE
	if
	:: atomic {
		IN_GATHER(c, role) && SLOT(r, i).server == SLOT_RELAXED ->
		USE(r)
	   };
	   if
	   :: atomic {
		IN_GATHER(c, role) && SLOT(r, i).server == SLOT_RELAXED ->
		USE(r);
		SLOT(r, i).server = SLOT_STOPPER
	      };
	      atomic { IN_GATHER(c, role) -> wake_server(r, i) }
	   :: atomic {
		IN_GATHER(c, role) && SLOT(r, i).server != SLOT_RELAXED ->
		USE(r)
	      }
	   fi
	:: atomic {
		IN_GATHER(c, role) && SLOT(r, i).server != SLOT_RELAXED ->
		USE(r)
	   }
	fi;
#endif
#ifdef TWIN_READS_STATE_FIRST
	atomic { IN_GATHER(c, role) -> was_awake = cpu[i].awake };
#endif
	atomic {
		IN_GATHER(c, role) ->
#ifndef FINE
		USE(r);
		if
		:: SEES_RELAXED(r, i) ->
			SLOT(r, i).server = SLOT_STOPPER;
#ifdef TWIN_READS_STATE_FIRST
			if
			:: !was_awake -> wake_server(r, i)
			:: else
			fi
#else
			wake_server(r, i)
#endif
		:: else
		fi;
#endif
		next_slot(c);
		if
		:: i < NC -> goto waking
		:: else -> i = 0; goto gather
		fi
	};

#ifdef TWIN_TWO_WORDS
committing:
	atomic {
		if
		:: word[r].state == COMMIT && IS_COUNTED(r) -> enter_commit(r, c)
		:: else -> cpu[c].pin = GATHER_PIN(role); goto gather
		fi
	};
#endif
committed:
#ifdef TWIN_COUNTS_COMMIT_FIRST
	atomic { cpu[c].pin = (r) + 1 };
#endif
	if
	:: atomic {
		word[r].state == RUN && role != ROLE_PAUSER ->
		/* What the pauser runs nobody else does. */
		assert(!IS_PAUSERS(r, c));
		if
		:: BIT(RUNMASK(r), c) -> run_fn(r, c)
		:: else
		fi
	   }
#ifdef TWIN_COUNTS_FN_FIRST
	   ;
	   atomic { fn_left[r] = fn_left[r] & ~(1 << (c)) }
#endif
#if NP > 0
	:: atomic {
		/* kstop_pause() returns, ... */
		word[r].state == RUN && role == ROLE_PAUSER ->
		assert(EACH(STOPPED, r))
	   };
	   /* ... kstop_resume() is called. */
	   atomic { run_fn(r, c) }
#endif
	:: atomic { word[r].state == RELEASE -> goto over }
#ifndef TWIN_COMMIT_IRREVOCABLE
	:: atomic {
		word[r].state == COMMIT && COMMIT_BUDGET_GONE ->
		retreat(r);
		cpu[c].pin = GATHER_PIN(role);
		goto gather
	   }
#endif
	:: atomic {
		/* Somebody else did that, or it is ABORTED. */
		word[r].state == GATHER || word[r].state == ABORTED ->
		USE(r);
		cpu[c].pin = GATHER_PIN(role);
		goto gather
	   }
	fi;
#ifndef TWIN_LEAVE_EARLY
	word[r].state == RELEASE || GANG(r)
#endif
}

#define TO_SERVE(c)	(cpu[c].queue && !AHEAD(c) && SLOT(HEAD(c), c).server == SLOT_STOPPER)
#ifdef WORKS
#define TO_RUN(c)	(AHEAD(c) || BEHIND(c) && SLOT(HEAD(c), c).server != SLOT_STOPPER)
#else
#define TO_RUN(c)	false
#endif
#if NP > 0 && !defined(TWIN_STOPPER_SERVES_PAUSER)
#define MAKES_WAY(c)	IS_PAUSERS(HEAD(c), c)
#else
#define MAKES_WAY(c)	false
#endif

#ifdef INTERRUPTS
#define IS_INTERRUPTIBLE(c)	(!cpu[c].native && !cpu[c].pin)
#define IRQS_ON(c)	(!cpu[c].pin || cpu[c].pin == PREEMPTION_OFF)
#ifdef TWIN_IRQ_STALE
#define CALLED_FOR(c)	(cpu[c].queue)
#else
#define CALLED_FOR(c)	(cpu[c].queue && SLOT(HEAD(c), c).server == SLOT_IRQ)
#endif
#endif

/* What a waker has read too early */
#if defined(TWIN_READS_SLOTS_FIRST)
#define WAKERS_TWIN	unsigned seen_relaxed : 2;
#elif defined(TWIN_READS_STATE_FIRST)
#define WAKERS_TWIN	bit was_awake;
#else
#define WAKERS_TWIN
#endif

/* A CPU's stopper thread */
active [NC] proctype Stopper()
{
#define c	_pid
	unsigned r : 2;
	unsigned i : 2;
	unsigned round : 2;
	bit counted;
	bit wk;
	WAKERS_TWIN
#ifdef FINE
	unsigned was : 2;
#endif

end_idle:
relaxed:
#ifdef INTERRUPTS
	if
	:: atomic {
		/* The handler, where preemption is allowed, borrows this process. */
		cpu[c].sent && IS_INTERRUPTIBLE(c) && CALLED_FOR(c) ->
		cpu[c].sent = 0;
#ifdef FINE
		cpu[c].pin = IN_HANDLER
	   };
	   atomic {
		if
		:: CALLED_FOR(c)
		:: else -> cpu[c].pin = 0; goto end_idle
		fi;
#endif
		r = HEAD(c);
		USE(r);
#ifndef TWIN_IRQ_STALE
		assert(!SLOT(r, c).taken && !GONE(c));
#endif
#if defined(GIVES_UP) && !defined(TWIN_IRQ_TAKEN_NOT_SET)
		SLOT(r, c).taken = 1;
#endif
		cpu[c].irq = 1;
		cpu[c].pin = IN_HANDLER;
		goto gather
	   }
	::
#endif
	/* queue_next(): the head, if it is ours to serve; or sleep. */
	atomic {
		cpu[c].awake && HAS_CPU(c) ->
#if defined(WORKS) && !defined(TWIN_WORKING_TOO_LONG)
		cpu[c].working = 0;
#endif
		if
#ifdef WORKS
		:: TO_RUN(c) ->
			if
			:: AHEAD(c) -> cpu[c].ahead--
			:: else -> cpu[c].behind--
			fi;
			cpu[c].working = 1;
			cpu[c].pin = PREEMPTION_OFF;
			goto working
#endif
#if NP > 0
		:: TO_SERVE(c) && MAKES_WAY(c) ->
			/* queue_make_way() */
			r = HEAD(c);
			USE(r);
#ifdef TWIN_PAUSERS_SLOT_TAKEN
			SLOT(r, c).taken = 1;
#endif
			SLOT(r, c).server = SLOT_CALLER;
#ifndef TWIN_MAKES_WAY_UNLOCKED
			cpu[c].pin = PREEMPTION_OFF;
#endif
			goto making_way
#endif
		:: TO_SERVE(c) && !MAKES_WAY(c) ->
			r = HEAD(c);
			USE(r);
#ifdef GIVES_UP
			SLOT(r, c).taken = 1;
#endif
			cpu[c].pin = GATHER_PIN(ROLE_STOPPER);
			goto gather
		:: else ->
			r = 0;
#if defined(TWIN_SLEEPS_AFTER_LOOK) || defined(TWIN_WORKING_TOO_LONG)
			goto nodding
#else
			cpu[c].awake = 0;
			goto end_idle
#endif
		fi
	};
#ifdef INTERRUPTS
	fi;
#endif
#ifdef TWIN_SLEEPS_AFTER_LOOK
nodding:
	atomic { HAS_CPU(c) -> cpu[c].awake = 0; goto end_idle };
#endif
#ifdef TWIN_WORKING_TOO_LONG
nodding:
	/* The wake-up of who looks at ->working now is not there. */
	atomic {
		HAS_CPU(c) ->
		cpu[c].working = 0;
		cpu[c].awake = 0;
		goto end_idle
	};
#endif
#ifdef WORKS
working:
	/* work_run() */
	atomic { cpu[c].pin = 0; goto end_idle };
#endif
#if NP > 0
making_way:
	/* Wake it, still under the queue's lock; then look again. */
	atomic {
#ifdef TWIN_MAKES_WAY_UNLOCKED
		HAS_CPU(c) ->
#endif
		USE(r);
#ifndef TWIN_NO_WAKE_PAUSER
		wake_pauser(r, c);
#endif
		cpu[c].pin = 0;
		r = 0;
		goto end_idle
	};
#endif
wanted:
	/* schedule() has come back. */
#if defined(INTERRUPTS) && defined(FINE)
	if
	:: atomic { cpu[c].irq -> end_handler(r, c); goto end_idle }
	::
#endif
	atomic { HAS_CPU(c) -> cpu[c].pin = GATHER_PIN(ROLE_STOPPER); goto gather };
#if defined(INTERRUPTS) && defined(FINE)
	fi;
#endif

	take_part(r, c, STOPPERS_ROLE(c), false);
over:
	LEAVE(r, c, STOPPERS_ROLE(c));
#ifdef TWIN_TOUCH_AFTER_PUT
	USE(r);
#endif
	goto end_idle
#undef c
}

#define CAN_START(c)	(ATMIN <= (c) && (c) <= ATMAX && !cpu[c].awake &&	\
			 HAS_CPU(c) && !GONE(c))
#define ON_CPU		(at < NC)

#ifdef DOWN
/* choose_targets(), as far as a CPU that goes down is concerned */
inline choose_targets(r)
{
	without[r] = (disabled && BIT(ASKED(r), DOWN))
}

/* Who has the hotplug lock never sees a CPU that is on its way. */
inline check_lock(r)
{
	assert(!LOCKS(r) || disabled == gone)
}
#endif

/*
 * queue_add_request(). Goes on to gather, or to waiting; or to refused, which only
 * a pauser is: others leave a CPU out that does not take works.
 */
inline queue_request(r, at, role)
{
#ifdef TWIN_TARGETS_UNLOCKED
	atomic { choose_targets(r) };
#endif
	atomic {
#if defined(ORDER_LOCK) && !defined(TWIN_NO_ORDER_LOCK)
		!order_lock -> order_lock = 1;
#endif
#ifdef DOWN
		word[r].state = GATHER;
		again[r] = 0;
		check_lock(r);
#ifndef TWIN_TARGETS_UNLOCKED
		choose_targets(r);
#endif
#if NP > 0
		if
		:: role == ROLE_PAUSER && without[r] ->
			order_lock = 0;
			cpu[at].pin = 0;
			goto refused
		:: else
		fi;
#endif
#endif
		refs[r] = 1 + NUM(r);
		fn_left[r] = RUNMASK(r);
		if
		:: !BIT(MASK(r), 0) -> i = 1
		:: else
		fi
	};
queueing:
	atomic {
		queue_slot(r, i, (i == at));
		i++;
		if
		:: i < NC && BIT(MASK(r), i) -> goto queueing
		:: else -> i = 0
		fi;
#if defined(ORDER_LOCK) && !defined(TWIN_NO_ORDER_LOCK)
		order_lock = 0;
#endif
#ifndef FINE
		if
		:: ON_CPU && SLOT(r, at).server == SLOT_CALLER ->
			cpu[at].pin = GATHER_PIN(role);
			goto gather
		:: ON_CPU && SLOT(r, at).server != SLOT_CALLER ->
			cpu[at].pin = 0;
			goto waiting
		:: else -> goto waiting
		fi
#endif
	};
#ifdef FINE
	do
	:: atomic { to_wake & 1 -> call(r, 0); to_wake = to_wake & ~1 }
	:: atomic { !(to_wake & 1) && to_wake & 2 -> call(r, 1); to_wake = to_wake & ~2 }
#if NC > 2
	:: atomic { to_wake == 4 -> call(r, 2); to_wake = 0 }
#endif
	:: atomic {
		to_wake == 0 ->
		if
		:: ON_CPU && SLOT(r, at).server == SLOT_CALLER ->
			cpu[at].pin = GATHER_PIN(role);
			goto gather
		:: ON_CPU && SLOT(r, at).server != SLOT_CALLER ->
			cpu[at].pin = 0;
			goto waiting
		:: else -> goto waiting
		fi
	   }
	od
#endif
}

#ifdef TWIN_PAUSER_WITHDRAWS_SILENTLY
#define WAKES_BEHIND(r, c)	(!IS_PAUSERS(r, c))
#else
#define WAKES_BEHIND(r, c)	true
#endif

#ifdef GIVES_UP
/* queue_withdraw(), and the last request_put() */
inline withdraw_all(r, may_run)
{
	goto withdraw;
withdraw:
	atomic {
		may_run ->
		if
		:: !IS_QUEUED(r, i)
		:: IS_QUEUED(r, i) && SLOT(r, i).taken ->
			USE(r);
			SLOT(r, i).server = SLOT_STOPPER;
			WAKE_LATER(i)
		:: IS_HEAD(r, i) && !SLOT(r, i).taken ->
			USE(r);
			cpu[i].queue = cpu[i].queue >> 2;
#ifndef TWIN_NO_WAKE_BEHIND_WITHDRAWN
			if
			:: !AHEAD(i) && (cpu[i].queue || BEHIND(i)) && WAKES_BEHIND(r, i) ->
				WAKE_LATER(i)
			:: else
			fi;
#endif
			WORKS_MOVE_UP(i);
			clear_slot(r, i);
			refs[r]--
		:: IS_QUEUED(r, i) && !IS_HEAD(r, i) ->
			USE(r);
			cpu[i].queue = cpu[i].queue & 3;
			clear_slot(r, i);
			refs[r]--
		fi;
#ifndef FINE
		goto withdrawn
#endif
	};
#ifdef FINE
	atomic {
		if
		:: to_wake -> wake(i); to_wake = 0
		:: else
		fi;
		goto withdrawn
	};
#endif
withdrawn:
	atomic {
		may_run ->
		i++;
		if
		:: i < NC -> goto withdraw
		:: else ->
			i = 0;
			USE(r);
			assert(fn_left[r] == RUNMASK(r));
			refs[r]--
		fi
	}
}
#endif

/* rendezvous(): the caller of one request */
#if NR > NP
active [NR - NP] proctype Caller()
{
#define r	(_pid - NC)
	unsigned at : 2;
	unsigned i : 2;
	unsigned round : 2;
	bit counted;
	bit wk;
	WAKERS_TWIN
#ifdef FINE
	unsigned was : 2;
	unsigned to_wake : 3;
#endif
#ifdef ABORT
	bit killed;
#endif

#ifdef ABORT
	/* Only who will not be killed can show that it waits for ever. */
	if
	:: killed = 0
	:: killed = 1
	fi;
#endif
#ifdef DOWN
starting:
	/* hotplug_lock() */
	if
#ifdef TWIN_GETS_LOCK_AT_ONCE
	:: LOCKS(r) -> readers++
#else
	:: LOCKS(r) -> atomic { !writer -> readers++ }
#endif
	:: else
	fi;
#endif
	/* Preemption is off from here, on whatever CPU. */
	if
	:: atomic { CAN_START(0) -> at = 0; cpu[0].pin = PREEMPTION_OFF }
	:: atomic { CAN_START(1) -> at = 1; cpu[1].pin = PREEMPTION_OFF }
#if NC > 2
	:: atomic { CAN_START(2) -> at = 2; cpu[2].pin = PREEMPTION_OFF }
#endif
	:: atomic { ATMAX >= NC -> at = NC }
	fi;

	queue_request(r, at, ROLE_CALLER);
#ifdef FINE
wanted:
	atomic { hand_over(r, at); cpu[at].pin = 0; goto waiting };
#endif

	take_part(r, at, ROLE_CALLER, false);
over:
	LEAVE(r, at, ROLE_CALLER);

#ifndef FINE
wanted:
#endif
relaxed:
waiting:
	/* caller_wait(), and the last request_put() */
	if
	:: atomic {
		word[r].state == RELEASE ->
		USE(r);
		assert(!fn_left[r]);
		refs[r]--;
#ifdef ABORT
		killed = 0;
#endif
#ifdef DOWN
		readers = readers - LOCKS(r);
#endif
		goto returned
	   }
#ifdef DOWN
	:: atomic {
		/* WAIT_TICK: start over, to let others have their turn. */
		STARTS_OVER(r) && word[r].state <= COMMIT && BUDGET_GONE ->
		abort(r);
		again[r] = 1
	   }
#endif
#ifdef ABORT
#ifdef TWIN_TWO_WORDS
	:: atomic { killed && word[r].state <= COMMIT -> USE(r) };
	   aborted[r] = 1
#else
	:: atomic {
		/* request_abort() */
		killed && word[r].state <= COMMIT ->
		abort(r);
		killed = 0
	   }
#endif
#endif
	fi;
#ifdef GIVES_UP
	withdraw_all(r, true);
#endif
#ifdef DOWN
	atomic { readers = readers - LOCKS(r) };
#endif

returned:
	/* The request is back in the pool only when all have let go of it. */
#ifdef DOWN
	if
	:: atomic { !refs[r] && AGAIN(r) -> goto starting }
	:: !refs[r] && !AGAIN(r)
	fi;
#if NP > 0
refused:	/* not here */
#endif
	skip
#else
	!refs[r]
#endif
#undef r
}
#endif

#if NP > 0
#ifdef TWIN_PAUSER_DOES_NOT_LOOK
#define MAY_SERVE(r, c)	true
#else
#define MAY_SERVE(r, c)	(SLOT(r, c).server == SLOT_CALLER)
#endif

#ifdef ABORT
#define KILLED	killed
#else
#define KILLED	false
#endif

/* kstop_pause() and kstop_resume(), called by a thread that is bound to its CPU */
active [NP] proctype Pauser()
{
#define r	(_pid - NC)
#define at	PAUSE(r)
	unsigned i : 2;
	unsigned round : 2;
	bit counted;
	bit wk;
	WAKERS_TWIN
#ifdef FINE
	unsigned was : 2;
	unsigned to_wake : 3;
#endif
#ifdef ABORT
	bit killed;

	if
	:: killed = 0
	:: killed = 1
	fi;
#endif
#ifdef DOWN
starting:
#endif
	/* It has the stoppers' priority: its stopper may be awake, and wait. */
	if
	:: atomic {
		HAS_CPU(at) && !GONE(at) ->
		cpu[at].pin = PREEMPTION_OFF;
		wake_pauser(r, at)
	   }
#ifdef DOWN
	:: atomic { GONE(at) -> goto refused }
#endif
	fi;
	queue_request(r, at, ROLE_PAUSER);
relaxed:
waiting:
	/* Sleep until the slot is ours to serve. */
	if
	:: atomic {
		PAUSER_AWAKE(r, at) && HAS_CPU(at) ->
#if defined(FINE) && !defined(TWIN_PAUSER_LOOKS_FIRST)
		prepare_to_sleep(r, at)
	   };
	   atomic {
		HAS_CPU(at) ->
#endif
		if
		:: MAY_SERVE(r, at) ->
#ifndef FINE
			cpu[at].pin = GATHER_PIN(ROLE_PAUSER);
			goto gather
#else
			wake_pauser(r, at);
			goto wanted
#endif
		:: else
		fi;
#ifdef TWIN_PAUSER_LOOKS_FIRST
	   };
	   atomic {
		HAS_CPU(at) ->
#endif
#if !defined(FINE) || defined(TWIN_PAUSER_LOOKS_FIRST)
		prepare_to_sleep(r, at);
#endif
		goto waiting
	   }
#ifdef ABORT
	:: atomic { killed -> wake_pauser(r, at); goto dying }
#endif
#ifdef DOWN
	:: atomic {
		/* WAIT_TICK */
		STARTS_OVER(r) && BUDGET_GONE ->
		again[r] = 1;
		wake_pauser(r, at);
		goto dying
	   }
#endif
	fi;
wanted:
	/* schedule() has come back. */
	atomic {
		HAS_CPU(at) ->
		cpu[at].pin = GATHER_PIN(ROLE_PAUSER);
		goto gather
	};

	take_part(r, at, ROLE_PAUSER, KILLED);
over:
	LEAVE(r, at, ROLE_PAUSER);
	atomic {
		if
		:: word[r].state == RELEASE ->
			USE(r);
			assert(!fn_left[r]);
			refs[r]--;
			prepare_to_sleep(r, at);
#ifdef ABORT
			killed = 0;
#endif
			goto returned
#ifdef ABORT
		:: word[r].state == ABORTED ->
			killed = 0;
			goto withdraw
#endif
		fi
	};
#ifdef GIVES_UP
dying:
	/* Who sleeps is not counted, so it cannot be too late. */
	atomic {
		HAS_CPU(at) ->
		assert(word[r].state == GATHER);
#ifdef ABORT
		killed = 0;
#endif
		abort(r)
	};
	withdraw_all(r, HAS_CPU(at));
	atomic { prepare_to_sleep(r, at) };
#endif
returned:
#ifdef DOWN
	if
	:: atomic { !refs[r] && AGAIN(r) -> goto starting }
	:: atomic { !refs[r] && !AGAIN(r) -> goto finished }
	fi;
refused:
	/* -EBUSY; there is no request. */
	atomic {
		prepare_to_sleep(r, at);
		word[r].state = ABORTED;
		again[r] = 0
	};
finished:
	skip
#else
	!refs[r]
#endif
#undef at
#undef r
}
#endif

#ifdef INTERRUPTS
/*
 * The interrupt, where it comes while preemption is off (which may be so for
 * reasons of others), or too late. The owner of the CPU does nothing meanwhile;
 * that it may here makes no difference.
 */
active [NC] proctype Interrupt()
{
#define c	(_pid - NC - NR)
end:
	do
#ifdef TWIN_IRQ_SENT_CLEARED_LATE
	:: atomic {
		cpu[c].sent && IS_INTERRUPTIBLE(c) ->
		cpu[c].pin = IN_HANDLER;
#else
	:: atomic {
		cpu[c].sent && IRQS_ON(c) ->
		cpu[c].sent = 0;
#ifdef FINE
	   };
	   atomic {
#endif
#endif
		if
#ifndef TWIN_IRQ_PREEMPTION_OFF
		:: CALLED_FOR(c) ->
			USE(HEAD(c));
			SLOT(HEAD(c), c).server = SLOT_STOPPER;
			wake(c)
#endif
		:: else
		fi
	   }
#ifdef TWIN_IRQ_SENT_CLEARED_LATE
	   ;
	   atomic { cpu[c].sent = 0; cpu[c].pin = 0 }
#endif
	od
#undef c
}
#endif

#ifdef NATIVE
/*
 * The kernel's own stop_machine(), again and again: it takes CPUs as it gets
 * them and gives none back before it has them all. A CPU on which nothing of
 * ours could run anyway need not be taken for that to be seen, so it is not:
 * and who does nothing does not hide a deadlock.
 */
#define TAKE(c)									\
	atomic {								\
		HAS_CPU(c) && SOMEBODY_AWAKE(c) && WANTED -> cpu[c].native = 1	\
	}

active proctype Native()
{
end:
	do
	:: TAKE(0)
	:: TAKE(1)
#if NC > 2
	:: TAKE(2)
#endif
	:: atomic {
		EACH(NO_PIN, 0) && !EACH(NO_NATIVE, 0) ->
		cpu[0].native = 0;
		cpu[1].native = 0;
#if NC > 2
		cpu[2].native = 0
#endif
	   }
	od
}
#endif

#ifdef WORKS
#ifdef TWIN_WORK_WAKES_IF_EMPTY
#define WAKES_FOR_WORK(c)	IS_EMPTY(c)
#else
#define WAKES_FOR_WORK(c)	(!AHEAD(c) && !BEHIND(c) && !cpu[c].working)
#endif

/* Who queues a work waits until it has run. */
inline add_work(c)
{
	atomic {
		/* queue_add_work() */
		wk = WAKES_FOR_WORK(c);
#ifdef HOG
		queued++;
#endif
		if
		:: cpu[c].queue -> cpu[c].behind++
		:: else -> cpu[c].ahead++
		fi;
		if
		:: wk
		:: else -> goto added
		fi
	};
	/* Preemption is off, but the wake-up comes later. */
	atomic { wk = 0; wake(c); goto added }
}

/* queue_cancel_work(), of one that is or is not the head */
#define CANCEL(c)									atomic { BEHIND(c) -> cpu[c].behind-- }						:: atomic {										AHEAD(c) ->									cpu[c].ahead--;									if										:: !AHEAD(c) && cpu[c].queue -> wake(c)						:: else										fi									}

active [WORKS] proctype Worker()
{
	bit wk;

	/* Not where it depends on somebody who waits for it. */
	if
	:: !IS_HOGS(0) -> add_work(0)
	:: !IS_HOGS(1) -> add_work(1)
	fi;
added:
	if
	:: true -> NO_WORKS
	:: CANCEL(0)
	:: CANCEL(1)
	fi
}
#endif

#ifdef SPURIOUS
active proctype Spurious()
{
end:
	do
	:: atomic { DISTURBED && spurious && !cpu[0].awake && !GONE(0) -> spurious--; wake(0) }
	:: atomic { DISTURBED && spurious && !cpu[1].awake && !GONE(1) -> spurious--; wake(1) }
#if NC > 2
	:: atomic { DISTURBED && spurious && !cpu[2].awake && !GONE(2) -> spurious--; wake(2) }
#endif
#if NP > 0
	:: atomic {
		DISTURBED && spurious && PAUSER_ASLEEP(NR - 1) ->
		spurious--;
		wake_pauser(NR - 1, PAUSE(NR - 1))
	   }
#endif
#if NP > 1
	:: atomic {
		DISTURBED && spurious && PAUSER_ASLEEP(0) ->
		spurious--;
		wake_pauser(0, PAUSE(0))
	   }
#endif
	od
}
#endif

#ifdef DOWN
inline enable(on)
{
	atomic {
#ifndef TWIN_DOWN_WITHOUT_ORDER_LOCK
		!order_lock ->
#endif
		disabled = !(on)
	}
}

/* What is left of the slots that no stopper has begun with: nothing. */
inline drop_slots()
{
	d_step {
		do
		:: cpu[DOWN].queue && !SLOT(HEAD(DOWN), DOWN).taken ->
			refs[HEAD(DOWN)]--;
			clear_slot(HEAD(DOWN), DOWN);
			cpu[DOWN].queue = cpu[DOWN].queue >> 2
		:: else -> break
		od
	}
}

/* CPU DOWN goes down, once, and perhaps comes up again. */
active proctype Down()
{
	/* cpus_write_lock() lets no reader in from now on. */
	atomic { writer = 1 };
	atomic { !readers };

	/* stopper_down() */
#ifndef TWIN_DRAINS_FIRST
	enable(0);
#endif
#ifdef TWIN_DROPS_SLOTS
	drop_slots();
#endif
#ifndef TWIN_NO_DRAIN
	/* stopper_drain() */
	if
	:: !cpu[DOWN].queue
#ifdef DRAIN_LIMIT
	:: BUDGET_GONE ->
		enable(1);
		goto over
#endif
	fi;
#endif
#ifdef TWIN_DRAINS_FIRST
	enable(0);
#endif
	/* The thread is parked when it looks up from what it does. */
	atomic {
		HAS_CPU(DOWN) ->
		assert(!cpu[DOWN].queue);
		cpu[DOWN].awake = 0;
		gone = 1
	};
over:
	atomic { writer = 0; down_over = 1 };

	if
	:: true
	:: gone ->
		atomic { writer = 1 };
		atomic { !readers -> gone = 0 };
		/* stopper_up() */
		enable(1);
		atomic { writer = 0 }
	fi
}
#endif

#ifdef HOG
#ifdef DOWN
#define HOG_GOES	down_over
#else
#define HOG_GOES	(NO_WORKS && queued == WORKS)
#endif
/*
 * Somebody the scheduler prefers to stoppers (FIFO 99), who only goes when that CPU
 * has, or the works have run: what waits there for a CPU, and with it the whole
 * machine, may depend on it.
 */
active proctype Hog()
{
end:
	atomic { DISTURBED && HAS_CPU(HOG) -> hog = 1 };
	atomic { HOG_GOES -> hog = 0 }
}
#endif

#ifdef LIVE
active proctype Calm()
{
	calm = 1
}

/* Once there is calm, all is done at last. */
#ifdef DOWN
#define DOWN_DONE	(down_over && !writer)
#else
#define DOWN_DONE	true
#endif
#if NR > 1
#define ALL_DONE	(DONE(0) && DONE(1) && DOWN_DONE)
#else
#define ALL_DONE	(DONE(0) && DOWN_DONE)
#endif
never {
T0_init:
	do
	:: !calm
	:: calm -> break
	od;
accept_calm:
	do
	:: !ALL_DONE
	od
}
#endif
