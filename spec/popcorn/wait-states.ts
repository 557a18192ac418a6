/**
 * The wait states (section 4.1) and how a copy leaves each of them once all answers are in: a read (4.2, 4.5), an
 * election and a retry (4.3, 4.4, 4.7), a first access (4.8). By default the exit is a step of its own, since the
 * handler has to be notified.
 *
 * | wait state | left by |
 * |---|---|
 * | Invalid Read 1 | Read_Done |
 * | Invalid Read 2 | Read_Again |
 * | Writing Pend 1 | Write_Done |
 * | Writing Pend 2 | Write_Lost |
 * | Writing Read | Write_Again |
 * | Fetching Not Replicated, Invalid, Valid | Fetch_Done |
 */
import { disabled, type Result } from "popcheck/model";
import { type Copy, Counts, fetchingPages, type Kernel, type Kernels, kernels, nobody } from "./copy.js";
import { answerHeld, mayAnswerHeld } from "./held-requests.js";
import { recordElected, recordElectionOf, recordLossOf } from "./history.js";
import { CopyVoid, Fetch, FetchWrite } from "./messages.js";
import type { Options } from "./options.js";
import { forgetInvalids, invalidsAreIn, losersHaveAsked, winnersRound } from "./rounds.js";
import { ask, fetch, sendAll } from "./sending.js";
import { action, type PopcornState } from "./state.js";
import { accessGoesOn, startRound, writeData } from "./writes.js";

type Next = Result<PopcornState>;

// Reading

/** Invalid Read 1, all answers in: the data of a Copy is installed, and the copy is Shared. */
export function readDone(state: PopcornState, at: Kernel): Next {
  const copy = state.copy(at);
  if (copy.page !== "InvalidRead1" || !copy.answered) return disabled;
  if (mustConfirm(state, copy)) return ask(state, at, copy.merge({ confirmed: true, data: null }), Fetch());
  if (ownerHasMoved(state, at, copy) && !copy.served) return ask(state, at, copy, Fetch());
  if (state.parameters.ackAsks && copy.data === null) return readServed(state, at, copy);
  if (copy.data === null) return fetchesAgain(state.parameters) ? ask(state, at, copy, Fetch()) : disabled;
  const read = answerHeld(state, at, copy.merge({ page: "Shared", confirmed: false, served: false }));
  return accessGoesOn(fetchEnded(read, at), at);
}

/** 5.2: whether kernel `at` has asked the owner alone, and the owner has no Copy, or is no longer the owner. */
function ownerHasMoved(state: PopcornState, at: Kernel, copy: Copy): boolean {
  if (!state.parameters.owner) return false;
  const { kernel, asked } = state.owner(at);
  return asked !== null && (copy.data === null || kernel !== asked);
}

/** 5.2: a fetch of kernel `at` has ended. The repair of owners remembers whether the owner alone has answered it. */
function fetchEnded(state: PopcornState, at: Kernel): PopcornState {
  const { owner, askAllToWrite } = state.parameters;
  if (!owner) return state;
  const known = state.owner(at);
  return state.withOwner(at, known.merge({ asked: null, gave: askAllToWrite && known.asked !== null }));
}

/** Invalid Read 2, all answers in: they are dropped, and the kernel asks again. */
export function readAgain(state: PopcornState, at: Kernel): Next {
  const copy = state.copy(at);
  if (copy.page !== "InvalidRead2" || !copy.answered || !copy.owed.isEmpty()) return disabled;
  if (state.parameters.ackAsks) return readServed(state, at, copy);
  return ask(state, at, copy.becomes("InvalidRead1"), Fetch());
}

/**
 * Whether a reader without any Copy asks again. The paper does not say what it does; the repairs that may refuse a Copy
 * need it.
 */
function fetchesAgain({ allVoid, confirmFetch, refuseStale }: Options): boolean {
  return allVoid === "fetch-again" || confirmFetch || refuseStale;
}

/** Repair R1: a fetch that is answered by all confirms the next one; it does not count itself. */
function mustConfirm(state: PopcornState, copy: Copy): boolean {
  return state.parameters.confirmFetch && !copy.confirmed;
}

/**
 * Repair R4: a read ends that was served by a Copy that is not kept. A reader that is not served waits for the Invalid
 * that is on its way. The forced read of a write that follows at once needs a Copy that is kept, and asks again.
 */
function readServed(state: PopcornState, at: Kernel, copy: Copy): Next {
  if (!copy.served) return disabled;
  if (copy.intent) return ask(state, at, copy.merge({ page: "InvalidRead1", served: false }), Fetch());
  return fetchEnded(answerHeld(state, at, copy.merge({ page: "Invalid", served: false })), at);
}

// Writing

/** Writing Pend 1, all answers in and no Nack among them: the copy is elected and Modified, and the write happens. */
export function writeDone(state: PopcornState, at: Kernel): Next {
  const copy = state.copy(at);
  if (copy.page !== "WritingPend1" || !copy.answered) return disabled;
  const elected = recordElected(winnersRound(copy, state.parameters).merge({ page: "Modified", stamp: null }));
  return state.parameters.votes ? recordElectionOf(writeData(state, at, elected), at) : writeData(state, at, elected);
}

/**
 * Writing Pend 2, all answers in (and, step 1, the Invalids of all flagged kernels): the copy goes to Writing Read, to
 * fetch the winner's data.
 */
export function writeLost(before: PopcornState, at: Kernel): Next {
  const copy = before.copy(at);
  if (copy.page !== "WritingPend2" || !copy.answered) return disabled;
  if (before.parameters.step1 && !invalidsAreIn(copy, before.parameters)) return disabled;
  const state = recordLossOf(before, at);
  const { retryWithData, fetchWrite, step2, answerFetchWrite, ownerAsked } = state.parameters;
  if (!retryWithData) return answerHeld(state, at, copy.afterRound().merge({ page: "Invalid", data: null }));
  const reading = forgetInvalids(copy, state.parameters).merge({ page: "WritingRead", data: null });
  const round = step2
    ? reading
    : reading.merge({ flagged: nobody, clearNack: false, asked: nobody, counts: new Counts() });
  const answering = answerFetchWrite === "entering-writing-read" ? copy.heldFetchWrite : nobody;
  const asking = fetch(
    state,
    at,
    round.set("heldFetchWrite", copy.heldFetchWrite.subtract(answering)),
    fetchWrite ? FetchWrite() : Fetch(),
    ownerAsked === "by-losers-too",
  );
  return sendAll(asking, at, answering, CopyVoid());
}

/** Writing Read, all answers in (and, step 2, the Fetch_Writes of the other losers): the same write tries again. */
export function writeAgain(state: PopcornState, at: Kernel): Next {
  const copy = state.copy(at);
  if (copy.page !== "WritingRead" || !copy.answered) return disabled;
  const { fetchWrite, allVoid, step2, losersRefuse } = state.parameters;
  const refused = losersRefuse && copy.refuses(copy.data);
  const moved = ownerHasMoved(state, at, copy);
  const fetchAgain = copy.again || refused || moved || (copy.data === null && allVoid === "fetch-again");
  if (fetchAgain) {
    const asking = copy.merge({ again: false, data: null, copiedFrom: null });
    return ask(state, at, asking, fetchWrite ? FetchWrite() : Fetch());
  }
  if (copy.data === null || (step2 && !losersHaveAsked(copy, state.parameters))) return disabled;
  return startRound(state, at, copy, copy.stamp);
}

// First accesses

/** Fetching, all answers in: the kernel that fetched learns whether somebody else has the page. */
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
  // The repair of 4.8: the first time that nobody has the page does not count.
  if (voidOnly && aloneTwice && !copy.confirmed) return ask(state, at, copy.set("confirmed", true), Fetch());
  if (copy.page === "FetchingInvalid") {
    if (state.parameters.fetchingInvalidVoid === "read-again") {
      return ask(state, at, mapped.merge({ page: "InvalidRead1", data: null }), Fetch());
    }
    if (voidOnly && state.parameters.fetchingInvalidVoid === "not-replicated") return notReplicated(state, at, mapped);
    return answerHeld(state, at, mapped.merge({ page: "Invalid", data: null, intent: false }));
  }
  if (!voidOnly) return accessGoesOn(answerHeld(state, at, mapped.becomes("Shared")), at);
  if (copy.page === "FetchingNotReplicated") return notReplicated(state, at, mapped);
  return fetchedTogether(state, at, mapped, copy.fellows);
}

/** Nobody else has the page: kernel `at` loads the initial content. */
function notReplicated(state: PopcornState, at: Kernel, copy: Copy): Next {
  const loaded = copy.merge({ page: "NotReplicated", data: state.content().initial });
  return accessGoesOn(answerHeld(state, at, loaded), at);
}

/** Question 16: kernel `at` and its `fellows` fetch at once, and nobody has the page. */
function fetchedTogether(state: PopcornState, at: Kernel, mapped: Copy, fellows: Kernels): Next {
  const again = () => ask(state, at, mapped.becomes("FetchingNotReplicated"), Fetch());
  switch (state.parameters.fetchingValidVoid) {
    case "share-initial":
      return accessGoesOn(answerHeld(state, at, mapped.merge({ page: "Shared", data: state.content().initial })), at);
    case "fetch-again":
      return again();
    case "lower-index":
      return fellows.every((other) => state.precedes(at, other)) ? notReplicated(state, at, mapped) : again();
  }
}

// The steps

const exits = [
  { name: "Read_Done", leave: readDone, says: "4.2: after collecting all the answers the copy changes to Shared" },
  { name: "Read_Again", leave: readAgain, says: "4.5: invalidated while it waited, the Fetch is sent again" },
  { name: "Write_Done", leave: writeDone, says: "4.3: only the copy that receives all Acks switches to Modified" },
  { name: "Write_Lost", leave: writeLost, says: "4.4: a loser fetches the new value when all answers have arrived" },
  { name: "Write_Again", leave: writeAgain, says: "4.4: with the winner's data, the loser tries to write again" },
  { name: "Fetch_Done", leave: fetchDone, says: "4.8: the kernel that fetched learns whether it is alone" },
] as const;

/** The exits as steps of their own. */
export const leavingActions = exits.map(({ name, leave, says }) =>
  action(name, { at: kernels }, (state, { at }) => leave(state, at), { says, fair: "weak" }),
);

/**
 * Question 19: with `leaveWait: at-once`, kernel `at` leaves its wait state in the step in which the last answer comes.
 */
export function leaveAtOnce(state: PopcornState, at: Kernel): PopcornState | readonly PopcornState[] {
  if (state.parameters.leaveWait === "own-step") return state;
  for (const { leave } of exits) {
    const next = leave(state, at);
    if (next !== disabled) return [next as PopcornState | readonly PopcornState[]].flat().map(answeredAtOnce);
  }
  return state;

  function answeredAtOnce(left: PopcornState): PopcornState {
    const copy = left.copy(at);
    return mayAnswerHeld(copy) ? answerHeld(left, at, copy) : left;
  }
}
