/**
 * Ordinal symmetry: the ordinals of a state are renumbered in their order.
 *
 * Each value id has the set of ranks that the value holds, as bits: one word for values of ordinals, one for floors.
 * The union of these sets over a row decides how the row is renumbered. So there is one *plan*, a table from value ids
 * to renumbered value ids that is filled on demand, for each distinct union. Most rows are canonical already and need
 * none; they have plan 0. The expander looks plans up (checker/wasm/assembly/canonical.ts) and misses what the tables
 * lack.
 */

import { RegionFull, TooManyValues, UsageError } from "../errors.js";
import type { Floor, Ordinal, OrdinalValue } from "../model/ordinal.js";
import { renumbering } from "../model/reference.js";
import { leavesOf, mapValue } from "../model/value.js";
import { ByPartMap, ByPartSum } from "../observe/by-part.js";
import { type Families, type Family, MAX_IDS } from "../observe/intern.js";
import { PagedTable } from "../observe/paged.js";

/** The bits of a word that stand for an ordinal's ranks: rank r is bit shift + r, for r < width. */
interface BitField {
  readonly shift: number;
  readonly width: number;
}

/** A value holds a rank for which a word of ranks has no bit. */
export class TooManyRanks extends TooManyValues {}

/** Places in the hash table of plans; at most half of them are taken. */
const PLAN_PLACES = 1 << 18;
/** Words of an entry, both of the table of ranks and of the table of plans. */
const ENTRY = 3;

export class OrdinalSymmetry {
  private readonly fields = new Map<Ordinal, BitField>();
  /**
   * Word indices of the two tables. An entry of `bits`, by family * MAX_IDS + value id, is [known, ranks of values,
   * ranks of floors]; one of `planPlaces` is [ranks of values, ranks of floors, plan + 1].
   */
  private readonly bits: number = 0;
  private readonly planPlaces: number = 0;
  private readonly table: PagedTable | undefined;
  private planCount = 0;
  /** By the first table row of a plan: the renumbering. */
  private readonly plans: ByPartMap[] = [];
  private readonly bitsOfValues: ByPartSum;
  private readonly bitsOfFloors: ByPartSum;

  constructor(private readonly families: Families) {
    const { arena, atoms } = families;
    this.bitsOfValues = new ByPartSum(atoms, (value) => this.bitsOf(leavesOf(value).ordinals), or);
    this.bitsOfFloors = new ByPartSum(atoms, (value) => this.bitsOf(leavesOf(value).floors), or);
    this.assignBits(families.instance.ordinals);
    if (!this.active) return;
    const bits = arena.region("ranks by value", families.families.length * MAX_IDS * 4 * ENTRY);
    const plans = arena.region("renumberings by ranks", PLAN_PLACES * 4 * ENTRY);
    this.table = new PagedTable(arena, "renumberings", 1 << 16, 256 * 2 ** 20);
    this.bits = bits.start >>> 2;
    this.planPlaces = plans.start >>> 2;
    arena.header.ordinals = true;
    arena.header.ranks = bits.start;
    arena.header.plans = plans.start;
    arena.header.planPlaces = PLAN_PLACES;
    arena.header.renumberings = this.table.address;
  }

  get active(): boolean {
    return this.fields.size > 0;
  }

  private assignBits(ordinals: readonly Ordinal[]): void {
    // With `keep: n` a state holds ranks 0 … 2n - 1 and, during a step, one fresh rank above.
    const fixed = ordinals.filter(({ keep }) => keep !== undefined);
    const open = ordinals.filter(({ keep }) => keep === undefined);
    let shift = 0;
    for (const ordinal of fixed) {
      const width = 2 * ordinal.keep! + 1;
      this.fields.set(ordinal, { shift, width });
      shift += width;
    }
    if (shift + open.length > 32) {
      const names = ordinals.map(({ name, keep }) => (keep === undefined ? name : `${name} (keep: ${keep})`));
      throw new UsageError(
        `the ordinals ${names.join(", ")} need more than the 32 ranks that a state has room for: keep fewer`,
      );
    }
    for (const ordinal of open) {
      const width = Math.floor((32 - shift) / (open.length - open.indexOf(ordinal)));
      this.fields.set(ordinal, { shift, width });
      shift += width;
    }
  }

  /**
   * Enters the ranks that a value holds, if they are not known.
   * @throws TooManyRanks if the value holds a rank for which there is no bit
   */
  learnBits(family: Family, id: number): void {
    if (!this.active) return;
    const { words } = this.families.arena;
    const at = this.bits + (family.index * MAX_IDS + id) * ENTRY;
    if (words[at] !== 0) return;
    words[at + 1] = this.bitsOfValues.sumOf(family, id);
    words[at + 2] = this.bitsOfFloors.sumOf(family, id);
    Atomics.store(words, at, 1);
  }

  /**
   * Enters for the value `id` the ranks of the value `of`, of which it is a renaming.
   * @throws TooManyRanks if the value holds a rank for which there is no bit
   */
  readonly copyBits = (family: Family, id: number, of: number): void => {
    if (!this.active) return;
    this.learnBits(family, of);
    const { words } = this.families.arena;
    const first = this.bits + family.index * MAX_IDS * ENTRY;
    const [from, to] = [first + of * ENTRY, first + id * ENTRY];
    words[to + 1] = words[from + 1]!;
    words[to + 2] = words[from + 2]!;
    Atomics.store(words, to, 1);
  };

  private bitsOf(leaves: Iterable<OrdinalValue | Floor>): number {
    let bits = 0;
    for (const { ordinal, rank } of leaves) if (rank >= 0) bits |= this.bit(ordinal, rank);
    return bits;
  }

  private bit(ordinal: Ordinal, rank: number): number {
    const field = this.fields.get(ordinal);
    if (field === undefined)
      throw new Error(`the initial states hold no value of the ordinal ${ordinal.name}; give a variable one`);
    if (rank >= field.width)
      throw new TooManyRanks(
        `a state holds more values of the ordinal ${ordinal.name} than a row of bits has room for`,
      );
    return 1 << (field.shift + rank);
  }

  /**
   * Finds the plan for rows with these ranks and enters it.
   * @throws RegionFull if there are too many plans
   */
  learnPlan(values: number, floors: number): void {
    const { words } = this.families.arena;
    let i = ((Math.imul(values, 0x9e3779b1) ^ Math.imul(floors, 0x85ebca6b)) >>> 12) & (PLAN_PLACES - 1);
    for (;;) {
      const at = this.planPlaces + ENTRY * i;
      if (words[at + 2] === 0) break;
      if (words[at] === values && words[at + 1] === floors) return;
      i = (i + 1) & (PLAN_PLACES - 1);
    }
    if (++this.planCount > PLAN_PLACES / 2) throw new RegionFull("there are too many different sets of ordinals");
    const plan = this.makePlan(values, floors);
    const at = this.planPlaces + ENTRY * i;
    words[at] = values;
    words[at + 1] = floors;
    Atomics.store(words, at + 2, plan + 1);
  }

  /** Returns 0 if rows with these ranks are canonical, else 1 + the first table row of a new plan. */
  private makePlan(values: number, floors: number): number {
    const present: OrdinalValue[] = [];
    for (const [ordinal, { shift, width }] of this.fields) {
      for (let rank = 0; rank < width; rank++) if ((values >>> (shift + rank)) & 1) present.push(ordinal.at(rank));
    }
    const by = renumbering(present, "exact");
    const moves = present.some((value) => by.value(value) !== value);
    const sinks = (floors & ~values) !== 0;
    if (!moves && !sinks) return 0;
    const row = this.table!.addRow();
    for (let family = 1; family < this.families.families.length; family++) this.table!.addRow();
    this.plans[row] = new ByPartMap(this.families, (value) => mapValue(value, { ordinal: by.value, floor: by.floor }));
    return row + 1;
  }

  /**
   * Renumbers by `plan` the values of `row` that hold ordinals or floors and are not known yet, and calls `tell` with
   * each and its result.
   */
  learnRenumbering(
    plan: number,
    row: Uint16Array,
    tell: (family: Family, before: number, after: number) => void,
  ): void {
    const { words } = this.families.arena;
    const byPart = this.plans[plan - 1]!;
    this.families.ofColumn.forEach((family, column) => {
      const id = row[column]!;
      const at = this.bits + (family.index * MAX_IDS + id) * ENTRY;
      if ((words[at + 1]! | words[at + 2]!) === 0 || this.table!.get(plan - 1 + family.index, id) >= 0) return;
      const after = byPart.idAfter(family, id);
      this.noteRenumbering(plan, family, id, after);
      tell(family, id, after);
    });
  }

  noteRenumbering(plan: number, family: Family, before: number, after: number): void {
    const row = plan - 1 + family.index;
    if (this.table!.get(row, before) < 0) this.table!.set(row, before, after);
  }
}

function or(a: number, b: number): number {
  return a | b;
}
