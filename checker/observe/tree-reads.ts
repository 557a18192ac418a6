/** Which fields and slots the functions of decision trees have read. */
import type { Held } from "./intern.js";
import type { Trees } from "./trees.js";

/** What functions have read of one variable. */
export interface VariableReads {
  /** Whether a function has read the value as a whole. */
  whole: boolean;
  /** The names of the record's fields that functions have read. */
  readonly fields: Set<string>;
}

/** Returns, by variable, what the functions of all trees have read in any state of any member. */
export function readsOf(trees: Trees<unknown>): ReadonlyMap<Held, VariableReads> {
  const { words, families } = trees;
  const reads = new Map<Held, VariableReads>();
  for (const held of families.held) reads.set(held, { whole: false, fields: new Set() });
  const left: number[] = [];
  trees.observed.forEach((_, tree) => {
    left.push(trees.roots[tree]!);
  });
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node <= 0) continue;
    const column = words[node]!;
    const domain = families.domainOf(column, words[node + 1]!);
    const { slot, field } = families.placeOf({ column, domain });
    const of = reads.get(families.heldIn[slot]!)!;
    if (field === undefined) of.whole = true;
    else of.fields.add(field);
    for (let id = 0; id < domain.capacity; id++) left.push(words[node + 2 + id]!);
  }
  return reads;
}
