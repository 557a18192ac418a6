/**
 * Canonical rows, as far as the tables go that the expander reads: ordinals are renumbered, then interchangeable
 * members sorted.
 */

import { LoadError } from "../errors.js";
import type { Values } from "../model/instance.js";
import { Interchangeable } from "../model/interchangeable.js";
import { exchangesOfNeighbours, type IndexSet, nameOf } from "../model/scalarset.js";
import { scalarsetsOf } from "../model/scalarsets.js";
import type { Layout } from "../model/state.js";
import { format, keyOf, mapValue } from "../model/value.js";
import type { Families, Family } from "../observe/intern.js";
import type { Updates } from "../observe/updates.js";
import { type Miss, MissKind } from "../wasm/expander.js";
import { MOST_MEMBERS } from "../wasm/sizes.js";
import { MOST_RENAMINGS, NominalSymmetry } from "./nominal.js";
import { OrdinalSymmetry } from "./ordinals.js";

/** Which symmetry reduction is in force and, if there is none, why; printed with the verdict. */
export interface SymmetryInForce {
  /** The names of the index sets whose members are treated as interchangeable. */
  readonly sets: readonly string[];
  readonly note: string | undefined;
}

/** The most members of a set that is reduced, which have MOST_RENAMINGS renamings. */
const MOST_IN_SET = 8;

export class Canonicalizer {
  readonly inForce: SymmetryInForce;
  readonly nominal: NominalSymmetry | undefined;
  private readonly ordinals: OrdinalSymmetry;

  constructor(
    readonly families: Families,
    wanted: boolean,
  ) {
    this.ordinals = new OrdinalSymmetry(families);
    const { layout } = families.instance;
    const interchangeable = scalarsetsOf(families.instance);
    const chosen = wanted ? reducible(layout, interchangeable) : [];
    for (const set of chosen) refuseConstants(layout, set);
    if (chosen.length > 0) {
      const members = new Interchangeable(chosen, (set) => layout.sizeOf(set));
      this.nominal = new NominalSymmetry(families, members, this.ordinals.copyBits);
    }
    this.inForce = {
      sets: chosen.map((set) => set.name),
      note: noteOn({ wanted, interchangeable, chosen, layout }),
    };
  }

  /**
   * Answers a miss that keeps the expander from making a row canonical. Returns undefined if the miss is about
   * something else.
   * @throws RegionFull if a table has no room
   * @throws TooManyValues if a family is full
   * @throws TooManyRanks if a value holds a rank for which there is no bit
   */
  answer({ what, args: [a, b, c, d] }: Miss, row: Uint16Array): true | undefined {
    const { families, ofColumn } = this.families;
    const { ordinals, nominal } = this;
    if (what === MissKind.ranks) ordinals.learnBits(ofColumn[a]!, b);
    else if (what === MissKind.plan) ordinals.learnPlan(a, b);
    else if (what === MissKind.renumbering) this.learnRenumbering(a, row);
    else if (nominal === undefined) return undefined;
    else if (what === MissKind.mentions) nominal.learnMentions(families[a]!, b);
    else if (what === MissKind.shape) nominal.learnShape(families[a]!, b, c, d);
    else if (what === MissKind.order) nominal.learnOrder(a);
    else if (what === MissKind.swap) nominal.learnSwap(a, b);
    else if (what === MissKind.renaming) this.prepare(families[b]!, nominal.learnRenaming(a, families[b]!, c));
    else return undefined;
    return true;
  }

  /**
   * Enters into the tables what an update makes of the value `id`, and what its renamings make of the renamed values.
   * @throws RegionFull if a table has no room
   * @throws TooManyValues if a family is full
   * @throws TooManyRanks if a value holds a rank for which there is no bit
   */
  learnUpdate(updates: Updates, update: number, id: number): void {
    const after = updates.apply(update, id);
    this.prepare(updates.familyOf(update), after);
    this.nominal?.orbits?.spreadUpdate(updates, update, id, after);
  }

  private learnRenumbering(plan: number, row: Uint16Array): void {
    this.ordinals.learnRenumbering(plan, row, (family, id, after) => {
      this.prepare(family, after);
      this.nominal?.orbits?.spread(family, id, after, (_, from, to) =>
        this.ordinals.noteRenumbering(plan, family, from, to),
      );
    });
  }

  /**
   * Finds out in advance what the expander will ask about a value that is about to stand in a row.
   * @throws TooManyRanks if the value holds a rank for which there is no bit
   */
  private prepare(family: Family, id: number): void {
    this.ordinals.learnBits(family, id);
    this.nominal?.learnMentions(family, id);
  }

  /** Calls `call` with each renaming of the value `id`, and with the column to which the renaming moves `column`. */
  readonly alike = (column: number, id: number, call: (column: number, id: number) => void): void => {
    this.nominal?.imagesIn(column, this.families.ofColumn[column]!, id, call);
  };

  /** The values whose ids a row holds, by slot. */
  valuesOf(row: Uint16Array): Values {
    return this.families.valuesOf(row);
  }
}

/**
 * Returns which sets are reduced together: the largest ones, since a set of n members makes one state of n! at the
 * most, as long as there is room for all renamings. Of equally large sets the first declared goes before.
 */
function reducible(layout: Layout, sets: readonly IndexSet[]): IndexSet[] {
  let chosen: readonly IndexSet[] = [];
  for (const set of [...sets].sort((a, b) => layout.sizeOf(b) - layout.sizeOf(a))) {
    const together = new Interchangeable([...chosen, set], (of) => layout.sizeOf(of));
    if (together.size <= MOST_MEMBERS && together.renamings <= MOST_RENAMINGS) chosen = together.sets;
  }
  return sets.filter((set) => chosen.includes(set));
}

/**
 * Refuses to reduce a set whose members a constant tells apart. A value that is the same after each exchange of
 * neighbours is the same after every renaming.
 * @throws LoadError that names the constant
 */
function refuseConstants(layout: Layout, set: IndexSet): void {
  const exchanges = exchangesOfNeighbours(set, layout.sizeOf(set));
  for (const [{ name }, value] of layout.constants) {
    for (const { first, second, member } of exchanges) {
      const exchanged = mapValue(value, { member });
      if (keyOf(exchanged) === keyOf(value)) continue;
      throw new LoadError(
        `the constant "${name}" tells members of ${set.name} apart, and symmetry reduction needs that they are alike.\n` +
          `  It is ${format(value)};\n` +
          `  with ${nameOf(first)} and ${nameOf(second)} exchanged: ${format(exchanged)}.\n` +
          "  Declare the set ordered, or check with --no-symmetry.",
      );
    }
  }
}

/** Returns why there is no reduction, or which scalarsets are not reduced and why; undefined if all are. */
function noteOn(of: {
  readonly wanted: boolean;
  /** The index sets whose members may be exchanged, and those of them that are reduced. */
  readonly interchangeable: readonly IndexSet[];
  readonly chosen: readonly IndexSet[];
  readonly layout: Layout;
}): string | undefined {
  const { wanted, interchangeable, chosen, layout } = of;
  if (!wanted) return interchangeable.length > 0 ? "symmetry is off because it was asked to be" : undefined;
  const comparing = layout.setsOfMembers().filter((set) => set.ordered(layout.parameters));
  if (comparing.length > 0)
    return `symmetry is off for ${comparing.map((set) => set.name).join(", ")}: the model tells its members apart`;
  const isTooLarge = (set: IndexSet) => reducible(layout, [set]).length === 0;
  const reasons = interchangeable
    .filter((set) => !chosen.includes(set))
    .map((set) =>
      isTooLarge(set)
        ? `${set.name} (only sets of at most ${MOST_IN_SET} members are)`
        : `${set.name} (with it there would be more than ${MOST_RENAMINGS} renamings, or ${MOST_MEMBERS} members)`,
    );
  return reasons.length === 0 ? undefined : `not reduced: ${reasons.join(", ")}`;
}
