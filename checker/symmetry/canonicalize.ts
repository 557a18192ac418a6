/** The canonical row of a state: ordinals renumbered, then interchangeable members sorted. */
import type { Values } from "../model/instance.js";
import type { IndexSet } from "../model/scalarset.js";
import type { Families } from "../observe/intern.js";
import { MOST_MEMBERS, NominalSymmetry } from "./nominal.js";
import { OrdinalSymmetry } from "./ordinals.js";

/** What reduction is in force, and if it is not, why: printed with the verdict. */
export interface SymmetryInForce {
  /** The index sets whose members are taken for interchangeable. */
  readonly sets: readonly string[];
  readonly note: string | undefined;
}

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
    const sets = layout.indexSets();
    const interchangeable = sets.filter((set) => !set.ordered(layout.parameters) && layout.sizeOf(set) > 1);
    const chosen = wanted ? interchangeable.find((set) => layout.sizeOf(set) <= MOST_MEMBERS) : undefined;
    if (chosen) this.nominal = new NominalSymmetry(families, chosen);
    this.inForce = {
      sets: chosen ? [chosen.name] : [],
      note: noteOn(wanted, sets, interchangeable, chosen, layout.parameters),
    };
  }

  /** Whether any row needs to be made canonical. */
  get active(): boolean {
    return this.ordinals.active || this.nominal !== undefined;
  }

  /** Makes the row that starts at `at` canonical, in place. */
  canonicalize(rows: Uint16Array, at: number): void {
    if (this.ordinals.active) this.ordinals.canonicalize(rows, at);
    if (this.nominal) this.nominal.canonicalize(rows, at);
  }

  get bytes(): number {
    return this.ordinals.bytes + (this.nominal?.bytes ?? 0);
  }

  /** The canonical row of a state of the reference semantics. */
  rowOf(values: Values): Uint16Array {
    const row = this.families.rowOf(values);
    this.canonicalize(row, 0);
    return row;
  }

  /** The values that a row stands for. */
  valuesOf(row: Uint16Array): Values {
    return this.families.ofSlot.map((family, slot) => family.interner.valueOf(row[slot]!));
  }
}

function noteOn(
  wanted: boolean,
  sets: readonly IndexSet[],
  interchangeable: readonly IndexSet[],
  chosen: IndexSet | undefined,
  parameters: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!wanted) return interchangeable.length > 0 ? "symmetry is off because it was asked to be" : undefined;
  const comparing = sets.filter((set) => set.ordered(parameters)).map((set) => set.name);
  if (comparing.length > 0) return `symmetry is off for ${comparing.join(", ")}: the model tells its members apart`;
  const others = interchangeable.filter((set) => set !== chosen).map((set) => set.name);
  if (others.length > 0) {
    return `not reduced: ${others.join(", ")} (one scalarset of at most ${MOST_MEMBERS} members is)`;
  }
  return undefined;
}
