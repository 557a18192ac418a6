/** Delta debugging of described models: whatever can be left out is left out, while a model still fails. */
import type { Description } from "./description.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json };
type Change = (of: Json) => Json;

/** The fields whose elements can be left out, each by itself. */
const LISTS = ["actions", "properties", "assumptions", "initial", "branches", "all", "lets", "goals", "variables"];
/** Fields that can be left out altogether. */
const OPTIONS = ["fair", "environment", "each", "writes", "action", "other"];
/** Fields that hold statements in a list of lists, or in a list. */
const STATEMENTS = ["does"];

/**
 * Returns a model without anything that could be left out of `description` by itself.
 * @param fails whether a model still fails; a model that makes no sense is one that it throws on
 */
export function minimised(description: Description, fails: (of: Description) => boolean): Description {
  let smallest = description;
  const stillFails = (of: Description) => {
    try {
      return fails(of);
    } catch {
      return false;
    }
  };
  for (let found = true; found; ) {
    found = false;
    // Large parts come first. A change stays where it was made: what comes after it is tried on the smaller model.
    for (let n = 0; ; ) {
      const next = [...smallerThan(smallest as unknown as Json)][n] as unknown as Description | undefined;
      if (next === undefined) break;
      if (stillFails(next)) {
        smallest = next;
        found = true;
      } else n++;
    }
  }
  return smallest;
}

/** Yields the models that are one part smaller, those that lack a large part first. */
export function* smallerThan(of: Json): Generator<Json> {
  const changes = [...changesIn(of, (change) => change)];
  // What is nearer to the top is larger.
  for (const { change } of changes.sort((a, b) => a.depth - b.depth)) yield change(of);
}

function* changesIn(
  of: Json,
  lift: (change: Change) => Change,
  depth = 0,
): Generator<{ readonly depth: number; readonly change: Change }> {
  if (typeof of !== "object" || of === null) return;
  const fields = Object.entries(of) as [string, Json][];
  for (const [field, inner] of fields) {
    const within = (change: Change) =>
      lift((whole) =>
        Array.isArray(whole)
          ? whole.with(Number(field), change(whole[Number(field)]!))
          : { ...(whole as object), [field]: change((whole as { readonly [field: string]: Json })[field]!) },
      );
    const isStatements = STATEMENTS.includes(field) || (Array.isArray(of) && Array.isArray(inner));
    if (Array.isArray(inner) && (LISTS.includes(field) || isStatements)) {
      for (let i = 0; i < inner.length; i++)
        yield { depth, change: within((list) => (list as Json[]).toSpliced(i, 1)) };
    }
    if (OPTIONS.includes(field))
      yield {
        depth,
        change: lift((whole) => Object.fromEntries(Object.entries(whole as object).filter(([name]) => name !== field))),
      };
    if ((field === "A" || field === "B") && (inner as number) > 2)
      yield { depth, change: within((size) => (size as number) - 1) };
    if (isCondition(inner)) {
      yield { depth, change: within(() => ({ op: "true" })) };
      const parts = [...((inner["all"] as Json[]) ?? []), ...(isCondition(inner["of"]) ? [inner["of"]] : [])];
      for (const part of parts) yield { depth, change: within(() => part) };
    }
    yield* changesIn(inner, within, depth + 1);
  }
}

const CONDITIONS = ["eq", "before", "is below", "permits above", "within", "in", "has", "at least"];
const COMPOUND = ["and", "or", "not", "some", "every", "count"];

function isCondition(of: Json | undefined): of is { readonly [field: string]: Json } {
  const op = typeof of === "object" && of !== null && !Array.isArray(of) && (of as { readonly op?: Json }).op;
  return [...CONDITIONS, ...COMPOUND].some((name) => name === op);
}
