/**
 * What the Popcorn model can be instantiated with: the stage, which presets the refinements (stages.ts has which); each
 * refinement by itself, so that any one can be left out; the network; and one option for each question that the paper's
 * prose leaves open (the first value is the reading taken by default).
 */
import { choice, flag, integer, type ValuesOf } from "popcheck/model";
import { type PaperRefinement, type Repair, stages } from "./stages.js";

/** The refinements that the paper brings stage by stage. */
const refinements = {
  votes: flag("4.3: a writer votes on the Invalids of others by time stamp", true),
  retryWithData: flag(
    "4.4: a loser fetches the winner's data and tries again (else: it goes to Invalid, and reads first)",
    true,
  ),
  askAgain: flag("4.5: a reader that is invalidated while it waits asks again", true),
  hold: flag("4.6: a writer holds a Fetch until it is Modified (else: it answers Copy_Void)", true),
  fetchWrite: flag("4.6: a loser asks with Fetch_Write (else: with Fetch)", true),
  nackInModified: flag("4.7: Modified answers a late Invalid with Nack (else: it Acks and goes to Invalid)", true),
  winnersWait: flag("4.7: the winner answers nobody until every flagged kernel has asked", true),
  step1: flag("4.7: a loser waits for the Invalids of all flagged kernels before it fetches", true),
  step2: flag("4.7: a loser waits for the Fetch_Writes of the other losers before it tries again", true),
  unmapped: flag("4.8: copies start Unmapped; Not Replicated, Fetching", true),
} satisfies Record<PaperRefinement, unknown>;

/** The repairs (docs/repaired-protocol.md). */
const repairs = {
  confirmFetch: flag(
    "repair R1: a fetch counts only if an earlier one, sent after the last Invalid that the kernel Acked, was answered by all",
    false,
  ),
  refuseStale: flag(
    "repair R2: an Invalid carries its writer's version; a reader refuses a Copy that is not newer",
    false,
  ),
  losersRefuse: flag("repair R3: a loser, too, refuses a Copy that is not newer than any Invalid it Acked", false),
  ackAsks: flag(
    "repair R4: a Copy that may not be kept serves the read that waits; an Ack of a reader that is not served asks for a Copy once its writer is Modified",
    false,
  ),
  aloneTwice: flag(
    "repair of 4.8: nobody answers with a Copy twice, with no Invalid between, or it does not count",
    false,
  ),
  fetchingReads: flag("repair of 4.8: an Invalid in Fetching makes the first access go on as a read", false),
} satisfies Record<Repair, unknown>;

/** The questions of the prose, by the number they have in docs/explanation/readings.md. */
const questions = {
  install: choice("1: which of several Copies is installed", "last", "first", "newest"),
  fetchWhileReading: choice("2: a Fetch in Invalid Read 1 or 2 is answered Copy_Void, or held", "void", "hold"),
  invalidInWritingRead: choice(
    "3: an Invalid in Writing Read; the data may be fetched again after every Ack",
    "vote",
    "ack",
    "ack-and-fetch",
    "vote-and-fetch",
  ),
  flagInWritingRead: choice("4: the flag of an answer given in Writing Read", "set", "clear"),
  flagOfModified: choice("5: the flag of a Nack given in Modified", "clear", "set"),
  winnerInStep2: choice(
    "6: how a loser tells the winner, who sends no Fetch_Write",
    "by-nack",
    "least-stamp",
    "by-copy",
  ),
  emptySeen: choice(
    "7: which of the Invalids seen are forgotten, and when: all on entering Writing Read, only those of flagged kernels then, or all when a round starts",
    "entering-writing-read",
    "flagged-entering-writing-read",
    "round-start",
  ),
  rounds: choice("7: a copy remembers who the round's other writers are, or how many", "identities", "counts"),
  answerFetchWrite: choice("8: a Fetch_Write held in Writing Pend is answered", "entering-writing-read", "modified"),
  writingReadWithData: choice("9: what Writing Read answers when its own data has come", "copy", "void"),
  countEarly: flag("10: a request that came before the election counts towards the winner's wait", true),
  clocks: choice(
    "11: clocks: any skew without ties, any skew with ties, or a bounded skew",
    "unbounded",
    "ties",
    "bounded",
  ),
  skew: integer("11: the greatest difference between two clocks, in ticks, if it is bounded", {
    default: 1,
    min: 1,
    max: 3,
  }),
  clocksAdvance: flag(
    "11: liveness assumes that clocks advance: nobody's new time stamps go below a waiting writer's for ever (a bounded skew sees to it)",
    true,
  ),
  allVoid: choice("12: all answers Copy_Void in Invalid Read 1 or Writing Read", "violation", "fetch-again"),
  invalidInUnmapped: choice(
    "13: an Invalid in Unmapped is Acked; not sent, as if the writer knew who uses the page; or not provided for",
    "ack",
    "not-sent",
    "impossible",
  ),
  fetchInFetching: choice("14: a Fetch in Fetching", "void-fetching-too", "void", "hold"),
  fetchingInvalidVoid: choice(
    "15: Fetching Invalid, all answers in: to Invalid; a read at once; or, if no Copy came, to Not Replicated",
    "invalid",
    "read-again",
    "not-replicated",
  ),
  fetchingValidVoid: choice("16: Fetching Valid, no Copy came", "share-initial", "fetch-again", "lower-index"),
  whileFetching: choice("17: both an Invalid and another fetcher while fetching", "invalid-wins", "last-wins"),
  forcedRead: choice("18: the read that a write on Invalid forces, and the write", "two-steps", "at-once"),
  leaveWait: choice("19: a wait state is left in a step of its own, or with the last answer", "own-step", "at-once"),
  whoWillAnswer: choice(
    "21: which copies, besides those that are Shared, Modified or Not Replicated, will answer a Fetch: any writer's; only one in Writing Pend 1; or of all these only one with the latest data",
    "writing",
    "with-data",
    "latest",
  ),
  localInModified: flag("20: a Modified copy may be written locally while it holds requests", true),
};

export const parameters = {
  kernels: integer("kernels, with a copy of the page each", { default: 3, min: 2, max: 6 }),
  stage: choice(
    "the stage of the paper's section 4, or a repaired one; it presets the refinements",
    "4.8",
    ...stages.filter((stage) => stage !== "4.8"),
  ),
  network: choice("the order of messages from one kernel to another", "unordered", "fifo"),
  ...refinements,
  ...repairs,
  ...questions,
};

export type Options = ValuesOf<typeof parameters>;

/** Whether answers carry the "I am writing too" flag: if anything uses it. */
export function usesFlags({ winnersWait, step1, step2 }: Options): boolean {
  return winnersWait || step1 || step2;
}

/** Whether some rule compares kernel indices, so that kernels are not interchangeable. */
export function comparesIndices({ votes, clocks, fetchingValidVoid, unmapped }: Options): boolean {
  return (votes && clocks !== "unbounded") || (unmapped && fetchingValidVoid === "lower-index");
}

/** Options that contradict each other, in words. */
export function contradiction(options: Options): string | undefined {
  if (options.retryWithData && !options.votes) return "--retry-with-data needs --votes: without votes nobody loses";
  if (usesFlags(options) && !options.votes)
    return "--winners-wait, --step1 and --step2 need --votes: rounds are elections";
  if ((options.step1 || options.step2) && !options.retryWithData) return "--step1 and --step2 need --retry-with-data";
  if (options.step2 && !options.fetchWrite)
    return "--step2 needs --fetch-write: it waits for the Fetch_Writes of the other losers";
  if (options.forcedRead === "at-once" && options.clocks === "bounded") {
    return "--forced-read at-once needs --clocks unbounded or ties: with bounded skew a write may have to wait for the clocks";
  }
  if (options.fetchWrite && !options.retryWithData) return "--fetch-write needs --retry-with-data";
  if (options.rounds === "counts" && options.emptySeen === "flagged-entering-writing-read") {
    return "--empty-seen flagged-entering-writing-read needs --rounds identities: whose Invalids came must be known";
  }
  if (options.rounds === "counts" && options.winnerInStep2 !== "by-nack") {
    return "--winner-in-step2 least-stamp and by-copy need --rounds identities: who has asked must be known";
  }
  if (options.losersRefuse && !options.refuseStale) return "--losers-refuse needs --refuse-stale: it compares them";
  if (options.ackAsks && !options.refuseStale)
    return "--ack-asks needs --refuse-stale: versions tell which Copy may be kept";
  if ((options.confirmFetch || options.refuseStale || options.fetchingReads) && !options.askAgain) {
    return "--confirm-fetch, --refuse-stale and --fetching-reads need --ask-again: they say which fetch is sent again";
  }
  if ((options.aloneTwice || options.fetchingReads) && !options.unmapped) {
    return "--alone-twice and --fetching-reads need --unmapped: they are about first accesses";
  }
  return undefined;
}
