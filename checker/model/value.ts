/**
 * Values: what a variable may hold. Primitives, members of index sets, ordinal values and floors, and Immutable's Record, List, Set
 * and Map of them, and channels. Plain objects and arrays are refused: they are mutable, and equal ones are not `equal`.
 *
 * Three things can be done with any value, and the engine needs no more: `keyOf` (a text equal for equal values only), `mapValue`
 * (replace members and ordinals inside: renaming, renumbering) and `format` (for people).
 */
import {
  Map as ImmutableMap,
  Set as ImmutableSet,
  isOrdered,
  isRecord,
  List,
  Record as RecordFactory,
} from "immutable";
import { Bag, Channel, Queue } from "./channel.js";
import { Floor, OrdinalValue } from "./ordinal.js";
import { type Member, memberInfo, nameOf } from "./scalarset.js";

export type AnyRecord = RecordFactory<Record<string, unknown>> & Record<string, unknown>;

/** The names of a record's fields, in the order of their declaration. */
export function fieldsOf(record: AnyRecord): readonly string[] {
  return (record as unknown as { _keys?: readonly string[] })._keys ?? [...record.toSeq().keys()];
}

const recordClasses = new Map<object, number>();

/** A small number for a record's class, the same for all its instances. */
function classOf(record: AnyRecord): number {
  const prototype = Object.getPrototypeOf(record) as object;
  const id = recordClasses.get(prototype) ?? recordClasses.size;
  recordClasses.set(prototype, id);
  return id;
}

/** How members and ordinals appear in a key; the default names each. Symmetry keys replace members by what is invariant. */
export interface KeyOptions {
  readonly member?: (member: Member) => string;
  /**
   * Classes, sets and ordinals by their names, which are the same in every thread and every run, instead of the numbers that they were given as
   * they were met. Values that differ only in which of two of one name they mean have the same key then: for hashes, not for identity.
   */
  readonly named?: boolean;
}

/** A text that two values share exactly if they are equal. @throws Error for what is not a value */
export function keyOf(value: unknown, options?: KeyOptions): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    case "symbol": {
      const info = memberInfo(value);
      if (info === undefined) throw new Error(`${String(value)} is a symbol of no index set`);
      return options?.member ? options.member(value as Member) : `@${setOf(info.set, options)}.${info.index}`;
    }
    default:
      return value === null ? "null" : keyOfObject(value as object, options);
  }
}

/** What tells a set or an ordinal from others. */
function setOf({ name, serial }: { readonly name: string; readonly serial: number }, options?: KeyOptions) {
  return options?.named ? name : serial;
}

function keyOfObject(value: object, options?: KeyOptions): string {
  const key = (inner: unknown) => keyOf(inner, options);
  if (value instanceof OrdinalValue) return `#${setOf(value.ordinal, options)}.${value.rank}`;
  if (value instanceof Floor) return `>${setOf(value.ordinal, options)}.${value.rank}`;
  if (isRecord(value)) return keyOfRecord(value as AnyRecord, options);
  if (value instanceof Bag) return keyOfBag(value.messages().map(key));
  if (value instanceof Queue) return keyOfQueue(value.messages().map(key));
  if (List.isList(value)) return `L[${[...value].map(key).join()}]`;
  if (ImmutableSet.isSet(value)) return `S{${inOrder(value, [...value].map(key))}}`;
  if (ImmutableMap.isMap(value))
    return `M{${inOrder(
      value,
      [...value].map(([k, v]) => `${key(k)}:${key(v)}`),
    )}}`;
  throw new Error(
    `a ${value.constructor?.name ?? "plain"} object is not a value: use Immutable's Record, List, Set or Map`,
  );
}

function keyOfRecord(record: AnyRecord, options?: KeyOptions): string {
  let key = "";
  for (const field of fieldsOf(record)) key += (key === "" ? "" : ",") + keyOf(record.get(field), options);
  return `R${options?.named ? record.constructor.name : classOf(record)}{${key}}`;
}

/** The key of a bag whose messages have these keys, which are put in order. */
export function keyOfBag(keys: string[]): string {
  return `B{${keys.sort().join()}}`;
}

/** The key of a queue whose messages have these keys. */
export function keyOfQueue(keys: readonly string[]): string {
  return `Q[${keys.join()}]`;
}

function inOrder(collection: object, keys: string[]): string {
  return (isOrdered(collection) ? keys : keys.sort()).join();
}

/** What to put in the place of the leaves of a value; what is not named stays. */
export interface Replacement {
  readonly member?: (member: Member) => Member;
  readonly ordinal?: (value: OrdinalValue) => OrdinalValue;
  readonly floor?: (floor: Floor) => Floor;
  /** Replaces a whole record or channel before its inside is looked at (the recorder turns its views into plain values so). */
  readonly whole?: (value: object) => object;
}

/** The value with members, ordinals and floors replaced, at every depth. The same object if nothing changed. */
export function mapValue(value: unknown, by: Replacement): unknown {
  if (typeof value === "symbol") return by.member && memberInfo(value) ? by.member(value as Member) : value;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof OrdinalValue) return by.ordinal ? by.ordinal(value) : value;
  if (value instanceof Floor) return by.floor ? by.floor(value) : value;
  return mapCollection(by.whole ? by.whole(value) : value, by);
}

function mapCollection(value: object, by: Replacement): unknown {
  const map = (inner: unknown) => mapValue(inner, by);
  if (isRecord(value)) {
    let record = value as AnyRecord;
    for (const field of fieldsOf(record)) {
      const before = record.get(field);
      const after = map(before);
      if (after !== before) record = record.set(field, after);
    }
    return record;
  }
  if (value instanceof Channel) {
    const before = value.messages();
    const after = before.map(map);
    if (after.every((message, i) => message === before[i])) return value;
    return value instanceof Bag ? Bag.of(...after) : Queue.of(...after);
  }
  if (List.isList(value) || ImmutableSet.isSet(value)) {
    return all(value, (inner) => map(inner) === inner) ? value : value.map(map);
  }
  if (ImmutableMap.isMap(value)) {
    const stays = all(value, ([k, v]) => [map(k) === k, map(v) === v].every(Boolean));
    return stays ? value : value.mapEntries(([k, v]) => [map(k), map(v)]);
  }
  return value;
}

/** Looks at every item, also after one has failed: whoever collects leaves must see them all. */
function all<T>(items: Iterable<T>, holds: (item: T) => boolean): boolean {
  let every = true;
  for (const item of items) if (!holds(item)) every = false;
  return every;
}

/** What a value holds of members, ordinals and floors. */
export interface Leaves {
  readonly members: Set<Member>;
  readonly ordinals: Set<OrdinalValue>;
  readonly floors: Set<Floor>;
}

/** Collects members, ordinals and floors at every depth into `into`. */
export function leavesOf(
  value: unknown,
  into: Leaves = { members: new Set(), ordinals: new Set(), floors: new Set() },
): Leaves {
  const note =
    <T>(set: Set<T>) =>
    (leaf: T): T => {
      set.add(leaf);
      return leaf;
    };
  mapValue(value, { member: note(into.members), ordinal: note(into.ordinals), floor: note(into.floors) });
  return into;
}

/** A value for people: `K1`, `{K1, K3}`, `Invalid(stamp t2)`. A record whose `toString` is its own decides for itself. */
export function format(value: unknown): string {
  if (typeof value === "symbol") return nameOf(value as Member);
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Bag) return `{${value.messages().map(format).sort().join(", ")}}`;
  if (value instanceof Queue) return `[${value.messages().map(format).join(", ")}]`;
  if (isRecord(value)) return formatRecord(value as AnyRecord);
  if (List.isList(value)) return `[${[...value].map(format).join(", ")}]`;
  if (ImmutableSet.isSet(value)) return `{${[...value].map(format).sort().join(", ")}}`;
  if (ImmutableMap.isMap(value)) {
    return `{${[...value]
      .map(([k, v]) => `${format(k)}: ${format(v)}`)
      .sort()
      .join(", ")}}`;
  }
  return String(value);
}

function formatRecord(record: AnyRecord): string {
  if (record.toString !== RecordFactory.prototype.toString) return record.toString();
  return `{${fieldsOf(record)
    .map((field) => `${field}: ${format(record.get(field))}`)
    .join(", ")}}`;
}
