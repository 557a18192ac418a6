/**
 * The messages that one access costs while no other is under way: a model is driven from its initial states by one
 * access after another, each until nothing of the protocol can happen any more.
 */
import type { Accesses } from "../../checker/model/accesses.js";
import { Channel } from "../../checker/model/channel.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { partsOf } from "../../checker/model/process.js";
import type { AnyState } from "../../checker/model/state.js";
import type { PageView } from "../../spec/relatives/page.js";
import { OwnSemantics, type OwnStep, type OwnValues } from "./own-semantics.js";

/**
 * What an access finds at its kernel: no copy that may be read, or one that may be read and not written. An access that
 * is local needs no message.
 */
export type Miss = "read miss" | "write miss" | "upgrade";

/** Numbers of messages, over all states that accesses one after another lead to, and all ways on from there. */
export interface Messages {
  readonly fewest: number;
  readonly most: number;
  /**
   * The mean in the long run, if the next access is by any kernel, a read or a write, with the same chance, and if all
   * ways to serve it are as likely as each other.
   */
  readonly mean: number;
}

/** One access in one state: what it finds, null if it is local, and how it may end. */
interface Served {
  readonly miss: Miss | null;
  readonly ends: readonly { readonly state: string; readonly messages: number }[];
}

/** By the text of a state: the state, and the numbers of messages that lead there. */
type Ends = Map<string, { readonly values: OwnValues; readonly messages: Set<number> }>;

type View = { readonly [K in keyof PageView<AnyState>]: (state: AnyState, at?: unknown) => unknown };

/**
 * Returns the messages of each kind of access, until also those that follow it have been received. A step that repeats,
 * such as an order that is refused and comes again, is counted once.
 * @throws Error if an access is never served
 */
export function messagesPerAccess(
  model: AnyModel,
  view: unknown,
  given: Readonly<Record<string, unknown>>,
): Record<Miss, Messages> {
  const instance = new Instance(model, given);
  const semantics = new OwnSemantics(model, instance.parameters);
  const accesses = model.accesses!(instance.parameters as never) as Accesses<AnyState>;
  const { mayRead, mayWrite, waits, data, latest } = view as View;
  const at = semantics.members(accesses.by);
  const isSent = channelsBetween(model);

  /** The number of messages that a step sends from one process to another. */
  function sentBy(before: OwnValues, { action, binding, next }: OwnStep): number {
    const from = action.takes?.(semantics.state(before), binding);
    let sent = 0;
    for (const [place, channel] of before) {
      if (!(channel instanceof Channel) || !isSent(place.replace(/\[.*/, ""))) continue;
      sent += (next!.get(place) as Channel<unknown>).size - channel.size + (channel === from ? 1 : 0);
    }
    return sent;
  }

  /** By the text of a state: its ends, unless some way from it comes back to where it has been. */
  const endsFrom = new Map<string, Ends>();

  /** The states in which all ways end; `path` has the states on the way, and a way ends where it comes back to one. */
  function endsOf(values: OwnValues, path: Set<string>): Ends & { readonly comesBack: boolean } {
    const text = semantics.text(values);
    if (path.has(text)) return Object.assign(new Map(), { comesBack: true });
    const known = endsFrom.get(text);
    if (known !== undefined) return Object.assign(known, { comesBack: false });
    const ends: Ends = new Map();
    let comesBack = false;
    path.add(text);
    const steps = semantics.steps(values).filter(({ action, next }) => !action.environment && next !== undefined);
    if (steps.length === 0) {
      const state = semantics.state(values);
      const waiting = at.filter((kernel) => waits(state, kernel) !== null);
      if (waiting.length > 0) throw new Error(`${model.name}: an access is never served`);
      ends.set(text, { values, messages: new Set([0]) });
    }
    for (const step of steps) {
      const sent = sentBy(values, step);
      const after = endsOf(semantics.renumbered(step.next!), path);
      comesBack ||= after.comesBack;
      for (const [end, { values: there, messages }] of after) {
        if (!ends.has(end)) ends.set(end, { values: there, messages: new Set() });
        for (const count of messages) ends.get(end)!.messages.add(count + sent);
      }
    }
    path.delete(text);
    if (!comesBack) endsFrom.set(text, ends);
    return Object.assign(ends, { comesBack });
  }

  const known = new Map<string, OwnValues>();
  const add = (values: OwnValues) => known.set(semantics.text(values), values);
  for (const values of semantics.initial) add(semantics.renumbered(values));
  const served = new Map<string, Served[]>();
  // A map that grows while it is walked through is walked through to its end.
  for (const [text, values] of known) {
    const state = semantics.state(values);
    // A page that nobody has touched yet is not fetched from anybody.
    const isTouched = at.some((each) => data(state, each) === latest(state));
    const local: Served[] = at.flatMap((kernel) =>
      mayRead(state, kernel) ? [{ miss: null, ends: [{ state: text, messages: 0 }] }] : [],
    );
    const steps = semantics.steps(values).flatMap((step): Served[] => {
      const kind = (["read", "write"] as const).find((each) => accesses[each].actions.includes(step.action.name));
      if (kind === undefined || step.next === undefined) return [];
      const kernel = Object.values(step.binding)[0];
      const first = sentBy(values, step);
      const ends = [...endsOf(semantics.renumbered(step.next), new Set())].flatMap(([end, of]) => {
        add(of.values);
        return [...of.messages].map((messages) => ({ state: end, messages: first + messages }));
      });
      if (mayWrite(state, kernel) || !isTouched) return [{ miss: null, ends }];
      return [{ miss: mayRead(state, kernel) ? "upgrade" : (`${kind} miss` as const), ends }];
    });
    served.set(text, [...local, ...steps]);
  }
  return summary(served, new Set(semantics.initial.map((values) => semantics.text(semantics.renumbered(values)))));
}

/** Walks through all accesses in the long run, and sums up what they cost. */
function summary(served: ReadonlyMap<string, readonly Served[]>, initial: ReadonlySet<string>): Record<Miss, Messages> {
  let share = new Map([...initial].map((state) => [state, 1 / initial.size]));
  for (let difference = 1; difference > 1e-9; ) {
    const next = new Map<string, number>();
    for (const [state, of] of share) {
      const accesses = served.get(state)!;
      for (const { ends } of accesses)
        for (const end of ends) next.set(end.state, (next.get(end.state) ?? 0) + of / accesses.length / ends.length);
    }
    difference = [...next].reduce((sum, [state, of]) => sum + Math.abs(of - (share.get(state) ?? 0)), 0);
    share = next;
  }
  const misses = (["read miss", "write miss", "upgrade"] as const).map((miss) => {
    let [weight, cost] = [0, 0];
    const messages: number[] = [];
    for (const [state, accesses] of served) {
      for (const { ends } of accesses.filter((access) => access.miss === miss)) {
        const of = (share.get(state) ?? 0) / accesses.length;
        messages.push(...ends.map((end) => end.messages));
        weight += of;
        cost += (of * ends.reduce((sum, end) => sum + end.messages, 0)) / ends.length;
      }
    }
    return [miss, { fewest: Math.min(...messages), most: Math.max(...messages), mean: cost / weight }] as const;
  });
  return Object.fromEntries(misses) as Record<Miss, Messages>;
}

/** Tells which variables hold messages from one process to another; what a process keeps for itself is not sent. */
function channelsBetween(model: AnyModel): (variable: string) => boolean {
  const own = Object.entries(model.channels ?? {}).filter(([, ends]) => ends !== undefined && ends.from === ends.to);
  const kept = new Set(own.map(([channel]) => partsOf(channel, []).variable));
  return (variable) => !kept.has(variable);
}
