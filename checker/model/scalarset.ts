/**
 * Index sets: the kernels, caches or processes that a protocol's variables are indexed by.
 *
 * A *scalarset* (Ip and Dill, "Better Verification Through Symmetry", 1996) holds interchangeable members. A member is a
 * symbol, so that it can only be compared for identity: `<`, arithmetic and use as a number neither compile nor run. That is
 * what makes symmetry reduction safe. An *ordered* set lets a protocol compare members (Popcorn breaks ties between equal
 * time stamps by the kernel index, section 4.3), and for that it gives up the reduction.
 */

declare const memberBrand: unique symbol;
declare const orderBrand: unique symbol;

/** One element of an index set, for example kernel K2. Opaque: identity is all there is. */
export type Member<Name extends string = string> = symbol & { readonly [memberBrand]: Name };

/** An element of an ordered index set: `state.precedes(a, b)` may compare it. */
export type OrderedMember<Name extends string = string> = Member<Name> & { readonly [orderBrand]: true };

/** An index set. Its size is a number, or the name of the integer parameter that gives it. */
export interface IndexSet<M extends Member = Member> {
  readonly kind: "index set";
  /** Tells sets of the same name apart. */
  readonly serial: number;
  /** Singular noun, as reports print it: "kernel". */
  readonly name: string;
  /** Members print as prefix and number, counted from one: "K1". */
  readonly prefix: string;
  readonly size: number | string;
  /** Whether members are ordered, which switches symmetry off; it may depend on the parameters. */
  readonly ordered: (parameters: Readonly<Record<string, unknown>>) => boolean;
  /**
   * The member of an index counted from zero. The same symbol every time. A function or a property that names a member of an
   * interchangeable set is not symmetric, and would make the reduction wrong: quantify over the set instead.
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

/** A set of interchangeable members. @example const kernels = scalarset("kernel", { prefix: "K", size: "kernels" }) */
export function scalarset<const Name extends string>(name: Name, options: SetOptions): IndexSet<Member<Name>> {
  return indexSet<Member<Name>>(name, options, () => false);
}

/**
 * A set whose members are ordered by index. With `when`, only if the parameters say so: elsewhere the members are
 * interchangeable, and comparing them is an error at run time.
 */
export function ordered<const Name extends string>(
  name: Name,
  options: SetOptions & { readonly when?: (parameters: Readonly<Record<string, unknown>>) => boolean },
): IndexSet<OrderedMember<Name>> {
  return indexSet<OrderedMember<Name>>(name, options, options.when ?? (() => true));
}

function indexSet<M extends Member>(name: string, options: SetOptions, isOrdered: IndexSet["ordered"]): IndexSet<M> {
  const members: M[] = [];
  const set: IndexSet<M> = {
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
  };
  return set;
}

/** Which set and which place a member has, counted from zero; undefined for any other symbol. For the engine, not for models. */
export function memberInfo(member: symbol): MemberInfo | undefined {
  return infoOf.get(member);
}

/** How a member is called in reports: "K2". */
export function nameOf(member: Member): string {
  return member.description ?? "?";
}

/** The members' names, in order, joined by commas; "none" for an empty collection. */
export function names(members: Iterable<Member>): string {
  return [...members].map(nameOf).sort().join(", ") || "none";
}
