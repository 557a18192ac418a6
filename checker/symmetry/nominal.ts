/**
 * Nominal symmetry: states equal up to a renaming of interchangeable members become one row.
 *
 * Each member gets a *key*, which a renaming carries along with it: its own values, and, if those leave ties, how it and each other
 * member appear in each other's. The members are sorted by key; only orders that the keys leave tied are tried, and the least row
 * wins. Equal orbits therefore give equal rows, and unequal ones never do (a row is always reached by a renaming). Two members whose
 * keys happen to collide are only a tie more.
 *
 * The expander does it (checker/wasm/assembly/canonical.ts): it looks up what a value comes to in tables, and asks for what they lack.
 */

import { type IndexSet, type Member, memberInfo } from "../model/scalarset.js";
import { keyOf, leavesOf, mapValue } from "../model/value.js";
import { ByPartHash, ByPartMap, ByPartSum } from "../observe/by-part.js";
import { type Families, type Family, MAX_IDS } from "../observe/intern.js";
import { PagedTable } from "../observe/paged.js";
import type { Region } from "../wasm/arena.js";
import { WITH_MEMBERS, WITHOUT_MEMBERS } from "../wasm/header.js";
import { ID_BITS } from "../wasm/sizes.js";
import { MOST_IN_ORBITS, Orbits, type Permutation } from "./orbits.js";

export class NominalSymmetry {
  readonly size: number;
  /** Those that were needed so far, and the number of each, counted from one, by where the indices go. */
  private readonly permutations: Permutation[] = [];
  private readonly numbers = new Map<string, number>();
  /** For few members. */
  readonly orbits: Orbits | undefined;
  private readonly renamings: PagedTable;
  /** Tables in the memory, as the expander's header tells. */
  private readonly mentions: Region;
  private readonly shapes: Region;
  private readonly byOrder: Region;
  private readonly swaps: Region;
  private readonly permuted: Region;
  private readonly permutationBytes: number;
  private readonly shapeHashes: readonly ByPartHash[];
  private readonly memberCount: ByPartSum;

  /** @param tell is told of values that are brought into being, and of which each is a renaming @throws RegionFull */
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
    this.permutationBytes = 4 * Math.ceil((4 + 2 * layout.slots.length) / 4);
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
    this.tellFamilies(1);
    this.tellFamilies(2);
    this.tellFamilies(0);
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

  /** Tells the expander the families that are indexed by so many members: where their slots start, and their number. */
  private tellFamilies(arity: 0 | 1 | 2): void {
    const { families, arena, instance } = this.families;
    const { slots, declarations } = instance.layout;
    const indexed = families.filter((family) => {
      const { sets } = declarations[family.name]!;
      return sets.length === arity && sets.every((other) => other === this.set);
    });
    const table = arena.region(`families of arity ${arity}`, 8 * (indexed.length + 1));
    indexed.forEach(({ index }, i) => {
      const start = slots.findIndex((slot) => slot.family === index);
      arena.words.set([start, index << ID_BITS], (table.start >>> 2) + 2 * i);
    });
    arena.header.setFamilies(arity, table.start, indexed.length);
  }

  /** @param to where each index goes */
  private makePermutation(to: readonly number[]): number {
    const { arena, instance } = this.families;
    const { layout } = instance;
    const place = this.permuted.take(this.permutationBytes);
    const from = arena.halves.subarray((place + 4) >>> 1, ((place + 4) >>> 1) + layout.slots.length);
    const slots = layout.slots.map(({ family, variable, indices }, slot) => {
      const { sets } = layout.declarations[variable]!;
      const moved = indices.map((index, i) => sets[i]!.member(sets[i] === this.set ? to[index]! : index));
      const after = layout.slotOf(family, moved);
      from[after] = slot;
      return after;
    });
    const renaming = this.renamings.addRow();
    for (let family = 1; family < this.families.families.length; family++) this.renamings.addRow();
    const member = (member: Member): Member => {
      const { set, index } = memberInfo(member)!;
      return set === this.set ? set.member(to[index]!) : member;
    };
    const rename = (value: unknown) => mapValue(value, { member });
    const renamed = new ByPartMap(this.families, rename);
    arena.words[place >>> 2] = renaming;
    const number = this.permutations.push({ to, slots, renaming, renamed, rename });
    this.numbers.set(to.join(), number);
    return number;
  }

  /** Where the index of each member goes by the permutation with a number, counted from one. */
  destinationsOf(number: number): readonly number[] {
    return this.permutations[number - 1]!.to;
  }

  /** Makes the permutation that puts the members in an order. Its code is the sum of place[member] * 8^member. @throws RegionFull */
  learnOrder(code: number): void {
    const to = Array.from({ length: this.size }, (_, member) => (code >>> (3 * member)) & 7);
    this.learnPermutation((this.byOrder.start >>> 2) + code, to);
  }

  /** Makes the permutation that exchanges two members. @throws RegionFull */
  learnSwap(a: number, b: number): void {
    const to = Array.from({ length: this.size }, (_, i) => (i === a ? b : i === b ? a : i));
    this.learnPermutation((this.swaps.start >>> 2) + a * this.size + b, to);
  }

  private learnPermutation(at: number, to: readonly number[]): void {
    const { words } = this.families.arena;
    if (words[at] === 0) Atomics.store(words, at, this.numbers.get(to.join()) ?? this.makePermutation(to));
  }

  /** Renames a value by the permutation whose renaming tables the row belongs to. The id of what comes of it. */
  learnRenaming(row: number, family: Family, id: number): number {
    const permutation = Math.floor(row / this.families.families.length);
    const images: number[] = [];
    if (this.orbits?.imagesOf(family, id, images)) return images[permutation]!;
    const after = this.permutations[permutation]!.renamed.idAfter(family, id);
    this.renamings.set(row, id, after);
    return after;
  }

  /** Calls with each renaming of a value, and where it stands. */
  imagesIn(slot: number, family: Family, id: number, call: (slot: number, id: number) => void): void {
    const images: number[] = [];
    if (!this.orbits?.imagesOf(family, id, images)) return;
    for (let i = 1; i < images.length; i++) call(this.orbits.permutations[i]!.slots[slot]!, images[i]!);
  }

  /** Finds out whether a value mentions members, if it is not known. */
  learnMentions(family: Family, id: number): number {
    const { bytes } = this.families.arena;
    const at = this.mentions.start + family.index * MAX_IDS + id;
    if (bytes[at] === 0) bytes[at] = this.memberCount.sumOf(family, id) > 0 ? WITH_MEMBERS : WITHOUT_MEMBERS;
    return bytes[at]!;
  }

  /**
   * Finds a number for a value as seen from `self` with `other` marked: members inside are replaced by self, other or third. Seen from
   * anywhere, a value without members is what its content is. What is asked of one member will be asked of others.
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

/** With more, the renaming tables and the orders to try would be too many. */
export const MOST_MEMBERS = 8;

/** All orders of a list, itself first. */
export function ordersOf(list: readonly number[]): number[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((first, i) => ordersOf(list.filter((_, j) => j !== i)).map((rest) => [first, ...rest]));
}
