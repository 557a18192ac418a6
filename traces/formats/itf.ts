/** Values as JSON in Apalache's Informal Trace Format (ITF, ADR-015), which other tools read. */
import { Map as ImmutableMap, Set as ImmutableSet, isRecord, List } from "immutable";
import { Bag, Queue } from "../../checker/model/channel.js";
import { type AnyRecord, fieldsOf, format } from "../../checker/model/value.js";
import type { Json } from "./json.js";

/**
 * Writes a value in ITF. A bag becomes a map from message to count, a queue a list; members, ordinals and floors become
 * their names.
 */
export function toItf(value: unknown): Json {
  if (typeof value === "number") return Number.isSafeInteger(value) ? { "#bigint": String(value) } : value;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (value === null || value === undefined) return { tag: "None", value: "U_OF_UNIT" };
  if (isRecord(value)) {
    const record = value as AnyRecord;
    return Object.fromEntries(fieldsOf(record).map((field) => [field, toItf(record.get(field))]));
  }
  if (value instanceof Bag) {
    const counts = new Map<string, [Json, number]>();
    for (const message of value.messages().map(toItf)) {
      const key = JSON.stringify(message);
      counts.set(key, [message, (counts.get(key)?.[1] ?? 0) + 1]);
    }
    return { "#map": sorted([...counts.values()].map(([message, count]) => [message, toItf(count)])) };
  }
  if (value instanceof Queue) return value.messages().map(toItf);
  if (List.isList(value)) return value.toArray().map(toItf);
  if (ImmutableSet.isSet(value)) return { "#set": sorted(value.toArray().map(toItf)) };
  if (ImmutableMap.isMap(value)) return { "#map": sorted([...value].map(([k, v]) => [toItf(k), toItf(v)])) };
  return format(value);
}

function sorted<T extends Json>(items: T[]): T[] {
  return items
    .map((item) => ({ item, key: JSON.stringify(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}
