/** Values of the semantics of the tests' own (test/support/own-semantics.ts) as texts. */
import { Map as ImmutableMap, type Record as ImmutableRecord, Set as ImmutableSet, isRecord, List } from "immutable";
import { Bag, Queue } from "../../checker/model/channel.js";
import { Floor, OrdinalValue } from "../../checker/model/ordinal.js";

/** Numbers for what has no name of its own: sets, ordinals, classes of records. */
const serials = new Map<unknown, number>();

function serialOf(thing: unknown): number {
  if (!serials.has(thing)) serials.set(thing, serials.size);
  return serials.get(thing)!;
}

/** A text that only equal values have. */
export function textOf(value: unknown): string {
  if (typeof value === "symbol") return `member ${serialOf(value)}`;
  if (value instanceof OrdinalValue) return `ordinal ${serialOf(value.ordinal)} ${value.rank}`;
  if (value instanceof Floor) return `floor ${serialOf(value.ordinal)} ${value.rank}`;
  if (isRecord(value)) {
    const record = value as ImmutableRecord<Record<string, unknown>>;
    const fields = [...record.toSeq().entries()].map(([name, part]) => `${name}=${textOf(part)}`);
    return `record ${serialOf(Object.getPrototypeOf(value))} {${fields.join(";")}}`;
  }
  if (value instanceof Bag) return `bag {${value.messages().map(textOf).sort().join(";")}}`;
  if (value instanceof Queue) return `queue [${value.messages().map(textOf).join(";")}]`;
  if (List.isList(value)) return `list [${value.toArray().map(textOf).join(";")}]`;
  if (ImmutableSet.isSet(value)) return `set {${value.toArray().map(textOf).sort().join(";")}}`;
  if (ImmutableMap.isMap(value)) {
    const entries = [...value.entries()].map(([key, part]) => `${textOf(key)}:${textOf(part)}`);
    return `map {${entries.sort().join(";")}}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
