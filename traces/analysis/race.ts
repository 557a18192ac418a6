/**
 * The race in a run, in words: which message overtakes which, and which process overtakes another that waits. A reader
 * of a counterexample looks for that first. Pure functions of the trace.
 */

import { lengthOf, type Trace } from "../trace.js";
import { type Interval, intervalsOf } from "./intervals.js";
import { type MessageExchange, type MessageHistory, messageHistoryOf } from "./messages.js";
import { standingVariables } from "./processes.js";

/** Two messages on one way through a channel, of which the one that was sent later is received first. */
export interface Overtaking {
  readonly fast: MessageExchange;
  readonly slow: MessageExchange;
}

/** What process `other` went through while process `who` stood in one place. */
export interface Meanwhile {
  readonly who: string;
  readonly interval: Interval;
  readonly other: string;
  /** The interval that the other process was in at first, and then each that it came to. */
  readonly through: readonly Interval[];
}

export interface Race {
  readonly overtakings: readonly Overtaking[];
  readonly meanwhile: readonly Meanwhile[];
}

/**
 * Returns the overtakings of messages and of processes in a run. If it is known which orders of its steps decide, they
 * are those that do: had the slow message been received first, or had the process that waits come through before one of
 * the steps that overtake it, the run would not violate its property.
 */
export function raceOf(trace: Trace, history: MessageHistory = messageHistoryOf(trace)): Race {
  const all = { overtakings: overtakingsIn(history), meanwhile: meanwhileIn(trace) };
  const { race } = trace["#meta"];
  if (race === undefined) return all;
  const decides = (first: number | undefined, second: number | undefined) =>
    race.orders.some((order) => order.first === first && order.second !== undefined && order.second === second);
  const isMissed = ({ fast, slow }: Overtaking) =>
    race.orders.some(({ first, pending }) => first === fast.receivedAt && pending?.includes(slow.text));
  return {
    overtakings: all.overtakings.filter(
      (of) => decides(of.fast.receivedAt, of.slow.receivedAt) || (of.slow.receivedAt === undefined && isMissed(of)),
    ),
    meanwhile: all.meanwhile.filter(({ interval, through }) =>
      through.slice(1).some(({ from }) => decides(from, interval.to)),
    ),
  };
}

/**
 * Returns all overtakings of messages, whether they decide or not, in the order in which the slow messages were sent.
 * If several messages overtake one, each is an overtaking.
 */
export function overtakingsIn({ exchanges }: MessageHistory): Overtaking[] {
  const found = byWay(exchanges).flatMap((way) => {
    const bySending = [...way].sort((a, b) => a.sentAt - b.sentAt);
    // What is never received overtakes nothing.
    const arriving = bySending.filter(({ receivedAt }) => receivedAt !== undefined);
    let first = 0;
    return bySending.flatMap((slow) => {
      const overtakings: Overtaking[] = [];
      while (first < arriving.length && arriving[first]!.sentAt <= slow.sentAt) first++;
      // What is sent after the slow message has arrived does not overtake it.
      for (let i = first; i < arriving.length && arriving[i]!.sentAt < endOf(slow); i++)
        if (endOf(arriving[i]!) < endOf(slow)) overtakings.push({ fast: arriving[i]!, slow });
      return overtakings;
    });
  });
  return found.sort((a, b) => a.slow.sentAt - b.slow.sentAt || endOf(a.fast) - endOf(b.fast));
}

/** Returns the messages by the place of the channel that they move through, and its ends. */
function byWay(exchanges: readonly MessageExchange[]): MessageExchange[][] {
  const ways = new Map<string, MessageExchange[]>();
  for (const exchange of exchanges) {
    const key = JSON.stringify([exchange.channel, exchange.place, exchange.from, exchange.to]);
    const way = ways.get(key);
    if (way === undefined) ways.set(key, [exchange]);
    else way.push(exchange);
  }
  return [...ways.values()];
}

/** Returns the messages that overtake others, or are overtaken. There may be far fewer of them than overtakings. */
export function crossingIn({ exchanges }: MessageHistory): ReadonlySet<MessageExchange> {
  const crossing = new Set<MessageExchange>();
  for (const way of byWay(exchanges)) {
    const lots = sentTogether(way);
    let latest = Number.NEGATIVE_INFINITY;
    for (const lot of lots) {
      for (const fast of lot) if (endOf(fast) < latest) crossing.add(fast);
      for (const slow of lot) latest = Math.max(latest, endOf(slow));
    }
    let earliest = Number.POSITIVE_INFINITY;
    for (const lot of lots.reverse()) {
      for (const slow of lot) if (endOf(slow) > earliest) crossing.add(slow);
      for (const fast of lot) earliest = Math.min(earliest, endOf(fast));
    }
  }
  return crossing;
}

/** Returns the messages in the order of sending, those of one step together. */
function sentTogether(exchanges: readonly MessageExchange[]): MessageExchange[][] {
  const lots = new Map<number, MessageExchange[]>();
  for (const exchange of [...exchanges].sort((a, b) => a.sentAt - b.sentAt)) {
    const lot = lots.get(exchange.sentAt);
    if (lot === undefined) lots.set(exchange.sentAt, [exchange]);
    else lot.push(exchange);
  }
  return [...lots.values()];
}

function endOf({ receivedAt }: MessageExchange): number {
  return receivedAt ?? Number.POSITIVE_INFINITY;
}

/**
 * Returns, for each process that the last step moves on or that waits all through the cycle, the others of its kind
 * that came and went in that time, whether that decides or not.
 */
export function meanwhileIn(trace: Trace): Meanwhile[] {
  const intervals = intervalsOf(trace);
  const kindOf = standingVariables(trace);
  const last = lengthOf(trace);
  const { loop } = trace["#meta"];
  const waiting = [...intervals].flatMap(([who, own]) => {
    const [before, now] = [own.at(-2), own.at(-1)!];
    if (loop !== undefined) return now.from <= loop && now.from > 0 ? [{ who, interval: now }] : [];
    return before !== undefined && now.from === last && before.from > 0
      ? [{ who, interval: { ...before, to: last } }]
      : [];
  });
  return waiting.flatMap(({ who, interval }) =>
    [...intervals].flatMap(([other, theirs]) => {
      // A process that serves others comes and goes while they wait: that is no race.
      if (other === who || kindOf.get(other) !== kindOf.get(who)) return [];
      const inside = theirs.filter(({ from }) => from > interval.from && from <= interval.to);
      // A process that moved once is not ahead: it must come to a place after the interval began, and leave it before
      // the interval ends.
      if (inside.length < 2) return [];
      const first = theirs[theirs.indexOf(inside[0]!) - 1]!;
      return [{ who, interval, other, through: [first, ...inside] }];
    }),
  );
}

/** Returns `Invalid K1→K2 (sent at 4, received at 5) overtakes Copy (sent at 2, received at 9)`. */
export function overtakingInWords({ fast, slow }: Overtaking): string {
  const received = ({ receivedAt }: MessageExchange) =>
    receivedAt === undefined ? "not received" : `received at ${receivedAt}`;
  const way = fast.told === "" ? "" : ` ${fast.told}`;
  return `${fast.text}${way} (sent at ${fast.sentAt}, ${received(fast)}) overtakes ${slow.text} (sent at ${slow.sentAt}, ${received(slow)})`;
}

/** The greatest number of places that a sentence lists; of a longer way it leaves out the middle. */
const LONGEST_WAY = 8;

/**
 * Returns `K1 overtakes K2: while K2 is in InvalidRead1 (steps 1 to 8), K1 goes Modified → Shared (2) → Modified (7)`.
 */
export function meanwhileInWords({ who, interval, other, through }: Meanwhile): string {
  const places = through.map(({ standing, from }, i) => (i === 0 ? standing : `${standing} (${from})`));
  const way =
    places.length <= LONGEST_WAY
      ? places.join(" → ")
      : `${places.slice(0, 3).join(" → ")} → … ${places.length - 5} more … → ${places.slice(-2).join(" → ")}`;
  return `${other} overtakes ${who}: while ${who} is in ${interval.standing} (steps ${interval.from} to ${interval.to}), ${other} goes ${way}`;
}
