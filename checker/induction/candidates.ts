/**
 * Candidates for invariants: what holds in every reachable state of what a few templates can say. Of each template the
 * strongest form is made, so that no candidate follows from another one of its template.
 */
import type { IndexSet, Member } from "../model/scalarset.js";
import type { AnyState } from "../model/state.js";
import { type Feature, ITSELF } from "./features.js";

/** Which members a candidate is about: one, or one and each other one. */
type About = "one" | "another";

export interface Candidate {
  /** `while cache[i].page is Modified, cache[j].page is Invalid` */
  readonly says: string;
  /** The domains that it is asked with, by name. */
  readonly domains: Readonly<Record<string, IndexSet>>;
  /** The expression that says so in a model. */
  readonly code: string;
  /** The set whose name stands in the expression, as `SET`; undefined if none does. */
  readonly counted?: IndexSet;
  holds(state: AnyState): boolean;
}

/** There is room for so many values of a feature, and the bit after them says that something was noted at all. */
const VALUES = 31;
const NOTED = 1 << VALUES;

/** What was seen of features in reachable states. */
export class Observations {
  /** By `placeOf`: the values of the second feature that were seen together with the value of the first, as bits. */
  private readonly together: Int32Array;
  /** By feature: the values that were seen, as bits. */
  private readonly seen: number[];
  /** By feature and value: the least and the greatest number of members that have it in a state. */
  private readonly least: number[];
  private readonly most: number[];

  constructor(
    readonly features: readonly Feature[],
    private readonly membersOf: (set: IndexSet) => readonly Member[],
  ) {
    const { length } = features;
    this.together = new Int32Array(length * VALUES * length * 2);
    this.seen = features.map(() => 0);
    this.least = Array(length * VALUES).fill(Number.POSITIVE_INFINITY);
    this.most = Array(length * VALUES).fill(0);
  }

  /** Notes a reachable state. */
  add(state: AnyState): void {
    const { features } = this;
    const bits = features.map((feature) => this.membersIn(feature).map((member) => feature.bitsIn(state, member)));
    for (const [x, ofFirst] of bits.entries()) {
      this.count(x, ofFirst);
      for (let i = 0; i < ofFirst.length; i++) {
        this.seen[x] = this.seen[x]! | ofFirst[i]!;
        for (let left = ofFirst[i]!; left !== 0; left &= left - 1) this.note(x, 31 - Math.clz32(left & -left), i, bits);
      }
    }
  }

  private count(x: number, bits: readonly number[]): void {
    for (let value = 0; value < this.features[x]!.values.length; value++) {
      let holders = 0;
      for (const has of bits) holders += (has >>> value) & 1;
      const at = x * VALUES + value;
      this.least[at] = Math.min(this.least[at]!, holders);
      this.most[at] = Math.max(this.most[at]!, holders);
    }
  }

  /** Notes which values features have while the first has a value at the member with index `i`. */
  private note(x: number, value: number, i: number, bits: readonly (readonly number[])[]): void {
    const { features, together } = this;
    const { set } = features[x]!;
    for (let y = 0; y < features.length; y++) {
      const other = features[y]!.set;
      const isOfBoth = set !== undefined && other !== undefined;
      if (isOfBoth && set !== other) continue;
      const place = this.placeOf(x, value, y, false);
      const ofSecond = bits[y]!;
      for (let j = 0; j < ofSecond.length; j++) {
        const at = place + (!isOfBoth || i === j ? 1 : 0);
        together[at] = together[at]! | NOTED | ofSecond[j]!;
      }
    }
  }

  /** Returns the place of a value of a feature together with another feature. @param isSame of the same member */
  private placeOf(x: number, value: number, y: number, isSame: boolean): number {
    return ((x * VALUES + value) * this.features.length + y) * 2 + (isSame ? 1 : 0);
  }

  private membersIn({ set }: Feature): readonly (Member | undefined)[] {
    return set === undefined ? [undefined] : this.membersOf(set);
  }

  /** Returns the candidates that hold in every state that was noted. */
  candidates(): Candidate[] {
    const { features } = this;
    return features.flatMap((first, x) => [
      ...this.never(first, this.seen[x]!),
      ...this.counted(first, x),
      ...first.values.flatMap((_, value) =>
        features.flatMap((second, y) => [
          ...this.implied(
            first,
            value,
            second,
            this.together[this.placeOf(x, value, y, true)]!,
            x === y ? undefined : "one",
          ),
          ...(first.set === undefined || first.set !== second.set
            ? []
            : this.implied(first, value, second, this.together[this.placeOf(x, value, y, false)]!, "another")),
        ]),
      ),
    ]);
  }

  /** `cache[i].lost is never true` */
  private never(feature: Feature, seen: number): Candidate[] {
    const unseen = feature.values.flatMap((_, value) => (seen & (1 << value) ? [] : [value]));
    if (unseen.length === 0) return [];
    const to = consequentOf(feature, seen, "i");
    return [
      {
        says: to.says,
        domains: feature.set === undefined ? {} : { i: feature.set },
        code: to.code,
        holds: (state) => this.membersIn(feature).every((member) => to.holds(feature.bitsIn(state, member))),
      },
    ];
  }

  /** `cache[i].page is Shared for at most 2 of them` */
  private counted(feature: Feature, x: number): Candidate[] {
    const { set } = feature;
    if (set === undefined) return [];
    const members = this.membersOf(set);
    return feature.values.flatMap((of, value) => {
      const [least, most] = [this.least[x * VALUES + value]!, this.most[x * VALUES + value]!];
      const bounds = [
        // At most one is an exclusion.
        ...(most >= 2 && most < members.length ? [{ words: "at most", sign: "<=", bound: most }] : []),
        ...(least >= 1 && least < members.length ? [{ words: "at least", sign: ">=", bound: least }] : []),
      ];
      return bounds.map(({ words, sign, bound }) => ({
        says: `${words} ${bound} ${set.name} has: ${saying(feature, of.is, "i")}`,
        domains: {},
        code: `state.members(${SET}).filter((i) => ${of.code("i")}).length ${sign} ${bound}`,
        counted: set,
        holds: (state: AnyState) => {
          const count = members.filter((member) => feature.bitsIn(state, member) & (1 << value)).length;
          return sign === "<=" ? count <= bound : count >= bound;
        },
      }));
    });
  }

  /** `while cache[i].page is Modified, cache[j].page is Invalid` */
  private implied(
    first: Feature,
    value: number,
    second: Feature,
    together: number,
    about: About | undefined,
  ): Candidate[] {
    if ((together & NOTED) === 0 || about === undefined) return [];
    if (second.values.every((_, other) => together & (1 << other))) return [];
    const j = about === "another" ? "j" : "i";
    const from = first.values[value]!;
    const to = consequentOf(second, together, j);
    const set = first.set ?? second.set;
    const domains = { ...(set === undefined ? {} : { i: set }), ...(about === "another" ? { j: set! } : {}) };
    const members: readonly (Member | undefined)[] = set === undefined ? [undefined] : this.membersOf(set);
    const at = (feature: Feature, member: Member | undefined) => (feature.set === undefined ? undefined : member);
    return [
      {
        says: `while ${saying(first, from.is, "i")}, ${to.says}`,
        domains,
        code: [...(about === "another" ? ["i === j"] : []), from.codeNot("i"), to.code].join(" || "),
        holds: (state) =>
          members.every((i) => {
            if (!(first.bitsIn(state, at(first, i)) & (1 << value))) return true;
            const others = about === "another" ? members.filter((j) => j !== i) : [i];
            return others.every((j) => to.holds(second.bitsIn(state, at(second, j))));
          }),
      },
    ];
  }
}

/** Stands for the author's name of an index set. */
export const SET = "\u0000";

function saying(feature: Feature, is: string, i: string): string {
  return `${feature.name(i)} ${is}`.replaceAll(ITSELF, i);
}

/** Says which values a feature has, or which it has not, whichever is shorter. */
function consequentOf(feature: Feature, allowed: number, i: string) {
  const has = feature.values.filter((_, value) => allowed & (1 << value));
  const lacks = feature.values.filter((_, value) => !(allowed & (1 << value)));
  const isNot = feature.isMany || has.length > lacks.length || has.length === 0;
  const bits = feature.values.reduce((all, _, value) => all | (allowed & (1 << value) ? 0 : 1 << value), 0);
  const says = (isNot ? lacks.map((of) => of.isNot) : has.map((of) => of.is)).map((is) => saying(feature, is, i));
  const code = isNot ? lacks.map((of) => of.codeNot(i)).join(" && ") : has.map((of) => of.code(i)).join(" || ");
  return {
    says: says.join(isNot ? " and " : " or "),
    code: (isNot ? lacks : has).length > 1 ? `(${code})` : code,
    holds: (found: number) => (isNot ? (found & bits) === 0 : (found & allowed) !== 0),
  };
}
