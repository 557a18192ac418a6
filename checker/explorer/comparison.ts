/** What conditions compare: values with values and words, by the signs that users type. */
import { type Collection, Map as ImmutableMap, is, isCollection, isRecord } from "immutable";
import { Channel } from "../model/channel.js";
import { Floor, OrdinalValue } from "../model/ordinal.js";
import { type Member, nameOf } from "../model/scalarset.js";
import type { AnyRecord } from "../model/value.js";

export const COMPARISONS = ["=", "!=", "<", "<=", ">", ">=", "has"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Says that a place holds values of an ordinal, which have no names. */
export function nameless(place: string): string {
  return `${place} has no name of its own: its numbers change from state to state. Compare two such places, or with –`;
}

/** Returns a field of a value; null for a value that is null, which has no fields. */
export function fieldOf(value: unknown, field: string): unknown {
  if (value === null || value === undefined) return null;
  if (isRecord(value)) return (value as AnyRecord).get(field);
  if (field === "size" && (value instanceof Channel || isCollection(value)))
    return (value as { readonly size: number | undefined }).size ?? null;
  throw new TypeError(`there is no field ${field} in ${String(value)}`);
}

export function isEmpty(value: unknown): boolean {
  if (value === null) return true;
  if (value instanceof Channel) return value.isEmpty();
  if (isCollection(value)) return (value as Collection<unknown, unknown>).isEmpty();
  throw new TypeError("only sets, lists, maps and channels are empty or not");
}

export function compare(a: unknown, comparison: Comparison, b: unknown, word: string | undefined): boolean {
  if (word !== undefined && (a instanceof OrdinalValue || a instanceof Floor)) throw new TypeError(nameless("it"));
  switch (comparison) {
    case "=":
      return isSame(a, b);
    case "!=":
      return !isSame(a, b);
    case "has":
      return itemsOf(a).some((item) => isSame(item, b) || (word !== undefined && isOfKind(item, word)));
    default: {
      const order = orderOf(a, b);
      if (order === undefined) return false;
      return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[comparison];
    }
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return is(a, b);
}

/** Names an item in short: a message by its kind, a member by its name. */
export function kindIn(item: unknown): string {
  if (typeof item === "symbol") return nameOf(item as Member);
  const kind = isRecord(item) ? (item as AnyRecord).get("kind") : undefined;
  return kind === undefined ? String(item ?? "–") : String(kind);
}

function isOfKind(message: unknown, kind: string): boolean {
  return isRecord(message) && (message as AnyRecord).get("kind") === kind;
}

function itemsOf(value: unknown): readonly unknown[] {
  if (value instanceof Channel) return value.messages();
  if (ImmutableMap.isMap(value)) return [...value.keys()];
  if (isCollection(value)) return [...(value as Collection<unknown, unknown>).values()];
  throw new TypeError("only sets, lists, maps and channels have something");
}

/** Returns the items of a value that has some; none for any other value. */
export function itemsIn(value: unknown): readonly unknown[] {
  return value instanceof Channel || isCollection(value) ? itemsOf(value) : [];
}

/** Compares two values: below 0 if `a` comes first; undefined if one of them is null. */
function orderOf(a: unknown, b: unknown): number | undefined {
  if (a === null || b === null) return undefined;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (a instanceof OrdinalValue && b instanceof OrdinalValue) return a === b ? 0 : a.isBefore(b) ? -1 : 1;
  throw new TypeError("only numbers, and time stamps with each other, are less or greater");
}
