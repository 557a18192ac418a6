/**
 * Which slots of a family the members of the reduced scalarsets index, as the expander's keys of members want to know.
 * Of a family by pairs of two sets, each member of a set that is not reduced has a list of slots of its own.
 */
import type { Block, Interchangeable } from "../model/interchangeable.js";
import type { IndexSet } from "../model/scalarset.js";
import type { Layout } from "../model/state.js";

interface Slots {
  readonly family: number;
  /** Where the slots lie, counted from the slot that a member with number 0 would have; so it can be less than zero. */
  readonly start: number;
}

/** Slots of a family, by the members that index them. */
export type IndexedSlots =
  /** The slot `start`. */
  | (Slots & { readonly by: "none" })
  /** The slot `start + k * step` for the member k of `block`. */
  | (Slots & { readonly by: "one"; readonly block: Block; readonly step: number })
  /**
   * For the members j < k of `block`, `start + j * step + k - less` from j to k, and `start + k * step + j` from k to
   * j; `less` is 1 if the family has no values for a member and itself, and else 0.
   */
  | (Slots & { readonly by: "two of a set"; readonly block: Block; readonly step: number; readonly less: 0 | 1 })
  /** The slot `start + j * step + k` for the member j of `rows` and the member k of `columns`, which is another set. */
  | (Slots & { readonly by: "two sets"; readonly rows: Block; readonly columns: Block; readonly step: number });

/**
 * Returns the slots of a family, by how interchangeable members index them; none if only other sets index the family.
 * Keys may leave out what they like: of members whose keys are equal, all orders are tried.
 */
export function slotsIndexed(layout: Layout, family: number, members: Interchangeable): IndexedSlots[] {
  const { sets } = layout.declarations[layout.variables[family]!]!;
  const none = (i: number, j = 0): IndexedSlots => ({ by: "none", family, start: layout.slotAt(family, i, j) });
  const one = (block: Block, step: number, i: number, j = 0): IndexedSlots => ({
    ...{ by: "one", family, block, step },
    start: layout.slotAt(family, i, j) - block.first * step,
  });
  const [first, second] = sets.map((of) => indicesOf(layout, of, members));
  if (first === undefined) return [none(0)];
  const [rows, columns] = [first.moving, second?.moving];
  if (rows === undefined && columns === undefined) return [];
  if (second === undefined) return [...first.others.map((i) => none(i)), one(rows!.block, 1, rows!.start)];
  const step = layout.rowLengthOf(family);
  const hasDiagonal = layout.hasDiagonal(family);
  const pairs = first.others.flatMap((i) => second.others.map((j) => [i, j] as const));
  const slots = [
    ...pairs.filter(([i, j]) => hasDiagonal || i !== j).map(([i, j]) => none(i, j)),
    ...(rows ? second.others.map((j) => one(rows.block, step, rows.start, j)) : []),
    ...(columns ? first.others.map((i) => one(columns.block, 1, i, columns.start)) : []),
  ];
  if (rows === undefined || columns === undefined) return slots;
  const [{ block, start: i }, { start: j }] = [rows, columns];
  if (block !== columns.block) {
    const start = layout.slotAt(family, i, j) - block.first * step - columns.block.first;
    return [...slots, { by: "two sets", family, rows: block, columns: columns.block, step, start }];
  }
  if (hasDiagonal) slots.push(one(block, step + 1, i, j));
  const start = layout.slotAt(family, i + 1, j) - step - block.first * (step + 1);
  return [...slots, { by: "two of a set", family, block, step, less: hasDiagonal ? 0 : 1, start }];
}

interface Indices {
  /** The indices that stay. */
  readonly others: readonly number[];
  /** The members that renaming moves, if any, and the index of the first of them. */
  readonly moving: { readonly block: Block; readonly start: number } | undefined;
}

function indicesOf(layout: Layout, of: IndexSet, members: Interchangeable): Indices {
  const indices = (length: number) => Array.from({ length }, (_, index) => index);
  const block = members.of(of);
  if (block !== undefined) return { others: [], moving: { block, start: 0 } };
  const extended = of.extends && members.of(of.extends.set);
  if (of.extends === undefined || extended === undefined)
    return { others: indices(layout.sizeOf(of)), moving: undefined };
  return { others: indices(of.extends.fixed), moving: { block: extended, start: of.extends.fixed } };
}
