/**
 * Nominal symmetry: states that are equal up to a renaming of interchangeable members become one row.
 *
 * Each member gets a *key* that does not change under renaming: a hash of its own values and, where those tie, of how
 * it and each other member appear in each other's values. The members are sorted by key. Where keys are equal, all
 * orders of the tied members are tried, and the least row wins. So equal orbits give equal rows, and different orbits
 * never do, since each row is reached by a renaming. Two members whose keys collide by chance only add a tie.
 *
 * The expander does this (checker/wasm/assembly/canonical.ts) by look-ups in tables; this side fills what the tables
 * lack.
 */

import { type IndexSet, type Member, memberInfo, ordersOf, renamingOf } from "../model/scalarset.js";
import { keyOf, leavesOf, mapValue } from "../model/value.js";
import { ByPartHash, ByPartMap, ByPartSum } from "../observe/by-part.js";
import { type Families, type Family, MAX_IDS } from "../observe/intern.js";
import { PagedTable } from "../observe/paged.js";
import type { Region } from "../wasm/arena.js";
import { WITH_MEMBERS, WITHOUT_MEMBERS } from "../wasm/header.js";
import { CHANGED_PAIRS, CHANGED_SINGLES, FAMILY_BYTES, ID_BITS } from "../wasm/sizes.js";
import { type IndexedSlots, slotsIndexed } from "./indexed-slots.js";
import { MOST_IN_ORBITS, Orbits, type Permutation } from "./orbits.js";

export class NominalSymmetry {
  readonly size: number;
  /** The permutations needed so far, and the number of each, counted from 1, by its destinations (`Permutation.to`). */
  private readonly permutations: Permutation[] = [];
  private readonly numbers = new Map<string, number>();
  /** Undefined if there are more than MOST_IN_ORBITS members. */
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
    readonly set: IndexSet,
    tell: (family: Family, id: number, of: number) => void,
  ) {
    const { arena, instance } = families;
    const { layout } = instance;
    this.size = layout.sizeOf(set);
    const count = families.families.length;
    this.shapeHashes = Array.from({ length: this.size ** 2 }, (_, i) =>
      this.shapeHash(Math.floor(i / this.size), i % this.size),
    );
    const members = (value: unknown) =>
      [...leavesOf(value).members].filter((member) => memberInfo(member)!.set === set);
    this.memberCount = new ByPartSum(
      families.atoms,
      (value) => members(value).length,
      (a, b) => a + b,
    );
    this.permutationBytes = 4 * Math.ceil((4 + 2 * families.columns.count) / 4);
    let orders = 1;
    for (let k = 2; k <= this.size; k++) orders *= k;
    const permutations = orders + this.size ** 2;
    this.mentions = arena.region("mentions of members", count * MAX_IDS);
    this.shapes = arena.region("shapes of values", count * this.size * this.size * MAX_IDS * 4);
    this.byOrder = arena.region("renamings by order", 4 * 8 ** this.size);
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
    const indexed = this.writeFamilies();
    this.changes = this.changesBySlot(indexed);
    if (this.size <= MOST_IN_ORBITS) this.orbits = this.makeOrbits(tell);
  }

  private makeOrbits(tell: (family: Family, id: number, of: number) => void): Orbits {
    for (const to of ordersOf(Array.from({ length: this.size }, (_, i) => i))) this.makePermutation(to);
    const mentions = (family: Family, id: number) => this.learnMentions(family, id) === WITH_MEMBERS;
    const renamed = (family: Family, id: number, of: number) => {
      this.families.arena.bytes[this.mentions.start + family.index * MAX_IDS + id] = WITH_MEMBERS;
      tell(family, id, of);
    };
    return new Orbits(this.renamings, [...this.permutations], mentions, renamed);
  }

  /** Lists for the expander the columns that no member of the set, one, and two of them index. Returns all of them. */
  private writeFamilies(): IndexedSlots[] {
    const { families, arena, columns } = this.families;
    const indexed = families.flatMap(({ index }) => slotsIndexed(columns.layout, index, this.set));
    for (const arity of [1, 2, 0] as const) {
      const listed = indexed.filter((of) => of.arity === arity);
      const table = arena.region(`families of arity ${arity}`, FAMILY_BYTES * (listed.length + 1));
      listed.forEach(({ family, start, step, less }, i) => {
        arena.words.set([start, family << ID_BITS, step, less], (table.start + FAMILY_BYTES * i) >>> 2);
      });
      arena.header.setFamilies(arity, table.start, listed.length);
    }
    return indexed;
  }

  /** Returns by column which keys a change of its value changes. */
  private changesBySlot(indexed: readonly IndexedSlots[]): Int32Array {
    const changes = new Int32Array(this.families.columns.count);
    const members = Array.from({ length: this.size }, (_, k) => k);
    const note = (column: number, bits: number) => {
      changes[column]! |= bits;
    };
    for (const { arity, start, step, less } of indexed) {
      if (arity === 0) note(start, (1 << this.size) - 1);
      for (const k of members) {
        if (arity === 1) note(start + k * step, (1 << k) | (1 << (CHANGED_SINGLES + k)));
        for (const j of arity === 2 ? members.slice(0, k) : []) {
          const both = ((1 << j) | (1 << k)) << CHANGED_PAIRS;
          note(start + j * step + k - less, both);
          note(start + k * step + j, both);
        }
      }
    }
    return changes;
  }

  /**
   * Makes a permutation and its table rows, and returns its number, counted from 1.
   * @param to by index of a member: the index that it gets
   */
  private makePermutation(to: readonly number[]): number {
    const { arena, columns } = this.families;
    const place = this.permuted.take(this.permutationBytes);
    const from = arena.halves.subarray((place + 4) >>> 1, ((place + 4) >>> 1) + columns.count);
    const member = renamingOf(this.set, to);
    const moved = columns.slotOf.map((_, column) => {
      const after = columns.layout.slotAfter(column, member);
      from[after] = column;
      return after;
    });
    const renaming = this.renamings.addRow();
    for (let family = 1; family < this.families.families.length; family++) this.renamings.addRow();
    const rename = (value: unknown) => mapValue(value, { member });
    const renamed = new ByPartMap(this.families, rename);
    arena.words[place >>> 2] = renaming;
    const number = this.permutations.push({ to, columns: moved, renaming, renamed, rename });
    this.numbers.set(to.join(), number);
    return number;
  }

  /** By index of a member: the index that the permutation `number`, counted from 1, gives it. */
  destinationsOf(number: number): readonly number[] {
    return this.permutations[number - 1]!.to;
  }

  /**
   * Makes the permutation that puts the members into an order.
   * @param code the sum over all members of place[member] * 8^member
   * @throws RegionFull if there is no room for the permutation
   */
  learnOrder(code: number): void {
    const to = Array.from({ length: this.size }, (_, member) => (code >>> (3 * member)) & 7);
    this.learnPermutation((this.byOrder.start >>> 2) + code, to);
  }

  /**
   * Makes the permutation that exchanges the members `a` and `b`.
   * @throws RegionFull if there is no room for the permutation
   */
  learnSwap(a: number, b: number): void {
    const to = Array.from({ length: this.size }, (_, i) => (i === a ? b : i === b ? a : i));
    this.learnPermutation((this.swaps.start >>> 2) + a * this.size + b, to);
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
   * member reads self, other or third. A value without members has its content's hash as its shape, whoever looks. The
   * shapes of its renamings are entered too, since they will be asked for.
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
    const member = (member: Member): string => {
      const { set, index } = memberInfo(member)!;
      if (set !== this.set) return `@${set.name}.${index}`;
      return index === self ? "self" : index === other ? "other" : "third";
    };
    return new ByPartHash(this.families.atoms, (value) => keyOf(value, { member, named: true }));
  }
}

/** With more members there would be too many renaming tables, and too many orders to try. */
export const MOST_MEMBERS = 8;
