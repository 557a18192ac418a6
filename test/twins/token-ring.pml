/* Dijkstra's self-stabilizing ring of K-state machines, with three nodes, started anyhow: the twin of spec/toy/token-ring.ts
 * (--nodes 3 --start anyhow).
 *
 * As in peterson.pml each fair step has a process of its own, to which Spin is weakly fair. One more state than popcheck's, before
 * the start; states without a claim (gcc -DNOCLAIM -DSAFETY -DNOREDUCE): 595.
 */

#define N1 0
#define N2 1
#define N3 2
#define NODES 3

/* Where a node is. */
#define REST 0
#define WANT 1
#define CRITICAL 2

bit started;
byte location[3];
byte counter[3];

/* The first node has the token if its counter is the last one's, each other if its counter is not the one's before it. */
#define token1 (started == 1 && counter[N1] == counter[N3])
#define token2 (started == 1 && counter[N2] != counter[N1])
#define token3 (started == 1 && counter[N3] != counter[N2])

#define start(a, b, c) d_step { counter[N1] = a; counter[N2] = b; counter[N3] = c; started = 1 }
#define startsWith2(a, b) :: start(a, b, 0) :: start(a, b, 1) :: start(a, b, 2)
#define startsWith1(a) startsWith2(a, 0) startsWith2(a, 1) startsWith2(a, 2)

#define request(i) d_step { location[i] == REST -> location[i] = WANT }

active proctype Environment() {
  if
  startsWith1(0)
  startsWith1(1)
  startsWith1(2)
  fi;
  do
  :: request(N1)
  :: request(N2)
  :: request(N3)
  :: d_step { true -> skip }
  od
}

#define FAIR(name, step) active proctype name() { do :: step od }

#define enter(i, token) d_step { location[i] == WANT && token -> location[i] = CRITICAL }
#define leave(i, token, passed) d_step { location[i] == CRITICAL -> location[i] = REST; if :: token -> passed :: else fi }
#define pass(i, token, passed) d_step { location[i] == REST && token -> passed }

#define passed1 counter[N1] = (counter[N1] + 1) % NODES
#define passed2 counter[N2] = counter[N1]
#define passed3 counter[N3] = counter[N2]

FAIR(Enter1, enter(N1, token1))
FAIR(Enter2, enter(N2, token2))
FAIR(Enter3, enter(N3, token3))
FAIR(Leave1, leave(N1, token1, passed1))
FAIR(Leave2, leave(N2, token2, passed2))
FAIR(Leave3, leave(N3, token3, passed3))
FAIR(Pass1, pass(N1, token1, passed1))
FAIR(Pass2, pass(N2, token2, passed2))
FAIR(Pass3, pass(N3, token3, passed3))

/* Each with its negation, which is violated if the formula holds in some run. */

#define wants(i) (location[i] == WANT)
#define critical(i) (location[i] == CRITICAL)
#define oneToken (started == 1 && token1 + token2 + token3 == 1)
#define exclusive ((critical(N1) + critical(N2) + critical(N3)) <= 1)

/* who wants gets in */
ltl gets_in_1     { [] (wants(N1) -> <> critical(N1)) }
ltl gets_in_2     { [] (wants(N2) -> <> critical(N2)) }
ltl gets_in_3     { [] (wants(N3) -> <> critical(N3)) }
ltl not_gets_in_1 { ! [] (wants(N1) -> <> critical(N1)) }
ltl not_gets_in_2 { ! [] (wants(N2) -> <> critical(N2)) }
ltl not_gets_in_3 { ! [] (wants(N3) -> <> critical(N3)) }

/* the token goes round */
ltl comes_1     { [] <> token1 }
ltl comes_2     { [] <> token2 }
ltl comes_3     { [] <> token3 }
ltl not_comes_1 { ! [] <> token1 }
ltl not_comes_2 { ! [] <> token2 }
ltl not_comes_3 { ! [] <> token3 }

/* the ring stabilizes */
ltl one_token     { <> [] oneToken }
ltl not_one_token { ! <> [] oneToken }

/* in the end, one at a time */
ltl exclusion     { <> [] exclusive }
ltl not_exclusion { ! <> [] exclusive }

/* the token comes to rest */
ltl settles_1     { <> [] token1 }
ltl settles_2     { <> [] token2 }
ltl settles_3     { <> [] token3 }
ltl not_settles_1 { ! <> [] token1 }
ltl not_settles_2 { ! <> [] token2 }
ltl not_settles_3 { ! <> [] token3 }

/* a node enters at all: nobody is forced to want it */
ltl enters_1     { <> critical(N1) }
ltl enters_2     { <> critical(N2) }
ltl enters_3     { <> critical(N3) }
ltl not_enters_1 { ! <> critical(N1) }
ltl not_enters_2 { ! <> critical(N2) }
ltl not_enters_3 { ! <> critical(N3) }

/* a node enters again and again */
ltl again_1     { [] <> critical(N1) }
ltl again_2     { [] <> critical(N2) }
ltl again_3     { [] <> critical(N3) }
ltl not_again_1 { ! [] <> critical(N1) }
ltl not_again_2 { ! [] <> critical(N2) }
ltl not_again_3 { ! [] <> critical(N3) }
