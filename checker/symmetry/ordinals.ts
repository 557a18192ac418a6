/**
 * Ordinal symmetry: a state's ordinals renumbered in order.
 *
 * Each value id has the set of ranks that it holds, as bits: one word for values, one for floors. The union over the row decides
 * the renumbering, so a *plan* (a renumbering of all value ids, filled as it is asked for) exists per distinct union. Most rows need
 * none: they are canonical already, plan 0. The expander looks the tables up (checker/wasm/assembly/canonical.ts) and asks for what they lack.
 */

import { RegionFull, TooManyValues, UsageError } from "../errors.js";
import type { Floor, Ordinal, OrdinalValue } from "../model/ordinal.js";
import { renumbering } from "../model/reference.js";
import { leavesOf, mapValue } from "../model/value.js";
import { ByPartMap, ByPartSum } from "../observe/by-part.js";
import { type Families, type Family, MAX_IDS } from "../observe/intern.js";
import { PagedTable } from "../observe/paged.js";

/** The ranks of an ordinal take bits [shift, shift + width) of a word. */
interface BitField {
  readonly shift: number;
  readonly width: number;
}

/** More ranks than fit a word. */
export class TooManyRanks extends TooManyValues {}

/** Places for plans; at most half of them are taken. */
const PLAN_PLACES = 1 << 18;
/** Words of an entry: of a value, and of a plan. */
const ENTRY = 3;

export class OrdinalSymmetry {
  private readonly fields = new Map<Ordinal, BitField>();
  /** Word indices of the tables: by family * MAX_IDS + value id [known, ranks of values, ranks of floors]; [values, floors, plan + 1]. */
  private readonly bits: number = 0;
  private readonly planPlaces: number = 0;
  private readonly table: PagedTable | undefined;
  private planCount = 0;
  /** By the first table row of a plan. */
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
    // With `keep: n` ranks are 0 … 2n - 1, and one fresh value above.
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

  /** Finds the ranks in a value, if they are not known. @throws TooManyRanks */
  learnBits(family: Family, id: number): void {
    if (!this.active) return;
    const { words } = this.families.arena;
    const at = this.bits + (family.index * MAX_IDS + id) * ENTRY;
    if (words[at] !== 0) return;
    words[at + 1] = this.bitsOfValues.sumOf(family, id);
    words[at + 2] = this.bitsOfFloors.sumOf(family, id);
    Atomics.store(words, at, 1);
  }

  /** A value's renaming holds the ranks that the value holds. @throws TooManyRanks */
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

  /** Decides what rows with these ranks need. @throws RegionFull */
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

  /** 0 if a row with these ranks is canonical, else 1 + the first table row of its plan. */
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

  /** Renumbers the values of a row by a plan, and tells what comes of each. */
  learnRenumbering(
    plan: number,
    row: Uint16Array,
    tell: (family: Family, before: number, after: number) => void,
  ): void {
    const { words } = this.families.arena;
    const byPart = this.plans[plan - 1]!;
    this.families.ofSlot.forEach((family, slot) => {
      const id = row[slot]!;
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
