/**
 * Who acts in each step of a run, and which messages go from whom to whom. Every picture of a run shows it. Pure
 * functions of the trace.
 *
 * A message is seen as a difference of a channel's content. What a step takes is matched with the steps that put it: of
 * equal messages in one place, which nobody can tell apart, the step takes the oldest that has not been received. (In a
 * queue that is the one at its head.)
 */
import { type Json, showItf } from "../formats/json.js";
import { lengthOf, type Trace } from "../trace.js";
import { changesIn } from "./change.js";
import { type ChannelMove, movesIn, type TraceChannel, wayInWords } from "./channels.js";
import { processesOf, standingVariables } from "./processes.js";
import { stepNameOf } from "./step-names.js";

/** Equal messages in one place of a channel, sent by one step and received by one step. */
export interface MessageExchange {
  readonly channel: string;
  readonly place: string;
  readonly text: string;
  readonly count: number;
  /** Who sends it; the lane of the channel if that is not known. */
  readonly from: string;
  /** Who receives it, or is to; the lane of the channel if that is not known. */
  readonly to: string;
  /** What its label says of its channel, where that is not clear from the ends: the name, the place. */
  readonly at: string;
  /** Its way in words: `K1→K2`. */
  readonly told: string;
  /** The number of the step that sent it; 0 if it is in flight from the start. */
  readonly sentAt: number;
  /** The number of the step that received it; undefined if it is in flight at the end. */
  readonly receivedAt: number | undefined;
  /** Whether the step that was to receive it has no rule for it. */
  readonly unspecified: boolean;
}

/** Who acts in a run, and the messages that they exchange. */
export interface MessageHistory {
  /**
   * Everybody who acts, sends or receives, in the order of the processes; then the lane of each channel with an unknown
   * end, and of the model if it is not known who acts in some step.
   */
  readonly lifelines: readonly string[];
  /**
   * By number of the step: who acts in it, or the name of the model where that is not known. Nobody acts in the initial
   * state.
   */
  readonly actors: readonly string[];
  /** In the order of receiving, and then of sending; those that nobody receives come last. */
  readonly exchanges: readonly MessageExchange[];
}

/** Messages that are in flight while the run is read. */
interface Pending {
  readonly channel: TraceChannel;
  readonly place: string;
  readonly text: string;
  readonly from: string | undefined;
  readonly sentAt: number;
  count: number;
}

type Lying = Pick<Pending, "channel" | "place" | "text">;

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
  take(move: Lying, count: number): { of: Pending; count: number }[] {
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

function keyOf({ channel, place, text }: Lying): string {
  return JSON.stringify([channel.name, place, text]);
}

/** Reads the exchanges of a run from the contents of its channels. */
export function messageHistoryOf(trace: Trace): MessageHistory {
  const { names } = processesOf(trace);
  const moves = trace.states.map((_, index) => movesIn(trace, index));
  const inFlight = new InFlight();
  const exchanges: MessageExchange[] = [];
  const receive = (move: Lying, count: number, to: string | undefined, index: number, unspecified = false) => {
    for (const lot of inFlight.take(move, count)) exchanges.push(exchange(lot.of, lot.count, to, index, unspecified));
  };
  moves.forEach((moved, index) => {
    for (const { by, ends, ...move } of moved) if (by < 0) receive(move, -by, ends.to, index);
    for (const { by, ends, ...move } of moved)
      if (by > 0) inFlight.put({ ...move, from: ends.from, sentAt: index, count: by });
  });
  const last = lengthOf(trace);
  const refused = refusedIn(trace, inFlight.all);
  const refusedBy = refused && receiverOf(trace, refused, last);
  if (refused) receive(refused, 1, refusedBy, last, true);
  for (const each of inFlight.all) {
    if (each.count === 0) continue;
    exchanges.push(exchange(each, each.count, each.channel.endsOf(each.place, each.text).to, undefined));
  }
  const actors = trace.states.map((_, index) =>
    index === last && refused !== undefined
      ? (refusedBy ?? trace["#meta"].model)
      : actorOf(trace, index, moves[index]!),
  );
  // A run without a step has a lifeline for the model as a whole.
  const acting = actors.length === 1 ? actors : actors.slice(1);
  const seen = new Set([...acting, ...exchanges.flatMap(({ from, to }) => [from, to])]);
  const others = [...seen].filter((name) => !names.includes(name));
  return { lifelines: [...names.filter((name) => seen.has(name)), ...others], actors, exchanges };
}

/**
 * Returns who acts in a step: whose step its action says it is; or else who receives; or else who sends; or else the
 * process whose variables change; or else, if no process but those of index sets can act, the one that the step's
 * binding names, unless the step changes only others, or processes of several kinds. Where none of these is known, or
 * several are, it is the model as a whole: nobody is said to act who may not.
 */
function actorOf(trace: Trace, index: number, moves: readonly ChannelMove[]): string {
  const { by, binding } = trace.states[index]!["#meta"];
  const { model } = trace["#meta"];
  if (index === 0) return model;
  if (by !== undefined) return by;
  const { names, declared, hasSingles, ownerOf } = processesOf(trace);
  const changes = changesIn(trace, index);
  const receivers = moves.flatMap((move) => (move.by < 0 ? (move.ends.to ?? []) : []));
  const senders = moves.flatMap((move) => (move.by > 0 ? (move.ends.from ?? []) : []));
  // Of a model that declares nothing, the variables may belong to who has no variable by member, such as a home.
  const mayOwn = declared || moves.length === 0;
  const owners = mayOwn ? changes.flatMap(({ variable, place }) => ownerOf(variable, place) ?? []) : [];
  const mayBind = declared ? !hasSingles : moves.length === 0 && changes.length === 0;
  const bound = mayBind ? Object.values(binding).filter((value) => names.includes(value)) : [];
  const moving = [receivers, senders].find((who) => who.length > 0);
  if (moving !== undefined) return theOnly(moving) ?? model;
  // A step of one process can change others' values: the clocks of all sink when a time stamp is gone.
  const standing = standingVariables(trace);
  const areAlike = theOnly(owners.map((owner) => standing.get(owner) ?? "")) !== undefined;
  const isAmong = owners.length === 0 || (areAlike && owners.includes(bound[0]!));
  return theOnly(owners) ?? (isAmong ? theOnly(bound) : undefined) ?? model;
}

/** Returns the name that all of a list are; undefined if there are several, or none. */
function theOnly(names: readonly string[]): string | undefined {
  return names.every((name) => name === names[0]) ? names[0] : undefined;
}

function exchange(
  { channel, place, text, from, sentAt }: Pending,
  count: number,
  to: string | undefined,
  receivedAt: number | undefined,
  unspecified = false,
): MessageExchange {
  const ends = { from: from ?? channel.lane, to: to ?? channel.lane };
  const told = wayInWords(channel, place, { from, to });
  const isTold = from === undefined || to === undefined || channel.isNamed;
  const label = isTold ? [channel.isNamed ? channel.name : "", from && to ? "" : place] : [];
  const at = label.filter((part) => part !== "").join(" ");
  return { channel: channel.name, place, text, count, ...ends, at, told, sentAt, receivedAt, unspecified };
}

/**
 * Returns the message that the last step has no rule for. Nothing took it out of its channel, so it is still pending. A
 * trace that does not say where it lies is asked for one that looks like it: in the place that the step's binding names
 * or, if that is not known, anywhere.
 */
function refusedIn(trace: Trace, pending: readonly Pending[]): Pending | undefined {
  const { message, binding, unspecified, refused } = trace.states[lengthOf(trace)]!["#meta"];
  if (unspecified === undefined || message === undefined) return undefined;
  const text = showItf(message as Json);
  const names = Object.values(binding);
  // The message was sent before: a step that has no rule sends nothing.
  const found = pending.filter((each) => each.text === text && each.count > 0 && each.sentAt < lengthOf(trace));
  if (refused !== undefined)
    return found.find(({ channel, place }) => channel.name === refused.channel && place === refused.place);
  const between = `${binding.from}→${binding.to}`;
  return (
    found.find(({ place }) => place === between) ??
    found.find(({ place }) => place.split("→").every((end) => names.includes(end))) ??
    found[0]
  );
}

function receiverOf(trace: Trace, { channel, place, text }: Pending, index: number): string | undefined {
  return channel.endsOf(place, text).to ?? trace.states[index]!["#meta"].by;
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

/** Returns the label of an exchange's arrow: its message, its count if it is not 1, what tells its channel apart. */
export function labelOf({ text, count, at }: MessageExchange): string {
  return [text, ...(count === 1 ? [] : [`×${count}`]), ...(at === "" ? [] : [`(${at})`])].join(" ");
}

/** Returns the title of a step in a picture: `3 App_Write(K1)`. */
export function titleOf(trace: Trace, index: number): string {
  return `${index} ${stepNameOf(trace, index)}`;
}
