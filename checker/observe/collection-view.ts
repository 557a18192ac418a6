/**
 * The views of collections that rows hold by element: objects of the collection's own class. Whether a set has an
 * element, or what a map has for a key, notes that one column; to put an element in notes nothing. Every other method
 * goes through the fields of the class, which read all columns: so a view can be slow, but it cannot hide a read.
 *
 * A set is asked more often for those of its elements that satisfy a predicate. `some`, `filter` and their like call
 * the predicate for *all* elements that have columns, and ask of those only whether they are there that it picks out;
 * so does the array of a set's elements, whose `flatMap` picks out what it does not answer with an empty array. The
 * predicate must be pure, then: it is called for elements that are not there. A run in which that was made use of is
 * compared with one in which it is not (speculation-check.ts).
 */
import { Map as IMap, Set as ISet, List } from "immutable";
import { LimitReached } from "../errors.js";
import { Bag, Queue } from "../model/channel.js";
import { ABSENT } from "./collections.js";
import type { HeldElements } from "./intern.js";

/** What views ask of a recorder. */
export interface ElementReader {
  /** Whether predicates may be called for elements that are not there. Asking is noted. */
  speculates(): boolean;
  /** Returns what the column of an element holds, and notes the read. */
  readElement(slot: number, place: number): unknown;
  /** Returns what has no column, and notes the read. */
  readRest(slot: number): unknown;
  /** Returns the whole collection, and notes reads of all its columns. */
  readCollection(slot: number): unknown;
  plain(value: unknown): unknown;
}

/** What a function has done to a collection: by place of an element, what its column is to hold; and the new rest. */
export interface CollectionChange {
  readonly held: ReadonlyMap<number, unknown>;
  /** Undefined if it stays as it is. */
  readonly rest: unknown;
}

export interface CollectionViewState extends CollectionChange {
  readonly recorder: ElementReader;
  readonly slot: number;
  readonly by: HeldElements;
}

const VIEW = Symbol("collection view");
type ViewObject = { readonly [VIEW]: CollectionViewState };

const UNCHANGED: CollectionChange = { held: new Map(), rest: undefined };

/** Returns the view of the collection in a slot. */
export function collectionView(recorder: ElementReader, slot: number, by: HeldElements): unknown {
  return viewOf({ recorder, slot, by, ...UNCHANGED });
}

/** Returns what a view stands for and what was done to it; undefined for anything else. */
export function collectionViewStateOf(value: unknown): CollectionViewState | undefined {
  return typeof value === "object" && value !== null ? (value as Partial<ViewObject>)[VIEW] : undefined;
}

function viewOf(state: CollectionViewState): unknown {
  return Object.create(prototypes[state.by.elements.kind.name], { [VIEW]: { value: state } });
}

/** Returns the collection that a view stands for. It reads all columns. */
export function plainCollection<C>({ recorder, slot, by, held, rest }: CollectionViewState): C {
  const { elements } = by;
  const collection = recorder.readCollection(slot);
  if (held.size === 0 && rest === undefined) return collection as C;
  const parts = elements.partsOf(collection);
  return elements.wholeOf(
    rest === undefined ? parts.rest : recorder.plain(rest),
    parts.held.map((value, place) => (held.has(place) ? recorder.plain(held.get(place)) : value)),
  ) as C;
}

function changed(state: CollectionViewState, place: number, value: unknown): unknown {
  return viewOf({ ...state, held: new Map(state.held).set(place, value) });
}

function heldAt({ recorder, slot, held }: CollectionViewState, place: number): unknown {
  return held.has(place) ? held.get(place) : recorder.readElement(slot, place);
}

function restOf<C>({ recorder, slot, rest }: CollectionViewState): C {
  return (rest ?? recorder.readRest(slot)) as C;
}

function withRest(state: CollectionViewState, rest: unknown): unknown {
  return rest === restOf(state) ? viewOf(state) : viewOf({ ...state, rest });
}

/** Returns the place of an element that has a column; undefined if it has none, or is nothing that a set may hold. */
function placeIn({ by: { elements }, recorder }: CollectionViewState, element: unknown): number | undefined {
  return elements.placeAsked(recorder.plain(element));
}

/** Calls `ask` for an element that may not be there; what it throws counts only if the element is. */
function asked<T>(isThere: () => boolean, ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof LimitReached || isThere()) throw error;
    return undefined;
  }
}

/** Picks elements out by what it answers, as true or not. */
type Pick = (element: unknown) => unknown;

/** Yields the elements of a set that `picks` picks out. */
function* picked(state: CollectionViewState, picks: Pick): Generator<unknown> {
  for (const [place, element] of state.by.elements.all.entries()) {
    const isThere = () => heldAt(state, place) !== ABSENT;
    if (asked(isThere, () => picks(element)) && isThere()) yield element;
  }
  for (const element of restOf<ISet<unknown>>(state)) if (picks(element)) yield element;
}

type Predicate = (element: unknown, key: unknown, set: unknown) => unknown;

/** Whether a predicate of so many parameters may be called for elements that are not there. */
function mayPick({ recorder }: CollectionViewState, predicate: unknown, parameters: number, others: number): boolean {
  return typeof predicate === "function" && predicate.length <= parameters && others === 0 && recorder.speculates();
}

/** Makes a method of a set that takes a predicate. */
function picking<T>(name: string, answer: (found: Generator<unknown>) => T, negated = false) {
  return function (this: ViewObject, predicate: Predicate, ...others: unknown[]) {
    const state = this[VIEW];
    if (mayPick(state, predicate, 2, others.length)) {
      const picks = (element: unknown) => Boolean(predicate(element, element, this)) !== negated;
      return answer(picked(state, picks));
    }
    const plain = plainCollection<Record<string, (...args: unknown[]) => unknown>>(state);
    return plain[name]!(predicate, ...others);
  };
}

function isSome(found: Generator<unknown>): boolean {
  return found.next().done !== true;
}

function first(found: Generator<unknown>): unknown {
  return found.next().value;
}

/** The array of a set's elements. It is filled when it is asked for anything but the methods that take a predicate. */
function arrayView(state: CollectionViewState): unknown[] {
  const array: unknown[] = [];
  let isFilled = false;
  const filled = () => {
    if (!isFilled) array.push(...plainCollection<ISet<unknown>>(state));
    isFilled = true;
    return array;
  };
  const orOfAll =
    (name: "some" | "every" | "filter" | "find" | "flatMap", pick: (callback: Pick) => unknown) =>
    (callback: Pick, ...others: unknown[]) => {
      if (!isFilled && mayPick(state, callback, 1, others.length)) return pick(callback);
      const all = filled();
      return (all[name] as (...args: unknown[]) => unknown)(callback, ...others);
    };
  const methods: Readonly<Record<string, unknown>> = {
    some: orOfAll("some", (picks) => isSome(picked(state, picks))),
    every: orOfAll("every", (picks) => !isSome(picked(state, (element) => !picks(element)))),
    filter: orOfAll("filter", (picks) => [...picked(state, picks)]),
    find: orOfAll("find", (picks) => first(picked(state, picks))),
    flatMap: orOfAll("flatMap", (callback) => {
      const results = new Map<unknown, unknown>();
      const picks = (element: unknown) => {
        const result = callback(element);
        results.set(element, result);
        return !(Array.isArray(result) && result.length === 0);
      };
      return [...picked(state, picks)].flatMap((element) => results.get(element));
    }),
  };
  return new Proxy(array, {
    get: (_, name, receiver) =>
      typeof name === "string" && Object.hasOwn(methods, name) ? methods[name] : Reflect.get(filled(), name, receiver),
    has: (_, name) => Reflect.has(filled(), name),
    ownKeys: () => Reflect.ownKeys(filled()),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(filled(), name),
    set: (_, name, value, receiver) => Reflect.set(filled(), name, value, receiver),
    defineProperty: (_, name, descriptor) => Reflect.defineProperty(filled(), name, descriptor),
    deleteProperty: (_, name) => Reflect.deleteProperty(filled(), name),
  });
}

type Methods = Readonly<Record<string, (this: ViewObject, ...args: never[]) => unknown>>;

function hasElement(this: ViewObject, element: unknown): boolean {
  const state = this[VIEW];
  const place = placeIn(state, element);
  return place === undefined ? restOf<ISet<unknown>>(state).has(element) : heldAt(state, place) !== ABSENT;
}

function removed(this: ViewObject, element: unknown): unknown {
  const state = this[VIEW];
  const place = placeIn(state, element);
  if (place !== undefined) return changed(state, place, ABSENT);
  return withRest(state, restOf<ISet<unknown> & IMap<unknown, unknown>>(state).delete(element));
}

/** Returns the view `of` after `does` was called with it and each item. */
function each(of: ViewObject, items: Iterable<unknown>, does: (set: unknown, item: unknown) => unknown): unknown {
  let after: unknown = of;
  for (const item of items) after = does(after, item);
  return after;
}

/**
 * Returns what a collection becomes when `element` is put in: into its column, which then holds what `held` returns, or
 * by `put` into the rest. A record that equals an element of another class goes by `put` into the whole, which decides.
 */
function withElement<C>(
  state: CollectionViewState,
  element: unknown,
  put: (collection: C, element: unknown) => C,
  held: (place: number) => unknown,
): unknown {
  const { elements } = state.by;
  const plain = state.recorder.plain(element);
  const place = elements.placeAsked(plain);
  if (place === undefined) return withRest(state, put(restOf<C>(state), plain));
  if (elements.placeOf(plain) !== place) return put(plainCollection<C>(state), plain);
  return changed(state, place, held(place));
}

const add = (set: unknown, item: unknown) => (set as ISet<unknown>).add(item);
const remove = (set: unknown, item: unknown) => (set as ISet<unknown>).remove(item);

function united(this: ViewObject, ...collections: Iterable<unknown>[]): unknown {
  return each(
    this,
    collections.flatMap((items) => [...ISet(items)]),
    add,
  );
}

const ofSets: Methods = {
  has: hasElement,
  includes: hasElement,
  contains: hasElement,
  add(element: unknown) {
    return withElement<ISet<unknown>>(
      this[VIEW],
      element,
      (set, element) => set.add(element),
      () => true,
    );
  },
  delete: removed,
  remove: removed,
  union: united,
  merge: united,
  concat: united,
  subtract(...collections: Iterable<unknown>[]) {
    return each(
      this,
      collections.flatMap((items) => [...ISet(items)]),
      remove,
    );
  },
  some: picking("some", isSome),
  every: picking("every", (found) => !isSome(found), true),
  filter: picking("filter", (found) => ISet(found)),
  filterNot: picking("filterNot", (found) => ISet(found), true),
  find: picking("find", first),
  count(predicate?: Predicate, ...others: unknown[]) {
    if (predicate === undefined) return plainCollection<ISet<unknown>>(this[VIEW]).size;
    return picking("count", (found) => [...found].length).call(this, predicate, ...others);
  },
  toArray() {
    return arrayView(this[VIEW]);
  },
};

function valueFor(this: ViewObject, key: unknown, otherwise?: unknown): unknown {
  const state = this[VIEW];
  const place = placeIn(state, key);
  if (place === undefined) return restOf<IMap<unknown, unknown>>(state).get(key, otherwise);
  const held = heldAt(state, place);
  return held === ABSENT ? otherwise : held;
}

/** `update(key, change)`, `update(key, otherwise, change)`, or `update(change)` of the whole. */
function updated(this: ViewObject, ...args: unknown[]): unknown {
  const of = this as unknown as IMap<unknown, unknown>;
  if (args.length === 1) return (args[0] as (of: unknown) => unknown)(this);
  const [key, otherwise] = args.length === 2 ? [args[0], undefined] : args;
  const change = args[args.length - 1] as (value: unknown) => unknown;
  const before = of.get(key, otherwise);
  const after = change(before);
  // As in Immutable, a key that is not there stays away if the change answers what it was given.
  return after === otherwise && !of.has(key) ? this : of.set(key, after);
}

const ofMaps: Methods = {
  get: valueFor,
  has: hasElement,
  set(key: unknown, value: unknown) {
    return withElement<IMap<unknown, unknown>>(
      this[VIEW],
      key,
      (map, key) => map.set(key, value),
      () => value,
    );
  },
  delete: removed,
  remove: removed,
  update: updated,
};

function isPlace(state: CollectionViewState, index: unknown): index is number {
  return typeof index === "number" && Number.isInteger(index) && index >= 0 && index < state.by.elements.all.length;
}

const ofLists: Methods = {
  get(index: unknown, otherwise?: unknown) {
    const state = this[VIEW];
    if (isPlace(state, index)) {
      const held = heldAt(state, index);
      return held === ABSENT ? otherwise : held;
    }
    return plainCollection<List<unknown>>(state).get(index as number, otherwise);
  },
  set(index: unknown, value: unknown) {
    const state = this[VIEW];
    if (isPlace(state, index) && heldAt(state, index) !== ABSENT) return changed(state, index, value);
    return plainCollection<List<unknown>>(state).set(index as number, state.recorder.plain(value));
  },
  push(...values: unknown[]) {
    let state = this[VIEW];
    for (const value of values)
      state = appended(state, restOf<List<unknown>>(state), value, (rest, item) => rest.push(item));
    return viewOf(state);
  },
  update: updated,
};

const ofBags: Methods = {
  count(message: unknown) {
    const state = this[VIEW];
    const place = placeIn(state, message);
    if (place === undefined) return restOf<Bag<unknown>>(state).count(message);
    const held = heldAt(state, place);
    return held === ABSENT ? 0 : held;
  },
  put(message: unknown) {
    const state = this[VIEW];
    state.by.isPutInto = true;
    const oneMore = (held: unknown) => (held === ABSENT ? 1 : (held as number) + 1);
    return withElement<Bag<unknown>>(
      state,
      message,
      (bag, message) => bag.put(message),
      (place) => oneMore(heldAt(state, place)),
    );
  },
  take(message: unknown) {
    const state = this[VIEW];
    state.by.isTakenFrom = true;
    const place = placeIn(state, message);
    if (place === undefined) return withRest(state, restOf<Bag<unknown>>(state).take(state.recorder.plain(message)));
    const held = heldAt(state, place);
    // Of what is not there, the bag itself says so.
    if (held === ABSENT) return plainCollection<Bag<unknown>>(state).take(message);
    return changed(state, place, held === 1 ? ABSENT : (held as number) - 1);
  },
};

const ofQueues: Methods = {
  put(message: unknown) {
    const state = this[VIEW];
    state.by.isPutInto = true;
    return viewOf(appended(state, restOf<Queue<unknown>>(state), message, (rest, item) => rest.put(item)));
  },
  take(message: unknown) {
    const state = this[VIEW];
    state.by.isTakenFrom = true;
    // All that stands behind it moves.
    return plainCollection<Queue<unknown>>(state).take(state.recorder.plain(message));
  },
  takeable() {
    const state = this[VIEW];
    if (restOf<Queue<unknown>>(state).size === 0) return [];
    return isPlace(state, 0) ? [heldAt(state, 0)] : restOf<Queue<unknown>>(state).takeable();
  },
};

/** Returns the state after an item was put behind the last one of what is held by place. */
function appended<C extends { readonly size: number }>(
  state: CollectionViewState,
  rest: C,
  item: unknown,
  append: (rest: C, item: unknown) => C,
): CollectionViewState {
  const { size } = rest;
  if (!isPlace(state, size)) return { ...state, rest: append(rest, item) };
  return { ...state, held: new Map(state.held).set(size, item), rest: append(rest, null) };
}

/**
 * Returns the prototype of the views of a kind: the collection's own class, with `methods` in the place of its own, and
 * the fields of which all others are made read from the whole collection.
 */
function prototypeOf(empty: object, methods: Methods, own: PropertyDescriptorMap = {}): object {
  const fields = Object.getOwnPropertyNames(empty).map((name): [string, PropertyDescriptor] => {
    // What is no part of the collection: its owner, who may change it in place, and its hash, once it is known.
    if (name.startsWith("__")) return [name, { value: undefined, writable: true }];
    return [
      name,
      {
        get(this: ViewObject) {
          return plainCollection<Record<string, unknown>>(this[VIEW])[name];
        },
      },
    ];
  });
  const replaced = Object.entries(methods).map(([name, value]): [string, PropertyDescriptor] => [name, { value }]);
  return Object.create(Object.getPrototypeOf(empty) as object, {
    ...Object.fromEntries([...fields, ...replaced]),
    ...own,
  }) as object;
}

/** What is held by place tells its size by the rest, which is as long. */
const sizeOfRest: PropertyDescriptorMap = {
  size: {
    get(this: ViewObject) {
      return restOf<{ readonly size: number }>(this[VIEW]).size;
    },
  },
};

const prototypes = {
  set: prototypeOf(ISet([0]), ofSets),
  map: prototypeOf(IMap([[0, 0]]), ofMaps),
  list: prototypeOf(List([0]), ofLists, sizeOfRest),
  bag: prototypeOf(Bag.of(0), ofBags),
  queue: prototypeOf(Queue.of(0), ofQueues, sizeOfRest),
} as const;
