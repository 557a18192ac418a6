/** A run as the page shows it: each step in words, and who takes part in it. Pure; made once for each trace. */
import { changesOf, messagesOf } from "../analysis/change.js";
import { causeInWords, cycleInWords, ordersInWords, stepsThatMatter } from "../analysis/explanation.js";
import { type Interval, intervalsOf } from "../analysis/intervals.js";
import { type MessageExchange, type MessageHistory, messageHistoryOf } from "../analysis/messages.js";
import { crossingIn, meanwhileInWords, type Overtaking, overtakingInWords, raceOf } from "../analysis/race.js";
import { stepNameOf } from "../analysis/step-names.js";
import { counted } from "../text/columns.js";
import { cycleLengthOf, isWalk, lengthInShort, lengthOf, refusalOf, type Trace, type TraceStep } from "../trace.js";
import { emptyThroughout } from "./state-rows.js";

export interface StepInWords {
  readonly name: string;
  readonly changes: readonly string[];
  readonly messages: readonly string[];
  readonly says: string;
  /** Why the step could not be taken, and what there is to say of that; undefined if it was taken. */
  readonly notTaken: string | undefined;
  /** The processes that act, send, receive or change. */
  readonly concerns: ReadonlySet<string>;
  /** Everything that is said of the step, in lower case, for a search to look at. */
  readonly text: string;
}

/** Everything that the page shows of one run. */
export interface PageModel {
  readonly trace: Trace;
  readonly history: MessageHistory;
  readonly intervals: ReadonlyMap<string, readonly Interval[]>;
  readonly steps: readonly StepInWords[];
  /** The kinds of message, in the order of sending. */
  readonly kinds: readonly string[];
  readonly overtakings: readonly Overtaking[];
  /** The messages that overtake others, or are overtaken. */
  readonly overtaking: ReadonlySet<MessageExchange>;
  /** The fields that stay empty in all states, by the names of their rows. */
  readonly empty: ReadonlySet<string>;
  /** Sentences on why the property is violated: what the verdict hung on, and which orders of steps decide. */
  readonly reasons: readonly string[];
  /** Sentences on who overtakes whom. */
  readonly race: readonly string[];
  /** The steps whose order decides; undefined if that is not known, or no order does. */
  readonly matters: ReadonlySet<number> | undefined;
}

/** Returns what the page shows of a run. */
export function pageModelOf(trace: Trace): PageModel {
  const history = messageHistoryOf(trace);
  const intervals = intervalsOf(trace);
  const race = raceOf(trace, history);
  const concerns = concernsOf(trace, history, intervals);
  return {
    trace,
    history,
    intervals,
    steps: trace.states.map((_, index) => stepInWords(trace, index, concerns[index]!)),
    kinds: [...new Set([...history.exchanges].sort((a, b) => a.sentAt - b.sentAt).map(kindOf))],
    overtakings: race.overtakings,
    overtaking: crossingIn(history),
    empty: emptyThroughout(trace),
    reasons: [...causeInWords(trace), ...cycleInWords(trace), ...ordersInWords(trace)],
    matters: stepsThatMatter(trace),
    race: [...race.meanwhile.map(meanwhileInWords), ...race.overtakings.map(overtakingInWords)],
  };
}

/** Returns the kind of a message, without its content: `Copy` of `Copy(data v1)`. */
export function kindOf({ text }: Pick<MessageExchange, "text">): string {
  return text.replace(/\(.*$/s, "");
}

/** Returns, by number of the step, the processes that act, send, receive or change in it. */
function concernsOf(
  trace: Trace,
  { actors, exchanges }: MessageHistory,
  intervals: ReadonlyMap<string, readonly Interval[]>,
): ReadonlySet<string>[] {
  const concerns = trace.states.map((state, index) =>
    index === 0 ? new Set<string>() : new Set([actors[index]!, ...Object.values(state["#meta"].binding)]),
  );
  for (const { from, to, sentAt, receivedAt } of exchanges) {
    concerns[sentAt]!.add(from);
    if (receivedAt !== undefined && receivedAt !== sentAt) concerns[receivedAt]!.add(to);
  }
  for (const [who, own] of intervals) for (const { from } of own) if (from > 0) concerns[from]!.add(who);
  return concerns;
}

function stepInWords(trace: Trace, index: number, concerns: ReadonlySet<string>): StepInWords {
  const step = trace.states[index]!["#meta"];
  const { says = "", cell = "" } = step;
  const name = stepNameOf(trace, index);
  const [changes, messages] = [changesOf(trace, index), messagesOf(trace, index)];
  const notTaken = refusalOf(step);
  const text = [index, name, ...changes, ...messages, says, cell, notTaken ?? ""].join(" ").toLowerCase();
  return { name, changes, messages, says, notTaken, concerns, text };
}

/** Returns the sentence that a screen reader reads for a step. */
export function sentenceOf({ trace, steps, matters }: PageModel, index: number): string {
  const { name, changes, messages, says, notTaken } = steps[index]!;
  const decides = matters?.has(index) ? ", whose order decides" : "";
  const place = index === 0 ? "Initial state" : `Step ${index} of ${lengthOf(trace)}${decides}: ${name}`;
  const end = index === lengthOf(trace) && !isWalk(trace) ? [`Violated: ${trace["#meta"].explanation}`] : [];
  return [place, ...changes, ...messages, ...(notTaken === undefined ? [] : [notTaken]), says, ...end]
    .filter((part) => part !== "")
    .join(". ");
}

/** Returns `after 8 steps`; for a run that goes on for ever, `by 5 steps, then 10 again and again`. */
export function lengthInWords(trace: Trace): string {
  const cycle = cycleLengthOf(trace);
  if (cycle === undefined) return `after ${lengthInShort(trace)} ${lengthOf(trace) === 1 ? "step" : "steps"}`;
  const stem = lengthOf(trace) - cycle;
  return cycle === 0
    ? `by standing still after ${counted(stem, "step")}`
    : `by ${counted(stem, "step")}, then ${cycle} again and again`;
}

/**
 * Returns the messages in flight after step `index`, without the one that the step should have received and has no rule
 * for.
 */
export function inFlightAt({ history }: PageModel, index: number): MessageExchange[] {
  return history.exchanges
    .filter(({ sentAt, receivedAt }) => sentAt <= index && (receivedAt === undefined || receivedAt > index))
    .sort((a, b) => a.sentAt - b.sentAt);
}

/** Splits a sentence from the section of the paper that it begins with: `4.2`, and `a read on Invalid …`. */
export function sectionOf({ says = "" }: Pick<TraceStep, "says">): { section: string | undefined; sentence: string } {
  const [, section, sentence] = /^((?:§?\d+(?:\.\d+)*)(?:, ?\d+(?:\.\d+)*)*):\s*(.*)$/s.exec(says) ?? [];
  return section === undefined ? { section, sentence: says } : { section, sentence: sentence! };
}

/** Returns the name of a message in an address: `message:3`, by its index among the run's exchanges. */
export function nameOfExchange({ history }: PageModel, exchange: MessageExchange, run: number): string {
  return `message:${history.exchanges.indexOf(exchange)}${run === 0 ? "" : `:${run + 1}`}`;
}

/** What is followed in a run: a process, or one of its messages. */
export type Followed = { readonly process: string } | { readonly exchange: MessageExchange } | undefined;

/** Returns what the name in an address follows in one of the runs. @param run the index of that run */
export function followedIn(pageModels: readonly PageModel[], run: number, name: string | undefined): Followed {
  if (name === undefined) return undefined;
  const [, exchange, of = "1"] = /^message:(\d+)(?::(\d+))?$/.exec(name) ?? [];
  if (exchange === undefined) return { process: name };
  const found = Number(of) === run + 1 ? pageModels[run]?.history.exchanges[Number(exchange)] : undefined;
  return found && { exchange: found };
}

/** Returns the names of everything that can be followed. */
export function followable(pageModels: readonly PageModel[]): string[] {
  return pageModels.flatMap(({ history }, run) => [
    ...history.lifelines,
    ...history.exchanges.map((_, i) => `message:${i}${run === 0 ? "" : `:${run + 1}`}`),
  ]);
}

/** Tells whether a step has to do with what is followed. */
export function isConcerned(pageModel: PageModel, index: number, followed: Followed): boolean {
  if (followed === undefined) return false;
  if ("process" in followed) return pageModel.steps[index]!.concerns.has(followed.process);
  return followed.exchange.sentAt === index || followed.exchange.receivedAt === index;
}
