/**
 * The renamings of interchangeable members, as small numbers; 0 leaves every name as it is. What renamings do to
 * bindings, and to whatever else mentions members, is looked up by these numbers, too.
 */
import type { Binding, Domains } from "../model/action.js";
import { type ActionInstance, renamedBinding } from "../model/bound.js";
import { type Member, memberInfo } from "../model/scalarset.js";
import { keyOfBinding } from "../symmetry/bindings.js";
import type { NominalSymmetry } from "../symmetry/nominal.js";

/** With more renamings than this, their products are computed each time. */
const MOST_IN_TABLE = 720;

export class Renamings {
  /** By renaming: where the number of each member goes. */
  private readonly all: (readonly number[])[] = [];
  private readonly numbers = new Map<string, number>();
  /** By the expander's number of a permutation: the number of the renaming. */
  private readonly ofPermutation: number[] = [];
  private readonly products: Int32Array | undefined;
  private readonly inverses: (number | undefined)[] = [];
  /** The number of renamings. */
  readonly count: number;

  /** @param nominal the reduction that is in force; undefined if there is none */
  constructor(private readonly nominal: NominalSymmetry | undefined) {
    this.count = nominal?.members.renamings ?? 1;
    if (this.count <= MOST_IN_TABLE) this.products = new Int32Array(this.count * this.count);
    this.numberOf(nominal?.members.identity ?? []);
  }

  /** How many of them have a number by now. */
  get met(): number {
    return this.all.length;
  }

  /** Returns the renaming that has this number in the expander, where 0 stands for none. */
  fromExpander(number: number): number {
    if (number === 0) return 0;
    const known = this.ofPermutation[number];
    if (known !== undefined) return known;
    const renaming = this.numberOf(this.nominal!.destinationsOf(number));
    this.ofPermutation[number] = renaming;
    return renaming;
  }

  /** Returns what a renaming makes of a member. */
  member(renaming: number): (member: Member) => Member {
    return this.nominal?.members.renaming(this.all[renaming]!) ?? ((member) => member);
  }

  /** Returns the renaming that does first `first`, then `then`. */
  product(first: number, then: number): number {
    if (first === 0) return then;
    if (then === 0) return first;
    const known = this.products?.[first * this.count + then];
    if (known) return known - 1;
    const renaming = this.numberOf(this.all[first]!.map((index) => this.all[then]![index]!));
    if (this.products) this.products[first * this.count + then] = renaming + 1;
    return renaming;
  }

  inverse(renaming: number): number {
    if (renaming === 0) return 0;
    const known = this.inverses[renaming];
    if (known !== undefined) return known;
    const to = this.all[renaming]!;
    const inverse = this.numberOf(to.map((_, index) => to.indexOf(index)));
    this.inverses[renaming] = inverse;
    return inverse;
  }

  private numberOf(to: readonly number[]): number {
    const key = to.join();
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.all.length);
    return this.all.push(to) - 1;
  }

  /** All renamings. With many members there are very many. */
  get everyOne(): readonly number[] {
    return this.nominal?.members.all().map((to) => this.numberOf(to)) ?? [0];
  }

  /** Returns `binding` with its members renamed. */
  renamed(binding: Binding<Domains>, renaming: number): Binding<Domains> {
    if (renaming === 0) return binding;
    const member = this.member(renaming);
    return renamedBinding(binding, (value) =>
      typeof value === "symbol" && memberInfo(value) ? member(value as Member) : value,
    );
  }
}

/** A list of things that renamings carry into each other. Things are known by their places in it. */
export class Renamed<T> {
  private readonly places = new Map<string, number>();
  private readonly images: (Int32Array | undefined)[] = [];

  /** @param keyOf returns a key that tells things apart, after a renaming of the members in their bindings */
  constructor(
    private readonly renamings: Renamings,
    readonly all: readonly T[],
    private readonly keyOf: (thing: T, rename: (binding: Binding<Domains>) => Binding<Domains>) => string,
  ) {
    all.forEach((thing, place) => {
      this.places.set(
        keyOf(thing, (binding) => binding),
        place,
      );
    });
  }

  /** Returns, by the place of a thing, the place of the thing that it is renamed to. */
  by(renaming: number): Int32Array {
    const known = this.images[renaming];
    if (known) return known;
    const rename = (binding: Binding<Domains>) => this.renamings.renamed(binding, renaming);
    const image = Int32Array.from(this.all, (thing) => this.places.get(this.keyOf(thing, rename)) ?? -1);
    if (image.includes(-1)) throw new Error("a renaming leads out of the bindings: the index set is not closed");
    this.images[renaming] = image;
    return image;
  }

  /** The classes of things that renamings carry into each other: lists of places, each in ascending order. */
  get orbits(): number[][] {
    const left = new Set(this.all.keys());
    const orbits: number[][] = [];
    for (const place of left) {
      const orbit = [...new Set(this.renamings.everyOne.map((renaming) => this.by(renaming)[place]!))];
      for (const other of orbit) left.delete(other);
      orbits.push(orbit.sort((a, b) => a - b));
    }
    return orbits;
  }
}

/** Returns bindings as things that renamings carry into each other. */
export function renamedBindings(renamings: Renamings, all: readonly Binding<Domains>[]): Renamed<Binding<Domains>> {
  return new Renamed(renamings, all, (binding, rename) => keyOfBinding(rename(binding)));
}

/** Returns actions with their bindings as things that renamings carry into each other. */
export function renamedActions(renamings: Renamings, all: readonly ActionInstance[]): Renamed<ActionInstance> {
  const actions = [...new Set(all.map(({ action }) => action))];
  return new Renamed(
    renamings,
    all,
    ({ action, binding }, rename) => `${actions.indexOf(action)} ${keyOfBinding(rename(binding))}`,
  );
}
