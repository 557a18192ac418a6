/* Popcorn's page coherency protocol, stage 4.4, with two kernels: the twin of spec/popcorn/ with the options' defaults, for what it
 * says of runs. Encoded as popcorn.m, which has the comments; refinements of later stages are left out, and so are their variables.
 *
 * Spin is weakly fair to processes, popcheck to steps. So each step that is fair has a process of its own, which does nothing else,
 * in a loop of one control state; the reception of each kind of message over each link is one. Reads and writes of the application,
 * which need not happen, belong to a process that may idle for ever.
 * One more state than popcheck's and rumur's, before it is chosen who is Modified; states without a claim
 * (gcc -DNOCLAIM -DSAFETY -DNOREDUCE): 298.
 */

#define K1 0
#define K2 1
#define other(k) (1 - (k))

/* Pages */
#define INVALID 0
#define SHARED 1
#define MODIFIED 2
#define INVALID_READ_1 3
#define WRITING_PEND_1 4
#define WRITING_PEND_2 5
#define WRITING_READ 6

/* Of the data it matters only whether it is what was written last. */
#define ABSENT 0
#define OLDER 1
#define LATEST 2

/* Messages */
#define NONE 0
#define FETCH 1
#define INVALIDATE 2
#define COPY 3
#define COPY_VOID 4
#define ACK 5
#define NACK 6

byte page[2];
byte data[2];
/* A time stamp is its place among those in use, from 1; 0 if no write is under way. */
byte stamp[2];
/* The stamps up to this one are in the past of the kernel's clock. */
byte clock[2];
/* The other kernel's answer is missing. */
bit awaiting[2];
/* The copy, in WRITING_PEND_1, has given way to the other in this election; and the other has been elected. */
bit gaveWay[2];
bit rivalElected[2];

/* What is in flight, by its sender. A kernel that waits for an answer does not ask, and who is asked answers at once: so a link never
 * holds two requests, nor two answers. `ask` and `reply` assert it. A request and an answer may be on one link, in any order. */
byte request[2];
byte requestStamp[2];
byte answer[2];
byte answerData[2];

#define RAISE(it, after) if :: it > after -> it = it + 1 :: else fi
#define LOWER(it, above) if :: it > above -> it = it - 1 :: else fi
#define AGE(it) if :: it == LATEST -> it = OLDER :: else fi

inline makeRoom(after) {
  RAISE(stamp[K1], after); RAISE(stamp[K2], after);
  RAISE(clock[K1], after); RAISE(clock[K2], after);
  RAISE(requestStamp[K1], after); RAISE(requestStamp[K2], after)
}

/* A clock that had passed the stamp has passed the next lower one. */
inline dropStamp(k) {
  assert(stamp[k] > 0 && requestStamp[K1] != stamp[k] && requestStamp[K2] != stamp[k]);
  LOWER(clock[K1], stamp[k] - 1); LOWER(clock[K2], stamp[k] - 1);
  LOWER(requestStamp[K1], stamp[k]); LOWER(requestStamp[K2], stamp[k]);
  LOWER(stamp[other(k)], stamp[k]);
  stamp[k] = 0
}

inline ask(k, kind, time) {
  assert(request[k] == NONE && awaiting[k] == 0);
  request[k] = kind;
  requestStamp[k] = time;
  awaiting[k] = 1
}

inline reply(k, kind, version) {
  assert(answer[k] == NONE);
  answer[k] = kind;
  answerData[k] = version
}

inline takeRequest(k) {
  request[other(k)] = NONE;
  requestStamp[other(k)] = 0
}

inline takeAnswer(k) {
  answer[other(k)] = NONE;
  answerData[other(k)] = ABSENT;
  awaiting[k] = 0
}

inline write(k) {
  AGE(data[K1]); AGE(data[K2]);
  AGE(answerData[K1]); AGE(answerData[K2]);
  data[k] = LATEST
}

inline startRound(k) {
  gaveWay[k] = 0;
  rivalElected[k] = 0;
  page[k] = WRITING_PEND_1;
  ask(k, INVALIDATE, stamp[k])
}

inline startWrite(k, after) {
  makeRoom(after);
  stamp[k] = after + 1;
  clock[k] = after + 1;
  startRound(k)
}


/* What the application does */

#define appRead(k) d_step { page[k] == INVALID && stamp[k] == 0 -> page[k] = INVALID_READ_1; ask(k, FETCH, 0) }
#define localWrite(k) d_step { page[k] == MODIFIED -> write(k) }
#define appWriteFirst(k) d_step { page[k] == SHARED && stamp[k] == 0 && clock[k] == 0 -> startWrite(k, 0) }
#define appWriteAfter(k) d_step { \
  page[k] == SHARED && stamp[k] == 0 && stamp[other(k)] > 0 && clock[k] <= stamp[other(k)] -> \
  startWrite(k, stamp[other(k)]) }

active proctype Environment() {
  if
  :: d_step { page[K1] = MODIFIED; data[K1] = LATEST }
  :: d_step { page[K2] = MODIFIED; data[K2] = LATEST }
  fi;
  do
  :: appRead(K1)
  :: appRead(K2)
  :: localWrite(K1)
  :: localWrite(K2)
  :: appWriteFirst(K1)
  :: appWriteFirst(K2)
  :: appWriteAfter(K1)
  :: appWriteAfter(K2)
  :: d_step { true -> skip }
  od
}


/* Requests are received */

#define receiveFetch(k) d_step { request[other(k)] == FETCH -> \
  takeRequest(k); \
  if \
  :: page[k] == SHARED || page[k] == MODIFIED -> reply(k, COPY, data[k]); page[k] = SHARED \
  :: else -> reply(k, COPY_VOID, ABSENT) \
  fi }

#define receiveInvalid(k) d_step { request[other(k)] == INVALIDATE -> \
  if \
  :: page[k] == SHARED || page[k] == MODIFIED -> page[k] = INVALID; data[k] = ABSENT; reply(k, ACK, ABSENT) \
  :: page[k] == INVALID || page[k] == INVALID_READ_1 -> reply(k, ACK, ABSENT) \
  :: else -> \
    assert(requestStamp[other(k)] != stamp[k]); \
    if \
    :: requestStamp[other(k)] > stamp[k] -> reply(k, NACK, ABSENT) \
    :: else -> \
      reply(k, ACK, ABSENT); \
      if :: page[k] == WRITING_PEND_1 -> gaveWay[k] = 1 :: else fi \
    fi \
  fi; \
  takeRequest(k) }


/* Answers are received */

#define fetching(k) (page[k] == INVALID_READ_1 || page[k] == WRITING_READ)
#define electing(k) (page[k] == WRITING_PEND_1 || page[k] == WRITING_PEND_2)

#define receiveCopy(k) d_step { answer[other(k)] == COPY -> \
  assert(fetching(k)); data[k] = answerData[other(k)]; takeAnswer(k) }
#define receiveCopyVoid(k) d_step { answer[other(k)] == COPY_VOID -> assert(fetching(k)); takeAnswer(k) }
#define receiveAck(k) d_step { answer[other(k)] == ACK -> assert(electing(k)); takeAnswer(k) }
#define receiveNack(k) d_step { answer[other(k)] == NACK -> \
  assert(electing(k)); \
  page[k] = WRITING_PEND_2; gaveWay[k] = 0; rivalElected[k] = 0; \
  takeAnswer(k) }


/* A wait state is left */

#define readDone(k) d_step { page[k] == INVALID_READ_1 && awaiting[k] == 0 && data[k] != ABSENT -> page[k] = SHARED }

#define writeDone(k) d_step { page[k] == WRITING_PEND_1 && awaiting[k] == 0 -> \
  if :: page[other(k)] == WRITING_PEND_1 && gaveWay[other(k)] == 1 -> rivalElected[other(k)] = 1 :: else fi; \
  page[k] = MODIFIED; \
  rivalElected[k] = 0; \
  write(k); \
  dropStamp(k) }

#define writeLost(k) d_step { page[k] == WRITING_PEND_2 && awaiting[k] == 0 -> \
  gaveWay[other(k)] = 0; \
  page[k] = WRITING_READ; \
  data[k] = ABSENT; \
  ask(k, FETCH, 0) }

#define writeAgain(k) d_step { page[k] == WRITING_READ && awaiting[k] == 0 && data[k] != ABSENT -> startRound(k) }


#define FAIR(name, step) \
  active proctype name##1() { do :: step(K1) od } \
  active proctype name##2() { do :: step(K2) od }

FAIR(ReceiveFetch, receiveFetch)
FAIR(ReceiveInvalid, receiveInvalid)
FAIR(ReceiveCopy, receiveCopy)
FAIR(ReceiveCopyVoid, receiveCopyVoid)
FAIR(ReceiveAck, receiveAck)
FAIR(ReceiveNack, receiveNack)
FAIR(ReadDone, readDone)
FAIR(WriteDone, writeDone)
FAIR(WriteLost, writeLost)
FAIR(WriteAgain, writeAgain)


/* Each with its negation, which is violated if the formula holds in some run. */

#define writes(k) (page[k] == WRITING_PEND_1 || page[k] == WRITING_PEND_2 || page[k] == WRITING_READ)
#define reads(k) (page[k] == INVALID_READ_1)
#define is(k, it) (page[k] == it)

/* a copy that writes becomes Modified */
ltl modified_1     { [] (writes(K1) -> <> is(K1, MODIFIED)) }
ltl modified_2     { [] (writes(K2) -> <> is(K2, MODIFIED)) }
ltl not_modified_1 { ! [] (writes(K1) -> <> is(K1, MODIFIED)) }
ltl not_modified_2 { ! [] (writes(K2) -> <> is(K2, MODIFIED)) }

/* a copy that reads becomes Shared */
ltl shared_1     { [] (reads(K1) -> <> is(K1, SHARED)) }
ltl shared_2     { [] (reads(K2) -> <> is(K2, SHARED)) }
ltl not_shared_1 { ! [] (reads(K1) -> <> is(K1, SHARED)) }
ltl not_shared_2 { ! [] (reads(K2) -> <> is(K2, SHARED)) }

/* an election ends */
ltl election_1     { [] (is(K1, WRITING_PEND_1) -> <> ! is(K1, WRITING_PEND_1)) }
ltl election_2     { [] (is(K2, WRITING_PEND_1) -> <> ! is(K2, WRITING_PEND_1)) }
ltl not_election_1 { ! [] (is(K1, WRITING_PEND_1) -> <> ! is(K1, WRITING_PEND_1)) }
ltl not_election_2 { ! [] (is(K2, WRITING_PEND_1) -> <> ! is(K2, WRITING_PEND_1)) }

/* who has lost an election tries again: unless no Copy comes */
ltl tries_again_1     { [] (is(K1, WRITING_PEND_2) -> <> (is(K1, WRITING_PEND_1) || is(K1, MODIFIED))) }
ltl tries_again_2     { [] (is(K2, WRITING_PEND_2) -> <> (is(K2, WRITING_PEND_1) || is(K2, MODIFIED))) }
ltl not_tries_again_1 { ! [] (is(K1, WRITING_PEND_2) -> <> (is(K1, WRITING_PEND_1) || is(K1, MODIFIED))) }
ltl not_tries_again_2 { ! [] (is(K2, WRITING_PEND_2) -> <> (is(K2, WRITING_PEND_1) || is(K2, MODIFIED))) }

/* who has lost an election fetches; who has the data goes on: a reader is Shared, a writer has another election */
#define has(k) (awaiting[k] == 0 && data[k] != ABSENT)
ltl fetches_1         { [] (is(K1, WRITING_PEND_2) -> <> is(K1, WRITING_READ)) }
ltl fetches_2         { [] (is(K2, WRITING_PEND_2) -> <> is(K2, WRITING_READ)) }
ltl not_fetches_1     { ! [] (is(K1, WRITING_PEND_2) -> <> is(K1, WRITING_READ)) }
ltl not_fetches_2     { ! [] (is(K2, WRITING_PEND_2) -> <> is(K2, WRITING_READ)) }
ltl installs_1        { [] (reads(K1) && has(K1) -> <> is(K1, SHARED)) }
ltl installs_2        { [] (reads(K2) && has(K2) -> <> is(K2, SHARED)) }
ltl not_installs_1    { ! [] (reads(K1) && has(K1) -> <> is(K1, SHARED)) }
ltl not_installs_2    { ! [] (reads(K2) && has(K2) -> <> is(K2, SHARED)) }
ltl votes_again_1     { [] (is(K1, WRITING_READ) && has(K1) -> <> is(K1, WRITING_PEND_1)) }
ltl votes_again_2     { [] (is(K2, WRITING_READ) && has(K2) -> <> is(K2, WRITING_PEND_1)) }
ltl not_votes_again_1 { ! [] (is(K1, WRITING_READ) && has(K1) -> <> is(K1, WRITING_PEND_1)) }
ltl not_votes_again_2 { ! [] (is(K2, WRITING_READ) && has(K2) -> <> is(K2, WRITING_PEND_1)) }

/* what is asked is answered */
ltl answered_1     { [] <> (awaiting[K1] == 0) }
ltl answered_2     { [] <> (awaiting[K2] == 0) }
ltl not_answered_1 { ! [] <> (awaiting[K1] == 0) }
ltl not_answered_2 { ! [] <> (awaiting[K2] == 0) }

/* a copy is Invalid again and again */
ltl invalid_1     { [] <> is(K1, INVALID) }
ltl invalid_2     { [] <> is(K2, INVALID) }
ltl not_invalid_1 { ! [] <> is(K1, INVALID) }
ltl not_invalid_2 { ! [] <> is(K2, INVALID) }

/* in the end nobody writes */
ltl quiet     { <> [] ! (writes(K1) || writes(K2)) }
ltl not_quiet { ! <> [] ! (writes(K1) || writes(K2)) }

/* in the end there is always a copy to read */
ltl settled     { <> [] (is(K1, SHARED) || is(K1, MODIFIED) || is(K2, SHARED) || is(K2, MODIFIED)) }
ltl not_settled { ! <> [] (is(K1, SHARED) || is(K1, MODIFIED) || is(K2, SHARED) || is(K2, MODIFIED)) }

/* both copies are Shared at some time */
ltl both     { <> (is(K1, SHARED) && is(K2, SHARED)) }
ltl not_both { ! <> (is(K1, SHARED) && is(K2, SHARED)) }
