/* Peterson's mutual exclusion (1981): the twin of spec/toy/peterson.ts, for what it says of runs.
 *
 * Spin is weakly fair to processes, popcheck to steps. So each step that is fair has a process of its own, which does nothing else,
 * in a loop of one control state; and what need not happen at all, a wish to enter, belongs to a process that may idle for ever.
 * States without a claim (gcc -DNOCLAIM -DSAFETY -DNOREDUCE): 20, as many as popcheck's.
 */

#define P1 0
#define P2 1
#define other(i) (1 - (i))

/* Where a process is. */
#define REST 0
#define GIVE_WAY 1
#define AWAIT 2
#define CRITICAL 3

byte location[2];
bit flag[2];
bit turn;

#define request(i) d_step { location[i] == REST -> flag[i] = 1; location[i] = GIVE_WAY }

active proctype Environment() {
  do
  :: request(P1)
  :: request(P2)
  :: d_step { true -> skip }
  od
}

#define FAIR(name, step) active proctype name() { do :: step od }

#define giveWay(i) d_step { location[i] == GIVE_WAY -> turn = other(i); location[i] = AWAIT }
#define enter(i) d_step { location[i] == AWAIT && (flag[other(i)] == 0 || turn == i) -> location[i] = CRITICAL }
#define leave(i) d_step { location[i] == CRITICAL -> flag[i] = 0; location[i] = REST }

FAIR(GiveWay1, giveWay(P1))
FAIR(GiveWay2, giveWay(P2))
FAIR(Enter1, enter(P1))
FAIR(Enter2, enter(P2))
FAIR(Leave1, leave(P1))
FAIR(Leave2, leave(P2))

/* Each with its negation, which is violated if the formula holds in some run. */

#define wants(i) (location[i] == GIVE_WAY)
#define rests(i) (location[i] == REST)
#define critical(i) (location[i] == CRITICAL)

/* who wants enters */
ltl who_wants_enters_1     { [] (wants(P1) -> <> critical(P1)) }
ltl who_wants_enters_2     { [] (wants(P2) -> <> critical(P2)) }
ltl not_who_wants_enters_1 { ! [] (wants(P1) -> <> critical(P1)) }
ltl not_who_wants_enters_2 { ! [] (wants(P2) -> <> critical(P2)) }

/* a process rests again and again */
ltl rests_1     { [] <> rests(P1) }
ltl rests_2     { [] <> rests(P2) }
ltl not_rests_1 { ! [] <> rests(P1) }
ltl not_rests_2 { ! [] <> rests(P2) }

/* a process enters again and again: nobody is forced to */
ltl enters_1     { [] <> critical(P1) }
ltl enters_2     { [] <> critical(P2) }
ltl not_enters_1 { ! [] <> critical(P1) }
ltl not_enters_2 { ! [] <> critical(P2) }

/* in the end the other goes first: it does not come to that, as both may come back for ever */
ltl yields_1     { <> [] (turn == P2) }
ltl yields_2     { <> [] (turn == P1) }
ltl not_yields_1 { ! <> [] (turn == P2) }
ltl not_yields_2 { ! <> [] (turn == P1) }

/* somebody enters at all */
ltl somebody     { <> (critical(P1) || critical(P2)) }
ltl not_somebody { ! <> (critical(P1) || critical(P2)) }
