/**
 * How wait states are left once all answers are in (section 4.1), stage by stage: what 4.2 to 4.8 do with a read, an election, a retry,
 * a first fetch. By default each is a step of its own, since the handler has to be notified.
 */
import { disabled, type OrdinalValue, type Result } from "../../checker/model/index.js";
import { type Copy, Counts, fetchingPages, type Kernel, type Kernels, kernels, nobody } from "./copy.js";
import { CopyVoid, Fetch, FetchWrite, Invalid } from "./messages.js";
import type { Options } from "./options.js";
import { allHaveAsked, forgetInvalids, invalidsAreIn, losersHaveAsked, startOfRound, winnersRound } from "./rounds.js";
import { action, answerHeld, ask, type PopcornState, sendAll } from "./state.js";

type Next = Result<PopcornState>;

/** 4.2: a write on Shared: to Writing, Invalid to all others. A round begins. */
export function startRound(state: PopcornState, at: Kernel, copy: Copy, stamp: OrdinalValue | null): PopcornState {
  const { invalidInUnmapped, refuseStale } = state.parameters;
  const fresh = startOfRound(copy, state.parameters).merge({
    page: "WritingPend1",
    stamp,
    intent: false,
    gaveWayTo: nobody,
    rivalElected: false,
  });
  const others = state.others(at);
  const targets = invalidInUnmapped === "not-sent" ? others.filter((k) => state.copy(k).page !== "Unmapped") : others;
  return ask(state, at, fresh, Invalid(stamp, refuseStale ? copy.data : null), targets);
}

/** A write on Shared begins, and takes a time stamp: the clock is past it from now on. */
export function startWrite(state: PopcornState, at: Kernel, copy: Copy, stamp: OrdinalValue | null): PopcornState {
  const { clocks } = state.parameters;
  if (stamp === null) return startRound(state, at, copy, null);
  if (clocks !== "bounded") return startRound(state, at, copy.set("clock", stamp.ordinal.floor(stamp)), stamp);
  return startRound(state, at, copy.set("time", stamp.plus(1)), stamp);
}

/** Whether a kernel's clock may go one tick further without leaving the others behind by more than the skew. */
export function mayTick(state: PopcornState, at: Kernel): boolean {
  const time = state.copy(at).time as OrdinalValue;
  return state
    .others(at)
    .every((other) => time.plus(1).minus(state.copy(other).time as OrdinalValue) <= state.parameters.skew);
}

/** Every time stamp that a write beginning now may take, if skew is not bounded. */
function possibleStamps(state: PopcornState, at: Kernel): readonly (OrdinalValue | null)[] {
  if (!state.parameters.votes) return [null];
  return [null, ...state.others(at)].flatMap((other) => stampsAfter(state, at, other));
}

/** The time stamps right after the one of `other`'s write (if `null`: before all), as the clock of `at` permits. */
export function stampsAfter(state: PopcornState, at: Kernel, other: Kernel | null): readonly OrdinalValue[] {
  const { clock } = state.copy(at);
  if (other === null) return clock.permitsAbove(undefined) ? [clock.ordinal.belowAll()] : [];
  const { stamp } = state.copy(other);
  if (stamp === null) return [];
  const after = clock.permitsAbove(stamp) ? [stamp.justAfter()] : [];
  return state.parameters.clocks === "ties" && clock.rank < stamp.rank ? [stamp, ...after] : after;
}

/** The page's content is written: a new version, on top of whatever the copy holds. */
export function writeData(state: PopcornState, at: Kernel, copy: Copy): PopcornState {
  const version = state.content().latest.justAfter();
  return state.withContent(state.content().set("latest", version)).withCopy(at, copy.set("data", version));
}

/** The access that waited for the data goes on: a write, if it was one and follows at once. */
function accessGoesOn(state: PopcornState, at: Kernel): Next {
  const copy = state.copy(at);
  if (!copy.intent) return state;
  const done = copy.set("intent", false);
  if (copy.page === "NotReplicated") return writeData(state, at, done);
  return possibleStamps(state, at).map((stamp) => startWrite(state, at, done, stamp));
}

/** IR1 with all answers in: install a Copy, to S. */
export function readDone(state: PopcornState, at: Kernel): Next {
  const copy = state.copy(at);
  if (copy.page !== "InvalidRead1" || !copy.answered) return disabled;
  if (mustConfirm(state, copy)) return ask(state, at, copy.merge({ confirmed: true, data: null }), Fetch());
  if (state.parameters.ackAsks && copy.data === null) return readServed(state, at, copy);
  if (copy.data === null) return fetchesAgain(state.parameters) ? ask(state, at, copy, Fetch()) : disabled;
  return accessGoesOn(answerHeld(state, at, copy.merge({ page: "Shared", confirmed: false, served: false })), at);
}

/**
 * Repair R4: a read that was served by a Copy that is not kept ends. A reader that is not served waits for the Invalid that is on its way.
 * The forced read of a write that follows at once needs a Copy that is kept.
 */
function readServed(state: PopcornState, at: Kernel, copy: Copy): Next {
  if (!copy.served) return disabled;
  if (copy.intent) return ask(state, at, copy.merge({ page: "InvalidRead1", served: false }), Fetch());
  return answerHeld(state, at, copy.merge({ page: "Invalid", served: false }));
}

/** Whether a reader without any Copy asks again. The paper does not say what it does; the repairs that may refuse a Copy need it. */
function fetchesAgain({ allVoid, confirmFetch, refuseStale }: Options): boolean {
  return allVoid === "fetch-again" || confirmFetch || refuseStale;
}

/** Repair R1: a fetch that is answered by all confirms the next one; it does not count itself. */
function mustConfirm(state: PopcornState, copy: Copy): boolean {
  return state.parameters.confirmFetch && !copy.confirmed;
}

/** IR2 with all answers in: drop them, ask again. */
export function readAgain(state: PopcornState, at: Kernel): Next {
  const copy = state.copy(at);
  if (copy.page !== "InvalidRead2" || !copy.answered || !copy.owed.isEmpty()) return disabled;
  if (state.parameters.ackAsks) return readServed(state, at, copy);
  return ask(state, at, copy.to("InvalidRead1"), Fetch());
}

/** WP1 with all answers in, no Nack among them: elected, to M. The write happens. */
export function writeDone(state: PopcornState, at: Kernel): Next {
  const copy = state.copy(at);
  if (copy.page !== "WritingPend1" || !copy.answered) return disabled;
  const elected = winnersRound(copy, state.parameters).merge({ page: "Modified", stamp: null, rivalElected: false });
  return state.parameters.votes ? noteElection(writeData(state, at, elected), at) : writeData(state, at, elected);
}

/** History: those that gave way to the elected kernel in this election must not be elected in it too. */
function noteElection(state: PopcornState, at: Kernel): PopcornState {
  return state.others(at).reduce((next, other) => {
    const copy = next.copy(other);
    return copy.gaveWayTo.has(at) && copy.page === "WritingPend1"
      ? next.withCopy(other, copy.set("rivalElected", true))
      : next;
  }, state);
}

/** WP2 with all answers in (and, step 1, the Invalids of all flagged kernels): to WR, to fetch the winner's data. */
export function writeLost(before: PopcornState, at: Kernel): Next {
  const copy = before.copy(at);
  if (copy.page !== "WritingPend2" || !copy.answered) return disabled;
  if (before.parameters.step1 && !invalidsAreIn(copy, before.parameters)) return disabled;
  const state = noteLoss(before, at);
  const { retryWithData, fetchWrite, step2, answerFetchWrite } = state.parameters;
  if (!retryWithData) return answerHeld(state, at, copy.afterRound().merge({ page: "Invalid", data: null }));
  const reading = forgetInvalids(copy, state.parameters).merge({ page: "WritingRead", data: null });
  const round = step2
    ? reading
    : reading.merge({ flagged: nobody, clearNack: false, asked: nobody, counts: new Counts() });
  const answering = answerFetchWrite === "entering-writing-read" ? copy.heldFetchWrite : nobody;
  const asking = ask(
    state,
    at,
    round.set("heldFetchWrite", copy.heldFetchWrite.subtract(answering)),
    fetchWrite ? FetchWrite() : Fetch(),
  );
  return sendAll(asking, at, answering, CopyVoid());
}

/** History: the election is over for a loser. Who gave way to it did so in vain, and need not fear its next one. */
function noteLoss(state: PopcornState, at: Kernel): PopcornState {
  return state.others(at).reduce((next, other) => {
    const copy = next.copy(other);
    return copy.gaveWayTo.has(at) ? next.withCopy(other, copy.set("gaveWayTo", copy.gaveWayTo.remove(at))) : next;
  }, state);
}

/** WR with all answers in (and, step 2, the Fetch_Writes of the other losers): the same write tries again. */
export function writeAgain(state: PopcornState, at: Kernel): Next {
  const copy = state.copy(at);
  if (copy.page !== "WritingRead" || !copy.answered) return disabled;
  const { fetchWrite, allVoid, step2, losersRefuse } = state.parameters;
  const refused = losersRefuse && copy.refuses(copy.data);
  const fetchAgain = copy.again || refused || (copy.data === null && allVoid === "fetch-again");
  if (fetchAgain) {
    const asking = copy.merge({ again: false, data: null, copiedFrom: null });
    return ask(state, at, asking, fetchWrite ? FetchWrite() : Fetch());
  }
  if (copy.data === null || (step2 && !losersHaveAsked(copy, state.parameters))) return disabled;
  return startRound(state, at, copy, copy.stamp);
}

/** Fetching with all answers in (section 4.8). */
export function fetchDone(state: PopcornState, at: Kernel): Next {
  const copy = state.copy(at);
  if (!fetchingPages.some((page) => page === copy.page) || !copy.answered) return disabled;
  const mapped = copy.merge({ fellows: nobody, confirmed: false });
  const voidOnly = copy.data === null;
  const { aloneTwice } = state.parameters;
  if (!voidOnly && mustConfirm(state, copy)) {
    // A Copy tells that the page is in use, so that what is left is a read.
    return ask(state, at, mapped.merge({ page: "InvalidRead1", data: null, confirmed: true }), Fetch());
  }
  if (voidOnly && aloneTwice && !copy.confirmed) return ask(state, at, copy.set("confirmed", true), Fetch());
  if (copy.page === "FetchingInvalid") {
    if (state.parameters.fetchingInvalidVoid === "read-again") {
      return ask(state, at, mapped.merge({ page: "InvalidRead1", data: null }), Fetch());
    }
    if (voidOnly && state.parameters.fetchingInvalidVoid === "not-replicated") return notReplicated(state, at, mapped);
    return answerHeld(state, at, mapped.merge({ page: "Invalid", data: null, intent: false }));
  }
  if (!voidOnly) return accessGoesOn(answerHeld(state, at, mapped.to("Shared")), at);
  if (copy.page === "FetchingNotReplicated") return notReplicated(state, at, mapped);
  return fetchedTogether(state, at, mapped, copy.fellows);
}

/** The initial content is loaded: nobody else has the page. */
function notReplicated(state: PopcornState, at: Kernel, copy: Copy): Next {
  const loaded = copy.merge({ page: "NotReplicated", data: state.content().initial });
  return accessGoesOn(answerHeld(state, at, loaded), at);
}

/** Several fetch at once and nobody has the page. */
function fetchedTogether(state: PopcornState, at: Kernel, mapped: Copy, fellows: Kernels): Next {
  const again = () => ask(state, at, mapped.to("FetchingNotReplicated"), Fetch());
  switch (state.parameters.fetchingValidVoid) {
    case "share-initial":
      return accessGoesOn(answerHeld(state, at, mapped.merge({ page: "Shared", data: state.content().initial })), at);
    case "fetch-again":
      return again();
    case "lower-index":
      return fellows.every((other) => state.precedes(at, other)) ? notReplicated(state, at, mapped) : again();
  }
}

const leaving = [
  { name: "Read_Done", leave: readDone, says: "4.2: after collecting all the answers the copy changes to Shared" },
  { name: "Read_Again", leave: readAgain, says: "4.5: invalidated while it waited, the Fetch is sent again" },
  { name: "Write_Done", leave: writeDone, says: "4.3: only the copy that receives all Acks switches to Modified" },
  { name: "Write_Lost", leave: writeLost, says: "4.4: a loser fetches the new value when all answers have arrived" },
  { name: "Write_Again", leave: writeAgain, says: "4.4: with the winner's data, the loser tries to write again" },
  { name: "Fetch_Done", leave: fetchDone, says: "4.8: the kernel that fetched learns whether it is alone" },
] as const;

/** The steps that leave wait states. */
export const leavingActions = leaving.map(({ name, leave, says }) =>
  action(name, { at: kernels }, (state, { at }) => leave(state, at), { says, fair: "weak" }),
);

/** With `leaveWait: at-once`, what follows in the same step once the last answer is in. */
export function leaveAtOnce(state: PopcornState, at: Kernel): PopcornState | readonly PopcornState[] {
  if (state.parameters.leaveWait === "own-step") return state;
  for (const { leave } of leaving) {
    const next = leave(state, at);
    if (next !== disabled) return [next as PopcornState | readonly PopcornState[]].flat().map(answeredAtOnce);
  }
  return state;

  function answeredAtOnce(left: PopcornState): PopcornState {
    const copy = left.copy(at);
    return mayAnswerHeld(copy) ? answerHeld(left, at, copy) : left;
  }
}

/** A Modified copy has requests to answer, and need not wait any more. */
function mayAnswerHeld(copy: Copy): boolean {
  return copy.page === "Modified" && copy.hasToAnswer && allHaveAsked(copy);
}

/** 4.6, 4.7: once Modified, and once every flagged kernel has asked, the requests held are answered. */
export const answerHeldRequests = action(
  "Answer_Held",
  { at: kernels },
  (state, { at }) => {
    const copy = state.copy(at);
    return mayAnswerHeld(copy) ? answerHeld(state, at, copy) : disabled;
  },
  { says: "4.6: the elected copy answers with a Copy when it arrives in Modified", fair: "weak" },
);

/** A clock goes on, if skew is bounded. */
export const tick = action(
  "Tick",
  { at: kernels },
  (state, { at }) => {
    const { time } = state.copy(at);
    return time !== null && mayTick(state, at)
      ? state.withCopy(at, state.copy(at).set("time", time.plus(1)))
      : disabled;
  },
  { says: "4.3: each kernel has a monotonically increasing clock", environment: true },
);
