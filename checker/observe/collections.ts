/**
 * Collections that rows hold by element: a set has a column for each element, which tells whether the set holds it; a
 * bag one for each message, which tells how often; a map one for each key; a list and a queue one for each place. What
 * has no column is held together, as a collection of the same kind, the *rest*.
 */
import { Map as IMap, Set as ISet, isOrdered, List, Record } from "immutable";
import { Bag, Queue } from "../model/channel.js";
import type { Instance } from "../model/instance.js";
import { exchangesIn } from "../model/scalarsets.js";
import { keyOf, leavesOf, mapValue, NotAValue } from "../model/value.js";

/** What the column of an element holds that is not in the collection. */
class Absent extends Record({}) {
  override toString(): string {
    return "absent";
  }
}
export const ABSENT: unknown = new Absent();

/** What is in a collection: an element, key or place, and what its column holds. */
type Entry = readonly [element: unknown, held: unknown];

/** A kind of collection that can be held by element. */
export interface CollectionKind<C = unknown> {
  readonly name: "set" | "map" | "list" | "bag" | "queue";
  /** Whether its elements are places, counted from zero. The rest is then as long as the collection. */
  readonly isByPlace: boolean;
  /** Returns whether a value is a collection of this kind, and not ordered: what an order says has no column. */
  readonly is: (value: unknown) => value is C;
  readonly entries: (collection: C) => Iterable<Entry>;
  /** Returns what is left of a collection when the elements that have a column are taken out. */
  readonly rest: (collection: C, hasColumn: (element: unknown) => boolean) => C;
  /** Returns the collection of a rest and of what the columns hold. */
  readonly whole: (rest: C, entries: readonly Entry[]) => C;
  /** Says a question about an element for people, as `has({…})` behind the variable's name. */
  readonly question: string;
}

const sets: CollectionKind<ISet<unknown>> = {
  name: "set",
  isByPlace: false,
  is: (value): value is ISet<unknown> => ISet.isSet(value) && !isOrdered(value),
  *entries(set) {
    for (const element of set) yield [element, true];
  },
  rest: (set, hasColumn) => set.filter((element) => !hasColumn(element)),
  whole: (rest, entries) => (entries.length === 0 ? rest : rest.union(entries.map(([element]) => element))),
  question: "has",
};

const maps: CollectionKind<IMap<unknown, unknown>> = {
  name: "map",
  isByPlace: false,
  is: (value): value is IMap<unknown, unknown> => IMap.isMap(value) && !isOrdered(value),
  entries: (map) => map.entries(),
  rest: (map, hasColumn) => map.filter((_, key) => !hasColumn(key)),
  whole: (rest, entries) => rest.merge(IMap(entries as [unknown, unknown][])),
  question: "get",
};

const lists: CollectionKind<List<unknown>> = {
  name: "list",
  isByPlace: true,
  is: (value): value is List<unknown> => List.isList(value),
  entries: (list) => list.entries(),
  rest: (list, hasColumn) => list.map((item, place) => (hasColumn(place) ? null : item)),
  whole: (rest, entries) =>
    rest.withMutations((list) => {
      for (const [place, item] of entries) list.set(place as number, item);
    }),
  question: "get",
};

const bags: CollectionKind<Bag<unknown>> = {
  name: "bag",
  isByPlace: false,
  is: (value): value is Bag<unknown> => value instanceof Bag,
  *entries(bag) {
    for (const message of bag.takeable()) yield [message, bag.count(message)];
  },
  rest: (bag, hasColumn) => Bag.of(...bag.messages().filter((message) => !hasColumn(message))),
  whole: (rest, entries) =>
    entries.reduce((bag, [message, count]) => {
      let more = bag;
      for (let i = 0; i < (count as number); i++) more = more.put(message);
      return more;
    }, rest),
  question: "count",
};

const queues: CollectionKind<Queue<unknown>> = {
  name: "queue",
  isByPlace: true,
  is: (value): value is Queue<unknown> => value instanceof Queue,
  entries: (queue) => queue.messages().entries(),
  rest: (queue, hasColumn) =>
    Queue.of(...queue.messages().map((message, place) => (hasColumn(place) ? null : message))),
  whole: (rest, entries) => {
    const messages = [...rest.messages()];
    for (const [place, message] of entries) messages[place as number] = message;
    return Queue.of(...messages);
  },
  question: "place",
};

/** Returns the kind of a collection; undefined for anything else. */
export function kindOfCollection(value: unknown): CollectionKind | undefined {
  return ([sets, maps, lists, bags, queues] as readonly CollectionKind[]).find((kind) => kind.is(value));
}

/** The elements of a variable's collections that have columns. */
export class Elements {
  private readonly places: ReadonlyMap<string, number>;
  private readonly index: IMap<unknown, number>;

  /** @param all the elements, keys or places, in the order of their columns; no two are equal */
  constructor(
    readonly kind: CollectionKind,
    readonly all: readonly unknown[],
  ) {
    this.places = new Map(all.map((element, place) => [keyOf(element), place]));
    this.index = IMap(all.map((element, place) => [element, place]));
  }

  /** Returns the place of an element, which is told by its content; undefined if it has no column. */
  placeOf(element: unknown): number | undefined {
    return this.places.get(keyOf(element));
  }

  /** Returns the place of what a collection takes for an element, equality being Immutable's. */
  placeAsked(element: unknown): number | undefined {
    try {
      const place = this.placeOf(element);
      if (place !== undefined) return place;
    } catch (error) {
      // A set may be asked for what it cannot hold.
      if (!(error instanceof NotAValue)) throw error;
    }
    return this.index.get(element);
  }

  /** Returns what the columns hold of a collection, by place, and its rest. */
  partsOf(collection: unknown): { readonly rest: unknown; readonly held: readonly unknown[] } {
    const held: unknown[] = Array(this.all.length).fill(ABSENT);
    let isRest = true;
    for (const [element, value] of this.kind.entries(collection)) {
      const place = this.placeOf(element);
      if (place === undefined) continue;
      held[place] = value;
      isRest = false;
    }
    const rest = isRest ? collection : this.kind.rest(collection, (element) => this.placeOf(element) !== undefined);
    return { rest, held };
  }

  /** Returns the collection of a rest and of what the columns hold, by place. */
  wholeOf(rest: unknown, held: readonly unknown[]): unknown {
    const entries = held.flatMap((value, place) => (value === ABSENT ? [] : [[this.all[place], value] as const]));
    return this.kind.whole(rest, entries);
  }

  /** Returns by place where a renaming moves what the column there holds. */
  placesAfter(member: Parameters<typeof mapValue>[1]["member"] & {}): number[] {
    return this.all.map((element) => this.placeOf(mapValue(element, { member }))!);
  }
}

/**
 * Returns the elements with all their renamings, by their texts, or undefined if these are more than `most`.
 */
export function closedUnderRenaming(
  instance: Instance,
  elements: ReadonlyMap<string, unknown>,
  most: number,
): Map<string, unknown> | undefined {
  const all = new Map(elements);
  const exchanges = exchangesIn(instance);
  // What is entered is gone through, too.
  for (const element of all.values()) {
    for (const { member } of exchanges) {
      const after = mapValue(element, { member });
      const key = keyOf(after);
      if (!all.has(key)) all.set(key, after);
    }
    if (all.size > most) return undefined;
  }
  return all;
}

/** Whether a value may have a column as an element: one that holds ordinals is another after each renumbering. */
export function mayHaveColumn(element: unknown): boolean {
  const { ordinals, floors } = leavesOf(element);
  return ordinals.size === 0 && floors.size === 0;
}
