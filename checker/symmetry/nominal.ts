/**
 * Nominal symmetry: states equal up to a renaming of interchangeable members become one row.
 *
 * Each member gets a *key*, which a renaming carries along with it: its own values, and, if those leave ties, how it and each other
 * member appear in each other's. The members are sorted by key; only orders that the keys leave tied are tried, and the least row
 * wins. Equal orbits therefore give equal rows, and unequal ones never do (a row is always reached by a renaming). Two members whose
 * keys happen to collide are only a tie more.
 */

import { type IndexSet, type Member, memberInfo } from "../model/scalarset.js";
import { keyOf, leavesOf, mapValue } from "../model/value.js";
import { ByFieldMap, ByFieldSum } from "../observe/by-field.js";
import { type Families, MAX_IDS } from "../observe/intern.js";
import { PagedTable } from "../observe/paged.js";

interface Permutation {
  /** For each slot of the new row, the slot of the old row that it comes from. */
  readonly from: Uint16Array;
  /** The first row of the renaming tables, one for each family. */
  readonly renaming: number;
  readonly renamed: ByFieldMap;
}

const UNSEEN = 0;
const WITHOUT_MEMBERS = 1;
const WITH_MEMBERS = 2;

export class NominalSymmetry {
  readonly size: number;
  /** Those that were needed so far. */
  private readonly permutations: Permutation[] = [];
  private readonly byOrder = new Map<number, Permutation>();
  private readonly transpositions: Permutation[] = [];
  private readonly renamings = new PagedTable();
  /** By family * MAX_IDS + id: whether the value mentions members. */
  private readonly mentions: Uint8Array;
  /** By ((family * MAX_IDS + id) * size + self) * size + other: the value's shape, or 0 if it is not known yet. */
  private readonly shapes: Int32Array;
  private readonly shapeSums: readonly ByFieldSum[];
  private readonly memberCount: ByFieldSum;
  /** The members' keys, in two parts; the second is 0 where the first tells all members apart. */
  private readonly own: Int32Array;
  private readonly sums: Int32Array;
  private readonly order: Int32Array;
  private readonly best: Uint16Array;
  private readonly trial: Uint16Array;
  private readonly singles: readonly number[];
  private readonly pairs: readonly number[];
  private readonly globals: readonly number[];
  private readonly singleStarts: readonly number[];
  private readonly pairStarts: readonly number[];
  private readonly globalStarts: readonly number[];

  constructor(
    private readonly families: Families,
    readonly set: IndexSet,
  ) {
    const { layout } = families.instance;
    this.size = layout.sizeOf(set);
    const count = families.families.length;
    this.mentions = new Uint8Array(count * MAX_IDS);
    this.shapes = new Int32Array(count * this.size * this.size * MAX_IDS);
    this.shapeSums = Array.from({ length: this.size ** 2 }, (_, i) =>
      this.shapeSum(Math.floor(i / this.size), i % this.size),
    );
    const members = (value: unknown) =>
      [...leavesOf(value).members].filter((member) => memberInfo(member)!.set === set);
    this.memberCount = new ByFieldSum(
      (value) => members(value).length,
      (a, b) => a + b,
    );
    this.own = new Int32Array(this.size);
    this.sums = new Int32Array(this.size);
    this.order = new Int32Array(this.size);
    const width = layout.slots.length;
    this.best = new Uint16Array(width);
    this.trial = new Uint16Array(width);
    const indexedBy = (arity: number) =>
      families.families.filter((family) => {
        const { sets } = layout.declarations[family.name]!;
        return sets.length === arity && sets.every((other) => other === set);
      });
    [this.singles, this.pairs, this.globals] = [1, 2, 0].map((arity) =>
      indexedBy(arity).map((family) => family.index),
    ) as [number[], number[], number[]];
    const starts = (list: readonly number[]) =>
      list.map((family) => layout.slots.findIndex((slot) => slot.family === family));
    [this.singleStarts, this.pairStarts, this.globalStarts] = [this.singles!, this.pairs!, this.globals!].map(
      starts,
    ) as [number[], number[], number[]];
  }

  /** @param to where each index goes */
  private makePermutation(to: readonly number[]): Permutation {
    const { layout } = this.families.instance;
    const from = new Uint16Array(layout.slots.length);
    layout.slots.forEach(({ family, variable, indices }, slot) => {
      const { sets } = layout.declarations[variable]!;
      const moved = indices.map((index, i) => sets[i]!.member(sets[i] === this.set ? to[index]! : index));
      from[layout.slotOf(family, moved)] = slot;
    });
    const renaming = this.renamings.addRow();
    for (let family = 1; family < this.families.families.length; family++) this.renamings.addRow();
    const member = (member: Member): Member => {
      const { set, index } = memberInfo(member)!;
      return set === this.set ? set.member(to[index]!) : member;
    };
    const renamed = new ByFieldMap(this.families, (value) => mapValue(value, { member }));
    const permutation = { from, renaming, renamed };
    this.permutations.push(permutation);
    return permutation;
  }

  /** Replaces the row that starts at `at` by the least of its orbit's sorted rows. */
  canonicalize(rows: Uint16Array, at: number): void {
    const { size, order, own, sums, best } = this;
    for (let k = 0; k < size; k++) own[k] = this.ownKey(rows, at, k);
    sums.fill(0);
    let ties = this.sort();
    if (ties) {
      this.sumPairs(rows, at);
      ties = this.sort();
    }
    if (ties) {
      this.tryTied(rows, at, 0, true);
    } else {
      let moves = false;
      for (let i = 0; i < size; i++) if (order[i] !== i) moves = true;
      if (!moves) return;
      this.apply(this.sorted(), rows, at, best);
    }
    rows.set(best, at);
  }

  /** Puts the members in the order of their keys. Whether two keys are equal. */
  private sort(): boolean {
    const { size, order, own, sums } = this;
    let ties = false;
    for (let k = 0; k < size; k++) {
      let i = k;
      for (; i > 0; i--) {
        const before = order[i - 1]!;
        const difference = own[before]! - own[k]! || sums[before]! - sums[k]!;
        if (difference === 0) ties = true;
        if (difference <= 0) break;
        order[i] = before;
      }
      order[i] = k;
    }
    return ties;
  }

  /** The permutation that puts the members in the order of `order`. Its code is the sum of to[member] * 8^member. */
  private sorted(): Permutation {
    let code = 0;
    for (let i = 0; i < this.size; i++) code += i * POWERS[this.order[i]!]!;
    let permutation = this.byOrder.get(code);
    if (permutation === undefined) {
      const to: number[] = [];
      for (let place = 0; place < this.size; place++) to[this.order[place]!] = place;
      permutation = this.makePermutation(to);
      this.byOrder.set(code, permutation);
    }
    return permutation;
  }

  /**
   * Tries every order of the members from place `place` on that keeps the keys sorted. Of members that can be exchanged without changing
   * the row, one is enough for a place. Returns whether `best` is still unset.
   */
  private tryTied(rows: Uint16Array, at: number, place: number, unset: boolean): boolean {
    const { order, own, sums, size, best, trial } = this;
    if (place >= size - 1) {
      this.apply(this.sorted(), rows, at, unset ? best : trial);
      if (!unset && isLess(trial, best)) best.set(trial);
      return false;
    }
    let first = unset;
    let tried = 0;
    const least = order[place]!;
    for (let i = place; i < size; i++) {
      const member = order[i]!;
      if (own[member] !== own[least] || sums[member] !== sums[least]) break;
      if (this.hasTwin(rows, at, member, tried)) continue;
      tried |= 1 << member;
      swap(order, place, i);
      first = this.tryTied(rows, at, place + 1, first);
      swap(order, place, i);
    }
    return first;
  }

  /** Whether exchanging a member with one of those in a bit set leaves the row as it is. */
  private hasTwin(rows: Uint16Array, at: number, member: number, among: number): boolean {
    for (let other = 0; other < this.size; other++) {
      if (((among >> other) & 1) === 1 && this.fixes(this.transposition(member, other), rows, at)) return true;
    }
    return false;
  }

  private transposition(a: number, b: number): Permutation {
    const index = a * this.size + b;
    let permutation = this.transpositions[index];
    if (permutation === undefined) {
      permutation = this.makePermutation(Array.from({ length: this.size }, (_, i) => (i === a ? b : i === b ? a : i)));
      this.transpositions[index] = permutation;
    }
    return permutation;
  }

  private fixes({ from, renaming }: Permutation, rows: Uint16Array, at: number): boolean {
    for (let slot = 0; slot < from.length; slot++) {
      if (this.renamedId(renaming, this.families.ofSlot[slot]!.index, rows[at + from[slot]!]!) !== rows[at + slot])
        return false;
    }
    return true;
  }

  private apply({ from, renaming }: Permutation, rows: Uint16Array, at: number, into: Uint16Array): void {
    const { ofSlot } = this.families;
    for (let slot = 0; slot < into.length; slot++) {
      into[slot] = this.renamedId(renaming, ofSlot[slot]!.index, rows[at + from[slot]!]!);
    }
  }

  private renamedId(renaming: number, family: number, id: number): number {
    if (this.mentionsOf(family, id) === WITHOUT_MEMBERS) return id;
    const known = this.renamings.get(renaming + family, id);
    return known >= 0 ? known : this.rename(renaming + family, family, id);
  }

  private rename(row: number, family: number, id: number): number {
    const { renamed } = this.permutations[Math.floor(row / this.families.families.length)]!;
    const after = renamed.idAfter(this.families.families[family]!, id);
    this.renamings.set(row, id, after);
    return after;
  }

  private mentionsOf(family: number, id: number): number {
    const key = family * MAX_IDS + id;
    if (this.mentions[key] === UNSEEN) {
      const count = this.memberCount.sumOf(this.families.families[family]!, id);
      this.mentions[key] = count > 0 ? WITH_MEMBERS : WITHOUT_MEMBERS;
    }
    return this.mentions[key]!;
  }

  /** The second part of the keys: how a member and each other appear in each other's values, and in the values between them. */
  private sumPairs(rows: Uint16Array, at: number): void {
    const { sums, size, singles, singleStarts, pairs, pairStarts } = this;
    for (let k = 1; k < size; k++) {
      for (let j = 0; j < k; j++) {
        let ofJ = 0;
        let ofK = 0;
        for (let i = 0; i < singles.length; i++) {
          const start = at + singleStarts[i]!;
          const inJ = this.shape(singles[i]!, rows[start + j]!, j, k);
          const inK = this.shape(singles[i]!, rows[start + k]!, k, j);
          ofJ = mix(mix(ofJ, inJ), inK);
          ofK = mix(mix(ofK, inK), inJ);
        }
        for (let i = 0; i < pairs.length; i++) {
          const start = at + pairStarts[i]!;
          const fromJ = this.shape(pairs[i]!, rows[start + j * (size - 1) + k - 1]!, j, k);
          const fromK = this.shape(pairs[i]!, rows[start + k * (size - 1) + j]!, k, j);
          ofJ = mix(mix(ofJ, fromJ), fromK);
          ofK = mix(mix(ofK, fromK), fromJ);
        }
        sums[j] = sums[j]! + ofJ;
        sums[k] = sums[k]! + ofK;
      }
    }
  }

  /** The first part of the keys: a member's own values, and how it appears in the single variables. */
  private ownKey(rows: Uint16Array, at: number, k: number): number {
    const { singles, singleStarts, globals, globalStarts } = this;
    let key = 0;
    for (let i = 0; i < singles.length; i++) {
      key = mix(key, this.shape(singles[i]!, rows[at + singleStarts[i]! + k]!, k, k));
    }
    for (let i = 0; i < globals.length; i++) {
      key = mix(key, this.shape(globals[i]!, rows[at + globalStarts[i]!]!, k, k));
    }
    return key;
  }

  /** A number for a value as seen from `self` with `other` marked: members inside are replaced by self, other or third. */
  private shape(family: number, id: number, self: number, other: number): number {
    const shape = this.shapes[((family * MAX_IDS + id) * this.size + self) * this.size + other]!;
    return shape !== 0 ? shape : this.learnShape(family, id, self, other);
  }

  private learnShape(family: number, id: number, self: number, other: number): number {
    const shape = this.shapeSums[self * this.size + other]!.sumOf(this.families.families[family]!, id) || 1;
    this.shapes[((family * MAX_IDS + id) * this.size + self) * this.size + other] = shape;
    return shape;
  }

  private shapeSum(self: number, other: number): ByFieldSum {
    const member = (member: Member): string => {
      const { set, index } = memberInfo(member)!;
      if (set !== this.set) return `@${set.serial}.${index}`;
      return index === self ? "self" : index === other ? "other" : "third";
    };
    return new ByFieldSum((value) => hashText(keyOf(value, { member })), mix);
  }

  get bytes(): number {
    return this.renamings.bytes;
  }
}

/** With more, the renaming tables and the orders to try would be too many. */
export const MOST_MEMBERS = 8;
const POWERS = [1, 8, 64, 512, 4096, 32768, 262144, 2097152];

function mix(a: number, b: number): number {
  const h = Math.imul(a ^ b, 0x85ebca6b);
  return (Math.imul(h ^ (h >>> 13), 0xc2b2ae35) + 0x9e3779b9) | 0;
}

function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h, h >>> 15);
}

function isLess(a: Uint16Array, b: Uint16Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return false;
}

function swap(array: Int32Array, i: number, j: number): void {
  const held = array[i]!;
  array[i] = array[j]!;
  array[j] = held;
}
