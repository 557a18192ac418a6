/**
 * Nominal symmetry: states that are equal up to a renaming of interchangeable members become one row.
 *
 * Each member gets a *key* that does not change under renaming: a hash of its own values and, where those tie, of how
 * it and each other member, of its set or of another, appear in each other's values. The members of each set are sorted
 * by key. Where keys are equal, all orders of the tied members are tried, in all sets together, and the least row wins.
 * So equal orbits give equal rows, and different orbits never do, since each row is reached by a renaming. Two members
 * whose keys collide by chance only add a tie.
 *
 * The expander does this (checker/wasm/assembly/canonical.ts) by look-ups in tables; this side fills what the tables
 * lack.
 */

import type { Block, Interchangeable } from "../model/interchangeable.js";
import { type Member, memberInfo } from "../model/scalarset.js";
import { keyOf, leavesOf, mapValue } from "../model/value.js";
import { ByPartHash, ByPartMap, ByPartSum } from "../observe/by-part.js";
import { type Families, type Family, MAX_IDS } from "../observe/intern.js";
import { PagedTable } from "../observe/paged.js";
import type { Region } from "../wasm/arena.js";
import { WITH_MEMBERS, WITHOUT_MEMBERS } from "../wasm/header.js";
import { CHANGED_MEMBERS, CHANGED_PAIRS, CHANGED_SINGLES, FAMILY_BYTES, ID_BITS, MEMBER_BYTES } from "../wasm/sizes.js";
import { columnsIndexed, type IndexedSlots } from "./indexed-slots.js";
import { hasOrbits, Orbits, type Permutation } from "./orbits.js";

/** With members of several sets, the first bits of a key are the place of the set, and this many. */
const SET_BITS = 4;

export class NominalSymmetry {
  /** The number of members, of all sets together. */
  readonly size: number;
  /** The permutations needed so far, and the number of each, counted from 1, by its destinations (`Permutation.to`). */
  private readonly permutations: Permutation[] = [];
  private readonly numbers = new Map<string, number>();
  /** Undefined if there are too many members (`hasOrbits`). */
  readonly orbits: Orbits | undefined;
  private readonly renamings: PagedTable;
  /** Tables that the expander finds through the header. */
  private readonly mentions: Region;
  private readonly shapes: Region;
  private readonly byOrder: Region;
  private readonly swaps: Region;
  private readonly permuted: Region;
  private readonly permutationBytes: number;
  private readonly shapeHashes: readonly ByPartHash[];
  private readonly memberCount: ByPartSum;
  /** By column: which parts of the members' keys change with its value, as the bits CHANGED_… of a next row. */
  readonly changes: Int32Array;

  /**
   * @param tell called with the id of a value that was made as a renaming, and with the id of the value that it renames
   * @throws RegionFull if the tables need more room than there is
   */
  constructor(
    private readonly families: Families,
    readonly members: Interchangeable,
    tell: (family: Family, id: number, of: number) => void,
  ) {
    const { arena } = families;
    this.size = members.size;
    const count = families.families.length;
    this.shapeHashes = Array.from({ length: this.size ** 2 }, (_, i) =>
      this.shapeHash(Math.floor(i / this.size), i % this.size),
    );
    this.memberCount = new ByPartSum(
      families.atoms,
      (value) => [...leavesOf(value).members].filter((member) => members.has(memberInfo(member)!.set)).length,
      (a, b) => a + b,
    );
    this.permutationBytes = 4 * Math.ceil((4 + 2 * families.columns.count) / 4);
    const permutations = members.renamings + this.size ** 2;
    this.mentions = arena.region("mentions of members", count * MAX_IDS);
    this.shapes = arena.region("shapes of values", count * this.size * this.size * MAX_IDS * 4);
    this.byOrder = arena.region("renamings by order", 4 * members.renamings);
    this.swaps = arena.region("exchanges", 4 * this.size ** 2);
    this.permuted = arena.region("permutations", permutations * this.permutationBytes);
    this.renamings = new PagedTable(arena, "renamings", Math.min(permutations * count, 1 << 17), 192 * 2 ** 20);
    arena.header.members = this.size;
    arena.header.mentions = this.mentions.start;
    arena.header.shapes = this.shapes.start;
    arena.header.byOrder = this.byOrder.start;
    arena.header.swaps = this.swaps.start;
    arena.header.permutations = this.permuted.start;
    arena.header.permutationBytes = this.permutationBytes;
    arena.header.renamings = this.renamings.address;
    const indexed = columnsIndexed(families.columns, members);
    this.writeMembers(indexed);
    this.changes = this.changesBySlot(indexed);
    if (hasOrbits(members)) this.orbits = this.makeOrbits(tell);
  }

  private makeOrbits(tell: (family: Family, id: number, of: number) => void): Orbits {
    for (const to of this.members.all()) this.makePermutation(to);
    const mentions = (family: Family, id: number) => this.learnMentions(family, id) === WITH_MEMBERS;
    const renamed = (family: Family, id: number, of: number) => {
      this.families.arena.bytes[this.mentions.start + family.index * MAX_IDS + id] = WITH_MEMBERS;
      tell(family, id, of);
    };
    return new Orbits(this.renamings, [...this.permutations], mentions, renamed);
  }

  /** Lists for the expander the members of each set, and the slots that no member, one, and two of them index. */
  private writeMembers(indexed: readonly IndexedSlots[]): void {
    const { arena } = this.families;
    const { blocks } = this.members;
    const table = arena.region("members", MEMBER_BYTES * this.size);
    for (const { place, first, end } of blocks) {
      const isOfSet = (of: IndexedSlots) => "block" in of && of.block.place === place;
      const lists = (["one", "two of a set"] as const).map((by) =>
        this.writeSlots(
          by,
          indexed.filter((of) => of.by === by && isOfSet(of)),
        ),
      );
      const set = blocks.length > 1 ? place << (32 - SET_BITS) : 0;
      const entry = [set, end, ...lists.flatMap(({ start, used }) => [start, start + used])];
      for (let k = first; k < end; k++) arena.words.set(entry, (table.start + MEMBER_BYTES * k) >>> 2);
    }
    const [globals, crossed] = (["none", "two sets"] as const).map((by) =>
      this.writeSlots(
        by,
        indexed.filter((of) => of.by === by),
      ),
    ) as [Region, Region];
    arena.header.memberTable = table.start;
    arena.header.keyShift = blocks.length > 1 ? SET_BITS : 0;
    arena.header.setGlobals(globals.start, globals.used / FAMILY_BYTES);
    arena.header.setCrossed(crossed.start, crossed.used / FAMILY_BYTES);
  }

  private writeSlots(by: IndexedSlots["by"], listed: readonly IndexedSlots[]): Region {
    const { arena } = this.families;
    const table = arena.region(`families indexed by ${by}`, FAMILY_BYTES * (listed.length + 1));
    for (const of of listed) {
      const [step, less] = ["step" in of ? of.step : 0, "less" in of ? of.less : 0];
      const ranges = "rows" in of ? [of.rows, of.columns].flatMap(({ first, end }) => [first, end - first]) : [];
      const at = table.take(FAMILY_BYTES) >>> 2;
      arena.words.set([of.start, of.family << ID_BITS, step, less, ...ranges], at);
    }
    return table;
  }

  /** Returns by column which keys a change of its value changes. */
  private changesBySlot(indexed: readonly IndexedSlots[]): Int32Array {
    const changes = new Int32Array(this.families.ofColumn.length);
    const bit = (k: number) => 1 << (k % CHANGED_MEMBERS);
    const note = (slot: number, bits: number) => {
      changes[slot]! |= bits;
    };
    for (const of of indexed) {
      const { by, start } = of;
      if (by === "none")
        note(
          start,
          this.members.identity.reduce((bits, k) => bits | bit(k), 0),
        );
      if (by === "one")
        for (const k of numbersOf(of.block)) note(start + k * of.step, bit(k) | (bit(k) << CHANGED_SINGLES));
      if (by === "two of a set")
        for (const k of numbersOf(of.block))
          for (let j = of.block.first; j < k; j++) {
            note(start + j * of.step + k - of.less, (bit(j) | bit(k)) << CHANGED_PAIRS);
            note(start + k * of.step + j, (bit(j) | bit(k)) << CHANGED_PAIRS);
          }
      if (by === "two sets")
        for (const j of numbersOf(of.rows))
          for (const k of numbersOf(of.columns)) note(start + j * of.step + k, (bit(j) | bit(k)) << CHANGED_PAIRS);
    }
    return changes;
  }

  /**
   * Makes a permutation and its table rows, and returns its number, counted from 1.
   * @param to by number of a member: the number that it gets
   */
  private makePermutation(to: readonly number[]): number {
    const { arena } = this.families;
    const place = this.permuted.take(this.permutationBytes);
    const from = arena.halves.subarray((place + 4) >>> 1, ((place + 4) >>> 1) + this.families.columns.count);
    const member = this.members.renaming(to);
    const columns = this.families.columns.after(member);
    columns.forEach((after, column) => {
      from[after] = column;
    });
    const renaming = this.renamings.addRow();
    for (let family = 1; family < this.families.families.length; family++) this.renamings.addRow();
    const rename = (value: unknown) => mapValue(value, { member });
    const renamed = new ByPartMap(this.families, rename);
    arena.words[place >>> 2] = renaming;
    const number = this.permutations.push({ to, columns, renaming, renamed, rename });
    this.numbers.set(to.join(), number);
    return number;
  }

  /** By number of a member: the number that the permutation `number`, counted from 1, gives it. */
  destinationsOf(number: number): readonly number[] {
    return this.permutations[number - 1]!.to;
  }

  /**
   * Makes the permutation that puts the members into an order.
   * @param rank which of all orders it is (`Interchangeable.orderAt`)
   * @throws RegionFull if there is no room for the permutation
   */
  learnOrder(rank: number): void {
    const order = this.members.orderAt(rank);
    this.learnPermutation(
      (this.byOrder.start >>> 2) + rank,
      this.members.identity.map((member) => order.indexOf(member)),
    );
  }

  /**
   * Makes the permutation that exchanges the members `a` and `b`.
   * @throws RegionFull if there is no room for the permutation
   */
  learnSwap(a: number, b: number): void {
    this.learnPermutation((this.swaps.start >>> 2) + a * this.size + b, this.members.exchange(a, b));
  }

  private learnPermutation(at: number, to: readonly number[]): void {
    const { words } = this.families.arena;
    if (words[at] === 0) Atomics.store(words, at, this.numbers.get(to.join()) ?? this.makePermutation(to));
  }

  /**
   * Renames the value `id` by the permutation that the table row `row` belongs to. Returns the id of the renamed value.
   */
  learnRenaming(row: number, family: Family, id: number): number {
    const permutation = Math.floor(row / this.families.families.length);
    const images: number[] = [];
    if (this.orbits?.imagesOf(family, id, images)) return images[permutation]!;
    const after = this.permutations[permutation]!.renamed.idAfter(family, id);
    this.renamings.set(row, id, after);
    return after;
  }

  /**
   * Calls `call` with each renaming of a value other than the identity's, and with the column to which it moves
   * `column`.
   */
  imagesIn(column: number, family: Family, id: number, call: (column: number, id: number) => void): void {
    const images: number[] = [];
    if (!this.orbits?.imagesOf(family, id, images)) return;
    for (let i = 1; i < images.length; i++) call(this.orbits.permutations[i]!.columns[column]!, images[i]!);
  }

  /** Returns WITH_MEMBERS or WITHOUT_MEMBERS for a value, and enters it into the table. */
  learnMentions(family: Family, id: number): number {
    const { bytes } = this.families.arena;
    const at = this.mentions.start + family.index * MAX_IDS + id;
    if (bytes[at] === 0) bytes[at] = this.memberCount.sumOf(family, id) > 0 ? WITH_MEMBERS : WITHOUT_MEMBERS;
    return bytes[at]!;
  }

  /**
   * Finds the shape of a value: a hash of it as seen from member `self` with member `other` marked, in which every
   * member reads self, other or third, with its set if several are reduced. A value without members has its content's
   * hash as its shape, whoever looks. The shapes of its renamings are entered too, since they will be asked for.
   */
  learnShape(family: Family, id: number, self: number, other: number): void {
    if (this.learnMentions(family, id) === WITHOUT_MEMBERS) {
      for (let i = 0; i < this.size ** 2; i++) this.setShape(family, id, i, family.interner.contentOf(id));
    } else if (self === other && this.orbits) {
      for (let member = 0; member < this.size; member++) this.shapeOrbit(family, id, member, member);
    } else {
      this.shapeOrbit(family, id, self, other);
    }
  }

  private shapeOrbit(family: Family, id: number, self: number, other: number): void {
    const from = self * this.size + other;
    const shape = this.shapeHashes[from]!.hashOf(family, id);
    this.setShape(family, id, from, shape);
    const images: number[] = [];
    if (!this.orbits?.imagesOf(family, id, images)) return;
    this.orbits.permutations.forEach(({ to }, i) => {
      this.setShape(family, images[i]!, to[self]! * this.size + to[other]!, shape);
    });
  }

  private setShape(family: Family, id: number, from: number, shape: number): void {
    const at = (this.shapes.start >>> 2) + (family.index * MAX_IDS + id) * this.size ** 2 + from;
    this.families.arena.words[at] = shape || 1;
  }

  private shapeHash(self: number, other: number): ByPartHash {
    const { blocks } = this.members;
    const member = (member: Member): string => {
      const number = this.members.numberOf(member);
      if (number === undefined) {
        const { set, index } = memberInfo(member)!;
        return `@${set.name}.${index}`;
      }
      const seen = number === self ? "self" : number === other ? "other" : "third";
      return blocks.length === 1 ? seen : `${seen} ${this.members.blockOf[number]!.place}`;
    };
    return new ByPartHash(this.families.atoms, (value) => keyOf(value, { member, named: true }));
  }
}

function numbersOf({ first, end }: Block): number[] {
  return Array.from({ length: end - first }, (_, i) => first + i);
}

/** With more renamings, as many as eight members have, there would be too many tables of them, and orders to try. */
export const MOST_RENAMINGS = 40_320;
