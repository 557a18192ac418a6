-- Popcorn's page coherency protocol: one page, with a copy of it in each kernel. Section 4 of Sadini, Barbalace,
-- Ravindran, Quaglia, "A Page Coherency Protocol for Popcorn Replicated-kernel Operating System".
--
-- The stages 4.2 to 4.8, by the refinements below; with all of them it is 4.8. What the paper leaves open is read as
-- docs/explanation/readings.md says: by the default, or by the other value whose constant is true. The twin of
-- spec/popcorn/, written from the paper: *.peers.ts assert that states, rules fired and what is violated are the same.
-- Counts of rumur v2022.08.20 for 3 kernels, with exhaustive symmetry:
--   4.7         56,219   225,159        in order    22,613    72,323
--   4.8        123,483   503,991        in order    39,424   124,633

const
  KERNELS: 3;

  -- Messages from one kernel to another come in the order in which they were sent; else: in any order.
  FIFO: false;

  VOTES: true;             -- 4.3: a writer votes by time stamp on others' Invalids; else: it Acks them
  RETRY_WITH_DATA: true;   -- 4.4: a loser fetches the winner's data; else: it goes to Invalid, and reads first
  ASK_AGAIN: true;         -- 4.5: a reader that is invalidated while it waits asks again
  HOLD: true;              -- 4.6: a writer holds a Fetch until it is Modified; else: it answers Copy_Void
  FETCH_WRITE: true;       -- 4.6: a loser asks with Fetch_Write, which is not held in Writing Read; else: with Fetch
  NACK_IN_MODIFIED: true;  -- 4.7: Modified answers an Invalid with Nack; else: with Ack, and goes to Invalid
  WINNERS_WAIT: true;      -- 4.7: the winner answers nobody until all concurrent writers have asked
  STEP1: true;             -- 4.7: a loser fetches once the Invalids of all concurrent writers have come
  STEP2: true;             -- 4.7: a loser tries again once the Fetch_Writes of the other losers have come
  UNMAPPED: true;          -- 4.8: copies start Unmapped; Not Replicated, Fetching

  -- What the paper leaves open, by the numbers of docs/explanation/readings.md. A question with more than two values
  -- has a constant for each value but the default; at most one of them is true.
  INSTALL_FIRST: false;                   -- 1: which of several Copies is installed: the first
  INSTALL_NEWEST: false;                  --    the newest; else: the last
  FETCH_WHILE_READING_HOLD: false;        -- 2: Invalid Read holds a Fetch until it is Shared; else: Copy_Void
  INVALID_IN_WRITING_READ_ACK: false;     -- 3: Writing Read Acks every Invalid; else: it votes
  INVALID_IN_WRITING_READ_ACK_AND_FETCH: false;  --  it Acks, drops its data, and fetches again
  INVALID_IN_WRITING_READ_VOTE_AND_FETCH: false; --  it votes; after an Ack as before
  FLAG_IN_WRITING_READ_CLEAR: false;      -- 4: Writing Read answers without the flag; else: with it
  FLAG_OF_MODIFIED_SET: false;            -- 5: Modified answers Nack with the flag; else: without
  WINNER_IN_STEP2_LEAST_STAMP: false;     -- 6: the winner has the least time stamp of the answers; else: see othersHaveAsked
  WINNER_IN_STEP2_BY_COPY: false;         --    the winner is who sent the Copy that is installed
  EMPTY_SEEN_FLAGGED_ENTERING_WRITING_READ: false;  -- 7: the Invalids seen of flagged kernels alone are forgotten
  EMPTY_SEEN_ROUND_START: false;          --    all are forgotten when a round starts; else: all, on entering Writing Read
  ROUNDS_COUNTS: false;                   --    a round counts; else: it remembers whom
  ANSWER_FETCH_WRITE_MODIFIED: false;     -- 8: a Fetch_Write held in Writing Pend waits for Modified; else: for Writing Read
  WRITING_READ_WITH_DATA_VOID: false;     -- 9: Writing Read answers Copy_Void even if it has data; else: Copy
  COUNT_EARLY: true;                      -- 10: a request that came before the election counts for the winner's wait
  CLOCKS_TIES: false;                     -- 11: two time stamps may be equal; else: never. No symmetry then!
  ALL_VOID_FETCH_AGAIN: false;            -- 12: Invalid Read 1 and Writing Read fetch again if no Copy came; else: stuck
  INVALID_IN_UNMAPPED_NOT_SENT: false;    -- 13: nobody sends an Invalid to Unmapped; else: Unmapped Acks it
  INVALID_IN_UNMAPPED_IMPOSSIBLE: false;  --     Unmapped has no rule for it
  FETCH_IN_FETCHING_VOID: false;          -- 14: Fetching answers a plain Copy_Void; else: it adds "I am fetching too"
  FETCH_IN_FETCHING_HOLD: false;          --     it holds the Fetch
  FETCHING_INVALID_VOID_READ_AGAIN: false; -- 15: Fetching Invalid, all answers in: to Invalid Read 1; else: to Invalid
  FETCHING_INVALID_VOID_NOT_REPLICATED: false;  -- if no Copy came, to Not Replicated
  FETCHING_VALID_VOID_FETCH_AGAIN: false; -- 16: Fetching Valid without any Copy fetches again; else: Shared
  FETCHING_VALID_VOID_LOWER_INDEX: false; --     the lowest index is Not Replicated, the others fetch again. No symmetry then!
  WHILE_FETCHING_LAST_WINS: false;        -- 17: of an Invalid and another fetcher, the last counts; else: the Invalid
  FORCED_READ_AT_ONCE: false;             -- 18: the write follows in the step that ends its read; else: from Shared
  LEAVE_WAIT_AT_ONCE: false;              -- 19: a wait state is left in the step that fulfils it; else: in its own
  LOCAL_IN_MODIFIED: true;                -- 20: Modified is written locally while it holds requests
  WHO_WILL_ANSWER_WITH_DATA: false;       -- 21: of the writers, those in Writing Pend 1 will answer; else: any writer
  WHO_WILL_ANSWER_LATEST: false;          --     those that have the latest data

  -- How many versions of the data and how many time stamps may be in use
  VERSIONS: INSTALL_NEWEST ? KERNELS * KERNELS + 3 : 2;
  STAMPS: WINNER_IN_STEP2_LEAST_STAMP ? KERNELS * KERNELS : KERNELS;

  Absent: 0;  -- no data

type
  Kernel: scalarset(KERNELS);
  Kernels: array [Kernel] of boolean;
  Count: 0 .. 2 * KERNELS;

  -- Figures 2 to 6. Before 4.4, Writing is Writing Pend 1, and Writing with a Nack is Writing Pend 2.
  Page: enum {
    Invalid, Shared, Modified,
    InvalidRead1, InvalidRead2,
    WritingPend1, WritingPend2, WritingRead,
    Unmapped, NotReplicated,
    FetchingNotReplicated, FetchingInvalid, FetchingValid
  };

  -- Of the data it matters only whether it is what was written last: 1 is older, 2 the latest. With INSTALL_NEWEST a
  -- version is its place among those in use, from 1.
  Data: 0 .. VERSIONS;

  -- 4.3: "there is no global clock", so that a new time stamp may be anywhere among those in use, above what its
  -- kernel's clock has passed. Only their order matters: a stamp is its place among them, from 1. No two are equal but
  -- with CLOCKS_TIES. Only with WINNER_IN_STEP2_LEAST_STAMP are stamps in use that no copy has any more.
  Stamp: 0 .. STAMPS;

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
    stamp: Stamp;          -- of Ack and Nack, for question 6: when the write of who answers began
    fetching: boolean;     -- of Copy_Void (4.8): "I am fetching too"
  end;

var
  page: array [Kernel] of Page;
  data: array [Kernel] of Data;            -- while a fetch is out: the data received last
  stamp: array [Kernel] of Stamp;          -- of the write under way, 0 if there is none: kept until the copy is Modified
  clock: array [Kernel] of Stamp;          -- the stamps up to this one are in the past of the kernel's clock
  awaiting: array [Kernel] of Kernels;     -- whose answers are missing
  fetchAgain: array [Kernel] of boolean;   -- question 3: in Writing Read, an Invalid came: Fetch_Write is to be sent again
  lowerFetches: array [Kernel] of boolean; -- question 16: a kernel with a lower index is fetching, too
  writeFollows: array [Kernel] of boolean; -- question 18: a write has forced the read or the first fetch
  -- of the round (4.7)
  flagged: array [Kernel] of Kernels;      -- who answered "I am writing too"; in Modified: those of them that have not asked yet
  clearNack: array [Kernel] of boolean;    -- a Nack without the flag has come: it is the winner's, from Modified
  winner: array [Kernel] of Kernels;       -- question 6: who is taken for it
  leastStamp: array [Kernel] of Stamp;     -- question 6: its time stamp
  seen: array [Kernel] of Kernels;         -- whose Invalids have come, for step 1
  asked: array [Kernel] of Kernels;        -- whose Fetch_Writes have come, for step 2
  -- of the round, if it only counts
  flaggedCount: array [Kernel] of Count;
  seenCount: array [Kernel] of Count;
  askedCount: array [Kernel] of Count;
  -- requests held (4.6)
  heldFetch: array [Kernel] of Kernels;
  heldFetchWrite: array [Kernel] of Kernels;
  -- history, for unique election (4.3)
  gaveWayTo: array [Kernel] of Kernels;    -- to whom the copy, in Writing Pend 1, answered Ack in this election
  rivalElected: array [Kernel] of boolean; -- one of them has been elected

  -- From one kernel to another there is at most one request in flight, as nobody asks again before all answers are
  -- in, and therefore at most one answer. Without FIFO any message may be the next to be received.
  requests: array [Kernel] of array [Kernel] of Request;
  answers: array [Kernel] of array [Kernel] of Answer;
  -- With FIFO: of a request and an answer in flight from one kernel to another, the request was sent first.
  requestFirst: array [Kernel] of array [Kernel] of boolean;
  -- What was written last, and what everybody loads who is the first to use the page (4.8)
  latest: Data;
  initial: Data;
  -- Questions 11 and 16 compare indices: places in the order of kernels, 0 where nothing compares them.
  index: array [Kernel] of 0 .. KERNELS;


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
    if stamp[k] > after then stamp[k] := stamp[k] + 1; end;
    if clock[k] > after then clock[k] := clock[k] + 1; end;
    if leastStamp[k] > after then leastStamp[k] := leastStamp[k] + 1; end;
    for o: Kernel do
      if requests[k][o].stamp > after then requests[k][o].stamp := requests[k][o].stamp + 1; end;
      if answers[k][o].stamp > after then answers[k][o].stamp := answers[k][o].stamp + 1; end;
    end;
  end;
end;

-- A stamp that is out of use leaves no gap. All that can be told of a clock that had passed it is that it has passed the
-- next lower one.
procedure closeGap(gap: Stamp);
begin
  for k: Kernel do
    if stamp[k] > gap then stamp[k] := stamp[k] - 1; end;
    if clock[k] >= gap then clock[k] := clock[k] - 1; end;
    if leastStamp[k] > gap then leastStamp[k] := leastStamp[k] - 1; end;
    for o: Kernel do
      if requests[k][o].stamp > gap then requests[k][o].stamp := requests[k][o].stamp - 1; end;
      if answers[k][o].stamp > gap then answers[k][o].stamp := answers[k][o].stamp - 1; end;
    end;
  end;
end;

function stampIsInUse(used: Stamp): boolean;
begin
  return exists k: Kernel do
    stamp[k] = used | leastStamp[k] = used |
    exists o: Kernel do requests[k][o].stamp = used | answers[k][o].stamp = used end
  end;
end;

-- 4.3: the time stamp "will be reset only when the page copy arrives in the Modified state".
procedure dropStamp(k: Kernel);
var dropped: Stamp;
begin
  dropped := stamp[k];
  stamp[k] := 0;
  for o: Kernel do
    for p: Kernel do
      assert (dropped > 0 & !CLOCKS_TIES) -> requests[o][p].stamp != dropped
        "a write is not done before all have received its Invalid";
    end;
  end;
  if dropped > 0 & !stampIsInUse(dropped) then closeGap(dropped); end;
end;


-- Versions of the data

function versionIsInUse(version: Data): boolean;
begin
  return latest = version | initial = version |
    exists k: Kernel do
      data[k] = version | exists o: Kernel do answers[k][o].data = version end
    end;
end;

-- What is out of use leaves no gap: at the end of each step that may have been the last to use something.
procedure closeGaps();
begin
  if INSTALL_NEWEST then
    for version := VERSIONS to 1 by -1 do
      if version <= latest & !versionIsInUse(version) then
        for k: Kernel do
          if data[k] > version then data[k] := data[k] - 1; end;
          for o: Kernel do
            if answers[k][o].data > version then answers[k][o].data := answers[k][o].data - 1; end;
          end;
        end;
        if initial > version then initial := initial - 1; end;
        latest := latest - 1;
      end;
    end;
  end;
  if WINNER_IN_STEP2_LEAST_STAMP then
    for place := STAMPS to 1 by -1 do
      if !stampIsInUse(place) then closeGap(place); end;
    end;
  end;
end;


-- Messages

-- Point-to-point messages to all others: there is no broadcast (section 4).
procedure ask(k: Kernel; kind: RequestKind);
begin
  for o: Kernel do
    if o != k & !(INVALID_IN_UNMAPPED_NOT_SENT & kind = ReqInvalid & page[o] = Unmapped) then
      assert requests[k][o].kind = ReqNone "no request overtakes the one before it";
      requests[k][o].kind := kind;
      if kind = ReqInvalid then requests[k][o].stamp := stamp[k]; end;
      awaiting[k][o] := true;
    end;
  end;
end;

function requestComes(from: Kernel; k: Kernel): boolean;
begin
  return requests[from][k].kind != ReqNone &
    (!FIFO | answers[from][k].kind = AnsNone | requestFirst[from][k]);
end;

function answerComes(from: Kernel; k: Kernel): boolean;
begin
  return answers[from][k].kind != AnsNone &
    (!FIFO | requests[from][k].kind = ReqNone | !requestFirst[from][k]);
end;

procedure takeRequest(from: Kernel; k: Kernel);
begin
  requests[from][k].kind := ReqNone;
  requests[from][k].stamp := 0;
  requestFirst[from][k] := false;
end;

procedure reply(k: Kernel; dest: Kernel; kind: AnswerKind; content: Data; writing: boolean);
begin
  assert answers[k][dest].kind = AnsNone "no answer overtakes the one before it";
  answers[k][dest].kind := kind;
  answers[k][dest].data := content;
  answers[k][dest].writing := writing;
  requestFirst[k][dest] := FIFO & requests[k][dest].kind != ReqNone;
end;

procedure replyCopy(k: Kernel; dest: Kernel);
begin
  reply(k, dest, AnsCopy, data[k], false);
end;

procedure replyVoid(k: Kernel; dest: Kernel);
begin
  reply(k, dest, AnsCopyVoid, Absent, false);
end;

-- Ack or Nack. Only rounds (4.7) use the flag.
procedure vote(k: Kernel; dest: Kernel; kind: AnswerKind; writing: boolean);
begin
  if WINNER_IN_STEP2_LEAST_STAMP & writing then answers[k][dest].stamp := stamp[k]; end;
  reply(k, dest, kind, Absent, writing & (WINNERS_WAIT | STEP1 | STEP2));
end;

procedure takeAnswer(from: Kernel; k: Kernel);
begin
  answers[from][k].kind := AnsNone;
  answers[from][k].data := Absent;
  answers[from][k].writing := false;
  answers[from][k].stamp := 0;
  answers[from][k].fetching := false;
  requestFirst[from][k] := false;
  awaiting[k][from] := false;
end;

procedure forgetHeld(k: Kernel);
begin
  clearSet(heldFetch[k]);
  clearSet(heldFetchWrite[k]);
end;

function holdsNothing(k: Kernel): boolean;
begin
  return nobody(heldFetch[k]) & nobody(heldFetchWrite[k]);
end;

-- 4.7: all concurrent writers of the round have asked the winner, who has answered nobody yet.
function allHaveAsked(k: Kernel): boolean;
var held: Count;
begin
  held := 0;
  for o: Kernel do
    if heldFetch[k][o] | heldFetchWrite[k][o] then held := held + 1; end;
  end;
  return nobody(flagged[k]) & held >= flaggedCount[k];
end;

-- 4.6: "the elected page copy will answer with a Copy message when it arrives in the Modified state", and be
-- Shared then (4.2).
procedure answerHeld(k: Kernel);
begin
  for o: Kernel do
    if heldFetch[k][o] | heldFetchWrite[k][o] then replyCopy(k, o); end;
  end;
  forgetHeld(k);
  flaggedCount[k] := 0;
  page[k] := Shared;
end;

-- The data is gone, before those who asked for it were answered.
procedure dropData(k: Kernel);
begin
  for o: Kernel do
    if heldFetch[k][o] | heldFetchWrite[k][o] then replyVoid(k, o); end;
  end;
  forgetHeld(k);
  page[k] := Invalid;
  data[k] := Absent;
end;


-- Writing

procedure write(k: Kernel);
begin
  if INSTALL_NEWEST then
    latest := latest + 1;
  else
    for o: Kernel do
      if data[o] = latest then data[o] := data[o] - 1; end;
      for p: Kernel do
        if answers[o][p].data = latest then answers[o][p].data := answers[o][p].data - 1; end;
      end;
    end;
    if initial = latest then initial := initial - 1; end;
  end;
  data[k] := latest;
end;

-- What step 1 has seen stays: an Invalid of the round to come may have overtaken its beginning.
procedure forgetRound(k: Kernel);
begin
  clearSet(flagged[k]);
  flaggedCount[k] := 0;
  clearNack[k] := false;
  clearSet(winner[k]);
  leastStamp[k] := 0;
  clearSet(asked[k]);
  askedCount[k] := 0;
end;

procedure forgetSeen(k: Kernel);
begin
  clearSet(seen[k]);
  seenCount[k] := 0;
end;

-- 4.7: "Locally, rounds start when an Invalid message is sent."
procedure startRound(k: Kernel);
begin
  forgetRound(k);
  if EMPTY_SEEN_ROUND_START then forgetSeen(k); end;
  clearSet(gaveWayTo[k]);
  rivalElected[k] := false;
  page[k] := WritingPend1;
  ask(k, ReqInvalid);
end;

-- 4.3: "the current local time is recorded during the transition to Writing"
procedure startWrite(k: Kernel; now: Stamp);
begin
  if VOTES then
    stamp[k] := now;
    clock[k] := now;
  end;
  startRound(k);
end;


-- Wait states, and how they end

function answered(k: Kernel): boolean;
begin
  return nobody(awaiting[k]);
end;

procedure fetch(k: Kernel);
begin
  if page[k] = WritingRead & FETCH_WRITE then ask(k, ReqFetchWrite); else ask(k, ReqFetch); end;
end;

-- 4.2: "After collecting all the answers, the page copy ... can change its state to Shared."
function readIsDone(k: Kernel): boolean;
begin
  return page[k] = InvalidRead1 & answered(k) & data[k] != Absent;
end;

-- 4.5: "the Fetch message must be sent again, after all the answers have been received"
function mustReadAgain(k: Kernel): boolean;
begin
  return answered(k) &
    (page[k] = InvalidRead2 | (ALL_VOID_FETCH_AGAIN & page[k] = InvalidRead1 & data[k] = Absent));
end;

procedure readAgain(k: Kernel);
begin
  page[k] := InvalidRead1;
  fetch(k);
end;

-- 4.3: "Only the page copy that will receive all Ack messages will switch state to Modified"
function writeIsDone(k: Kernel): boolean;
begin
  return page[k] = WritingPend1 & answered(k);
end;

-- 4.7: in Modified it waits for the concurrent writers that have not asked yet.
procedure writeDone(k: Kernel);
begin
  for o: Kernel do
    if !WINNERS_WAIT | (COUNT_EARLY & (heldFetch[k][o] | heldFetchWrite[k][o])) then
      flagged[k][o] := false;
    end;
    if page[o] = WritingPend1 & gaveWayTo[o][k] then rivalElected[o] := true; end;
  end;
  if !WINNERS_WAIT then flaggedCount[k] := 0; end;
  page[k] := Modified;
  clearNack[k] := false;
  clearSet(winner[k]);
  leastStamp[k] := 0;
  forgetSeen(k);
  clearSet(asked[k]);
  askedCount[k] := 0;
  rivalElected[k] := false;
  write(k);
  dropStamp(k);
end;

-- 4.4: "when all the answers have arrived, they should fetch the new value of the data". 4.7: step 1
function writeIsLost(k: Kernel): boolean;
begin
  return RETRY_WITH_DATA & page[k] = WritingPend2 & answered(k) &
    (STEP1 -> (includes(seen[k], flagged[k]) & seenCount[k] >= flaggedCount[k]));
end;

procedure writeLost(k: Kernel);
begin
  for o: Kernel do
    -- Who gave way to the loser did so in vain.
    gaveWayTo[o][k] := false;
    -- Step 1 is over: what comes from now on belongs to the next round. With the other reading, an Invalid of a kernel
    -- that has no part in this round belongs to the next.
    if EMPTY_SEEN_FLAGGED_ENTERING_WRITING_READ ? flagged[k][o] : !EMPTY_SEEN_ROUND_START then
      seen[k][o] := false;
    end;
  end;
  if !EMPTY_SEEN_ROUND_START then seenCount[k] := 0; end;
  if !STEP2 then forgetRound(k); end;
  page[k] := WritingRead;
  data[k] := Absent;
  fetch(k);
  if !ANSWER_FETCH_WRITE_MODIFIED then
    for o: Kernel do
      if heldFetchWrite[k][o] then replyVoid(k, o); end;
    end;
    clearSet(heldFetchWrite[k]);
  end;
end;

-- Before 4.4 a loser reads first.
function mustRepeatWrite(k: Kernel): boolean;
begin
  return !RETRY_WITH_DATA & page[k] = WritingPend2 & answered(k);
end;

procedure repeatWrite(k: Kernel);
begin
  for o: Kernel do gaveWayTo[o][k] := false; end;
  forgetRound(k);
  forgetSeen(k);
  dropData(k);
end;

-- 4.7, step 2: the other losers have asked. If every Nack was flagged, one of the flagged kernels is the winner, who
-- does not ask. By question 6 it is all but one of them, or all but who is taken for the winner.
function othersHaveAsked(k: Kernel): boolean;
begin
  if ROUNDS_COUNTS then
    return askedCount[k] + (clearNack[k] ? 0 : 1) >= flaggedCount[k];
  elsif clearNack[k] & !WINNER_IN_STEP2_BY_COPY then
    return includes(asked[k], flagged[k]);
  elsif WINNER_IN_STEP2_LEAST_STAMP | WINNER_IN_STEP2_BY_COPY then
    return forall o: Kernel do (flagged[k][o] & !winner[k][o]) -> asked[k][o] end;
  else
    return includesAllButOne(asked[k], flagged[k]);
  end;
end;

-- 4.4: "the loser page copies will try to write again"
function mustWriteAgain(k: Kernel): boolean;
begin
  return page[k] = WritingRead & answered(k) & data[k] != Absent & !fetchAgain[k] & (STEP2 -> othersHaveAsked(k));
end;

-- Questions 3 and 12: it fetches again. What has come for the fetch before is dropped then, if not at the Invalid.
function mustFetchAgain(k: Kernel): boolean;
begin
  return page[k] = WritingRead & answered(k) &
    (fetchAgain[k] | (data[k] = Absent & ALL_VOID_FETCH_AGAIN));
end;

procedure fetchOnceMore(k: Kernel);
begin
  fetchAgain[k] := false;
  data[k] := Absent;
  if WINNER_IN_STEP2_BY_COPY then clearSet(winner[k]); end;
  fetch(k);
end;

function isFetching(k: Kernel): boolean;
begin
  return page[k] = FetchingNotReplicated | page[k] = FetchingInvalid | page[k] = FetchingValid;
end;

-- 4.8: "If all the answers ... are Copy_Void, it means that it is the only one that is using that page"
procedure becomeNotReplicated(k: Kernel);
begin
  data[k] := initial;
  if holdsNothing(k) then page[k] := NotReplicated; else answerHeld(k); end;
end;

procedure fetchFromAll(k: Kernel);
begin
  page[k] := FetchingNotReplicated;
  fetch(k);
end;

function fetchIsDone(k: Kernel): boolean;
begin
  return isFetching(k) & answered(k);
end;

procedure fetchDone(k: Kernel);
var lower: boolean;
begin
  lower := lowerFetches[k];
  lowerFetches[k] := false;
  switch page[k]
    case FetchingInvalid:
      if FETCHING_INVALID_VOID_NOT_REPLICATED & data[k] = Absent then
        becomeNotReplicated(k);
      elsif FETCHING_INVALID_VOID_READ_AGAIN then
        readAgain(k);
      else
        dropData(k);
      end;
    case FetchingNotReplicated:
      -- 4.8: "If at least one Copy message is received, the page will become Replicated."
      if data[k] != Absent then answerHeld(k); else becomeNotReplicated(k); end;
    case FetchingValid:
      if data[k] != Absent then
        answerHeld(k);
      elsif FETCHING_VALID_VOID_FETCH_AGAIN | (FETCHING_VALID_VOID_LOWER_INDEX & lower) then
        fetchFromAll(k);
      elsif FETCHING_VALID_VOID_LOWER_INDEX then
        becomeNotReplicated(k);
      else
        data[k] := initial;
        answerHeld(k);
      end;
  end;
end;

-- 4.8: "another kernel is fetching concurrently a page that was Unmapped"
procedure noteFetcher(k: Kernel; other: Kernel);
begin
  if page[k] = FetchingNotReplicated | (WHILE_FETCHING_LAST_WINS & page[k] = FetchingInvalid) then
    page[k] := FetchingValid;
  end;
  if FETCHING_VALID_VOID_LOWER_INDEX & page[k] = FetchingValid & index[other] < index[k] then
    lowerFetches[k] := true;
  end;
end;

-- 4.8: "an Invalid message can be received". The data may be older than its write, as in Invalid Read (4.5).
procedure noteInvalid(k: Kernel);
begin
  page[k] := FetchingInvalid;
  data[k] := Absent;
end;

-- The first access ends in Shared, and not in Not Replicated or Invalid.
function fetchEndsShared(k: Kernel): boolean;
begin
  return fetchIsDone(k) & page[k] != FetchingInvalid & (data[k] != Absent | page[k] = FetchingValid);
end;

-- Question 18: a write begins on Shared, or in the step that ends the read or the first fetch which it has forced.
function mayBeginWrite(k: Kernel): boolean;
begin
  return (page[k] = Shared & stamp[k] = 0) | (writeFollows[k] & (readIsDone(k) | fetchEndsShared(k)));
end;

procedure beginWrite(k: Kernel; now: Stamp);
begin
  if writeFollows[k] then
    if isFetching(k) then fetchDone(k); else answerHeld(k); end;
  end;
  writeFollows[k] := false;
  startWrite(k, now);
end;

-- Question 1
procedure install(from: Kernel; k: Kernel; content: Data);
begin
  if data[k] = Absent | (INSTALL_NEWEST ? content > data[k] : !INSTALL_FIRST) then
    data[k] := content;
    if WINNER_IN_STEP2_BY_COPY & page[k] = WritingRead then
      clearSet(winner[k]);
      winner[k][from] := true;
    end;
  end;
end;

-- 4.7: the winner has held requests, and waits for nobody any more. By question 19 it answers them in a step of its own,
-- too, or in the one in which it is Modified.
function mustAnswerHeld(k: Kernel): boolean;
begin
  return page[k] = Modified & allHaveAsked(k) & !holdsNothing(k);
end;

-- Question 19: after each message
procedure leaveAtOnce(k: Kernel);
begin
  if LEAVE_WAIT_AT_ONCE then
    if readIsDone(k) then answerHeld(k);
    elsif mustReadAgain(k) then readAgain(k);
    elsif writeIsDone(k) then writeDone(k);
    elsif writeIsLost(k) then writeLost(k);
    elsif mustRepeatWrite(k) then repeatWrite(k);
    elsif mustWriteAgain(k) then startRound(k);
    elsif mustFetchAgain(k) then fetchOnceMore(k);
    elsif fetchIsDone(k) then fetchDone(k);
    end;
    if mustAnswerHeld(k) then answerHeld(k); end;
  end;
end;


-- How a run starts

ruleset k: Kernel do
  startstate "one copy is Modified, or all are Unmapped"
    var next: 0 .. KERNELS;
  begin
    next := 0;
    clear page;
    clear data;
    clear stamp;
    clear clock;
    clear awaiting;
    clear fetchAgain;
    clear lowerFetches;
    clear writeFollows;
    clear flagged;
    clear clearNack;
    clear winner;
    clear leastStamp;
    clear seen;
    clear asked;
    clear flaggedCount;
    clear seenCount;
    clear askedCount;
    clear heldFetch;
    clear heldFetchWrite;
    clear gaveWayTo;
    clear rivalElected;
    clear requests;
    clear answers;
    clear requestFirst;
    clear index;
    initial := Absent;
    if INSTALL_NEWEST then latest := 1; else latest := 2; end;
    if UNMAPPED then
      initial := latest;
      for o: Kernel do page[o] := Unmapped; end;
    else
      page[k] := Modified;
      data[k] := latest;
    end;
    if FETCHING_VALID_VOID_LOWER_INDEX | CLOCKS_TIES then
      for o: Kernel do
        next := next + 1;
        index[o] := next;
      end;
    end;
  end;
end;


-- What the application does. In wait states it is delayed (4.1). A read on Shared, Modified or Not Replicated changes
-- nothing.

ruleset k: Kernel do

  -- 4.8: "it has to broadcast a Fetch message to discover if some other kernel is using it"
  rule "App_Read, the first"
    page[k] = Unmapped
  ==>
    fetchFromAll(k);
  end;

  -- 4.2. A write on Invalid forces this read, too. A copy with a time stamp has a write to repeat: see below.
  rule "App_Read"
    page[k] = Invalid & stamp[k] = 0
  ==>
    readAgain(k);
  end;

  -- Question 18: the write is remembered.
  rule "App_Write, the read that it forces"
    FORCED_READ_AT_ONCE & page[k] = Invalid & stamp[k] = 0
  ==>
    writeFollows[k] := true;
    readAgain(k);
  end;

  rule "App_Write, the fetch that it forces"
    FORCED_READ_AT_ONCE & page[k] = Unmapped
  ==>
    writeFollows[k] := true;
    fetchFromAll(k);
  end;

  rule "App_Write, local"
    page[k] = NotReplicated |
    (page[k] = Modified & (LOCAL_IN_MODIFIED | holdsNothing(k)))
  ==>
    write(k);
    closeGaps();
  end;

  -- Where writes have no time stamps, all begin here.
  rule "App_Write, with the first time stamp of all"
    mayBeginWrite(k) & clock[k] = 0
  ==>
    if VOTES then makeRoom(0); end;
    beginWrite(k, 1);
  end;
end;

ruleset k: Kernel; other: Kernel do
  rule "App_Write, with the time stamp after another's"
    mayBeginWrite(k) & stamp[other] > 0 & clock[k] <= stamp[other]
  ==>
    makeRoom(stamp[other]);
    beginWrite(k, stamp[other] + 1);
  end;

  rule "App_Write, with another's time stamp"
    CLOCKS_TIES & mayBeginWrite(k) & stamp[other] > 0 & clock[k] < stamp[other]
  ==>
    beginWrite(k, stamp[other]);
  end;
end;

-- 4.3: losers "have to perform the write again". "Once a write is repeated, the time stamp does not change."

ruleset k: Kernel do
  rule "the write is repeated: the read that it forces"
    page[k] = Invalid & stamp[k] > 0
  ==>
    readAgain(k);
  end;

  rule "the write is repeated"
    page[k] = Shared & stamp[k] > 0
  ==>
    startRound(k);
    closeGaps();
  end;
end;


-- Requests are received

procedure receiveFetch(from: Kernel; k: Kernel);
begin
  switch page[k]
    case Shared:
      replyCopy(k, from);
    case Modified:
      heldFetch[k][from] := true;
      flagged[k][from] := false;
      if allHaveAsked(k) then answerHeld(k); end;
    case WritingPend1, WritingPend2, WritingRead:
      if HOLD then heldFetch[k][from] := true; else replyVoid(k, from); end;
    case InvalidRead1, InvalidRead2:
      if FETCH_WHILE_READING_HOLD then heldFetch[k][from] := true; else replyVoid(k, from); end;
    case Invalid, Unmapped:
      replyVoid(k, from);
    case NotReplicated:
      -- 4.8: "it changes the state to Shared and sends back a Copy message"
      replyCopy(k, from);
      page[k] := Shared;
    case FetchingNotReplicated, FetchingInvalid, FetchingValid:
      if FETCH_IN_FETCHING_HOLD then
        heldFetch[k][from] := true;
      else
        replyVoid(k, from);
        answers[k][from].fetching := !FETCH_IN_FETCHING_VOID;
      end;
      noteFetcher(k, from);
  end;
end;

-- 4.7, step 2
procedure noteAsker(k: Kernel; from: Kernel);
begin
  if STEP2 & ROUNDS_COUNTS then askedCount[k] := askedCount[k] + 1; end;
  asked[k][from] := asked[k][from] | (STEP2 & !ROUNDS_COUNTS);
end;

procedure receiveFetchWrite(from: Kernel; k: Kernel);
begin
  switch page[k]
    case Shared:
      replyCopy(k, from);
    case Modified:
      heldFetchWrite[k][from] := true;
      flagged[k][from] := false;
      if allHaveAsked(k) then answerHeld(k); end;
    case WritingPend1, WritingPend2:
      if HOLD then
        heldFetchWrite[k][from] := true;
        noteAsker(k, from);
      else
        replyVoid(k, from);
      end;
    case WritingRead:
      -- 4.6: "in the state Writing Read the answer is not delayed"
      noteAsker(k, from);
      if data[k] = Absent | WRITING_READ_WITH_DATA_VOID then replyVoid(k, from); else replyCopy(k, from); end;
    case Invalid, InvalidRead1, InvalidRead2, Unmapped, FetchingNotReplicated, FetchingInvalid, FetchingValid:
      -- Questions 2 and 14 are about Fetch.
      replyVoid(k, from);
  end;
end;

-- 4.3: "if these are equal we compare the kernel index"
function greater(from: Kernel; theirs: Stamp; k: Kernel): boolean;
begin
  return theirs > stamp[k] | (theirs = stamp[k] & index[from] > index[k]);
end;

-- Question 3
function acksAll(k: Kernel): boolean;
begin
  return page[k] = WritingRead & (INVALID_IN_WRITING_READ_ACK | INVALID_IN_WRITING_READ_ACK_AND_FETCH);
end;

function fetchesAgain(k: Kernel): boolean;
begin
  return page[k] = WritingRead & (INVALID_IN_WRITING_READ_ACK_AND_FETCH | INVALID_IN_WRITING_READ_VOTE_AND_FETCH);
end;

procedure receiveInvalid(from: Kernel; k: Kernel; theirs: Stamp);
var flag: boolean;
begin
  switch page[k]
    case Invalid, Unmapped:
      vote(k, from, AnsAck, false);
    case Shared:
      page[k] := Invalid;
      data[k] := Absent;
      vote(k, from, AnsAck, false);
    case Modified:
      if NACK_IN_MODIFIED then
        vote(k, from, AnsNack, FLAG_OF_MODIFIED_SET);
      else
        forgetRound(k);
        forgetSeen(k);
        dropData(k);
        vote(k, from, AnsAck, false);
      end;
    case InvalidRead1, InvalidRead2:
      -- 4.5: the data collected "could have been invalidated by that same write"
      if ASK_AGAIN then
        page[k] := InvalidRead2;
        data[k] := Absent;
      end;
      vote(k, from, AnsAck, false);
    case WritingPend1, WritingPend2, WritingRead:
      if !VOTES then
        vote(k, from, AnsAck, false);
      else
        if STEP1 & ROUNDS_COUNTS then seenCount[k] := seenCount[k] + 1; end;
        seen[k][from] := seen[k][from] | (STEP1 & !ROUNDS_COUNTS);
        flag := page[k] != WritingRead | !FLAG_IN_WRITING_READ_CLEAR;
        -- 4.3: "if the time stamp in the message is greater than the local time stamp, then a Nack is sent"
        if greater(from, theirs, k) & !acksAll(k) then
          vote(k, from, AnsNack, flag);
        else
          vote(k, from, AnsAck, flag);
          if page[k] = WritingPend1 then gaveWayTo[k][from] := true; end;
          if fetchesAgain(k) then
            data[k] := Absent;
            fetchAgain[k] := true;
          end;
        end;
      end;
    case FetchingNotReplicated, FetchingInvalid, FetchingValid:
      noteInvalid(k);
      vote(k, from, AnsAck, false);
  end;
end;


-- Answers are received

-- 4.5: what comes in Invalid Read 2 "could have been invalidated", and in Fetching Invalid, too. Question 15 asks whether
-- a Copy has come there, since the last Invalid.
procedure receiveCopy(from: Kernel; k: Kernel);
begin
  if page[k] != InvalidRead2 & (page[k] != FetchingInvalid | FETCHING_INVALID_VOID_NOT_REPLICATED) then
    install(from, k, answers[from][k].data);
  end;
end;

procedure receiveCopyVoid(from: Kernel; k: Kernel);
begin
  if answers[from][k].fetching & isFetching(k) then noteFetcher(k, from); end;
end;

procedure noteWriter(from: Kernel; k: Kernel);
begin
  if ROUNDS_COUNTS then flaggedCount[k] := flaggedCount[k] + 1; else flagged[k][from] := true; end;
  if answers[from][k].stamp > 0 & (leastStamp[k] = 0 | answers[from][k].stamp < leastStamp[k]) then
    clearSet(winner[k]);
    winner[k][from] := true;
    leastStamp[k] := answers[from][k].stamp;
  end;
end;

procedure receiveAck(from: Kernel; k: Kernel);
begin
  if answers[from][k].writing then noteWriter(from, k); end;
end;

-- 4.4: "if it receives a Nack it changes state to Writing Pend 2"
procedure receiveNack(from: Kernel; k: Kernel);
begin
  if answers[from][k].writing then
    noteWriter(from, k);
  elsif WINNERS_WAIT | STEP1 | STEP2 then
    clearNack[k] := true;
  end;
  page[k] := WritingPend2;
  clearSet(gaveWayTo[k]);
  rivalElected[k] := false;
end;


-- Messages of which the paper says nothing. An answer comes only to who has asked, and waits for it. Where a copy is Not
-- Replicated "all the other page copies have to be in Unmapped" (4.8), and none of them writes.

function noRuleForRequest(from: Kernel; k: Kernel): boolean;
begin
  return (requests[from][k].kind != ReqFetch & page[k] = NotReplicated) |
    (INVALID_IN_UNMAPPED_IMPOSSIBLE & requests[from][k].kind = ReqInvalid & page[k] = Unmapped);
end;

function noRuleForAnswer(from: Kernel; k: Kernel): boolean;
begin
  return answers[from][k].kind = AnsCopy | answers[from][k].kind = AnsCopyVoid
    ? page[k] != InvalidRead1 & page[k] != InvalidRead2 & page[k] != WritingRead & !isFetching(k)
    : page[k] != WritingPend1 & page[k] != WritingPend2;
end;

ruleset from: Kernel; k: Kernel do

  rule "a request is received"
    requestComes(from, k) & !noRuleForRequest(from, k)
  ==>
    var request: Request;
  begin
    request := requests[from][k];
    takeRequest(from, k);
    switch request.kind
      case ReqFetch: receiveFetch(from, k);
      case ReqFetchWrite: receiveFetchWrite(from, k);
      case ReqInvalid: receiveInvalid(from, k, request.stamp);
    end;
    leaveAtOnce(k);
    closeGaps();
  end;

  rule "an answer is received"
    answerComes(from, k) & !noRuleForAnswer(from, k)
  ==>
    switch answers[from][k].kind
      case AnsCopy: receiveCopy(from, k);
      case AnsCopyVoid: receiveCopyVoid(from, k);
      case AnsAck: receiveAck(from, k);
      case AnsNack: receiveNack(from, k);
    end;
    takeAnswer(from, k);
    leaveAtOnce(k);
    closeGaps();
  end;
end;


-- A wait state is left after all answers are in, with "a delay caused by the time needed to notify its handler"
-- (4.1).

ruleset k: Kernel do

  rule "read done"
    readIsDone(k) & !writeFollows[k]
  ==>
    answerHeld(k);
  end;

  rule "read again"
    mustReadAgain(k)
  ==>
    readAgain(k);
  end;

  rule "write done"
    writeIsDone(k)
  ==>
    writeDone(k);
    closeGaps();
  end;

  -- 4.6: what a writer has held, it answers "when it arrives in the Modified state". 4.7: if all concurrent writers
  -- have asked.
  rule "held requests are answered"
    mustAnswerHeld(k)
  ==>
    answerHeld(k);
  end;

  rule "write lost"
    writeIsLost(k)
  ==>
    writeLost(k);
    closeGaps();
  end;

  rule "write lost, to be repeated"
    mustRepeatWrite(k)
  ==>
    repeatWrite(k);
    closeGaps();
  end;

  rule "write again"
    mustWriteAgain(k)
  ==>
    startRound(k);
    closeGaps();
  end;

  rule "fetch again"
    mustFetchAgain(k)
  ==>
    fetchOnceMore(k);
    closeGaps();
  end;

  rule "fetch done"
    fetchIsDone(k) & !(writeFollows[k] & fetchEndsShared(k))
  ==>
    fetchDone(k);
    if writeFollows[k] & page[k] = NotReplicated then write(k); end;
    writeFollows[k] := writeFollows[k] & isFetching(k);
    closeGaps();
  end;
end;


-- What must hold. An invariant that fails would end the count of states, so that states are counted that violate it.

function isStable(k: Kernel): boolean;
begin
  return page[k] = Shared | page[k] = Modified | page[k] = NotReplicated;
end;

-- 4.3: single writer, multiple readers. 4.8: Not Replicated may be written, too.
cover "SWMR"
  exists w: Kernel do
    (page[w] = Modified | page[w] = NotReplicated) &
      exists o: Kernel do
        o != w & (page[o] = Modified | page[o] = Shared | page[o] = NotReplicated)
      end
  end;

-- 4.2: some copy will answer a Fetch with the data, or a writer is being elected, while the page is in use (4.8).
cover "at-least-one-Copy"
  exists k: Kernel do page[k] != Unmapped & !isFetching(k) end &
  forall k: Kernel do
    WHO_WILL_ANSWER_LATEST
    ? data[k] != latest | (!isStable(k) & page[k] != WritingPend1)
    : !isStable(k) & page[k] != WritingPend1 &
      (WHO_WILL_ANSWER_WITH_DATA | (page[k] != WritingPend2 & page[k] != WritingRead))
  end;

-- 4.2: "at least one answer to the Fetch message contains an up-to-date copy of the data"
cover "a read finds a Copy"
  exists k: Kernel do page[k] = InvalidRead1 & answered(k) & data[k] = Absent end;

-- 4.4: "At least one page copy will answer with a Copy message"
cover "a loser finds a Copy"
  exists k: Kernel do page[k] = WritingRead & answered(k) & data[k] = Absent & !fetchAgain[k] end;

-- 4: "A page in the Shared state has an up-to-date version of the data", and so has one in Modified or Not Replicated
cover "coherent data"
  exists k: Kernel do isStable(k) & data[k] != latest end;

-- 4.8: "At most one copy of a page can be in Not Replicated state ... while all the other page copies have to be in
-- Unmapped", or find out in Fetching that they are not alone
cover "replicated xor not"
  exists k: Kernel do
    page[k] = NotReplicated & exists o: Kernel do o != k & page[o] != Unmapped & !isFetching(o) end
  end;

cover "no unspecified reception"
  exists from: Kernel do exists k: Kernel do
    (requestComes(from, k) & noRuleForRequest(from, k)) | (answerComes(from, k) & noRuleForAnswer(from, k))
  end end;
