/**
 * Which slots of a family the members of the reduced scalarset index, as the expander's keys of members want to know. A
 * family by pairs of two sets is one list of slots for each member of the other set.
 */
import type { IndexSet } from "../model/scalarset.js";
import type { Layout } from "../model/state.js";

/** Slots of a family, by the members that index them. */
export interface IndexedSlots {
  /** How many members of the reduced set index each of the slots. */
  readonly arity: 0 | 1 | 2;
  readonly family: number;
  /**
   * Where the slots lie. Of arity 0 it is the slot `start`. Of arity 1 it is `start + k * step` for the member with
   * index k. Of arity 2, for the members j < k, it is `start + j * step + k - less` from j to k, and `start + k * step
   * + j` from k to j.
   */
  readonly start: number;
  readonly step: number;
  /** 1 if the family has no values for a member and itself, and else 0. */
  readonly less: 0 | 1;
}

/**
 * Returns the slots of a family, by how members of `set` index them; none if the family is indexed by other sets alone.
 * Keys may leave out what they like: of members whose keys are equal, all orders are tried.
 */
export function slotsIndexed(layout: Layout, family: number, set: IndexSet): IndexedSlots[] {
  const { sets } = layout.declarations[layout.variables[family]!]!;
  const one = (arity: 0 | 1, i: number, j = 0, step = 0): IndexedSlots => ({
    ...{ arity, family, step, less: 0 },
    start: layout.slotAt(family, i, j),
  });
  const [first, second] = sets.map((of) => indicesOf(layout, of, set));
  if (first === undefined) return [one(0, 0)];
  if (first.reduced.length === 0 && (second?.reduced.length ?? 0) === 0) return [];
  if (second === undefined)
    return [...first.others.map((i) => one(0, i)), ...first.reduced.map((i) => one(1, i, 0, 1))];
  const step = layout.rowLengthOf(family);
  const hasDiagonal = layout.hasDiagonal(family);
  const pairs = first.others.flatMap((i) => second.others.map((j) => [i, j] as const));
  const slots = [
    ...pairs.filter(([i, j]) => hasDiagonal || i !== j).map(([i, j]) => one(0, i, j)),
    ...first.reduced.flatMap((i) => second.others.map((j) => one(1, i, j, step))),
    ...first.others.flatMap((i) => second.reduced.map((j) => one(1, i, j, 1))),
  ];
  const [i, j] = [first.reduced[0], second.reduced[0]];
  if (i === undefined || j === undefined) return slots;
  if (hasDiagonal) slots.push(one(1, i, j, step + 1));
  const start = layout.slotAt(family, i + 1, j) - step;
  return [...slots, { arity: 2, family, start, step, less: hasDiagonal ? 0 : 1 }];
}

/** Returns the first of the indices in the set `of` that renaming moves, if any, and those that stay. */
function indicesOf(layout: Layout, of: IndexSet, set: IndexSet): { reduced: readonly number[]; others: number[] } {
  const indices = (length: number) => Array.from({ length }, (_, index) => index);
  if (of === set) return { reduced: [0], others: [] };
  if (of.extends?.set === set) return { reduced: [of.extends.fixed], others: indices(of.extends.fixed) };
  return { reduced: [], others: indices(layout.sizeOf(of)) };
}
