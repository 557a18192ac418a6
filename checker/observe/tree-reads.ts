/** Which fields and slots the functions of decision trees have read. */
import type { Family } from "./intern.js";
import type { ReadDomain } from "./interner.js";
import type { Trees } from "./trees.js";

/** What functions have read of one variable. */
export interface VariableReads {
  /** Whether a function has read the value as a whole. */
  whole: boolean;
  /** The places of the record's fields that functions have read. */
  readonly fields: Set<number>;
}

/** Returns, by variable, what the functions of all trees have read in any state of any member. */
export function readsOf(trees: Trees<unknown>): ReadonlyMap<Family, VariableReads> {
  const { words, families } = trees;
  const reads = new Map<Family, VariableReads>();
  for (const family of families.families) reads.set(family, { whole: false, fields: new Set() });
  const left: number[] = [];
  trees.observed.forEach((_, tree) => {
    left.push(trees.roots[tree]!);
  });
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node <= 0) continue;
    const slot = words[node]!;
    const domain = families.domainOf(slot, words[node + 1]!);
    const family = families.ofSlot[slot]!;
    const field = (family.domains as readonly ReadDomain[]).indexOf(domain);
    if (field < 0) reads.get(family)!.whole = true;
    else reads.get(family)!.fields.add(field);
    for (let id = 0; id < domain.capacity; id++) left.push(words[node + 2 + id]!);
  }
  return reads;
}
