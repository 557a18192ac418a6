/**
 * What the Popcorn model can be instantiated with: the stage, which presets the refinements; each refinement by itself, so that any one
 * can be left out; the network; and one option for each question that the paper's prose leaves open (the first value is the reading
 * taken by default).
 */
import { choice, flag, integer, type ValuesOf } from "../../checker/model/index.js";

export const stages = ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a", "4.7", "4.8"] as const;
export type Stage = (typeof stages)[number];

/** The stage that brings each refinement. */
const broughtBy = {
  votes: "4.3",
  retryWithData: "4.4",
  askAgain: "4.5",
  hold: "4.6",
  fetchWrite: "4.6",
  nackInModified: "4.7a",
  winnersWait: "4.7",
  step1: "4.7",
  step2: "4.7",
  unmapped: "4.8",
} as const satisfies Record<string, Stage>;

export type Refinement = keyof typeof broughtBy;

/** The refinements of a stage: its own, and those of the stages below. */
export function refinementsOf(stage: Stage): Record<Refinement, boolean> {
  const has = (refinement: Refinement) => stages.indexOf(broughtBy[refinement]) <= stages.indexOf(stage);
  return Object.fromEntries((Object.keys(broughtBy) as Refinement[]).map((name) => [name, has(name)])) as Record<
    Refinement,
    boolean
  >;
}

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
};

/** The questions of the prose, by the number they have in docs/explanation/readings.md. */
const questions = {
  install: choice("1: which of several Copies is installed", "last", "first", "newest"),
  fetchWhileReading: choice("2: a Fetch in Invalid Read 1 or 2 is answered Copy_Void, or held", "void", "hold"),
  invalidInWritingRead: choice("3: an Invalid in Writing Read", "vote", "ack", "ack-and-fetch"),
  flagInWritingRead: choice("4: the flag of an answer given in Writing Read", "set", "clear"),
  flagOfModified: choice("5: the flag of a Nack given in Modified", "clear", "set"),
  winnerInStep2: choice("6: how a loser tells the winner, who sends no Fetch_Write", "by-nack", "least-stamp"),
  emptySeen: choice(
    "7: which of the Invalids seen are forgotten, and when: all on entering Writing Read, only those of flagged kernels then, or all when a round starts",
    "entering-writing-read",
    "flagged-entering-writing-read",
    "round-start",
  ),
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
  invalidInUnmapped: choice("13: an Invalid in Unmapped", "ack", "impossible"),
  fetchInFetching: choice("14: a Fetch in Fetching", "void-fetching-too", "void", "hold"),
  fetchingInvalidVoid: choice("15: Fetching Invalid, no Copy came", "invalid", "not-replicated"),
  fetchingValidVoid: choice("16: Fetching Valid, no Copy came", "share-initial", "fetch-again", "lower-index"),
  whileFetching: choice("17: both an Invalid and another fetcher while fetching", "invalid-wins", "last-wins"),
  forcedRead: choice("18: the read that a write on Invalid forces, and the write", "two-steps", "at-once"),
  leaveWait: choice("19: a wait state is left in a step of its own, or with the last answer", "own-step", "at-once"),
  localInModified: flag("20: a Modified copy may be written locally while it holds requests", true),
};

export const parameters = {
  kernels: integer("kernels, with a copy of the page each", { default: 3, min: 2, max: 6 }),
  stage: choice("the stage of the paper's section 4; it presets the refinements", "4.8", ...stages.slice(0, -1)),
  network: choice("the order of messages from one kernel to another", "unordered", "fifo"),
  ...refinements,
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
  return undefined;
}
