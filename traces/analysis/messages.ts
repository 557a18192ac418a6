/**
 * Who acts in each step of a run, and which messages go from whom to whom. Every picture of a run shows it. Pure
 * functions of the trace.
 *
 * A message is seen as a difference of a channel's content. What a step takes is matched with the steps that put it: of
 * equal messages in one place, which nobody can tell apart, the step takes the oldest that has not been received. (In a
 * queue that is the one at its head.)
 */
import { nameOfStep } from "../../checker/model/step-name.js";
import { type Json, showItf } from "../formats/json.js";
import { entriesOf, lengthOf, type Trace } from "../trace.js";
import { movedIn } from "./change.js";

/** Equal messages in one place of a channel, sent by one step and received by one step. */
export interface MessageExchange {
  readonly channel: string;
  readonly place: string;
  readonly text: string;
  readonly count: number;
  readonly from: string;
  readonly to: string;
  /** The number of the step that sent it; 0 if it is in flight from the start. */
  readonly sentAt: number;
  /** The number of the step that received it; undefined if it is in flight at the end. */
  readonly receivedAt: number | undefined;
  /** Whether the step that was to receive it has no rule for it. */
  readonly unspecified: boolean;
}

/** Who acts in a run, and the messages that they exchange. */
export interface MessageHistory {
  /** Everybody who acts, sends or receives, in the order of the places. */
  readonly lifelines: readonly string[];
  /** By number of the step: who acts in it. Nobody acts in the initial state; its entry is the name of the model. */
  readonly actors: readonly string[];
  /** In the order of receiving, and then of sending; those that nobody receives come last. */
  readonly exchanges: readonly MessageExchange[];
}

/** Messages that are in flight while the run is read. */
interface Pending {
  readonly channel: string;
  readonly place: string;
  readonly text: string;
  readonly sentAt: number;
  count: number;
}

type ChannelMove = Omit<Pending, "count"> & { readonly by: number };

/**
 * The messages that are in flight while the run is read, by where they are. Each place has those that look alike, the
 * oldest first; those that were received are passed over once and for all.
 */
class InFlight {
  readonly all: Pending[] = [];
  private readonly alike = new Map<string, { readonly waiting: Pending[]; oldest: number }>();

  put(message: Pending): void {
    this.all.push(message);
    const key = keyOf(message);
    const alike = this.alike.get(key);
    if (alike === undefined) this.alike.set(key, { waiting: [message], oldest: 0 });
    else alike.waiting.push(message);
  }

  /** Takes `count` messages that look like `move`, the oldest first, in lots that were sent together. */
  take(move: Pick<Pending, "channel" | "place" | "text">, count: number): { of: Pending; count: number }[] {
    const alike = this.alike.get(keyOf(move));
    const lots: { of: Pending; count: number }[] = [];
    let missing = count;
    while (alike !== undefined && missing > 0 && alike.oldest < alike.waiting.length) {
      const of = alike.waiting[alike.oldest]!;
      const taken = Math.min(missing, of.count);
      if (taken > 0) lots.push({ of, count: taken });
      of.count -= taken;
      missing -= taken;
      if (of.count === 0) alike.oldest++;
    }
    return lots;
  }
}

function keyOf({ channel, place, text }: Pick<Pending, "channel" | "place" | "text">): string {
  return JSON.stringify([channel, place, text]);
}

/** Reads the exchanges of a run from the contents of its channels. */
export function messageHistoryOf(trace: Trace): MessageHistory {
  const members = new Set(membersOf(trace));
  const moves = trace.states.map((_, index) => movesOf(trace, index));
  const actors = trace.states.map((_, index) => actorOf(trace, index, moves[index]!, members));
  const inFlight = new InFlight();
  const exchanges: MessageExchange[] = [];
  const receive = (move: Omit<ChannelMove, "sentAt">, index: number, unspecified = false) => {
    for (const { of, count } of inFlight.take(move, -move.by))
      exchanges.push(exchange(of, count, actors, index, unspecified));
  };
  moves.forEach((moved, index) => {
    for (const move of moved) if (move.by < 0) receive(move, index);
    for (const { by, ...move } of moved) if (by > 0) inFlight.put({ ...move, count: by });
  });
  const last = lengthOf(trace);
  const refused = trace.states[last]!["#meta"].unspecified === undefined ? undefined : refusedBy(trace, inFlight.all);
  if (refused) receive({ ...refused, by: -1 }, last, true);
  for (const each of inFlight.all) if (each.count > 0) exchanges.push(exchange(each, each.count, actors, undefined));
  // A run without a step has a lifeline for the model as a whole.
  const acting = actors.length === 1 ? actors : actors.slice(1);
  const seen = new Set([...acting, ...exchanges.flatMap(({ from, to }) => [from, to])]);
  const others = [...seen].filter((name) => !members.has(name));
  return { lifelines: [...[...members].filter((member) => seen.has(member)), ...others], actors, exchanges };
}

/** Returns the members by whom, alone or in pairs, the variables of a trace are indexed. */
export function membersOf(trace: Trace): string[] {
  const places = trace.vars.flatMap((variable) => entriesOf(trace.states[0]!, variable).map(([place]) => place));
  return [...new Set(places.flatMap((place) => place.split("→")).filter((member) => member !== ""))];
}

function movesOf(trace: Trace, index: number): ChannelMove[] {
  const [before, after] = [trace.states[index - 1], trace.states[index]!];
  return trace["#meta"].channels.flatMap((channel) =>
    movedIn(channel, before, after).map(({ place, text, by }) => ({ channel, place, text, by, sentAt: index })),
  );
}

/** Returns the two ends of a place of pairs; undefined for any other place. */
function endsOf(place: string): readonly [string, string] | undefined {
  const ends = place.split("→");
  return ends.length === 2 ? [ends[0]!, ends[1]!] : undefined;
}

/**
 * Returns who acts in a step: who receives, or else who sends, or else the first member in the step's binding, or else
 * the model.
 */
function actorOf(trace: Trace, index: number, moves: readonly ChannelMove[], members: ReadonlySet<string>): string {
  const { binding, message } = trace.states[index]!["#meta"];
  const taken = moves.filter(({ by }) => by < 0).flatMap(({ place }) => endsOf(place)?.[1] ?? []);
  const put = index === 0 ? [] : moves.filter(({ by }) => by > 0).flatMap(({ place }) => endsOf(place)?.[0] ?? []);
  const { to } = binding;
  const receives = message !== undefined && to !== undefined && members.has(to) ? [to] : [];
  const named = Object.values(binding).filter((value) => members.has(value));
  return [...taken, ...receives, ...put, ...named][0] ?? trace["#meta"].model;
}

function exchange(
  { channel, place, text, sentAt }: Pending,
  count: number,
  actors: readonly string[],
  receivedAt: number | undefined,
  unspecified = false,
): MessageExchange {
  const ends = endsOf(place);
  const actor = actors[sentAt]!;
  const from = ends?.[0] ?? actor;
  // A message that is still in flight has a receiver only if its place names one.
  const to = ends?.[1] ?? (receivedAt === undefined ? from : actors[receivedAt]!);
  return { channel, place, text, count, from, to, sentAt, receivedAt, unspecified };
}

/**
 * Returns the message that the last step has no rule for. Nothing took it out of its channel, so it is still pending.
 */
function refusedBy(trace: Trace, pending: readonly Pending[]): Pending | undefined {
  const { message, binding } = trace.states[lengthOf(trace)]!["#meta"];
  if (message === undefined) return undefined;
  const text = showItf(message as Json);
  const names = Object.values(binding);
  // The message was sent before: a step that has no rule sends nothing.
  const found = pending.filter((each) => each.text === text && each.count > 0 && each.sentAt < lengthOf(trace));
  const between = `${binding.from}→${binding.to}`;
  return (
    found.find(({ place }) => place === between) ??
    found.find(({ place }) => place.split("→").every((end) => names.includes(end))) ??
    found[0]
  );
}

/** Returns, by number of the step, the messages that each sends and those that it receives, in their order. */
export function exchangesByStep({ actors, exchanges }: MessageHistory): {
  readonly sent: readonly (readonly MessageExchange[])[];
  readonly received: readonly (readonly MessageExchange[])[];
} {
  const [sent, received] = [actors, actors].map((all) => all.map((): MessageExchange[] => []));
  for (const exchange of exchanges) {
    sent![exchange.sentAt]!.push(exchange);
    if (exchange.receivedAt !== undefined) received![exchange.receivedAt]!.push(exchange);
  }
  return { sent: sent!, received: received! };
}

/**
 * Returns the label of an exchange's arrow: its message, its channel if there are several, and its count if it is not
 * 1.
 */
export function labelOf(trace: Trace, { channel, place, text, count }: MessageExchange): string {
  const several = trace["#meta"].channels.length > 1 ? channel : "";
  const by = endsOf(place) ? "" : place;
  const at = [several, by].filter((part) => part !== "").join(" ");
  return [text, ...(count === 1 ? [] : [`×${count}`]), ...(at === "" ? [] : [`(${at})`])].join(" ");
}

/** Returns the title of a step in a picture: `3 App_Write(K1)`. */
export function titleOf(trace: Trace, index: number): string {
  const { action, binding } = trace.states[index]!["#meta"];
  return `${index} ${nameOfStep(action, binding)}`;
}
