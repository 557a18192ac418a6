/**
 * The next states that a leaf of a decision tree leads to. A leaf that was learnt by renaming has them in the order of
 * the run that was renamed, which need not be that of a run of its own: so steps of two leaves are told to be the same
 * by what they do.
 */
import { DISABLED, type Trees } from "./trees.js";

/** By next state: the pairs of column and update that lead to it, one behind the other. */
function updatesOf({ words }: Trees<unknown>, leaf: number): Int32Array[] {
  if (leaf === DISABLED) return [];
  let at = words[-leaf]! < 0 ? words[1 - leaf]! : -leaf;
  return Array.from({ length: words[at++]! }, () => {
    const start = at + 1;
    at = start + 2 * words[at]!;
    return words.subarray(start, at);
  });
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((number, i) => number === b[i]);
}

/** Returns what the updates of a step make of a row: the columns that change, each with its value. */
function effectOf({ updates }: Trees<unknown>, pairs: Int32Array, row: Uint16Array): string {
  const after: string[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const [column, update] = [pairs[i]!, pairs[i + 1]!];
    const id = row[column]!;
    const known = updates.table.get(update, id);
    const made = known < 0 ? updates.apply(update, id) : known;
    if (made !== id) after.push(`${column}=${made}`);
  }
  return after.sort().join();
}

/**
 * Returns, by place of a step among those of the leaf `of`, the place of a step of the leaf `among` that makes the same
 * of a row; each step once. Undefined if the steps of both stand in the same order.
 * @throws Error if there is none for some step
 */
export function placesOfSteps(
  trees: Trees<unknown>,
  of: number,
  among: number,
  row: Uint16Array,
): readonly number[] | undefined {
  const [steps, others] = [updatesOf(trees, of), updatesOf(trees, among)];
  if (steps.length === others.length && steps.every((step, i) => isEqual(step, others[i]!))) return undefined;
  const free = others.map((step) => effectOf(trees, step, row));
  return steps.map((step) => {
    const effect = effectOf(trees, step, row);
    const place = free.indexOf(effect);
    if (place < 0) throw new Error("two runs of a function on a state lead to different states");
    free[place] = "taken";
    return place;
  });
}
