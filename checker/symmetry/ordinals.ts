/**
 * Ordinal symmetry: a state's ordinals renumbered in order.
 *
 * Each value id has the set of ranks that it holds, as bits: one word for values, one for floors. The union over the row decides
 * the renumbering, so a *plan* (a renumbering of all value ids, filled as it is asked for) exists per distinct union. Most rows need
 * none: they are canonical already, plan 0.
 */
import type { Floor, Ordinal, OrdinalValue } from "../model/ordinal.js";
import { UsageError } from "../model/parameters.js";
import { renumbering } from "../model/reference.js";
import { leavesOf, mapValue } from "../model/value.js";
import { ByFieldMap, ByFieldSum } from "../observe/by-field.js";
import { type Families, MAX_IDS } from "../observe/intern.js";
import { PagedTable } from "../observe/paged.js";

/** The ranks of an ordinal take bits [shift, shift + width) of a word. */
interface BitField {
  readonly shift: number;
  readonly width: number;
}

/** More ranks than fit a word. */
export class TooManyRanks extends Error {
  override readonly name = "TooManyValues";
}

const PLAN_UNKNOWN = -1;

export class OrdinalSymmetry {
  private readonly fields = new Map<Ordinal, BitField>();
  /** By family * MAX_IDS + value id: 1 + ranks of values, and ranks of floors; `known` tells whether they are filled in. */
  private readonly valueBits: Int32Array;
  private readonly floorBits: Int32Array;
  private readonly known: Uint8Array;
  /** The slots whose families hold ordinals, and where their bits start. */
  private readonly slots: readonly number[];
  private readonly starts: readonly number[];
  private readonly table = new PagedTable();
  /** Plans by bits: an open-addressing table of (value bits, floor bits, plan). */
  private planKeys = new Int32Array(3 * 1024);
  private planCount = 0;
  /** By the first table row of a plan. */
  private readonly plans: ByFieldMap[] = [];
  private readonly bitsOfValues = new ByFieldSum((value) => this.bitsOf(leavesOf(value).ordinals), or);
  private readonly bitsOfFloors = new ByFieldSum((value) => this.bitsOf(leavesOf(value).floors), or);

  constructor(private readonly families: Families) {
    const { instance } = families;
    this.assignBits(instance.ordinals);
    // A family may come to hold ordinals later (a channel, once messages carry stamps), so every slot is looked at.
    this.slots = this.fields.size > 0 ? instance.layout.slots.map((_, slot) => slot) : [];
    this.starts = this.slots.map((slot) => families.ofSlot[slot]!.index * MAX_IDS);
    const size = this.slots.length === 0 ? 0 : families.families.length * MAX_IDS;
    this.valueBits = new Int32Array(size);
    this.floorBits = new Int32Array(size);
    this.known = new Uint8Array(size);
    this.planKeys.fill(PLAN_UNKNOWN);
  }

  get active(): boolean {
    return this.slots.length > 0;
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

  /** Renumbers the row that starts at `at`, in place. */
  canonicalize(rows: Uint16Array, at: number): void {
    const { slots, starts, known, valueBits, floorBits } = this;
    let values = 0;
    let floors = 0;
    for (let i = 0; i < slots.length; i++) {
      const key = starts[i]! + rows[at + slots[i]!]!;
      if (known[key] === 0) this.learn(slots[i]!, key);
      values |= valueBits[key]!;
      floors |= floorBits[key]!;
    }
    const plan = this.planFor(values, floors);
    if (plan === 0) return;
    const row = plan - 1;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      const id = rows[at + slot]!;
      if ((valueBits[starts[i]! + id]! | floorBits[starts[i]! + id]!) === 0) continue;
      const family = this.families.ofSlot[slot]!.index;
      const tableRow = row + family;
      const known = this.table.get(tableRow, id);
      rows[at + slot] = known >= 0 ? known : this.renumber(tableRow, plan, family, id);
    }
  }

  private learn(slot: number, key: number): void {
    const family = this.families.ofSlot[slot]!;
    this.valueBits[key] = this.bitsOfValues.sumOf(family, key % MAX_IDS);
    this.floorBits[key] = this.bitsOfFloors.sumOf(family, key % MAX_IDS);
    this.known[key] = 1;
  }

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

  /** 0 if a row with these bits is canonical, else 1 + the first table row of its plan. */
  private planFor(values: number, floors: number): number {
    const { planKeys } = this;
    const mask = planKeys.length / 3 - 1;
    let i = ((Math.imul(values, 0x9e3779b1) ^ Math.imul(floors, 0x85ebca6b)) >>> 12) & mask;
    for (;;) {
      const plan = planKeys[3 * i + 2]!;
      if (plan === PLAN_UNKNOWN) break;
      if (planKeys[3 * i] === values && planKeys[3 * i + 1] === floors) return plan;
      i = (i + 1) & mask;
    }
    const plan = this.makePlan(values, floors);
    planKeys.set([values, floors, plan], 3 * i);
    if (++this.planCount * 2 > mask) this.growPlanKeys();
    return plan;
  }

  private growPlanKeys(): void {
    const old = this.planKeys;
    this.planKeys = new Int32Array(old.length * 2).fill(PLAN_UNKNOWN);
    const mask = this.planKeys.length / 3 - 1;
    for (let k = 0; k < old.length; k += 3) {
      if (old[k + 2] === PLAN_UNKNOWN) continue;
      let i = ((Math.imul(old[k]!, 0x9e3779b1) ^ Math.imul(old[k + 1]!, 0x85ebca6b)) >>> 12) & mask;
      while (this.planKeys[3 * i + 2] !== PLAN_UNKNOWN) i = (i + 1) & mask;
      this.planKeys.set(old.subarray(k, k + 3), 3 * i);
    }
  }

  private makePlan(values: number, floors: number): number {
    const present: OrdinalValue[] = [];
    for (const [ordinal, { shift, width }] of this.fields) {
      for (let rank = 0; rank < width; rank++) if ((values >>> (shift + rank)) & 1) present.push(ordinal.at(rank));
    }
    const by = renumbering(present, "exact");
    const moves = present.some((value) => by.value(value) !== value);
    const sinks = (floors & ~values) !== 0;
    if (!moves && !sinks) return 0;
    const row = this.table.addRow();
    for (let family = 1; family < this.families.families.length; family++) this.table.addRow();
    this.plans[row] = new ByFieldMap(this.families, (value) => mapValue(value, { ordinal: by.value, floor: by.floor }));
    return row + 1;
  }

  private renumber(tableRow: number, plan: number, family: number, id: number): number {
    const renumbered = this.plans[plan - 1]!.idAfter(this.families.families[family]!, id);
    this.table.set(tableRow, id, renumbered);
    return renumbered;
  }

  get bytes(): number {
    return this.table.bytes;
  }
}

function or(a: number, b: number): number {
  return a | b;
}
