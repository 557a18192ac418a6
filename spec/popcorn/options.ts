/**
 * What the Popcorn model can be instantiated with: the stage, which presets the refinements (stages.ts has which); each
 * refinement by itself, so that any one can be left out; the network; and one option for each question that the paper's
 * prose leaves open (the first value is the reading taken by default).
 */
import { choice, flag, integer, type ValuesOf } from "popcheck/model";
import { type Optimization, type PaperRefinement, type Repair, stages } from "./stages.js";

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

/** The optimizations of section 5.2. No stage has any of them. */
const optimizations = {
  owner: flag("5.2: who fetches asks the owner first, the kernel whose Invalid it Acked last", false),
  multicast: flag("5.2: requests go to those who use the page, as far as a bitmap in each kernel tells", false),
  readOnly: flag("5.2: the page is of a read-only area: each kernel loads it by itself", false),
  oneKernel: flag("5.2: while only one kernel runs the process, the protocol is off; others join at any time", false),
} satisfies Record<Optimization | "oneKernel", unknown>;

/** What makes the optimizations safe (docs/explanation/optimizations.md). */
const optimizationRepairs = {
  askAllToWrite: flag(
    "repair of owner: data that the owner alone gave may be read; a write on it asks all others first",
    false,
  ),
  invalidateLate: flag(
    "repair of multicast: a writer in Writing Pend 1 also sends its Invalid to users of whom it hears then",
    false,
  ),
  unmapFirst: flag("repair of read-only areas: an area is unmapped everywhere before it becomes writable", false),
};

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
  ownerAsked: choice(
    "22: who asks the owner first: a reader with its Fetch, or a loser with its Fetch_Write, too",
    "by-readers",
    "by-losers-too",
  ),
  bitmapOn: choice(
    "23: which answers carry the bitmap of the page's users: those to a Fetch or a Fetch_Write, or Acks and Nacks, too",
    "data",
    "all",
  ),
  unmappedRecords: flag("24: a kernel without a page records who fetches it", false),
  becomesWritable: choice(
    "25: a read-only area never becomes writable; or at all kernels at once; or at one kernel after the other",
    "never",
    "together",
    "one-by-one",
  ),
  newcomer: choice(
    "26: the kernel that runs the process alone knows of another before its first access, or by its first Fetch",
    "known-first",
    "by-fetch",
  ),
  asks: choice(
    "27: requests go to all kernels, or to those that run the process when they are sent",
    "all-kernels",
    "members",
  ),
  mappedBefore: choice(
    "28: a page that was mapped while the protocol was off is Not Replicated, or Unmapped, when it is on",
    "not-replicated",
    "unmapped",
  ),
  lastThread: choice(
    "29: the last thread of a kernel stays; or it migrates, and the kernel keeps its page, or unmaps it",
    "stays",
    "keeps-page",
    "unmaps-page",
  ),
};

export const parameters = {
  kernels: integer("kernels, with a copy of the page each", { default: 3, min: 2, max: 16 }),
  stage: choice(
    "the stage of the paper's section 4, or a repaired one; it presets the refinements",
    "4.8",
    ...stages.filter((stage) => stage !== "4.8"),
  ),
  network: choice("the order of messages from one kernel to another", "unordered", "fifo"),
  ...refinements,
  ...repairs,
  ...questions,
  ...optimizations,
  ...optimizationRepairs,
};

export type Options = ValuesOf<typeof parameters>;

/** Whether the page can never be written, so that nobody sends a message. */
export function alwaysReadOnly({ readOnly, becomesWritable }: Options): boolean {
  return readOnly && becomesWritable === "never";
}

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
  if (options.owner && options.confirmFetch) {
    return "--owner and --confirm-fetch contradict each other: a fetch is confirmed if all have answered it";
  }
  if (!options.owner && (options.askAllToWrite || options.ownerAsked !== "by-readers")) {
    return "--ask-all-to-write and --owner-asked by-losers-too need --owner";
  }
  if (options.multicast && !options.unmapped) {
    return "--multicast needs --unmapped: a kernel becomes a user with its first access";
  }
  if (!options.multicast && (options.invalidateLate || options.unmappedRecords || options.bitmapOn !== "data")) {
    return "--invalidate-late, --unmapped-records and --bitmap-on all need --multicast";
  }
  if ((options.readOnly || options.oneKernel) && !options.unmapped) {
    return "--read-only and --one-kernel need --unmapped: a page is loaded at its first access";
  }
  if (!options.readOnly && options.becomesWritable !== "never") return "--becomes-writable needs --read-only";
  if (options.unmapFirst && options.becomesWritable !== "together") {
    return "--unmap-first needs --becomes-writable together: else a page may be in use when its kernel learns of it";
  }
  const ofOneKernel = ["newcomer", "asks", "mappedBefore", "lastThread"] as const;
  if (!options.oneKernel && ofOneKernel.some((name) => options[name] !== questions[name].default)) {
    return "--newcomer, --asks, --mapped-before and --last-thread need --one-kernel";
  }
  if (options.newcomer === "by-fetch" && options.asks === "members") {
    return "--asks members needs --newcomer known-first: members must be known";
  }
  if (options.invalidateLate && options.bitmapOn === "data") {
    return "--invalidate-late needs --bitmap-on all: with an Ack the writer hears of users";
  }
  return undefined;
}
