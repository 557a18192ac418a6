/**
 * Values: what a variable may hold. A value is a number, a text, a boolean, null, a member of an index set, an ordinal
 * value, a floor, a channel, or one of Immutable's Record, List, Set and Map of values. Plain objects and arrays are
 * refused: they are mutable, and two equal ones are not `equal`. Inside of a record a field may be undefined, but a
 * variable may not. Equality is Immutable's `is`: NaN equals itself, and 0 and -0 are one value. A variable holds it as
 * 0; inside of a record or a collection, a function that tells 0 from -0 is no function of the value.
 *
 * The engine needs three functions of a value: `keyOf` (a text that only equal values share), `mapValue` (replaces
 * members and ordinals inside, to rename and to renumber) and `format` (for people).
 */
import {
  Map as ImmutableMap,
  Set as ImmutableSet,
  isOrdered,
  isRecord,
  List,
  Record as RecordFactory,
} from "immutable";
import { FunctionError } from "../errors.js";
import { Bag, Channel, Queue } from "./channel.js";
import { otherMaker, placeInWords } from "./module-copy.js";
import { Floor, OrdinalValue } from "./ordinal.js";
import { type Member, memberInfo, nameOf } from "./scalarset.js";

export type AnyRecord = RecordFactory<Record<string, unknown>> & Record<string, unknown>;

/** Returns the names of a record's fields, in the order of their declaration. */
export function fieldsOf(record: AnyRecord): readonly string[] {
  return (record as unknown as { _keys?: readonly string[] })._keys ?? [...record.toSeq().keys()];
}

const recordClasses = new Map<object, number>();

/** Returns a number for a record's class, the same for all its instances. */
function classOf(record: AnyRecord): number {
  const prototype = Object.getPrototypeOf(record) as object;
  const id = recordClasses.get(prototype) ?? recordClasses.size;
  recordClasses.set(prototype, id);
  return id;
}

/**
 * How members and ordinals appear in a key. By default a key tells all of them apart; for symmetry, `member` gives what
 * is the same for all members that may be exchanged.
 */
export interface KeyOptions {
  readonly member?: (member: Member) => string;
  /**
   * Writes classes, sets and ordinals by name, which is the same in every thread and every run, and not by serial
   * number. Values that differ only in which of two things with one name they mean then share a key: that is good for
   * hashes, not for identity.
   */
  readonly named?: boolean;
}

/** What values are made of, in the words of errors. */
const ALLOWED =
  "A value is a number, a text, a boolean, null, a member of an index set, an ordinal value, a channel,\n" +
  "  or Immutable's Record, List, Set or Map of these.";

/** Something that no variable may hold. */
export class NotAValue extends FunctionError {}

/**
 * Returns what in `value` no variable may hold, as "a plain array, [1,2], in the field log"; undefined if all of it may
 * be held.
 */
export function wrongIn(value: unknown): string | undefined {
  return value === undefined ? described(value) : wrongInside(value);
}

function wrongInside(value: unknown): string | undefined {
  const inside = (inner: unknown, place: string) => {
    const wrong = wrongInside(inner);
    return wrong === undefined ? undefined : `${wrong}, ${place}`;
  };
  const anyOf = (items: Iterable<unknown>, place: string) => {
    for (const item of items) {
      const wrong = inside(item, place);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
  if (typeof value === "symbol") return memberInfo(value) === undefined ? described(value) : undefined;
  if (typeof value === "bigint" || typeof value === "function") return described(value);
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof OrdinalValue || value instanceof Floor) return undefined;
  if (isRecord(value)) {
    for (const field of fieldsOf(value as AnyRecord)) {
      const wrong = inside((value as AnyRecord).get(field), `in the field ${field}`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  if (value instanceof Channel) return anyOf(value.messages(), "in a message");
  if (List.isList(value)) return anyOf(value, "in a list");
  if (ImmutableSet.isSet(value)) return anyOf(value, "in a set");
  if (ImmutableMap.isMap(value)) return anyOf(value.keys(), "in a map") ?? anyOf(value.values(), "in a map");
  return described(value);
}

/** Says what something is that is no value, or is not the value that was asked for: "a plain array, [1,2]". */
export function described(what: unknown): string {
  if (what === undefined || what === null) return String(what);
  if (typeof what === "function") return `a function${what.name === "" ? "" : `, ${what.name}`}`;
  if (typeof what === "bigint") return `a bigint, ${what}n`;
  if (typeof what === "symbol")
    return memberInfo(what) === undefined ? `a symbol of no index set, ${String(what)}` : nameOf(what as Member);
  if (typeof what !== "object") return typeof what === "string" ? `the text ${JSON.stringify(what)}` : String(what);
  if (what instanceof Promise) return "a promise";
  if (Array.isArray(what)) return `a plain array${sketched(what)}`;
  const maker = otherMaker(what);
  if (maker !== undefined)
    return `a ${what.constructor.name} made by another copy of popcheck/model, that in ${placeInWords(maker)}`;
  const prototype = Object.getPrototypeOf(what) as { constructor?: { name?: string } } | null;
  if (prototype === null || prototype === Object.prototype) return `a plain object${sketched(what)}`;
  return `an object of the class ${prototype.constructor?.name || "without a name"}`;
}

function sketched(what: object): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(what);
  } catch {
    // A cycle, a bigint, or a getter that throws: it is sketched by its class alone.
  }
  return text === undefined ? "" : `, ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
}

/**
 * Returns the error for something that no variable may hold.
 * @param where what holds or writes it, as the beginning of the sentence
 * @param wrong what `wrongIn` says of it
 */
export function notAValue(where: string, wrong: string): NotAValue {
  return new NotAValue(`${where} ${wrong}, which is no value\n  ${ALLOWED}`);
}

/**
 * Returns a text that two values share exactly if they are equal.
 * @throws NotAValue for what is not a value
 */
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
      if (info === undefined) throw notAValue("there is", described(value));
      return options?.member ? options.member(value as Member) : `@${setOf(info.set, options)}.${info.index}`;
    }
    default:
      return value === null ? "null" : keyOfObject(value as object, options);
  }
}

/** Returns what tells an index set or an ordinal from others. */
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
  throw notAValue("there is", described(value));
}

function keyOfRecord(record: AnyRecord, options?: KeyOptions): string {
  let key = "";
  for (const field of fieldsOf(record)) key += (key === "" ? "" : ",") + keyOf(record.get(field), options);
  return `R${options?.named ? record.constructor.name : classOf(record)}{${key}}`;
}

/** Returns the key of a bag whose messages have these keys. It sorts `keys`. */
export function keyOfBag(keys: string[]): string {
  return `B{${keys.sort().join()}}`;
}

/** Returns the key of a queue whose messages have these keys. */
export function keyOfQueue(keys: readonly string[]): string {
  return `Q[${keys.join()}]`;
}

function inOrder(collection: object, keys: string[]): string {
  return (isOrdered(collection) ? keys : keys.sort()).join();
}

/** What replaces the leaves of a value. Leaves of a kind that is left out stay. */
export interface Replacement {
  readonly member?: (member: Member) => Member;
  readonly ordinal?: (value: OrdinalValue) => OrdinalValue;
  readonly floor?: (floor: Floor) => Floor;
  /**
   * Replaces a whole record or channel before its inside is looked at. The recorder turns its views into plain values
   * so.
   */
  readonly whole?: (value: object) => object;
}

/**
 * Returns the value with its members, ordinals and floors replaced at every depth; the same object if nothing changed.
 */
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

/**
 * Tells whether `holds` is true of all items. It looks at every item, also after one has failed, because a caller that
 * collects leaves must see them all.
 */
function all<T>(items: Iterable<T>, holds: (item: T) => boolean): boolean {
  let every = true;
  for (const item of items) if (!holds(item)) every = false;
  return every;
}

/** The members, ordinals and floors inside a value. */
export interface Leaves {
  readonly members: Set<Member>;
  readonly ordinals: Set<OrdinalValue>;
  readonly floors: Set<Floor>;
}

/** Collects members, ordinals and floors at every depth into `into`, and returns it. */
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

/**
 * Writes a value for people: `K1`, `{K1, K3}`, `Invalid(stamp t2)`. A record with a `toString` of its own is written by
 * that.
 */
export function format(value: unknown): string {
  return written(value, undefined);
}

/** Writes a value for people, with each member as `member` writes it, and records by their fields throughout. */
export function formatNaming(value: unknown, member: (member: Member) => string): string {
  return written(value, member);
}

function written(value: unknown, member: ((member: Member) => string) | undefined): string {
  const inside = (inner: unknown) => written(inner, member);
  if (typeof value === "symbol") return (member ?? nameOf)(value as Member);
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Bag) return `{${value.messages().map(inside).sort().join(", ")}}`;
  if (value instanceof Queue) return `[${value.messages().map(inside).join(", ")}]`;
  if (isRecord(value)) return writtenRecord(value as AnyRecord, member);
  if (List.isList(value)) return `[${[...value].map(inside).join(", ")}]`;
  if (ImmutableSet.isSet(value)) return `{${[...value].map(inside).sort().join(", ")}}`;
  if (ImmutableMap.isMap(value)) {
    return `{${[...value]
      .map(([k, v]) => `${inside(k)}: ${inside(v)}`)
      .sort()
      .join(", ")}}`;
  }
  return String(value);
}

function writtenRecord(record: AnyRecord, member: ((member: Member) => string) | undefined): string {
  // A `toString` of its own would write members by their names.
  if (member === undefined && record.toString !== RecordFactory.prototype.toString) return record.toString();
  return `{${fieldsOf(record)
    .map((field) => `${field}: ${written(record.get(field), member)}`)
    .join(", ")}}`;
}
