-- Popcorn's page coherency protocol: one page, with a copy of it in each kernel. Section 4 of Sadini, Barbalace,
-- Ravindran, Quaglia, "A Page Coherency Protocol for Popcorn Replicated-kernel Operating System".
--
-- The stages 4.2 to 4.7, by the refinements below; with all of them it is 4.7. What the paper leaves open is read
-- as in the first value of each option in spec/popcorn/options.ts. The twin of spec/popcorn/: twins.peers.ts asserts
-- that states and rules fired are the same. Counts of rumur v2022.08.20 for stage 4.7:
--   3 kernels, no symmetry            2,424,580   9,430,581
--   3 kernels, exhaustive symmetry      404,171   1,572,055

const
  KERNELS: 3;
  VOTES: true;             -- 4.3: a writer votes by time stamp on others' Invalids; else: it Acks them
  RETRY_WITH_DATA: true;   -- 4.4: a loser fetches the winner's data; else: it goes to Invalid, and reads first
  ASK_AGAIN: true;         -- 4.5: a reader that is invalidated while it waits asks again
  HOLD: true;              -- 4.6: a writer holds a Fetch until it is Modified; else: it answers Copy_Void
  FETCH_WRITE: true;       -- 4.6: a loser asks with Fetch_Write, which is not held in Writing Read; else: with Fetch
  NACK_IN_MODIFIED: true;  -- 4.7: Modified answers an Invalid with Nack; else: with Ack, and goes to Invalid
  WINNERS_WAIT: true;      -- 4.7: the winner answers nobody until all concurrent writers have asked
  STEP1: true;             -- 4.7: a loser fetches once the Invalids of all concurrent writers have come
  STEP2: true;             -- 4.7: a loser tries again once the Fetch_Writes of the other losers have come

  -- An invariant that fails would end the count of states. With CHECK, those that are named next are checked.
  CHECK: false;
  CHECK_SWMR: true;
  CHECK_AT_LEAST_ONE_COPY: true;
  CHECK_COHERENT_DATA: true;

type
  Kernel: scalarset(KERNELS);
  Kernels: array [Kernel] of boolean;

  -- Figures 2 to 5. Before 4.4, Writing is Writing Pend 1, and Writing with a Nack is Writing Pend 2.
  Page: enum {
    Invalid, Shared, Modified,
    InvalidRead1, InvalidRead2,
    WritingPend1, WritingPend2, WritingRead
  };

  -- Of the data it matters only whether it is what was written last.
  Data: enum { Absent, Older, Latest };

  -- 4.3: "there is no global clock", so that a new time stamp may be anywhere among those in use, above what its
  -- kernel's clock has passed. Only their order matters: a stamp is its place among them, from 1. No two are equal.
  Stamp: 0 .. KERNELS;

  RequestKind: enum { ReqNone, ReqFetch, ReqFetchWrite, ReqInvalid };
  AnswerKind: enum { AnsNone, AnsCopy, AnsCopyVoid, AnsAck, AnsNack };

  Request: record
    kind: RequestKind;
    stamp: Stamp;          -- of Invalid: when the write began
  end;

  Answer: record
    kind: AnswerKind;
    data: Data;            -- of Copy
    writing: boolean;      -- of Ack and Nack, where rounds (4.7) need it: "I am writing too"
  end;

  Copy: record
    page: Page;
    data: Data;            -- while a fetch is out: the data received last
    stamp: Stamp;          -- of the write under way, 0 if there is none: kept until the copy is Modified
    clock: Stamp;          -- the stamps up to this one are in the past of the kernel's clock
    awaiting: Kernels;     -- whose answers are missing
    -- of the round (4.7)
    flagged: Kernels;      -- who answered "I am writing too"; in Modified: those of them that have not asked yet
    clearNack: boolean;    -- a Nack without the flag has come: it is the winner's, from Modified
    seen: Kernels;         -- whose Invalids have come, for step 1
    asked: Kernels;        -- whose Fetch_Writes have come, for step 2
    -- requests held (4.6)
    heldFetch: Kernels;
    heldFetchWrite: Kernels;
    -- history, for unique election (4.3)
    gaveWayTo: Kernels;    -- to whom the copy, in Writing Pend 1, answered Ack in this election
    rivalElected: boolean; -- one of them has been elected
  end;

var
  copies: array [Kernel] of Copy;
  -- From one kernel to another there is at most one request in flight, as nobody asks again before all answers are
  -- in, and therefore at most one answer. Any message may be the next to be received.
  requests: array [Kernel] of array [Kernel] of Request;
  answers: array [Kernel] of array [Kernel] of Answer;


-- Sets of kernels

function nobody(set: Kernels): boolean;
begin
  return forall k: Kernel do !set[k] end;
end;

function includes(set: Kernels; part: Kernels): boolean;
begin
  return forall k: Kernel do part[k] -> set[k] end;
end;

function includesAllButOne(set: Kernels; part: Kernels): boolean;
begin
  return forall a: Kernel do forall b: Kernel do (part[a] & part[b] & a != b) -> (set[a] | set[b]) end end;
end;

procedure clearSet(var set: Kernels);
begin
  for k: Kernel do set[k] := false; end;
end;


-- Time stamps (4.3)

-- A place is made for a new stamp, right after the stamp `after`: 0 if it is the first.
procedure makeRoom(after: Stamp);
begin
  for k: Kernel do
    if copies[k].stamp > after then copies[k].stamp := copies[k].stamp + 1; end;
    if copies[k].clock > after then copies[k].clock := copies[k].clock + 1; end;
    for o: Kernel do
      if requests[k][o].stamp > after then requests[k][o].stamp := requests[k][o].stamp + 1; end;
    end;
  end;
end;

-- 4.3: the time stamp "will be reset only when the page copy arrives in the Modified state". It is out of use then,
-- and all that can be told of a clock that had passed it is that it has passed the next lower one.
procedure dropStamp(k: Kernel);
var dropped: Stamp;
begin
  dropped := copies[k].stamp;
  if dropped > 0 then
    copies[k].stamp := 0;
    for o: Kernel do
      if copies[o].stamp > dropped then copies[o].stamp := copies[o].stamp - 1; end;
      if copies[o].clock >= dropped then copies[o].clock := copies[o].clock - 1; end;
      for p: Kernel do
        assert requests[o][p].stamp != dropped "a write is not done before all have received its Invalid";
        if requests[o][p].stamp > dropped then requests[o][p].stamp := requests[o][p].stamp - 1; end;
      end;
    end;
  end;
end;



-- Messages

-- Point-to-point messages to all others: there is no broadcast (section 4).
procedure ask(k: Kernel; kind: RequestKind);
begin
  for o: Kernel do
    if o != k then
      assert requests[k][o].kind = ReqNone "no request overtakes the one before it";
      requests[k][o].kind := kind;
      if kind = ReqInvalid then requests[k][o].stamp := copies[k].stamp; end;
      copies[k].awaiting[o] := true;
    end;
  end;
end;

procedure takeRequest(from: Kernel; k: Kernel);
begin
  requests[from][k].kind := ReqNone;
  requests[from][k].stamp := 0;
end;

procedure reply(k: Kernel; dest: Kernel; kind: AnswerKind; data: Data; writing: boolean);
begin
  assert answers[k][dest].kind = AnsNone "no answer overtakes the one before it";
  answers[k][dest].kind := kind;
  answers[k][dest].data := data;
  answers[k][dest].writing := writing;
end;

procedure replyCopy(k: Kernel; dest: Kernel);
begin
  reply(k, dest, AnsCopy, copies[k].data, false);
end;

procedure replyVoid(k: Kernel; dest: Kernel);
begin
  reply(k, dest, AnsCopyVoid, Absent, false);
end;

-- Ack or Nack. Only rounds (4.7) use the flag.
procedure vote(k: Kernel; dest: Kernel; kind: AnswerKind; writing: boolean);
begin
  reply(k, dest, kind, Absent, writing & (WINNERS_WAIT | STEP1 | STEP2));
end;

procedure takeAnswer(from: Kernel; k: Kernel);
begin
  answers[from][k].kind := AnsNone;
  answers[from][k].data := Absent;
  answers[from][k].writing := false;
  copies[k].awaiting[from] := false;
end;

procedure forgetHeld(k: Kernel);
begin
  clearSet(copies[k].heldFetch);
  clearSet(copies[k].heldFetchWrite);
end;

-- 4.6: "the elected page copy will answer with a Copy message when it arrives in the Modified state", and be
-- Shared then (4.2).
procedure answerHeld(k: Kernel);
begin
  for o: Kernel do
    if copies[k].heldFetch[o] | copies[k].heldFetchWrite[o] then replyCopy(k, o); end;
  end;
  forgetHeld(k);
  copies[k].page := Shared;
end;

-- The data is gone, before those who asked for it were answered.
procedure dropData(k: Kernel);
begin
  for o: Kernel do
    if copies[k].heldFetch[o] | copies[k].heldFetchWrite[o] then replyVoid(k, o); end;
  end;
  forgetHeld(k);
  copies[k].page := Invalid;
  copies[k].data := Absent;
end;


-- Writing

procedure write(k: Kernel);
begin
  for o: Kernel do
    if copies[o].data = Latest then copies[o].data := Older; end;
    for p: Kernel do
      if answers[o][p].data = Latest then answers[o][p].data := Older; end;
    end;
  end;
  copies[k].data := Latest;
end;

-- What step 1 has seen stays: an Invalid of the round to come may have overtaken its beginning.
procedure forgetRound(k: Kernel);
begin
  clearSet(copies[k].flagged);
  copies[k].clearNack := false;
  clearSet(copies[k].asked);
end;

-- 4.7: "Locally, rounds start when an Invalid message is sent."
procedure startRound(k: Kernel);
begin
  forgetRound(k);
  clearSet(copies[k].gaveWayTo);
  copies[k].rivalElected := false;
  copies[k].page := WritingPend1;
  ask(k, ReqInvalid);
end;

-- 4.3: "the current local time is recorded during the transition to Writing"
procedure startWrite(k: Kernel; after: Stamp);
begin
  if VOTES then
    makeRoom(after);
    copies[k].stamp := after + 1;
    copies[k].clock := after + 1;
  end;
  startRound(k);
end;


ruleset k: Kernel do
  startstate "one copy is Modified"
  begin
    clear copies;
    clear requests;
    clear answers;
    copies[k].page := Modified;
    copies[k].data := Latest;
  end;
end;


-- What the application does. In wait states it is delayed (4.1). A read on Shared or Modified changes nothing.

ruleset k: Kernel do

  -- 4.2. A write on Invalid forces this read, too. A copy with a time stamp has a write to repeat: see below.
  rule "App_Read"
    copies[k].page = Invalid & copies[k].stamp = 0
  ==>
    copies[k].page := InvalidRead1;
    ask(k, ReqFetch);
  end;

  rule "App_Write, local"
    copies[k].page = Modified
  ==>
    write(k);
  end;

  -- Where writes have no time stamps, all begin here.
  rule "App_Write, with the first time stamp of all"
    copies[k].page = Shared & copies[k].stamp = 0 & copies[k].clock = 0
  ==>
    startWrite(k, 0);
  end;
end;

ruleset k: Kernel; other: Kernel do
  rule "App_Write, with the time stamp after another's"
    copies[k].page = Shared & copies[k].stamp = 0 & copies[other].stamp > 0 & copies[k].clock <= copies[other].stamp
  ==>
    startWrite(k, copies[other].stamp);
  end;
end;

-- 4.3: losers "have to perform the write again". "Once a write is repeated, the time stamp does not change."

ruleset k: Kernel do
  rule "the write is repeated: the read that it forces"
    copies[k].page = Invalid & copies[k].stamp > 0
  ==>
    copies[k].page := InvalidRead1;
    ask(k, ReqFetch);
  end;

  rule "the write is repeated"
    copies[k].page = Shared & copies[k].stamp > 0
  ==>
    startRound(k);
  end;
end;


-- Requests are received

ruleset from: Kernel; k: Kernel do

  rule "Fetch"
    requests[from][k].kind = ReqFetch
  ==>
    takeRequest(from, k);
    switch copies[k].page
      case Shared:
        replyCopy(k, from);
      case Modified:
        copies[k].heldFetch[from] := true;
        copies[k].flagged[from] := false;
        if nobody(copies[k].flagged) then answerHeld(k); end;
      case WritingPend1, WritingPend2, WritingRead:
        if HOLD then copies[k].heldFetch[from] := true; else replyVoid(k, from); end;
      case Invalid, InvalidRead1, InvalidRead2:
        replyVoid(k, from);
    end;
  end;

  rule "Fetch_Write"
    requests[from][k].kind = ReqFetchWrite
  ==>
    takeRequest(from, k);
    switch copies[k].page
      case Shared:
        replyCopy(k, from);
      case Modified:
        copies[k].heldFetchWrite[from] := true;
        copies[k].flagged[from] := false;
        if nobody(copies[k].flagged) then answerHeld(k); end;
      case WritingPend1, WritingPend2:
        if HOLD then
          copies[k].heldFetchWrite[from] := true;
          copies[k].asked[from] := STEP2;
        else
          replyVoid(k, from);
        end;
      case WritingRead:
        -- 4.6: "in the state Writing Read the answer is not delayed"
        copies[k].asked[from] := STEP2;
        if copies[k].data = Absent then replyVoid(k, from); else replyCopy(k, from); end;
      case Invalid, InvalidRead1, InvalidRead2:
        replyVoid(k, from);
    end;
  end;

  rule "Invalid"
    requests[from][k].kind = ReqInvalid
  ==>
    var stamp: Stamp;
  begin
    stamp := requests[from][k].stamp;
    takeRequest(from, k);
    switch copies[k].page
      case Invalid:
        vote(k, from, AnsAck, false);
      case Shared:
        copies[k].page := Invalid;
        copies[k].data := Absent;
        vote(k, from, AnsAck, false);
      case Modified:
        if NACK_IN_MODIFIED then
          vote(k, from, AnsNack, false);
        else
          forgetRound(k);
          clearSet(copies[k].seen);
          dropData(k);
          vote(k, from, AnsAck, false);
        end;
      case InvalidRead1, InvalidRead2:
        -- 4.5: the data collected "could have been invalidated by that same write"
        if ASK_AGAIN then
          copies[k].page := InvalidRead2;
          copies[k].data := Absent;
        end;
        vote(k, from, AnsAck, false);
      case WritingPend1, WritingPend2, WritingRead:
        if !VOTES then
          vote(k, from, AnsAck, false);
        else
          copies[k].seen[from] := STEP1;
          -- 4.3: "if the time stamp in the message is greater than the local time stamp, then a Nack is sent"
          if stamp > copies[k].stamp then
            vote(k, from, AnsNack, true);
          else
            vote(k, from, AnsAck, true);
            if copies[k].page = WritingPend1 then copies[k].gaveWayTo[from] := true; end;
          end;
        end;
    end;
  end;
end;


-- Answers are received

ruleset from: Kernel; k: Kernel do

  rule "Copy"
    answers[from][k].kind = AnsCopy &
    (copies[k].page = InvalidRead1 | copies[k].page = InvalidRead2 | copies[k].page = WritingRead)
  ==>
    if copies[k].page != InvalidRead2 then copies[k].data := answers[from][k].data; end;
    takeAnswer(from, k);
  end;

  rule "Copy_Void"
    answers[from][k].kind = AnsCopyVoid &
    (copies[k].page = InvalidRead1 | copies[k].page = InvalidRead2 | copies[k].page = WritingRead)
  ==>
    takeAnswer(from, k);
  end;

  rule "Ack"
    answers[from][k].kind = AnsAck & (copies[k].page = WritingPend1 | copies[k].page = WritingPend2)
  ==>
    if answers[from][k].writing then copies[k].flagged[from] := true; end;
    takeAnswer(from, k);
  end;

  -- 4.4: "if it receives a Nack it changes state to Writing Pend 2"
  rule "Nack"
    answers[from][k].kind = AnsNack & (copies[k].page = WritingPend1 | copies[k].page = WritingPend2)
  ==>
    if answers[from][k].writing then
      copies[k].flagged[from] := true;
    elsif WINNERS_WAIT | STEP1 | STEP2 then
      copies[k].clearNack := true;
    end;
    copies[k].page := WritingPend2;
    clearSet(copies[k].gaveWayTo);
    copies[k].rivalElected := false;
    takeAnswer(from, k);
  end;
end;


-- A wait state is left after all answers are in, with "a delay caused by the time needed to notify its handler"
-- (4.1).

ruleset k: Kernel do

  -- 4.2: "After collecting all the answers, the page copy ... can change its state to Shared."
  rule "read done"
    copies[k].page = InvalidRead1 & nobody(copies[k].awaiting) & copies[k].data != Absent
  ==>
    answerHeld(k);
  end;

  -- 4.5: "the Fetch message must be sent again, after all the answers have been received"
  rule "read again"
    copies[k].page = InvalidRead2 & nobody(copies[k].awaiting)
  ==>
    copies[k].page := InvalidRead1;
    ask(k, ReqFetch);
  end;

  -- 4.3: "Only the page copy that will receive all Ack messages will switch state to Modified". 4.7: there it waits
  -- for the concurrent writers that have not asked yet.
  rule "write done"
    copies[k].page = WritingPend1 & nobody(copies[k].awaiting)
  ==>
    for o: Kernel do
      if !WINNERS_WAIT | copies[k].heldFetch[o] | copies[k].heldFetchWrite[o] then copies[k].flagged[o] := false; end;
      if copies[o].page = WritingPend1 & copies[o].gaveWayTo[k] then copies[o].rivalElected := true; end;
    end;
    copies[k].page := Modified;
    copies[k].clearNack := false;
    clearSet(copies[k].seen);
    clearSet(copies[k].asked);
    copies[k].rivalElected := false;
    write(k);
    dropStamp(k);
  end;

  -- 4.6: what a writer has held, it answers "when it arrives in the Modified state". 4.7: if all concurrent writers
  -- have asked.
  rule "held requests are answered"
    copies[k].page = Modified & nobody(copies[k].flagged) &
    !(nobody(copies[k].heldFetch) & nobody(copies[k].heldFetchWrite))
  ==>
    answerHeld(k);
  end;

  -- 4.4: "when all the answers have arrived, they should fetch the new value of the data"
  rule "write lost"
    RETRY_WITH_DATA &
    copies[k].page = WritingPend2 & nobody(copies[k].awaiting) &
    (STEP1 -> includes(copies[k].seen, copies[k].flagged))
  ==>
    -- Who gave way to the loser did so in vain.
    for o: Kernel do copies[o].gaveWayTo[k] := false; end;
    -- An Invalid of a kernel that has no part in this round belongs to the next.
    for o: Kernel do
      if copies[k].flagged[o] then copies[k].seen[o] := false; end;
    end;
    if !STEP2 then forgetRound(k); end;
    copies[k].page := WritingRead;
    copies[k].data := Absent;
    for o: Kernel do
      if copies[k].heldFetchWrite[o] then replyVoid(k, o); end;
    end;
    clearSet(copies[k].heldFetchWrite);
    if FETCH_WRITE then ask(k, ReqFetchWrite); else ask(k, ReqFetch); end;
  end;

  -- Before 4.4 it reads first.
  rule "write lost, to be repeated"
    !RETRY_WITH_DATA &
    copies[k].page = WritingPend2 & nobody(copies[k].awaiting)
  ==>
    for o: Kernel do copies[o].gaveWayTo[k] := false; end;
    forgetRound(k);
    clearSet(copies[k].seen);
    dropData(k);
  end;

  -- 4.4: "the loser page copies will try to write again". 4.7: once the other losers have asked. If every Nack was
  -- flagged, one of the flagged kernels is the winner, who does not ask.
  rule "write again"
    copies[k].page = WritingRead & nobody(copies[k].awaiting) & copies[k].data != Absent &
    (STEP2 ->
      (copies[k].clearNack
        ? includes(copies[k].asked, copies[k].flagged)
        : includesAllButOne(copies[k].asked, copies[k].flagged)))
  ==>
    startRound(k);
  end;
end;


-- What must hold

-- 4: single writer, multiple readers
invariant "SWMR"
  (CHECK & CHECK_SWMR) ->
  forall w: Kernel do
    copies[w].page = Modified ->
      forall o: Kernel do o = w | (copies[o].page != Modified & copies[o].page != Shared) end
  end;

-- 4.2: "at least one answer to the Fetch message contains an up-to-date copy of the data"
invariant "at-least-one-Copy"
  (CHECK & CHECK_AT_LEAST_ONE_COPY) ->
  forall k: Kernel do
    ((copies[k].page = InvalidRead1 | copies[k].page = WritingRead) & nobody(copies[k].awaiting)) ->
      copies[k].data != Absent
  end;

-- 4: "A page in the Shared state has an up-to-date version of the data", and so has one in Modified
invariant "coherent data"
  (CHECK & CHECK_COHERENT_DATA) ->
  forall k: Kernel do
    (copies[k].page = Shared | copies[k].page = Modified) -> copies[k].data = Latest
  end;
