/**
 * Index sets: the kernels, caches or processes that a protocol's variables are indexed by.
 *
 * A *scalarset* (Ip and Dill, "Better Verification Through Symmetry", 1996) holds interchangeable members. A member is
 * a symbol, so that it can only be compared for identity: `<`, arithmetic and use as a number neither compile nor run.
 * That is what makes symmetry reduction safe. An *ordered* set lets a protocol compare members (Popcorn breaks ties
 * between equal time stamps by the kernel index, section 4.3), and for that it gives up the reduction.
 */

import { UsageError } from "../errors.js";
import { marked } from "./module-copy.js";

declare const memberBrand: unique symbol;
declare const orderBrand: unique symbol;

/** One element of an index set, for example kernel K2. It is opaque: it can only be compared for identity. */
export type Member<Name extends string = string> = symbol & { readonly [memberBrand]: Name };

/** An element of an ordered index set: `state.precedes(a, b)` compares two of them. */
export type OrderedMember<Name extends string = string> = Member<Name> & { readonly [orderBrand]: true };

/** An index set. Its size is a number, or the name of the integer parameter that gives it. */
export interface IndexSet<M extends Member = Member> {
  readonly kind: "index set";
  /** Tells sets of one name apart. */
  readonly serial: number;
  /** A singular noun, as reports print it: "kernel". */
  readonly name: string;
  /** The letters before a member's number, which counts from one: "K" for "K1". */
  readonly prefix: string;
  readonly size: number | string;
  /** Tells whether members are ordered with these parameters. If so, the set has no symmetry. */
  readonly ordered: (parameters: Readonly<Record<string, unknown>>) => boolean;
  /** Of a union: the set that it extends, and the number of its fixed members, which come before those of the set. */
  readonly extends?: { readonly set: IndexSet; readonly fixed: number };
  /**
   * Returns the member with an index counted from zero; always the same symbol. A function or a property that names a
   * member of an interchangeable set is not symmetric and would make the reduction wrong: quantify over the set
   * instead.
   */
  member(index: number): M;
}

interface MemberInfo {
  readonly set: IndexSet;
  readonly index: number;
}

const infoOf = new Map<symbol, MemberInfo>();
let sets = 0;

export interface SetOptions {
  readonly prefix: string;
  readonly size: number | string;
}

/**
 * Declares a set of interchangeable members.
 * @example const kernels = scalarset("kernel", { prefix: "K", size: "kernels" })
 */
export function scalarset<const Name extends string>(name: Name, options: SetOptions): IndexSet<Member<Name>> {
  return indexSet<Member<Name>>(name, options, () => false);
}

/**
 * Declares a set whose members are ordered by index. With `when`, they are ordered only if it holds of the parameters;
 * otherwise they are interchangeable, and to compare them is an error at run time.
 */
export function ordered<const Name extends string>(
  name: Name,
  options: SetOptions & { readonly when?: (parameters: Readonly<Record<string, unknown>>) => boolean },
): IndexSet<OrderedMember<Name>> {
  return indexSet<OrderedMember<Name>>(name, options, options.when ?? (() => true));
}

/**
 * Declares the union of a set and fixed members: a head and cells, a home and caches. The members of the set stay
 * interchangeable; a fixed member, which `fixed` returns, is like no other, and functions may name it.
 * @param names the names of the fixed members, as reports print them
 * @throws UsageError for a name that another member has, or may have
 * @example const nodes = union("node", caches, "HOME")
 */
export function union<const Name extends string, M extends Member, const F extends string>(
  name: Name,
  set: IndexSet<M>,
  ...names: readonly F[]
): IndexSet<M | Member<Name>> & { fixed(name: F): Member<Name> } {
  const taken = names.find((each, i) => names.indexOf(each) < i || isNumbered(each, set.prefix));
  if (taken !== undefined)
    throw new UsageError(`two members of ${name} would be called ${taken}: rename the fixed one`);
  const fixed = names.map((each) => Symbol(each) as Member<Name>);
  const all = marked<IndexSet<M | Member<Name>>>({
    kind: "index set",
    serial: sets++,
    name,
    prefix: set.prefix,
    size: set.size,
    ordered: set.ordered,
    extends: { set: set as unknown as IndexSet, fixed: fixed.length },
    member: (index) => fixed[index] ?? set.member(index - fixed.length),
  });
  fixed.forEach((member, index) => {
    infoOf.set(member, { set: all as unknown as IndexSet, index });
  });
  return Object.assign(all, {
    fixed(name: F) {
      const member = fixed[names.indexOf(name)];
      if (member === undefined) throw new Error(`${all.name} has no fixed member ${name}; it has ${names.join(", ")}`);
      return member;
    },
  });
}

function isNumbered(name: string, prefix: string): boolean {
  return name.startsWith(prefix) && /^[1-9]\d*$/.test(name.slice(prefix.length));
}

/** Returns the index of a member in a set, counted from zero; undefined if it is no member of it. */
export function indexIn(set: IndexSet, member: symbol): number | undefined {
  const info = infoOf.get(member);
  if (info?.set === set) return info.index;
  return info !== undefined && info.set === set.extends?.set ? set.extends.fixed + info.index : undefined;
}

function indexSet<M extends Member>(name: string, options: SetOptions, isOrdered: IndexSet["ordered"]): IndexSet<M> {
  const members: M[] = [];
  const set: IndexSet<M> = marked<IndexSet<M>>({
    kind: "index set",
    serial: sets++,
    name,
    prefix: options.prefix,
    size: options.size,
    ordered: isOrdered,
    member(index) {
      for (let next = members.length; next <= index; next++) {
        const symbol = Symbol(`${options.prefix}${next + 1}`) as M;
        infoOf.set(symbol, { set: set as IndexSet, index: next });
        members.push(symbol);
      }
      return members[index] as M;
    },
  });
  return set;
}

/**
 * Returns the set of a member and its index, counted from zero; undefined for any other symbol. For the engine, not for
 * models.
 */
export function memberInfo(member: symbol): MemberInfo | undefined {
  return infoOf.get(member);
}

/**
 * Returns the renaming of a set's members by which the member with index i becomes the one with index `to[i]`; the
 * members of other sets stay.
 */
export function renamingOf(set: IndexSet, to: readonly number[]): (member: Member) => Member {
  return (member) => {
    const info = memberInfo(member)!;
    return info.set === set ? set.member(to[info.index]!) : member;
  };
}

/** Returns all orders of a list; the first is the list itself. */
export function ordersOf(list: readonly number[]): number[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((first, i) => ordersOf(list.filter((_, j) => j !== i)).map((rest) => [first, ...rest]));
}

/** A renaming that exchanges two members. */
export interface Exchange {
  readonly first: Member;
  readonly second: Member;
  readonly member: (member: Member) => Member;
}

/** Returns the exchanges of a set's members with their next ones. Together they make up all renamings. */
export function exchangesOfNeighbours(set: IndexSet, size: number): Exchange[] {
  const indices = Array.from({ length: size }, (_, i) => i);
  return indices.slice(1).map((i) => ({
    first: set.member(i - 1),
    second: set.member(i),
    member: renamingOf(set, indices.with(i - 1, i).with(i, i - 1)),
  }));
}

/** Returns a member's name as reports print it: "K2". */
export function nameOf(member: Member): string {
  return member.description ?? "?";
}

/** Joins the names of members with commas, K2 before K10; "none" if there are no members. */
export function names(members: Iterable<Member>): string {
  return [...members].map(nameOf).sort(byNumber).join(", ") || "none";
}

/** Compares names as people order them: numbers by their size, and everything else by its letters. */
function byNumber(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.match(/\d+|\D+/g) ?? []);
  for (let i = 0; i < Math.min(left!.length, right!.length); i++) {
    const [x, y] = [left![i]!, right![i]!];
    if (x === y) continue;
    const difference = Number(x) - Number(y);
    return Number.isNaN(difference) || difference === 0 ? (x < y ? -1 : 1) : difference;
  }
  return left!.length - right!.length;
}
