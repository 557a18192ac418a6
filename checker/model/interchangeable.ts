/**
 * The members that symmetry reduction renames: those of one scalarset or of several, numbered through, set by set. A
 * renaming permutes the members of each set among themselves, so that all renamings together are the product of the
 * sets' symmetric groups. It is told by a list of destinations: by number of a member, the number of the member that it
 * becomes.
 */
import { type IndexSet, type Member, memberInfo, ordersOf } from "./scalarset.js";

/** The members of one set. */
export interface Block {
  readonly set: IndexSet;
  /** The place of the set among the reduced ones. */
  readonly place: number;
  /** The number of the set's first member. */
  readonly first: number;
  /** One more than the number of its last member. */
  readonly end: number;
}

export class Interchangeable {
  /** The members, by number. */
  readonly members: readonly Member[];
  readonly blocks: readonly Block[];
  /** By number of a member: the members of its set. */
  readonly blockOf: readonly Block[];
  private readonly bySet = new Map<IndexSet, Block>();

  /**
   * @param sets the scalarsets, each once
   * @param sizeOf returns the number of members of a set
   */
  constructor(
    readonly sets: readonly IndexSet[],
    sizeOf: (set: IndexSet) => number,
  ) {
    let next = 0;
    this.blocks = sets.map((set, place) => {
      const first = next;
      next += sizeOf(set);
      return { set, place, first, end: next };
    });
    for (const block of this.blocks) this.bySet.set(block.set, block);
    this.blockOf = this.blocks.flatMap((block) => Array<Block>(block.end - block.first).fill(block));
    this.members = this.blockOf.map(({ set, first }, number) => set.member(number - first));
  }

  /** The number of members, of all sets together. */
  get size(): number {
    return this.members.length;
  }

  /** The number of renamings, the identity included. */
  get renamings(): number {
    return this.blocks.reduce((product, { first, end }) => product * factorial(end - first), 1);
  }

  /** The destinations of the identity. */
  get identity(): number[] {
    return this.members.map((_, number) => number);
  }

  has(set: IndexSet): boolean {
    return this.bySet.has(set);
  }

  /** Returns the members of a set; undefined if it is not one of these. */
  of(set: IndexSet): Block | undefined {
    return this.bySet.get(set);
  }

  /** Returns the number of a member; undefined if its set is not one of these. */
  numberOf(member: Member): number | undefined {
    const { set, index } = memberInfo(member)!;
    const block = this.bySet.get(set);
    return block && block.first + index;
  }

  /** Returns the renaming with these destinations. Members of other sets stay. */
  renaming(to: readonly number[]): (member: Member) => Member {
    return (member) => {
      const number = this.numberOf(member);
      return number === undefined ? member : this.members[to[number]!]!;
    };
  }

  /** Returns the destinations of the renaming that exchanges the members with numbers `a` and `b`, of one set. */
  exchange(a: number, b: number): number[] {
    return this.identity.with(a, b).with(b, a);
  }

  /** Returns the destinations of all renamings, the identity first. With many members there are very many. */
  all(): number[][] {
    return this.blocks.reduce<number[][]>(
      (all, { first, end }) => {
        const orders = ordersOf(this.identity.slice(first, end));
        return all.flatMap((before) => orders.map((order) => [...before, ...order]));
      },
      [[]],
    );
  }

  /** Returns the number of an order of the members among all orders that keep each set together, counted from zero. */
  rankOf(order: readonly number[]): number {
    const left = this.identity;
    return order.reduce((rank, number, place) => {
      const smaller = left.indexOf(number);
      left.splice(smaller, 1);
      return rank * (this.blockOf[place]!.end - place) + smaller;
    }, 0);
  }

  /** Returns the order of the members that has this rank. */
  orderAt(rank: number): number[] {
    const digits: number[] = [];
    let rest = rank;
    for (let place = this.size - 1; place >= 0; place--) {
      const radix = this.blockOf[place]!.end - place;
      digits[place] = rest % radix;
      rest = Math.floor(rest / radix);
    }
    const left = this.identity;
    return digits.map((digit) => left.splice(digit, 1)[0]!);
  }
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
