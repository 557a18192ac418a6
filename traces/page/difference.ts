/** What changed inside a value, as pieces of text that are kept, removed or added. Pure. */
import { diffArrays } from "diff";
import equal from "fast-deep-equal";
import { type Json, showItf } from "../formats/json.js";
import { fieldsOf } from "../trace.js";

export interface DifferencePiece {
  readonly text: string;
  /** A piece that is `between` separates what was removed from the rest, and goes away with it. */
  readonly is: "kept" | "removed" | "added" | "between";
}

const kept = (text: string): DifferencePiece => ({ text, is: "kept" });
const between = (text: string): DifferencePiece => ({ text, is: "between" });
const removed = (value: Json): DifferencePiece => ({ text: showItf(value), is: "removed" });
const added = (value: Json): DifferencePiece => ({ text: showItf(value), is: "added" });

/**
 * Returns the pieces of a change. Without the pieces that are removed or between, they read as `after`.
 * @param before undefined if there was no state before; then nothing has changed
 */
export function differenceOf(before: Json | undefined, after: Json): DifferencePiece[] {
  if (before === undefined || equal(before, after)) return [kept(showItf(after))];
  return insideSet(before, after) ?? insideList(before, after) ?? insideRecord(before, after) ?? whole(before, after);
}

function whole(before: Json, after: Json): DifferencePiece[] {
  return [removed(before), between(" → "), added(after)];
}

type Marked = { readonly [mark: string]: readonly Json[] };

function insideSet(before: Json, after: Json): DifferencePiece[] | undefined {
  const [old, now] = [markedAs("#set", before), markedAs("#set", after)];
  if (!old || !now) return undefined;
  const lost = old.filter((item) => !now.some((other) => equal(item, other))).map(removed);
  const rest = now.map((item) => (old.some((other) => equal(item, other)) ? kept(showItf(item)) : added(item)));
  return listed("{", [...lost, ...rest], "}");
}

function insideList(before: Json, after: Json): DifferencePiece[] | undefined {
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined;
  const parts = diffArrays(before as Json[], after as Json[], { comparator: equal });
  const pieces = parts.flatMap((part) =>
    part.value.map((item) => (part.removed ? removed(item) : part.added ? added(item) : kept(showItf(item)))),
  );
  return listed("[", pieces, "]");
}

/**
 * Compares two records field by field. Undefined if they are no records with the same fields, or are messages: a
 * message with other fields is another message.
 */
function insideRecord(before: Json, after: Json): DifferencePiece[] | undefined {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  if (!old || !now || "kind" in now || !equal(Object.keys(old), Object.keys(now))) return undefined;
  const fields = Object.keys(now).map((field) => [kept(`${field} `), ...differenceOf(old[field], now[field]!)]);
  return [kept("{"), ...fields.flatMap((pieces, i) => (i === 0 ? pieces : [kept(", "), ...pieces])), kept("}")];
}

function markedAs(mark: string, value: Json): readonly Json[] | undefined {
  return typeof value === "object" && value !== null && mark in value ? (value as Marked)[mark] : undefined;
}

function listed(open: string, items: readonly DifferencePiece[], close: string): DifferencePiece[] {
  const pieces = items.flatMap((piece, i) => {
    if (i === 0) return [piece];
    const joins = piece.is !== "removed" && items.slice(0, i).some(({ is }) => is !== "removed");
    return [joins ? kept(", ") : between(", "), piece];
  });
  return [kept(open), ...pieces, kept(close)];
}
