/* A lock that is tested and set in one step, with two processes: the twin of spec/toy/starving-mutex.ts.
 *
 * As in peterson.pml each fair step has a process of its own, to which Spin is weakly fair. Spin knows no strong fairness; the claims
 * `strong_…` assume it, as a formula: "if P can acquire the lock again and again, it does so again and again". Who is critical again and
 * again, and wants again and again, has acquired again and again.
 * These take Spin seconds each to translate; for more than two processes, and for some more properties, minutes.
 * States without a claim (gcc -DNOCLAIM -DSAFETY -DNOREDUCE): 8, as many as popcheck's without symmetry.
 */

#define P1 0
#define P2 1

/* Where a process is. */
#define REST 0
#define WAIT 1
#define CRITICAL 2

byte location[2];
bit locked;

#define request(i) d_step { location[i] == REST -> location[i] = WAIT }

active proctype Environment() {
  do
  :: request(P1)
  :: request(P2)
  :: d_step { true -> skip }
  od
}

#define FAIR(name, step) active proctype name() { do :: step od }

#define acquire(i) d_step { location[i] == WAIT && locked == 0 -> locked = 1; location[i] = CRITICAL }
#define leave(i) d_step { location[i] == CRITICAL -> locked = 0; location[i] = REST }

FAIR(Acquire1, acquire(P1))
FAIR(Acquire2, acquire(P2))
FAIR(Leave1, leave(P1))
FAIR(Leave2, leave(P2))

/* Each with its negation, which is violated if the formula holds in some run. */

#define waits(i) (location[i] == WAIT)
#define critical(i) (location[i] == CRITICAL)
#define somebodyWaits (waits(P1) || waits(P2))
#define somebodyCritical (critical(P1) || critical(P2))

#define strong(i) (([] <> (waits(i) && locked == 0)) -> ([] <> critical(i)))
#define allStrong (strong(P1) && strong(P2))

/* who waits gets in */
ltl gets_in_1     { [] (waits(P1) -> <> critical(P1)) }
ltl gets_in_2     { [] (waits(P2) -> <> critical(P2)) }
ltl not_gets_in_1 { ! [] (waits(P1) -> <> critical(P1)) }
ltl not_gets_in_2 { ! [] (waits(P2) -> <> critical(P2)) }
ltl strong_gets_in_1     { allStrong ->   [] (waits(P1) -> <> critical(P1)) }
ltl strong_gets_in_2     { allStrong ->   [] (waits(P2) -> <> critical(P2)) }
ltl strong_not_gets_in_1 { allStrong -> ! [] (waits(P1) -> <> critical(P1)) }
ltl strong_not_gets_in_2 { allStrong -> ! [] (waits(P2) -> <> critical(P2)) }

/* somebody gets in */
ltl somebody     { [] (somebodyWaits -> <> somebodyCritical) }
ltl not_somebody { ! [] (somebodyWaits -> <> somebodyCritical) }
ltl strong_somebody     { allStrong ->   [] (somebodyWaits -> <> somebodyCritical) }

/* the lock is free again and again */
ltl free     { [] <> (locked == 0) }
ltl not_free { ! [] <> (locked == 0) }

/* a process does not wait for ever */
ltl waiting_ends_1     { [] <> ! waits(P1) }
ltl not_waiting_ends_1 { ! [] <> ! waits(P1) }

/* in the end nobody waits */
ltl quiet     { <> [] ! somebodyWaits }
ltl not_quiet { ! <> [] ! somebodyWaits }

/* the lock is used at all */
ltl used     { <> (locked == 1) }
ltl not_used { ! <> (locked == 1) }
ltl strong_used     { allStrong ->   <> (locked == 1) }
ltl strong_not_used { allStrong -> ! <> (locked == 1) }
