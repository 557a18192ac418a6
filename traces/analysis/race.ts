/**
 * The race in a run, in words: which message overtakes which, and which process overtakes another that waits. It is what a reader of a
 * counterexample looks for first. A pure function of the trace.
 */

import { lengthOf, type Trace } from "../trace.js";
import { type Interval, intervalsOf } from "./intervals.js";
import { type MessageExchange, type MessageHistory, messageHistoryOf } from "./messages.js";

/** Two messages on one way, of which the one that was sent later is received first. */
export interface Overtaking {
  readonly fast: MessageExchange;
  readonly slow: MessageExchange;
}

/** What another process went through while one stood in the same place. */
export interface Meanwhile {
  readonly who: string;
  readonly interval: Interval;
  readonly other: string;
  /** Where the other stood at the beginning, and then each place that it came to. */
  readonly through: readonly Interval[];
}

export interface Race {
  readonly overtakings: readonly Overtaking[];
  readonly meanwhile: readonly Meanwhile[];
}

export function raceOf(trace: Trace, history: MessageHistory = messageHistoryOf(trace)): Race {
  return { overtakings: overtakingsIn(history), meanwhile: meanwhileIn(trace) };
}

/** In the order in which the slow ones were sent. Of several that overtake the same message, each is one. */
export function overtakingsIn({ exchanges }: MessageHistory): Overtaking[] {
  const byWay = new Map<string, MessageExchange[]>();
  for (const exchange of exchanges) {
    const way = JSON.stringify([exchange.channel, exchange.place]);
    byWay.set(way, [...(byWay.get(way) ?? []), exchange]);
  }
  const found = [...byWay.values()].flatMap((way) =>
    way.flatMap((slow) =>
      way
        .filter((fast) => fast.sentAt > slow.sentAt && endOf(fast) < endOf(slow))
        .map((fast): Overtaking => ({ fast, slow })),
    ),
  );
  return found.sort((a, b) => a.slow.sentAt - b.slow.sentAt || endOf(a.fast) - endOf(b.fast));
}

/** Messages that overtake others, or are overtaken. */
export function crossingIn(
  history: MessageHistory,
  overtakings: readonly Overtaking[] = overtakingsIn(history),
): ReadonlySet<MessageExchange> {
  return new Set(overtakings.flatMap(({ fast, slow }) => [fast, slow]));
}

function endOf({ receivedAt }: MessageExchange): number {
  return receivedAt ?? Number.POSITIVE_INFINITY;
}

/** For each process that the last step moves on, or that waits all through the cycle: the others that came and went in that time. */
function meanwhileIn(trace: Trace): Meanwhile[] {
  const intervals = intervalsOf(trace);
  const last = lengthOf(trace);
  const { loop } = trace["#meta"];
  const asked = [...intervals].flatMap(([who, own]) => {
    const [before, now] = [own.at(-2), own.at(-1)!];
    if (loop !== undefined) return now.from <= loop && now.from > 0 ? [{ who, interval: now }] : [];
    return before !== undefined && now.from === last && before.from > 0
      ? [{ who, interval: { ...before, to: last } }]
      : [];
  });
  return asked.flatMap(({ who, interval }) =>
    [...intervals].flatMap(([other, theirs]) => {
      if (other === who) return [];
      const inside = theirs.filter(({ from }) => from > interval.from && from <= interval.to);
      // Once moved is not ahead: it must have come to a place after the one began, and left it before the one ended.
      if (inside.length < 2) return [];
      const first = theirs[theirs.indexOf(inside[0]!) - 1]!;
      return [{ who, interval, other, through: [first, ...inside] }];
    }),
  );
}

/** `Invalid K1→K2 (sent at 4, received at 5) overtakes Copy (sent at 2, received at 9)` */
export function overtakingInWords({ fast, slow }: Overtaking): string {
  const received = ({ receivedAt }: MessageExchange) =>
    receivedAt === undefined ? "not received" : `received at ${receivedAt}`;
  const way = fast.place === "" ? "" : ` ${fast.place}`;
  return `${fast.text}${way} (sent at ${fast.sentAt}, ${received(fast)}) overtakes ${slow.text} (sent at ${slow.sentAt}, ${received(slow)})`;
}

/** The most places of a process that are told one by one: a longer way is no sentence any more. */
const LONGEST_WAY = 8;

/** `K1 overtakes K2: while K2 is in InvalidRead1 (steps 1 to 8), K1 goes Modified → Shared (2) → WritingPend1 (4) → Modified (7)` */
export function meanwhileInWords({ who, interval, other, through }: Meanwhile): string {
  const places = through.map(({ standing, from }, i) => (i === 0 ? standing : `${standing} (${from})`));
  const way =
    places.length <= LONGEST_WAY
      ? places.join(" → ")
      : `${places.slice(0, 3).join(" → ")} → … ${places.length - 5} more … → ${places.slice(-2).join(" → ")}`;
  return `${other} overtakes ${who}: while ${who} is in ${interval.standing} (steps ${interval.from} to ${interval.to}), ${other} goes ${way}`;
}
