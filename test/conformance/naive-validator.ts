/**
 * A second opinion on whether a log is a run of Popcorn: a search over the tests' own semantics
 * (test/support/own-semantics.ts), which shares no code with checker/conformance/. Messages of a log must have all
 * fields.
 *
 * Ordinals are compared by one graph for each way of the search: its nodes are all values that the way has met, its
 * edges what some state on the way says of their order. The numbers of the log must not contradict what follows from
 * the edges.
 */
import { Set as ImmutableSet, isRecord } from "immutable";
import type { Channel } from "../../checker/model/channel.js";
import type { AnyModel } from "../../checker/model/model.js";
import { Floor, type Ordinal, OrdinalValue } from "../../checker/model/ordinal.js";
import { type Member, nameOf } from "../../checker/model/scalarset.js";
import { OwnSemantics, type OwnStep, type OwnValues, rewritten } from "../support/own-semantics.js";
import { textOf } from "../support/own-text.js";

/** An event of a log, as a line has it. */
export interface NaiveEvent {
  readonly process: string;
  readonly event: string;
  readonly from?: string;
  readonly to?: string;
  readonly message?: unknown;
}

type Logs = ReadonlyMap<string, readonly NaiveEvent[]>;

/** A value of an ordinal, the same object throughout a way. */
interface Node {
  readonly ordinal: Ordinal;
}

interface Way {
  readonly values: OwnValues;
  readonly nodeOf: ReadonlyMap<OrdinalValue, Node>;
  /** By node: those that are directly above it. */
  readonly above: ReadonlyMap<Node, ReadonlySet<Node>>;
  readonly numberOf: ReadonlyMap<Node, number>;
  /** By place of a floor: the value that it was set to. */
  readonly passed: ReadonlyMap<string, Node>;
  readonly done: ReadonlyMap<string, number>;
  readonly missing: number;
}

/**
 * Whether a log is a run, if so many events are missing at most.
 * @throws Error if the search visits more than `most` states
 */
export function isRun(
  model: AnyModel,
  parameters: Readonly<Record<string, unknown>>,
  log: readonly NaiveEvent[],
  { most, missing = 0 }: { readonly most: number; readonly missing?: number },
): boolean {
  const semantics = new OwnSemantics(model, parameters as never);
  const logs: Logs = new Map(
    [...new Set(log.map(({ process }) => process))].map((name) => [
      name,
      log.filter(({ process }) => process === name),
    ]),
  );
  const visited = new Set<string>();
  const search = (way: Way): boolean => {
    const key = keyOf(semantics, way);
    if (visited.has(key)) return false;
    visited.add(key);
    if (visited.size > most) throw new Error(`more than ${most} states`);
    if ([...logs].every(([name, events]) => (way.done.get(name) ?? 0) === events.length)) return true;
    return semantics
      .steps(way.values)
      .flatMap((step) => after(way, step, logs, missing))
      .some(search);
  };
  return semantics.initial.some((values) => {
    const nodeOf = new Map([...ordinalsIn(values)].map((value) => [value, { ordinal: value.ordinal }]));
    const done = new Map([...logs.keys()].map((name) => [name, 0]));
    const start = { values, nodeOf, above: new Map(), numberOf: new Map(), passed: new Map(), done, missing: 0 };
    return search({ ...start, above: ordered(start) });
  });
}

/** What a way comes to by a step; nothing if the step is not what the log says next. */
function after(way: Way, step: OwnStep, logs: Logs, missing: number): Way[] {
  if (step.next === undefined) return [];
  const { process, events } = eventsOf(way.values, step);
  const nodeOf = new Map(way.nodeOf);
  for (const value of ordinalsIn(step.next)) if (!nodeOf.has(value)) nodeOf.set(value, { ordinal: value.ordinal });
  const [head, ...sends] = events as [Made, ...Made[]];
  const orders = permutations(sends).map((inOrder) => [head, ...inOrder]);
  const done = way.done.get(process) ?? 0;
  return orders
    .flatMap((order) => partsOf(order, missing - way.missing))
    .flatMap((logged): Way[] => {
      const said = (logs.get(process) ?? []).slice(done, done + logged.length);
      if (said.length < logged.length) return [];
      const numberOf = new Map(way.numberOf);
      const agree = ({ message, ...made }: Made, { message: told, ...of }: NaiveEvent) =>
        textual(made) === textual(of) && agrees(message, told, nodeOf, numberOf);
      if (!logged.every((event, i) => agree(event, said[i]!))) return [];
      const passed = new Map(way.passed);
      const above = new Map(ordered({ nodeOf, above: way.above }));
      for (const [place, floor] of floorsIn(step.next!)) {
        const value = floor.ordinal.at(floor.rank);
        if (floorsIn(way.values).get(place) === floor || !nodeOf.has(value)) continue;
        const last = passed.get(place);
        if (last !== undefined && last !== nodeOf.get(value)) addEdge(above, last, nodeOf.get(value)!);
        passed.set(place, nodeOf.get(value)!);
      }
      const next: Way = {
        ...apart(step.next!, nodeOf),
        above,
        numberOf,
        passed,
        done: new Map(way.done).set(process, done + logged.length),
        missing: way.missing + events.length - logged.length,
      };
      return contradicts(next) ? [] : [next];
    });
}

/** The lists without some of their items, at most so many. */
function partsOf<T>(items: readonly T[], without: number): T[][] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  const withFirst = partsOf(rest, without).map((part) => [first, ...part]);
  return without > 0 ? [...withFirst, ...partsOf(rest, without - 1)] : withFirst;
}

type Made = NaiveEvent;

/** The events of a step of Popcorn: all are of the kernel that receives, or of the one that is bound to `at`. */
function eventsOf(values: OwnValues, { action, binding, message, next }: OwnStep): { process: string; events: Made[] } {
  const bound = binding as Readonly<Record<string, Member>>;
  const process = nameOf(bound["to"] ?? bound["at"]!);
  const head: Made = action.takes
    ? { process, event: "receive", from: nameOf(bound["from"]!), message }
    : { process, event: action.name };
  const sends = [...next!].flatMap(([place, channel]) => {
    const [, from, to] = /^link\[(\d+)\]\[(\d+)\]$/.exec(place) ?? [];
    if (from === undefined || values.get(place) === channel) return [];
    const left = (values.get(place) as Channel<unknown>).messages().map(textOf);
    return (channel as Channel<unknown>).messages().flatMap((each): Made[] => {
      const at = left.indexOf(textOf(each));
      if (at >= 0) left.splice(at, 1);
      return at >= 0
        ? []
        : [{ process: `K${Number(from) + 1}`, event: "send", to: `K${Number(to) + 1}`, message: each }];
    });
  });
  return { process, events: [head, ...sends] };
}

/** Whether a message is what the log says; notes the numbers of its ordinals. */
function agrees(
  value: unknown,
  told: unknown,
  nodeOf: ReadonlyMap<OrdinalValue, Node>,
  numberOf: Map<Node, number>,
): boolean {
  if (value instanceof OrdinalValue) {
    const node = nodeOf.get(value)!;
    if (typeof told !== "number" || (numberOf.has(node) && numberOf.get(node) !== told)) return false;
    numberOf.set(node, told);
    return true;
  }
  if (isRecord(value))
    return [...value.toSeq().entries()].every(([field, inner]) =>
      agrees(inner, (told as Record<string, unknown>)[field as string], nodeOf, numberOf),
    );
  if (ImmutableSet.isSet(value)) {
    return textual([...value].map((member) => nameOf(member as Member)).sort()) === textual([...(told as [])].sort());
  }
  return value === told;
}

function textual(value: unknown): string {
  return JSON.stringify(
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value).sort() : value,
  );
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}

function ordinalsIn(values: OwnValues): Set<OrdinalValue> {
  const found = new Set<OrdinalValue>();
  for (const value of values.values())
    rewritten(value, (leaf) => {
      if (leaf instanceof OrdinalValue) found.add(leaf);
      return leaf;
    });
  return found;
}

function floorsIn(values: OwnValues): Map<string, Floor> {
  const found = new Map<string, Floor>();
  for (const [place, value] of values) {
    if (!isRecord(value)) continue;
    for (const [field, inner] of value.toSeq().entries())
      if (inner instanceof Floor && inner.rank >= 0) found.set(`${place}.${String(field)}`, inner);
  }
  return found;
}

/** The edges, with those between the values of a state. */
function ordered({ nodeOf, above }: Pick<Way, "nodeOf" | "above">): Map<Node, Set<Node>> {
  const all = new Map([...above].map(([node, over]) => [node, new Set(over)]));
  const live = [...nodeOf.keys()].sort((a, b) => a.rank - b.rank);
  for (const [i, low] of live.entries())
    for (const high of live.slice(i + 1))
      if (low.ordinal === high.ordinal) addEdge(all, nodeOf.get(low)!, nodeOf.get(high)!);
  return all;
}

function addEdge(above: Map<Node, ReadonlySet<Node>>, low: Node, high: Node): void {
  above.set(low, new Set(above.get(low)).add(high));
}

/** All values above one, also those of which that follows. */
function allAbove(above: Way["above"], node: Node, found = new Set<Node>()): Set<Node> {
  for (const next of above.get(node) ?? []) {
    if (found.has(next)) continue;
    found.add(next);
    allAbove(above, next, found);
  }
  return found;
}

function contradicts({ above, numberOf }: Pick<Way, "above" | "numberOf">): boolean {
  return [...numberOf].some(([low, number]) =>
    [...allAbove(above, low)].some(
      (high) => high === low || (numberOf.get(high) ?? Number.POSITIVE_INFINITY) <= number,
    ),
  );
}

/** The values with their ordinals renumbered, none of them merged, each the same node as before. */
function apart(values: OwnValues, nodeOf: ReadonlyMap<OrdinalValue, Node>): Pick<Way, "values" | "nodeOf"> {
  const live = [...ordinalsIn(values)].sort((a, b) => a.rank - b.rank);
  const newOf = new Map<OrdinalValue, OrdinalValue>();
  const count = new Map<Ordinal, number>();
  for (const value of live) {
    const number = count.get(value.ordinal) ?? 0;
    count.set(value.ordinal, number + 1);
    newOf.set(value, value.ordinal.at(2 * number + 1));
  }
  const leaf = (of: unknown): unknown => {
    if (of instanceof OrdinalValue) return newOf.get(of);
    if (!(of instanceof Floor)) return of;
    const below = live.filter(({ ordinal, rank }) => ordinal === of.ordinal && rank <= of.rank).pop();
    return of.ordinal.floor(below && newOf.get(below));
  };
  return {
    values: new Map([...values].map(([place, value]) => [place, rewritten(value, leaf)])),
    nodeOf: new Map(live.map((value) => [newOf.get(value)!, nodeOf.get(value)!])),
  };
}

/** A text that ways share only if the same can follow. */
function keyOf(semantics: OwnSemantics, { values, nodeOf, above, numberOf, passed, done, missing }: Way): string {
  const boundsOf = (node: Node) => {
    const greater = [...allAbove(above, node)].flatMap((high) => numberOf.get(high) ?? []);
    const lesser = [...numberOf].filter(([low]) => allAbove(above, low).has(node)).map(([, number]) => number);
    return `${numberOf.get(node)} ${Math.max(...lesser)} ${Math.min(...greater)}`;
  };
  const numbers = [...nodeOf].map(([value, node]) => `${textOf(value)}: ${boundsOf(node)}`).sort();
  const floors = [...passed].map(([place, node]) => `${place}: ${boundsOf(node)}`).sort();
  return JSON.stringify([semantics.text(values), [...done], missing, numbers, floors]);
}
