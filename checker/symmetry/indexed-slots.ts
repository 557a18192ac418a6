/**
 * Which slots of a family the members of the reduced scalarsets index, as the expander's keys of members want to know.
 * Of a family by pairs of two sets, each member of a set that is not reduced has a list of slots of its own.
 */
import type { Block, Interchangeable } from "../model/interchangeable.js";
import type { IndexSet } from "../model/scalarset.js";
import type { Layout } from "../model/state.js";
import type { Columns } from "../observe/columns.js";
import type { ColumnOrbit } from "../observe/element-columns.js";

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
function slotsIndexed(layout: Layout, family: number, members: Interchangeable): IndexedSlots[] {
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

/** Returns the columns of a row, by how interchangeable members index them. */
export function columnsIndexed(columns: Columns, members: Interchangeable): IndexedSlots[] {
  const { layout, orbits, byElement } = columns;
  return [
    ...layout.variables.flatMap((_, family) => slotsIndexed(layout, family, members)),
    ...orbits.flatMap((orbit) => {
      const indexed = elementsIndexed(layout, orbit, members);
      // The columns of a set's elements mention no members, and so what no member indexes tells none apart.
      const isOfSet = byElement.some(({ family, elements }) => family === orbit.family && elements.kind.name === "set");
      return isOfSet ? indexed.filter(({ by }) => by !== "none") : indexed;
    }),
  ];
}

/** Returns the columns of an orbit of elements, by how interchangeable members index them. */
function elementsIndexed(layout: Layout, { family, first, by }: ColumnOrbit, members: Interchangeable): IndexedSlots[] {
  if (by === undefined) return [];
  const [rows, columns] = by.map((set) => ({ size: layout.sizeOf(set), block: members.of(set) }));
  const none = (start: number): IndexedSlots => ({ by: "none", family, start });
  const one = (block: Block, step: number, start: number): IndexedSlots => ({
    ...{ by: "one", family, block, step },
    start: start - block.first * step,
  });
  const numbers = (length: number) => Array.from({ length }, (_, number) => number);
  if (rows === undefined) return [none(first)];
  if (columns === undefined)
    return rows.block ? [one(rows.block, 1, first)] : numbers(rows.size).map((i) => none(first + i));
  if (by[0] === by[1]) {
    const step = rows.size - 1;
    const { block } = rows;
    if (block === undefined) return numbers(rows.size * step).map((i) => none(first + i));
    return [{ by: "two of a set", family, block, step, less: 1, start: first - block.first * rows.size }];
  }
  const step = columns.size;
  if (rows.block && columns.block) {
    const start = first - rows.block.first * step - columns.block.first;
    return [{ by: "two sets", family, rows: rows.block, columns: columns.block, step, start }];
  }
  if (rows.block) return numbers(step).map((j) => one(rows.block!, step, first + j));
  if (columns.block) return numbers(rows.size).map((i) => one(columns.block!, 1, first + i * step));
  return numbers(rows.size * step).map((i) => none(first + i));
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
