/**
 * Words for what a step reads and writes, in terms of the names that its action binds. They are the same under every
 * renaming of members, and do not tell values of an ordinal apart: a mutant that is told by them treats members alike,
 * and asks of ordinals only what the model itself asks.
 */
import { isCollection, isRecord } from "immutable";
import type { Binding, Domains } from "../model/action.js";
import { Channel } from "../model/channel.js";
import { Floor, OrdinalValue } from "../model/ordinal.js";
import { type Member, memberInfo } from "../model/scalarset.js";
import type { Layout } from "../model/state.js";
import { type AnyRecord, fieldsOf } from "../model/value.js";
import type { Change } from "./changes.js";

/** Stands for a member that no name is bound to. */
export const ANOTHER = "another";

/** Returns the first name that is bound to a member; undefined if none is. */
export function nameBoundTo(member: unknown, binding: Binding<Domains>): string | undefined {
  return Object.entries(binding).find(([, value]) => value === member)?.[0];
}

/** Returns the names that are bound to the members of a slot, or `another`. */
export function namesAt(layout: Layout, slot: number, binding: Binding<Domains>): string[] {
  return membersAt(layout, slot).map((member) => nameBoundTo(member, binding) ?? ANOTHER);
}

/** Returns the variable of a slot with the names that are bound to its members: `link[to][from]`. */
export function wordsOfSlot(layout: Layout, slot: number, binding: Binding<Domains>): string {
  const names = namesAt(layout, slot, binding).map((name) => `[${name}]`);
  return layout.slots[slot]!.variable + names.join("");
}

/** Returns the members that a slot is at. */
export function membersAt({ slots, declarations }: Layout, slot: number): Member[] {
  const { variable, indices } = slots[slot]!;
  return indices.map((index, i) => declarations[variable]!.sets[i]!.member(index));
}

/**
 * Returns a value in words: a text, a boolean, a name that is bound to a member, the kind of a record with the fields
 * that are not as by default. What else there is, as ordinals, numbers and collections, is told by its sort alone.
 */
export function wordsOfValue(value: unknown, binding: Binding<Domains>): string {
  if (typeof value === "symbol") {
    const of = memberInfo(value)?.set.name ?? "member";
    return nameBoundTo(value, binding) ?? `${ANOTHER} ${of}`;
  }
  if (value instanceof OrdinalValue) return value.ordinal.name;
  if (value instanceof Floor) return "a floor";
  if (typeof value === "number") return "a number";
  if (isRecord(value)) return wordsOfRecord(value as AnyRecord, binding);
  if (value instanceof Channel || isCollection(value)) return isEmpty(value) ? "nothing" : "something";
  return String(value);
}

function isEmpty(value: object): boolean {
  return (value as { readonly size?: number }).size === 0;
}

function wordsOfRecord(record: AnyRecord, binding: Binding<Domains>): string {
  const defaults = record.clear() as AnyRecord;
  const fields = fieldsOf(record);
  const head = fields.find((field) => typeof record.get(field) === "string");
  const others = fields.flatMap((field) => {
    const value = record.get(field);
    if (field === head || value === defaults.get(field)) return [];
    return value === true ? [field] : [`${field} ${wordsOfValue(value, binding)}`];
  });
  const inside = others.length === 0 ? "" : `(${others.join(", ")})`;
  return head === undefined ? `{${others.join(", ")}}` : `${String(record.get(head))}${inside}`;
}

/** Names a place, or a field of the record there. */
export function placeOf(place: string, field: string | undefined): string {
  return field === undefined ? place : `${place}.${field}`;
}

/** Returns a change in words, as `copy[at].page := Shared`. Several changes of a step may have the same words. */
export function wordsOfChange(layout: Layout, change: Change, binding: Binding<Domains>): string {
  const place = wordsOfSlot(layout, change.slot, binding);
  if (change.kind === "send") return `${place} put ${wordsOfValue(change.message, binding)}`;
  return `${placeOf(place, change.kind === "field" ? change.field : undefined)} := ${sortOrWords(change.after, binding)}`;
}

/** Returns a value in words; those of collections are left out: whether they are empty tells no two changes apart. */
function sortOrWords(value: unknown, binding: Binding<Domains>): string {
  return isCollection(value) && !isRecord(value) ? "…" : wordsOfValue(value, binding);
}
