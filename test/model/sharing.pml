/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that share a request (src/rendezvous.h), for SPIN. The gather itself is
 * rendezvous.pml's and is here no more than this: at any moment when all CPUs have
 * come to the request it may be COMMIT, and any round may fail. docs/model.md says
 * why that is enough, how this maps to the code and what is left out.
 *
 * Size:	NC CPUs (2), K callers (2, 3), Q requests in the pool (1, 2, 3),
 *		NI calls a request can have (2, 3); RUN0, RUN1, RUN2: where their
 *		fn runs; LOOPS=n: each calls n times
 * Adversary:	ABORT (callers are killed or their time limit runs out), RESTART
 *		(they start over), BOUND (the machine has been stopped for too
 *		long), FAILS (queueing fails), KEPT_OFF (who opens does not get
 *		the CPU until the others have returned)
 * Detail:	FINE (a step of its own for whatever others can see in between),
 *		LIVE (adds calm, see there)
 * Twins:	TWIN_*, each without something the protocol cannot do without
 */
#ifndef NC
#define NC	2
#endif
#ifndef K
#define K	2
#endif
#ifndef Q
#define Q	2
#endif
#ifndef NI
#define NI	2
#endif
#define ALL	((1 << NC) - 1)
#ifndef RUN0
#define RUN0	ALL
#endif
#ifndef RUN1
#define RUN1	1
#endif
#ifndef RUN2
#define RUN2	2
#endif
#ifndef LOOPS
#define LOOPS	1
#endif

/* enum state */
#define GATHER	0
#define COMMIT	1
#define RUN	2
#define RELEASE	3
#define ABORTED	4

typedef word_t {
	unsigned state : 3;
	unsigned round : 2;	/* in RUN, the turn; not used before */
	unsigned calls : NI;
	unsigned here : 2
}

typedef call_t {
	unsigned caller : 2;
	unsigned runs : NC;	/* where its fn runs */
	bit notify;
	bit told
}

typedef cpu_t {
	unsigned queue : 6;	/* numbers of requests + 1, head lowest */
	bit taken;		/* its slot at the head; as good as the stopper's */
	unsigned ran : 2;	/* the slot's: the last turn that fn was run in, + 1 */
	bit pin			/* it stands, IRQs off */
}

typedef task_t {
	unsigned older : K;	/* whose calls have older tickets */
	unsigned ran : NC;	/* ghost: where fn ran */
	bit calling;		/* ghost: has not returned */
	unsigned left : 2	/* ghost: how often it was left over */
}

word_t word[Q];
call_t call[Q * NI];
cpu_t cpu[NC];
task_t task[K];
byte refs[Q];
byte nr_calls[Q];
bit claimed[Q];
unsigned open : 2;		/* the open request + 1 */
bit share_lock;
byte running;			/* ghost: in how many fns CPUs are, */
byte whose;			/* and whose */
byte returned;			/* ghost: callers that have */

#define BIT(m, c)	(((m) >> (c)) & 1)
#define COUNT(m)	(BIT(m, 0) + BIT(m, 1) + BIT(m, 2))
#define CALL(r, i)	call[(r) * NI + (i)]
#define RUNMASK(k)	((k) == 0 -> RUN0 : ((k) == 1 -> RUN1 : RUN2))

#define HEAD(c)		((cpu[c].queue & 3) - 1)
#define IS_HEAD(r, c)	((cpu[c].queue & 3) == (r) + 1)
#define IS_SECOND(r, c)	(((cpu[c].queue >> 2) & 3) == (r) + 1)
#define IS_THIRD(r, c)	((cpu[c].queue >> 4) == (r) + 1)
#define IS_QUEUED(r, c)	(IS_HEAD(r, c) || IS_SECOND(r, c) || IS_THIRD(r, c))
#define HAS_COME(r, c)	(IS_HEAD(r, c) && cpu[c].taken)

#if NC == 2
#define EACH(op, x)	(op(x, 0) && op(x, 1))
#else
#define EACH(op, x)	(op(x, 0) && op(x, 1) && op(x, 2))
#endif
#define STOPPED(x, c)	cpu[c].pin

#define IS_OPEN(r)	(word[r].state <= COMMIT)
#if Q == 1
#define UNUSED		(refs[0] == 0)
#elif Q == 2
#define UNUSED		(refs[0] == 0 || refs[1] == 0)
#else
#define UNUSED		(refs[0] == 0 || refs[1] == 0 || refs[2] == 0)
#endif
#if Q == 1
#define ALL_BACK	(refs[0] == 0)
#elif Q == 2
#define ALL_BACK	(refs[0] == 0 && refs[1] == 0)
#else
#define ALL_BACK	(refs[0] == 0 && refs[1] == 0 && refs[2] == 0)
#endif

#ifdef FINE
#define MERGED	{
#else
#define MERGED	atomic {
#endif

/* Each access to a request: somebody holds it. */
#define USE(r)		assert(refs[r] > 0)

#ifdef LIVE
bit calm;
#define DISTURBED	(!calm)
#ifdef TWIN_RETREATS_FOR_EVER
#define BUDGET_GONE	true
#else
#define BUDGET_GONE	(!calm || timeout)
#endif
#else
#define DISTURBED	true
#define BUDGET_GONE	true
#endif

/* The set without the calls that run nowhere */
#ifdef TWIN_EMPTY_TURN
#define TO_RUN(r, i)	BIT(word[r].calls, i)
#else
#define TO_RUN(r, i)	(BIT(word[r].calls, i) && CALL(r, i).runs)
#endif
#define NOWHERE(r, i)	(BIT(word[r].calls, i) && !TO_RUN(r, i))
/* Whether no call in the word that runs somewhere is older */
#define YIELDS_TO(r, i, j)	(TO_RUN(r, j) && \
				 BIT(task[CALL(r, i).caller].older, CALL(r, j).caller))
#if NI == 2
#define IS_NEXT(r, i)	(TO_RUN(r, i) && !YIELDS_TO(r, i, 0) && !YIELDS_TO(r, i, 1))
#define NONE_TO_RUN(r)	(!TO_RUN(r, 0) && !TO_RUN(r, 1))
#define ONLY_SOMEWHERE(r)	(word[r].calls & ~(NOWHERE(r, 0) | (NOWHERE(r, 1) << 1)))
#else
#define IS_NEXT(r, i)	(TO_RUN(r, i) && !YIELDS_TO(r, i, 0) && !YIELDS_TO(r, i, 1) && \
			 !YIELDS_TO(r, i, 2))
#define NONE_TO_RUN(r)	(!TO_RUN(r, 0) && !TO_RUN(r, 1) && !TO_RUN(r, 2))
#define ONLY_SOMEWHERE(r)	(word[r].calls & ~(NOWHERE(r, 0) | (NOWHERE(r, 1) << 1) | \
						   (NOWHERE(r, 2) << 2)))
#endif

/* To RUN the next call; or RELEASE. Calls that run nowhere are done. */
inline next_turn(r)
{
	word[r].here = 0;
	word[r].calls = ONLY_SOMEWHERE(r);
	if
	:: NONE_TO_RUN(r) -> word[r].round = 0; word[r].state = RELEASE
	:: IS_NEXT(r, 0) -> word[r].round = 0; word[r].state = RUN
	:: IS_NEXT(r, 1) -> word[r].round = 1; word[r].state = RUN
#if NI > 2
	:: IS_NEXT(r, 2) -> word[r].round = 2; word[r].state = RUN
#endif
	fi
}

inline forget_call(r, i)
{
	CALL(r, i).caller = 0;
	CALL(r, i).runs = 0;
	CALL(r, i).notify = 0;
	CALL(r, i).told = 0
}

/* request_put(). Nobody looks at what is in the pool. */
inline put(r)
{
	USE(r);
	refs[r]--;
	if
	:: refs[r] == 0 ->
		word[r].state = GATHER;
		word[r].round = 0;
		word[r].here = 0;
		word[r].calls = 0;
		nr_calls[r] = 0;
		claimed[r] = 0;
		forget_call(r, 0);
		forget_call(r, 1);
#if NI > 2
		forget_call(r, 2);
#endif
	:: else
	fi
}

#ifdef TWIN_RUNS_EARLY
#define ALL_STAND(r)	(word[r].here > 0)
#else
#define ALL_STAND(r)	(word[r].here == NC)
#endif
#ifdef TWIN_TURN_TOO_EARLY
#define ALL_RETURNED(r)	(word[r].here > 0)
#else
#define ALL_RETURNED(r)	(word[r].here == COUNT(CALL(r, word[r].round).runs))
#endif

#define IS_MY_TURN(r, c)	(word[r].state == RUN &&		\
			 BIT(CALL(r, word[r].round).runs, c) &&		\
			 cpu[c].ran != word[r].round + 1)

#ifdef TWIN_TELLS_LEFT_OVER
#define IS_TOLD(r, i)	(CALL(r, i).notify && BIT(word[r].calls, i))
#else
#define IS_TOLD(r, i)	(CALL(r, i).notify && (i) < nr_calls[r])
#endif

/* run_tell(): the callers that sleep may go on. */
inline tell(r, i)
{
	if
	:: IS_TOLD(r, i) -> CALL(r, i).told = 1
	:: else
	fi
}

inline run_tell(r)
{
	USE(r);
	tell(r, 0);
	tell(r, 1);
#if NI > 2
	tell(r, 2);
#endif
}

/* A CPU: its stopper, or whoever takes part there */
active [NC] proctype Cpu()
{
#define c	_pid
	unsigned r : 2;
	bit releases;

end_idle:
	atomic {
		cpu[c].queue ->
		r = HEAD(c);
		USE(r);
		cpu[c].taken = 1
	};
serving:
	if
	:: atomic {
		/* GATHER, from ENTER to here == n */
		word[r].state == GATHER && EACH(HAS_COME, r) ->
		USE(r);
		word[r].state = COMMIT;
		goto serving
	   }
	:: atomic {
		/* COMMIT: the last one closes the list of calls. */
		word[r].state == COMMIT && !cpu[c].pin ->
		USE(r);
		cpu[c].pin = 1;
		word[r].here++;
		if
		:: ALL_STAND(r) ->
			assert(word[r].calls);
			next_turn(r);
			releases = (word[r].state == RELEASE)
		:: else
		fi;
		goto serving
	   }
	:: atomic {
		/* RETREAT; the others do not see a new COMMIT before that. */
		word[r].state == COMMIT && cpu[c].pin && BUDGET_GONE ->
		USE(r);
		word[r].state = GATHER;
		word[r].here = 0;
		cpu[0].pin = 0;
		cpu[1].pin = 0;
#if NC > 2
		cpu[2].pin = 0;
#endif
		goto serving
	   }
	:: MERGED atomic {
		/* RUN: fn begins ... */
		IS_MY_TURN(r, c) ->
		USE(r);
		assert(EACH(STOPPED, r));
		assert(!running || whose == CALL(r, word[r].round).caller);
		whose = CALL(r, word[r].round).caller;
		running++;
		assert(task[whose].calling && !BIT(task[whose].ran, c));
		task[whose].ran = task[whose].ran | (1 << c)
	   };
	   atomic {
		/* ... and has returned. */
		USE(r);
		running--;
		if
		:: running == 0 -> whose = 0
		:: else
		fi;
		cpu[c].ran = word[r].round + 1;
		word[r].here++;
		if
		:: ALL_RETURNED(r) ->
			word[r].calls = word[r].calls & ~(1 << word[r].round);
			if
			:: next_turn(r)
#ifdef BOUND
			:: /* Stopped for too long: the others are left over. */
				word[r].here = 0;
				word[r].round = 0;
				word[r].state = RELEASE
#endif
			fi;
			releases = (word[r].state == RELEASE)
		:: else
		fi;
		goto serving
	   } }
	:: atomic { word[r].state >= RELEASE -> USE(r) }
	fi;

	/* part_leave() */
	if
	:: atomic { releases -> run_tell(r); releases = 0 }
	:: !releases
	fi;
	MERGED
	   atomic {
		USE(r);
		assert(IS_HEAD(r, c));
		cpu[c].queue = cpu[c].queue >> 2;
		cpu[c].taken = 0;
		cpu[c].ran = 0
	   };
	   atomic { put(r); r = 0; cpu[c].pin = 0; goto end_idle }
	}
#undef c
}

/* call_setup(); all of it but the last before the call's bit is in the word */
inline call_setup(r, i, k)
{
	CALL(r, i).caller = k;
	CALL(r, i).runs = RUNMASK(k);
	CALL(r, i).notify = 1;
	CALL(r, i).told = 0
}

/* request_setup() */
inline request_setup(r, k)
{
	assert(open != (r) + 1);
	refs[r] = 1;
	word[r].calls = 1;
	nr_calls[r] = 1;
	call_setup(r, 0, k)
}

/* take_ticket(): kept until the call returns */
inline take_ticket(k)
{
	task[k].older = (task[0].calling | (task[1].calling << 1)
#if K > 2
			| (task[2].calling << 2)
#endif
			) & ~(1 << (k))
}

inline forget_ticket(k)
{
	task[0].older = task[0].older & ~(1 << (k));
	task[1].older = task[1].older & ~(1 << (k));
#if K > 2
	task[2].older = task[2].older & ~(1 << (k));
#endif
	task[k].older = 0
}

inline dequeue(r, c)
{
	if
	:: IS_HEAD(r, c) -> cpu[c].queue = cpu[c].queue >> 2
	:: IS_SECOND(r, c) ->
		cpu[c].queue = (cpu[c].queue & 3) | ((cpu[c].queue >> 4) << 2)
	:: IS_THIRD(r, c) -> cpu[c].queue = cpu[c].queue & 15
	fi
}

inline enqueue(r, c)
{
	assert(!IS_QUEUED(r, c));
	if
	:: !cpu[c].queue -> cpu[c].queue = (r) + 1
	:: cpu[c].queue && cpu[c].queue < 4 -> cpu[c].queue = cpu[c].queue | (((r) + 1) << 2)
	:: cpu[c].queue >= 4 -> cpu[c].queue = cpu[c].queue | (((r) + 1) << 4)
	fi
}

/* CANCEL; in two words, or two steps, it is decided by nothing. */
inline call_cancel(r, i)
{
#ifdef TWIN_CANCELS_ALL
	word[r].calls = 0;
#else
	word[r].calls = word[r].calls & ~(1 << (i));
#endif
	if
	:: word[r].calls == 0 && IS_OPEN(r) ->
		word[r].state = ABORTED;
		word[r].here = 0;
		goto withdraw
	:: else -> goto leaving
	fi
}

#ifdef KEPT_OFF
#define GETS_CPU	(!opener || returned >= K - 1)
#else
#define GETS_CPU	true
#endif
#ifdef TWIN_OPENER_CLAIMS
#define MAY_CLAIM	(opener && GETS_CPU)
#elif defined(TWIN_CLAIMS_PREEMPTIBLE)
#define MAY_CLAIM	true
#else
#define MAY_CLAIM	GETS_CPU
#endif

#ifdef TWIN_JOINS_AFTER_RUN
#define TAKES_CALLS(r)	(nr_calls[r] < NI)
#else
#define TAKES_CALLS(r)	(nr_calls[r] < NI && IS_OPEN(r))
#endif
#ifdef TWIN_LEAVES_UNLOCKED
#define MAY_LEAVE	true
#else
#define MAY_LEAVE	(!share_lock)
#endif

/* The rest of share_open(), in the same section of share_lock */
inline not_joined()
{
	share_lock = 0;
	if
	:: mine ->
		r = mine - 1;
		open = mine;
		mine = 0;
		opener = 1;
		goto waiting
	:: else -> goto pool
	fi
}

inline let_go_of_it()
{
	put(r);
	assert(refs[r])
}

inline opens_own()
{
	r = 0;
#ifndef TWIN_KEEPS_PLACE
	i = 0;
#endif
	not_joined()
}

/* What was not joined is let go of before another is seen to be open. */
inline join_too_late()
{
#ifdef TWIN_OPENS_FIRST
	if
	:: mine -> open = mine
	:: else
	fi;
	goto too_late
#elif defined(FINE)
	let_go_of_it();
	goto too_late
#else
	let_go_of_it();
	opens_own()
#endif
}

/* How it went */
#define DONE	0
#define FAILED	1
#define AGAIN	2

/* kstop_machine() */
active [K] proctype Caller()
{
#define k	(_pid - NC)
#define own_cpu	(k % NC)
	unsigned r : 2;
	unsigned i : 2;
	unsigned c : 2;
	unsigned mine : 2;	/* a request it has got from the pool, + 1 */
	unsigned end : 2;
	bit opener;
#ifdef ABORT
	bit killed;
#endif
#if LOOPS > 1
	unsigned loops : 2 = LOOPS;
#endif

calling:
#ifdef ABORT
	/* Only who will not be killed can show that it waits for ever. */
	if
	:: killed = 0
	:: killed = 1
	fi;
#endif
	atomic {
		take_ticket(k);
		task[k].calling = 1;
		task[k].left = 0
	};
starting:
	/* share_join(), and with a request from the pool share_open() */
	if
	:: MERGED atomic {
		!share_lock && open && TAKES_CALLS(open - 1) ->
		/* join() */
		share_lock = 1;
		r = open - 1;
		USE(r);
		i = nr_calls[r];
		nr_calls[r]++;
#ifndef TWIN_JOINS_UNHELD
		refs[r]++;
#endif
#ifndef TWIN_JOINS_UNWRITTEN
		call_setup(r, i, k)
#endif
	   };
#ifdef TWIN_JOINS_IN_TWO_STEPS
	   if
	   :: IS_OPEN(r)
	   :: atomic { !IS_OPEN(r) -> join_too_late() }
	   fi;
#endif
	   atomic {
		USE(r);
#if defined(TWIN_JOINS_IN_TWO_STEPS) || defined(TWIN_JOINS_AFTER_RUN)
		word[r].calls = word[r].calls | (1 << i)
#else
		if
		:: IS_OPEN(r) ->
			/* JOIN */
			assert(word[r].calls);
			word[r].calls = word[r].calls | (1 << i)
		:: else -> join_too_late()
		fi
#endif
	   };
#ifdef TWIN_JOINS_UNWRITTEN
	   atomic { call_setup(r, i, k) };
#endif
	   atomic {
		if
		:: mine -> put(mine - 1); mine = 0
		:: else
		fi;
		share_lock = 0;
#ifndef TWIN_JOINS_UNHELD
		goto waiting
#endif
	   };
#ifdef TWIN_JOINS_UNHELD
	   atomic { USE(r); refs[r]++; goto waiting }
#endif
	   }
	:: atomic {
		!share_lock && (!open || !TAKES_CALLS(open - 1)) ->
		not_joined()
	   }
	fi;
#if defined(FINE) || defined(TWIN_OPENS_FIRST)
too_late:
	atomic {
#ifdef TWIN_OPENS_FIRST
		let_go_of_it();
#endif
		opens_own()
	};
#endif
pool:
	/* new_request() */
	if
	:: atomic {
		UNUSED ->
		if
		:: refs[0] == 0 -> mine = 1
#if Q > 1
		:: refs[0] && refs[1] == 0 -> mine = 2
#endif
#if Q > 2
		:: refs[0] && refs[1] && refs[2] == 0 -> mine = 3
#endif
		fi;
		request_setup(mine - 1, k);
		goto starting
	   }
#ifdef ABORT
	:: atomic { killed && DISTURBED -> end = FAILED; goto returning }
#endif
	fi;

waiting:
	/* caller_wait() */
	if
	:: atomic {
		/* limit_wait(), which loses no wake-up */
		CALL(r, i).told && GETS_CPU ->
		goto over
	   }
	:: atomic {
		/* share_claim(): whoever comes first */
		!claimed[r] && MAY_CLAIM ->
		USE(r);
#ifdef TWIN_CLAIMS_TWICE
		goto claiming
	   };
claiming:
	   atomic {
#endif
		claimed[r] = 1;
		goto queueing
	   }
#ifdef ABORT
#define GIVES_UP	(killed && DISTURBED && GETS_CPU)
#elif defined(RESTART)
#define GIVES_UP	(DISTURBED && GETS_CPU)
#endif
#ifdef GIVES_UP
	:: atomic {
		GIVES_UP && IS_OPEN(r) ->
		USE(r);
#if defined(ABORT) && defined(RESTART)
		if
		:: end = FAILED
		:: end = AGAIN
		fi;
#elif defined(ABORT)
		end = FAILED;
#else
		end = AGAIN;
#endif
#ifdef TWIN_CANCELS_IN_TWO_STEPS
		goto cancelling
	   };
cancelling:
	   atomic {
#endif
		call_cancel(r, i)
	   }
#endif
	fi;

queueing:
	/* queue_add_request(), under order_lock */
	atomic {
#ifdef TWIN_CLAIMS_PREEMPTIBLE
		GETS_CPU ->
#endif
		USE(r);
		assert(IS_OPEN(r));
		if
		:: true ->
			refs[r] = refs[r] + NC;
#ifdef TWIN_CHOOSES_RUN
			CALL(r, 0).runs = RUNMASK(k);
#endif
			enqueue(r, 0);
			enqueue(r, 1);
#if NC > 2
			enqueue(r, 2);
#endif
			if
			:: IS_HEAD(r, own_cpu) ->
				/* caller_join() */
				CALL(r, i).notify = 0;
				goto taking_part
			:: goto waiting
			fi
#ifdef FAILS
		:: DISTURBED ->
#ifdef TWIN_FAILS_ALONE
			end = FAILED;
			call_cancel(r, i)
#endif
#endif
		fi
	};
#ifdef FAILS
	/* request_fail() */
	atomic { USE(r); assert(IS_OPEN(r)); word[r].state = ABORTED };
	atomic { run_tell(r); goto over };
#endif

taking_part:
	/* It sees the end itself, unless it hands its slot over. */
	if
	:: atomic { word[r].state == RELEASE && !IS_QUEUED(r, own_cpu) -> goto over }
	:: atomic {
		IS_OPEN(r) && !cpu[own_cpu].pin ->
		USE(r);
#ifndef TWIN_HANDS_OVER_SILENTLY
		CALL(r, i).notify = 1;
#endif
		goto waiting
	   }
	:: atomic { word[r].state == ABORTED -> assert(word[r].state != ABORTED) }
	fi;

withdraw:
	/* queue_withdraw() */
	MERGED
	   do
	   :: atomic {
		c < NC ->
		if
		:: IS_QUEUED(r, c) && !HAS_COME(r, c) -> dequeue(r, c); put(r)
		:: else
		fi;
		c++
	      }
	   :: atomic { c == NC -> c = 0; goto leaving }
	   od
	};

over:
	MERGED
	   /* call_end() */
	   atomic {
		USE(r);
#ifdef TWIN_FORGETS_LEFT_OVER
#define LEFT_OVER(r, i)	false
#else
#define LEFT_OVER(r, i)	BIT(word[r].calls, i)
#endif
		if
#ifdef TWIN_READS_WORD_FIRST
		/* What it was before the call's turn */
		:: word[r].state == RELEASE -> end = AGAIN
#endif
		:: word[r].state == ABORTED -> end = FAILED
		:: word[r].state != ABORTED && LEFT_OVER(r, i) ->
			end = AGAIN;
			task[k].left++;
			/* Who is left over is not the oldest of its stop. */
			assert(task[k].left < K)
#ifdef TWIN_NEW_TICKET
			;
			forget_ticket(k);
			take_ticket(k)
#endif
		:: else
		fi
	   };
leaving:
	   /* share_leave() */
#if !defined(TWIN_STAYS_OPEN) && !defined(TWIN_LEAVES_LATE)
	   if
	   :: atomic { open == r + 1 && !IS_OPEN(r) -> USE(r) };
	      atomic {
		MAY_LEAVE ->
		USE(r);
		if
		:: open == r + 1 -> open = 0
		:: else
		fi
	      }
	   :: atomic { open != r + 1 || IS_OPEN(r) -> USE(r) }
	   fi;
#endif
	   atomic { put(r) };
#ifdef TWIN_LEAVES_LATE
	   atomic {
		if
		:: open == r + 1 && !IS_OPEN(r) -> open = 0
		:: else
		fi
	   };
#endif
	   atomic {
		r = 0;
		i = 0;
		opener = 0;
		if
		:: end == AGAIN -> end = DONE; goto starting
		:: else
		fi
	   };
returning:
	   atomic {
		assert(task[k].ran == (end == FAILED -> 0 : RUNMASK(k)));
		task[k].calling = 0;
		task[k].ran = 0;
		task[k].left = 0;
		forget_ticket(k);
		end = DONE;
#ifdef ABORT
		killed = 0;
#endif
#if LOOPS > 1
		loops--;
		if
		:: loops -> goto calling
		:: else
		fi;
#endif
		returned++
	   }
	};
	/* The requests are back in the pool, and none is to be found. */
	returned == K && ALL_BACK && !open
#undef own_cpu
#undef k
}

#ifdef LIVE
active proctype Calm()
{
	calm = 1
}

/* Once there is calm, all is done at last. */
never {
T0_init:
	do
	:: !calm
	:: calm -> break
	od;
accept_calm:
	do
	:: !(returned == K && ALL_BACK)
	od
}
#endif
